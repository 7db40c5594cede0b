from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, Person
from toolkit.origin import origin


def record_audit(*, by: Person | None, action: str, subject: Model, at: datetime,
                 changes: dict[str, Any] | None = None) -> AuditEvent:
    """Note who did what to a setting or record, and from where; `changes` maps a field to [before, after]."""
    return AuditEvent.objects.create(
        at=at, actor=by, action=action, object_type=subject._meta.label_lower, object_id=subject.pk,
        object_label=str(subject)[:200], changes=changes or {}, address=origin())
