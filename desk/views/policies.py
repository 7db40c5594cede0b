"""Service levels: the policies of the tenant, their drafts and versions. Managers read, admins write."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.editor import editor_context, live_version, policy_for, preview_context
from desk.guards import staff
from desk.shell import settings_shell
from desk.terms_form import calendar_names, read_base, read_terms
from sla.errors import StaleDraftError, TermsError
from sla.models import Calendar, Recalculation, SlaPolicy, SlaPolicyVersion
from sla.queries import team_names
from sla.rules import can_edit_policies
from sla.services.policies import create_policy, discard_draft, draft_of, save_draft, start_draft
from sla.steps import step_lines, step_words
from sla.terms import ENVIRONMENTS, Terms, compare, merge, terms_of
from tickets.reference import priority_levels, priority_words
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

HOME = "/desk/settings/sla"


def _home(request: MemberRequest) -> HttpResponse:
    """All policies and calendars, and the work that changes of them have caused."""
    problem, errors = "", {}
    if request.method == "POST":
        if not can_edit_policies(request.member):
            raise Http404
        try:
            policy = create_policy(request.POST.get("name", ""), by=request.member, at=clock_now())
            start_draft(policy, by=request.member, at=clock_now())
            return see_other(request, f"{HOME}/policies/{policy.slug}")
        except TermsError as error:
            errors = error.fields
    jobs = list(Recalculation.objects.order_by("-id")[:5])
    context = settings_shell(request, "policies") | {
        "page": keyset_page(SlaPolicy.objects.all(), order=["name", "id"], cursor=request.GET.get("after", "")),
        "calendars": list(Calendar.objects.order_by("name")[:50]), "jobs": jobs, "errors": errors, "problem": problem,
        "working": any(j.is_open for j in jobs), "can_edit": can_edit_policies(request.member),
        "typed": request.POST.get("name", "")}
    context["lines"] = [_line(p) for p in context["page"].rows]
    return render_page(request, "desk/settings/home.html", context, fragment="jobs", status=422 if errors else 200)


def _line(policy: SlaPolicy) -> dict[str, Any]:
    return {"policy": policy, "live": live_version(policy), "draft": draft_of(policy)}


def _editor(request: MemberRequest, slug: str) -> HttpResponse:
    return render_page(request, "desk/settings/policy.html", editor_context(request, policy_for(slug), clock_now()))


def _start(request: MemberRequest, slug: str) -> HttpResponse:
    policy = policy_for(slug)
    start_draft(policy, by=request.member, at=clock_now())
    return see_other(request, f"{HOME}/policies/{slug}")


def _discard(request: MemberRequest, slug: str) -> HttpResponse:
    policy = policy_for(slug)
    draft = draft_of(policy)
    if draft is not None:
        discard_draft(draft, by=request.member, at=clock_now())
        messages.success(request, _("Draft {number} is gone. Nothing else has changed.").format(number=draft.number))
    return see_other(request, f"{HOME}/policies/{slug}" if live_version(policy) else HOME)


def _save(request: MemberRequest, slug: str) -> HttpResponse:
    """Store the draft. What can't stand comes back with words beside it; a clash comes back with both versions."""
    policy, at = policy_for(slug), clock_now()
    draft, mine = draft_of(policy), read_terms(request.POST)
    try:
        base, revision = read_base(request.POST)
        if draft is None:
            raise DomainError(_("This draft has been published or discarded meanwhile. Start another one."))
        saved = save_draft(draft, mine, revision=revision, by=request.member, at=at)
    except TermsError as error:
        context = editor_context(request, policy, at, terms=mine, errors=error.fields, base=base, revision=revision)
        return render_page(request, "desk/settings/policy.html", context, status=422)
    except StaleDraftError as error:
        merged = merge(base, mine, error.theirs)
        context = editor_context(request, policy, at, terms=merged.terms, theirs=merged.theirs)
        return render_page(request, "desk/settings/policy.html", context | {"conflict": error.message}, status=409)
    except DomainError as error:
        messages.error(request, error.message)
        return see_other(request, f"{HOME}/policies/{slug}")
    messages.success(request, _("The draft is saved.") if saved.revision != revision else _("Nothing was changed."))
    row = request.POST.get("add_row", "")
    return see_other(request, f"{HOME}/policies/{slug}" + (f"?row={row}" if row else ""))


def _preview(request: MemberRequest, slug: str) -> HttpResponse:
    """The sample's due moments under what is typed (or what is shown, to those who only read); stores nothing."""
    policy, at = policy_for(slug), clock_now()
    draft, live = draft_of(policy), live_version(policy)
    shown = draft or live
    typed = any(name.startswith("t-") for name in request.POST)
    terms = read_terms(request.POST) if typed else terms_of(shown) if shown else Terms({})
    if request.headers.get("HX-Target") == "preview":
        context = {"policy": policy, "draft": draft, "live": live} | preview_context(
            request, policy, terms, at, shown=shown, live=live)
        return render_page(request, "desk/settings/_preview.html", context, fragment="preview")
    base, revision = read_base(request.POST)
    context = editor_context(request, policy, at, terms=terms, base=base, revision=revision)
    return render_page(request, "desk/settings/policy.html", context | {"unsaved": typed})


def _version(request: MemberRequest, slug: str, number: int) -> HttpResponse:
    policy = policy_for(slug)
    version = _version_of(policy, number)
    before = policy.versions.filter(number__lt=number, published_at__isnull=False).order_by("-number").first()
    names, teams, levels = calendar_names(), team_names(), priority_levels()
    return render_page(request, "desk/settings/version.html", settings_shell(request, "policies") | {
        "policy": policy, "version": version, "before": before,
        "targets": [(t, priority_words(t.priority, levels), ENVIRONMENTS[t.environment])
                    for t in version.targets.select_related("calendar")],
        "promising": [priority_words(rank, levels) for rank in version.promise_ranks],
        "differences": compare(terms_of(before), terms_of(version), names, teams) if before else [],
        "steps": [step_words(line, teams, levels) for line in step_lines(version)]})


def _version_of(policy: SlaPolicy, number: int) -> SlaPolicyVersion:
    found: SlaPolicyVersion | None = policy.versions.select_related("published_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _compare(request: MemberRequest, slug: str) -> HttpResponse:
    """Two versions side by side: those asked for, else the two newest."""
    policy = policy_for(slug)
    versions = list(policy.versions.order_by("-number"))
    if not versions:
        raise Http404
    chosen = [_chosen(versions, request.GET.get(name, ""), index) for name, index in (("a", 1), ("b", 0))]
    older, newer = chosen
    return render_page(request, "desk/settings/compare.html", settings_shell(request, "policies") | {
        "policy": policy, "versions": versions, "a": older, "b": newer,
        "differences": compare(terms_of(older), terms_of(newer), calendar_names(), team_names())})


def _chosen(versions: list[SlaPolicyVersion], number: str, index: int) -> SlaPolicyVersion:
    default = versions[min(index, len(versions) - 1)]
    return next((v for v in versions if str(v.number) == number), default)


home = staff(_home, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
editor = staff(_editor, role=AgentRole.MANAGER)
version = staff(_version, role=AgentRole.MANAGER)
compare_page = staff(_compare, role=AgentRole.MANAGER)
start = staff(_start, role=AgentRole.ADMIN, methods=("POST",))
discard = staff(_discard, role=AgentRole.ADMIN, methods=("POST",))
save = staff(_save, role=AgentRole.ADMIN, methods=("POST",))
preview = staff(_preview, role=AgentRole.MANAGER, methods=("POST",))
