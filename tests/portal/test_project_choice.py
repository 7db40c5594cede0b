"""“Which project?”: the mail that asks leads to a page where the customer answers (S17, S18)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Project
from notifications.models import OutboxMessage
from tests.factories.desk import Desk
from tests.intake.mails import take, write
from tickets.models import Ticket
from tickets.services import set_project


def _undecided(desk: Desk, now: datetime) -> tuple[Ticket, Project, Project]:
    """Carol, who has two projects now, writes a mail that fits both."""
    shop = desk.project()
    mill = Project.objects.create(name="Mill", organization=shop.organization, contract=shop.contract, created_at=now)
    return take(write(desk, desk.email("carol")), desk, now).ticket, mill, shop


def test_the_mail_s_link_leads_to_the_choice_which_can_be_made_once(acme: Desk, now: datetime) -> None:
    ticket, mill, shop = _undecided(acme, now)
    link = OutboxMessage.objects.get(cause__startswith=f"which-project:{ticket.pk}").context["link"]
    path, carol = f"/tickets/{ticket.number}", acme.client("carol")
    assert link.endswith(path)
    assert b"Several projects fit" in acme.client("bob").get(f"/desk/t/{ticket.number}").content
    page = carol.get(path).content.decode()
    assert "Which project is this about?" in page
    assert "Mill</option>" in page
    assert "Shop</option>" in page
    other = shop if ticket.project_id == mill.pk else mill
    assert carol.post(f"{path}/project", {"project": other.pk}).status_code == 303
    ticket.refresh_from_db()
    assert (ticket.project, ticket.triage_flags) == (other, [])
    event = ticket.events.get(kind="ticket.contract_changed")
    assert (event.actor.name, event.actor_kind, event.data["project"]) == ("Carol", "requester", other.pk)
    assert "Which project is this about?" not in carol.get(path).content.decode()
    refused = carol.post(f"{path}/project", {"project": ticket.project_id}, follow=True)
    assert b"decided already" in refused.content
    assert b"Several projects fit" not in acme.client("bob").get(f"/desk/t/{ticket.number}").content


def test_to_confirm_the_guess_is_a_choice_too(acme: Desk, now: datetime) -> None:
    ticket, _mill, _shop = _undecided(acme, now)
    acme.client("carol").post(f"/tickets/{ticket.number}/project", {"project": ticket.project_id})
    before = ticket.project_id
    ticket.refresh_from_db()
    assert (ticket.project_id, ticket.triage_flags) == (before, [])


def test_only_own_projects_and_only_by_who_may_write(acme: Desk, now: datetime) -> None:
    ticket, mill, shop = _undecided(acme, now)
    path, before = f"/tickets/{ticket.number}", ticket.project_id
    for foreign in (acme.project("Otherworks").pk, "", "x", 2**70):
        assert b"Choose one of your projects" in acme.client("carol").post(
            f"{path}/project", {"project": foreign}, follow=True).content
    assert b"Which project" not in acme.client("vic").get(path).content  # vic may only read
    acme.client("vic").post(f"{path}/project", {"project": shop.pk if before == mill.pk else mill.pk})
    ticket.refresh_from_db()
    assert ticket.project_id == before


def test_when_the_desk_has_chosen_nobody_is_asked_any_more(acme: Desk, now: datetime) -> None:
    ticket, mill, shop = _undecided(acme, now)
    set_project(ticket, shop if ticket.project_id == mill.pk else mill, by=acme.member("bob"), at=now)
    assert b"Which project" not in acme.client("carol").get(f"/tickets/{ticket.number}").content
