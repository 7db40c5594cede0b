"""How news of clocks travels up."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `fired`: a list of Fired, all of one tenant, in its scope and in the transaction that recorded them.
clocks_fired = Signal()
