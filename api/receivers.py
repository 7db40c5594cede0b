"""What was redacted isn't given back to a program that asks again either."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.dispatch import receiver

from api.models import IdempotentAnswer
from tickets.events import words_redacted
from tickets.models import Ticket
from tickets.services.striking import strike


@receiver(words_redacted)
def forget_words(sender: object, tickets: Sequence[Ticket], words: str, **_kwargs: Any) -> Counter[int]:
    """Answers that are kept for repeated requests; they don't say of which ticket they are."""
    spelled = json.dumps(words, ensure_ascii=False)[1:-1]
    rows = IdempotentAnswer.objects.annotate(text=Cast("body", TextField())).filter(
        text__contains=spelled, created_at__gte=min(one.opened_at for one in tickets))
    return Counter({tickets[0].pk: sum(bool(strike(row, ("body",), words)) for row in rows)})
