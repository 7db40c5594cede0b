"""Drafts of a policy: begun from the newest version, edited by several people, and published elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from sla.checks import checked_targets
from sla.errors import StaleDraftError, TermsError
from sla.models import Calendar, EscalationStep, SlaPolicy, SlaPolicyVersion, SlaTarget
from sla.queries import team_names
from sla.rules import can_edit_policies
from sla.steps import step_rows
from sla.terms import Terms, compare, key_of, pauses_json, terms_of
from toolkit.errors import DomainError, ForbiddenError

_OWN = {"id", "number", "published_at", "published_by", "effective_from", "reason", "revision", "edited_at", "edited_by"}


def require_editor(by: Member) -> None:
    """Raises ForbiddenError for anybody but admins."""
    if not can_edit_policies(by):
        raise ForbiddenError(_("Only admins change service levels. You can read them."))


def create_policy(name: str, *, by: Member, at: datetime) -> SlaPolicy:
    """A policy without a version; its first draft is empty."""
    require_editor(by)
    name = name.strip()[:80]
    slug = slugify(name)[:60]
    if not slug:
        raise TermsError({"name": _("Give the policy a name.")})
    if SlaPolicy.objects.filter(slug=slug).exists():
        raise TermsError({"name": _("There is a policy “{name}” already. Choose another name.").format(name=name)})
    policy: SlaPolicy = SlaPolicy.objects.create(slug=slug, name=name)
    record_audit(by=by.person, action="policy.created", subject=policy, at=at)
    return policy


def start_draft(policy: SlaPolicy, *, by: Member, at: datetime) -> SlaPolicyVersion:
    """The policy's draft: the one there is, else a copy of the newest version."""
    require_editor(by)
    found = draft_of(policy)
    if found is not None:
        return found
    newest = policy.versions.order_by("-number").first()
    copied = {f.name: getattr(newest, f.name) for f in SlaPolicyVersion._meta.concrete_fields
              if newest is not None and f.name not in _OWN}
    number = (policy.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    try:
        with transaction.atomic():
            draft: SlaPolicyVersion = SlaPolicyVersion.objects.create(
                **{**copied, "policy": policy}, number=number, edited_at=at, edited_by=by.person)
    except IntegrityError:  # somebody else began one in this moment
        return policy.versions.get(published_at__isnull=True)
    if newest is not None:
        for model in (SlaTarget, EscalationStep):
            names = [f.attname for f in model._meta.concrete_fields if f.name not in {"id", "version"}]
            model.objects.bulk_create([model(version=draft, **{n: getattr(row, n) for n in names})
                                       for row in model.objects.filter(version=newest)])
    record_audit(by=by.person, action="policy.drafted", subject=policy, at=at, changes={"version": [None, number]})
    return draft


def draft_of(policy: SlaPolicy) -> SlaPolicyVersion | None:
    """The policy's draft, if it has one."""
    return policy.versions.select_related("edited_by").filter(published_at__isnull=True).first()


def discard_draft(draft: SlaPolicyVersion, *, by: Member, at: datetime) -> None:
    """Take the draft away; the versions that were published stay."""
    require_editor(by)
    locked = lock_draft(draft)
    record_audit(by=by.person, action="policy.draft_discarded", subject=locked.policy, at=at,
                 changes={"version": [locked.number, None]})
    locked.targets.all().delete()
    locked.delete()


def save_draft(draft: SlaPolicyVersion, terms: Terms, *, revision: int, by: Member, at: datetime) -> SlaPolicyVersion:
    """Store edited terms. `revision` is the one that the editor was looking at.

    Raises StaleDraftError when somebody else saved meanwhile, and TermsError when fields can't stand.
    """
    require_editor(by)
    locked = lock_draft(draft)
    present = terms_of(locked)
    if locked.revision != revision:
        who = locked.edited_by.name if locked.edited_by else _("Somebody")
        raise StaleDraftError(_("{who} saved this draft while you worked on it. Both are here: look at what differs, then "
                                "save again.").format(who=who), theirs=present)
    calendars = {c.pk: c for c in Calendar.objects.all()}
    rows = checked_targets(locked, terms, calendars, present)
    differences = compare(present, terms, {pk: c.name for pk, c in calendars.items()}, team_names())
    if not differences and present.steps == terms.steps:
        return locked
    if present.steps != terms.steps:  # another order is no difference in words, and is kept all the same
        locked.steps.all().delete()
        EscalationStep.objects.bulk_create(step_rows(locked, terms.steps))
    changed = {d.key for d in differences if d.key is not None}
    for target in locked.targets.all():
        if key_of(target) in changed:
            target.delete()
    SlaTarget.objects.bulk_create([row for key, row in rows.items() if key in changed])
    locked.pauses, locked.promise_ranks = pauses_json(terms.pauses), sorted(terms.promise_ranks)
    locked.reopen_days, locked.warn_percent = terms.reopen_days, terms.warn_percent
    locked.warn_minutes, locked.revision = terms.warn_minutes, revision + 1
    locked.edited_at, locked.edited_by = at, by.person
    locked.save(update_fields=["pauses", "promise_ranks", "reopen_days", "warn_percent", "warn_minutes", "revision",
                               "edited_at", "edited_by"])
    record_audit(by=by.person, action="policy.draft_saved", subject=locked.policy, at=at,
                 changes={d.what: [d.before, d.after] for d in differences})
    return locked


def lock_draft(draft: SlaPolicyVersion) -> SlaPolicyVersion:
    """The draft's row, locked until commit. Raises DomainError when it isn't a draft any more."""
    found = (SlaPolicyVersion.objects.select_for_update(of=("self",)).select_related("policy", "edited_by")
             .filter(pk=draft.pk, published_at__isnull=True).first())
    if found is None:
        raise DomainError(_("This draft has been published or discarded meanwhile."), code="no_draft")
    return found
