"""Publishing a draft: from then on it is immutable, and tickets follow it from its effective date."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from sla.calendar import BusinessCalendar, EmptyCalendarError
from sla.catalogue import calendar_spec
from sla.enums import JobState
from sla.errors import StaleDraftError, TermsError
from sla.models import Calendar, SlaPolicyVersion, WhatIfRun
from sla.queries import team_names
from sla.services.policies import lock_draft, require_editor
from sla.services.recalculation import move_tickets
from sla.terms import Terms, compare, terms_of
from toolkit.timefmt import long_day


def publish(draft: SlaPolicyVersion, *, revision: int, effective_from: datetime, reason: str, move_open: bool,
            by: Member, at: datetime) -> SlaPolicyVersion:
    """Make the draft a version for good. New tickets follow it from `effective_from`; open ones keep theirs unless
    `move_open`, and then move at that moment.

    Raises TermsError with a remedy for each thing in the way, and StaleDraftError when the draft isn't the one seen.
    """
    require_editor(by)
    locked = lock_draft(draft)
    if locked.revision != revision:
        raise StaleDraftError(_("The draft was edited after you opened this page. Look at it again before you publish."),
                              theirs=terms_of(locked))
    before = newest_version(locked)
    problems = obstacles(locked)
    if not reason.strip():
        problems["reason"] = _("Write why: customers and colleagues read it beside the version.")
    if effective_from < at:
        problems["effective_from"] = _("Choose today or a later day: tickets of the past keep the version of their day.")
    elif before is not None and before.effective_from and effective_from < before.effective_from:
        problems["effective_from"] = _("Version {number} takes effect on {day}. Choose that day or a "
                                       "later one.").format(number=before.number, day=long_day(before.effective_from))
    if problems:
        raise TermsError(problems)
    locked.published_at, locked.published_by = at, by.person
    locked.effective_from, locked.reason = effective_from, reason.strip()[:500]
    locked.save(update_fields=["published_at", "published_by", "effective_from", "reason"])
    names = {c.pk: c.name for c in Calendar.objects.all()}
    changes = {d.what: [d.before, d.after] for d in compare(terms_of(before) if before else Terms({}),
                                                             terms_of(locked), names, team_names())}
    record_audit(by=by.person, action="policy.published", subject=locked.policy, at=at, changes={
        "version": [before.number if before else None, locked.number], "reason": [None, locked.reason],
        "effective from": [None, effective_from.isoformat()], "open tickets": [None, "move" if move_open else "keep"],
        **changes})
    if move_open:
        move_tickets(reason=f"{locked.policy.name} version {locked.number} takes effect", version=locked, contract=None,
                     due_at=effective_from, by=by.person, at=at)
    return locked


def obstacles(draft: SlaPolicyVersion) -> dict[str, str]:
    """What is in the way of publishing this draft, whatever is typed into the form."""
    found = {}
    targets = list(draft.targets.select_related("calendar"))
    if not targets:
        found["targets"] = _("The draft promises nothing. Write at least one target.")
    for calendar in {t.calendar for t in targets if t.calendar}:
        try:
            BusinessCalendar(calendar_spec(calendar))
        except EmptyCalendarError:
            found["calendar"] = _("The calendar “{calendar}” has no hours. Add some, or choose another calendar.").format(
                                    calendar=calendar.name)
    if whatif_of(draft) is None:
        found["whatif"] = _("Run the what-if on the draft as it is now: it shows what would change for whom.")
    return found


def whatif_of(draft: SlaPolicyVersion) -> WhatIfRun | None:
    """The finished what-if of the draft's present revision."""
    found: WhatIfRun | None = WhatIfRun.objects.filter(
        version=draft, revision=draft.revision, state=JobState.DONE).order_by("-id").first()
    return found


def newest_version(draft: SlaPolicyVersion) -> SlaPolicyVersion | None:
    """The newest published version beside a draft."""
    found: SlaPolicyVersion | None = SlaPolicyVersion.objects.filter(
        policy_id=draft.policy_id, published_at__isnull=False).order_by("-number").first()
    return found
