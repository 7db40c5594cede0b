"""What a telephone system's news must look like."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tickets.enums import CallDirection
from tickets.services import HeardCall
from toolkit.errors import DomainError

KINDS = ("call.started", "call.answered", "call.ended")


def read_call(body: bytes, *, at: datetime) -> HeardCall:
    """The news in a request's body. Raises DomainError that names what is wrong."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DomainError("Send JSON.", code="json") from error
    call = data.get("call") if isinstance(data, dict) else None
    if not isinstance(call, dict) or data.get("event") not in KINDS:
        raise DomainError(f"Send an event ({', '.join(KINDS)}) and a call.", code="event")
    external_id = _text(call, "id", 120)
    if not external_id:
        raise DomainError("Name the call: call.id.", code="id")
    if call.get("direction", "inbound") not in set(CallDirection):
        raise DomainError("call.direction is inbound or outbound.", code="direction")
    direction = CallDirection(call.get("direction", "inbound"))
    other_side = _text(call, "from" if direction == CallDirection.INBOUND else "to", 40)
    return HeardCall(kind=data["event"], external_id=external_id, direction=direction, number=other_side,
                     at=_moment(data.get("at"), at), agent_email=_text(call, "agent", 254))


def _text(call: dict[str, Any], name: str, most: int) -> str:
    value = call.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or len(str(value)) > most or "\x00" in str(value):
        raise DomainError(f"call.{name} is a text of at most {most} characters.", code=name)
    return str(value).strip()


def _moment(value: Any, now: datetime) -> datetime:
    """The moment it names, but never one to come: the other clock may be ahead."""
    if value is None:
        return now
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise DomainError("at is a time such as 2026-11-21T09:30:00Z.", code="at") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(moment, now)
