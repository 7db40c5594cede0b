"""Tickets in every state that has a face of its own, made by the product's services."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from accounts.models import PersonAddress, Project
from screens.cast import Actor
from tickets.enums import ChannelKind, Status
from tickets.followup import FollowUp
from tickets.models import CustomField, Ticket
from tickets.services import (
    Entry,
    NewTicket,
    Words,
    add_cc,
    add_note,
    add_requester_message,
    apply_macro,
    ask_for_attention,
    assign,
    change_status,
    confirm_priority,
    dispute_workaround,
    follow,
    hold_reply,
    link,
    log_call,
    merge,
    open_ticket,
    rate,
    record_workaround,
    redact_words,
    reply,
    request_callback,
    save_draft,
    save_macro,
    set_tags,
    snooze,
    split,
    store_file,
    write_down_call,
)
from tickets.services.calls import WrittenCall

LONG = ("Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung: Bereitstellungsvorgangsfehlermeldung "
        "nach dem Wiederherstellungsversuch der Verschlüsselungsschlüsselverwaltung in https://terminal.kungsholm.example/"
        "deployments/production/eu-north-1/8f2c1b7e-93aa-4f6e-9a57-3f1f0e6f2f10/events?since=2026-11-18T07:41:22Z")
_CODE = "\n\n```\n07:41:22 upgrade[cp-2] waiting for the lease held by cp-1 (age 5m02s), " + "retrying " * 20 + "\n```\n"
_NEXT = "I look through the log and try it on our side."


class Cases(Actor):
    """The tickets of the pictures; `values` are what addresses are filled with."""

    def fill(self, at: datetime) -> dict[str, Any]:
        """All of them, in the tenant's scope."""
        values = {"macro": self._macros(at), **self._plain(at), **self._moved(at), **self._governed(at), **self._called(at)}
        values["long"] = self._long(at)
        values["answered"] = self._answered(at)
        self._many(at)
        return values

    def ticket(self, at: datetime, subject: str, *, project: str = "Terminal operations", by: str = "customer",
               body: str = "It began this morning, and nothing was changed on our side.", **more: Any) -> Ticket:
        """A ticket, by the portal unless told otherwise."""
        defaults = {"channel": ChannelKind.PORTAL, "requested_priority": 3}
        return open_ticket(NewTicket(requester=self.member(by).person, subject=subject, body=body,
                                     project=Project.objects.get(name=project), **{**defaults, **more}), at=at)

    def confirmed(self, ticket: Ticket, rank: int, at: datetime) -> Ticket:
        """The ticket, reviewed."""
        confirm_priority(ticket, rank, by=self.member("engineer"), at=at, reason="It matches the definition")
        return ticket

    def _reply(self, ticket: Ticket, words: str, at: datetime, **more: Any) -> None:
        until = datetime.now(at.tzinfo).replace(second=0, microsecond=0) + timedelta(hours=5)
        reply(ticket, Entry(words, follow_up=FollowUp(_NEXT, until), **more), by=self.member("engineer"), at=at)

    def _plain(self, at: datetime) -> dict[str, Any]:
        fresh = self.ticket(at - timedelta(minutes=9), "Pods restart after the certificate was rotated", requested_priority=1)
        late = self.confirmed(self.ticket(at - timedelta(days=9), "Registry answers 500 on large pushes"), 2,
                              at - timedelta(days=9))
        assign(late, to=self.member("engineer").agent, by=self.member("manager"), at=at - timedelta(days=8))
        paused = self.confirmed(self.ticket(at - timedelta(days=4), "Nightly backup ends with exit code 137"), 3,
                                at - timedelta(days=4))
        self._reply(paused, "137 means that it ran out of memory. Send me the peak that it reports.", at - timedelta(days=3))
        change_status(paused, Status.PENDING, by=self.member("engineer"), at=at - timedelta(days=3))
        held = self.confirmed(self.ticket(at - timedelta(days=2), "Quota exceeded although nothing is near its limit"), 3,
                              at - timedelta(days=2))
        change_status(held, Status.ON_HOLD, by=self.member("engineer"), at=at - timedelta(days=1), reason="Waiting for the cloud provider")
        solved = self.ticket(at - timedelta(days=3), "How do we export the audit log?", requested_priority=4)
        self._reply(solved, "Audit, filter by date, then Export.", at - timedelta(days=2))
        change_status(solved, Status.SOLVED, by=self.member("engineer"), at=at - timedelta(days=2))
        rated = self.ticket(at - timedelta(days=6), "Which versions are supported?", requested_priority=4)
        change_status(rated, Status.SOLVED, by=self.member("engineer"), at=at - timedelta(days=5))
        rate(rated, score=5, comment="Quick and clear.", by=self.member("customer"), at=at - timedelta(days=4))
        lost = open_ticket(NewTicket(requester=self.member("viewer").person, subject="Please help", body="It is urgent.",
                                     channel=ChannelKind.EMAIL, triage_flags=["Two projects fit the sender: choose one"]),
                           at=at - timedelta(minutes=30))
        return {"fresh": fresh.number, "late": late.number, "paused": paused.number, "hold": held.number,
                "solved": solved.number, "rated": rated.number, "lost": lost.number}

    def _moved(self, at: datetime) -> dict[str, Any]:
        karin, lukas = self.member("manager"), self.member("engineer")
        target = self.ticket(at - timedelta(hours=30), "Webhooks arrive nine minutes late")
        merged = self.ticket(at - timedelta(hours=29), "Webhooks are late again", by="customer")
        merge(merged, target, by=karin, at=at - timedelta(hours=28))
        asleep = self.ticket(at - timedelta(hours=20), "Costs of the last quarter", requested_priority=4)
        snooze(asleep, until=at + timedelta(days=2), by=karin, at=at - timedelta(hours=3))
        waiting = self.ticket(at - timedelta(hours=6), "DNS answers slowly in one region")
        hold_reply(waiting, Words("We have moved the resolver; it answers in time again."), by=lukas,
                   at=at, leaves_at=at + timedelta(hours=1))
        busy = self.ticket(at - timedelta(hours=6), "Two of us look at the same ticket")
        secret = self.ticket(at - timedelta(hours=5), "A token in our ticket", body="The token is abc-123-secret, is it known?")
        redact_words(secret, "abc-123-secret", by=karin, at=at - timedelta(hours=4), reason="A credential")
        fields = CustomField.objects.create(key="cluster", label="Cluster", kind="choice", options=["eu-north-1", "eu-west-3"])
        CustomField.objects.create(key="window", label="Maintenance window", position=fields.position + 1)
        return {"target": target.number, "merged": merged.number, "asleep": asleep.number, "waiting": waiting.number,
                "secret": secret.number, "busy": busy.number}

    def _governed(self, at: datetime) -> dict[str, Any]:
        lukas, astrid = self.member("engineer"), self.member("customer")
        stepped = self.confirmed(self.ticket(at - timedelta(hours=8), "Autoscaling stopped on one node group"), 2,
                                 at - timedelta(hours=7))
        record_workaround(stepped, "Scale the group by hand until the fix is out.", by=lukas, at=at - timedelta(hours=6))
        disputed = self.confirmed(self.ticket(at - timedelta(hours=9), "The ingress drops one connection in fifty"), 2,
                                  at - timedelta(hours=8))
        proposal = record_workaround(disputed, "Retry the connection.", by=lukas, at=at - timedelta(hours=7))
        dispute_workaround(disputed, proposal, by=astrid, at=at - timedelta(hours=6), reason="Our devices can’t retry.")
        urged = self.confirmed(self.ticket(at - timedelta(days=7), "Deploys wait for a lock"), 2, at - timedelta(days=7))
        ask_for_attention(urged, reason="We have a release tonight.", by=astrid, at=at - timedelta(hours=2))
        return {"stepped": stepped.number, "disputed": disputed.number, "proposal": proposal.pk, "urged": urged.number}

    def _called(self, at: datetime) -> dict[str, Any]:
        hanna = self.member("receptionist")
        ticket = self.ticket(at - timedelta(hours=3), "Console is slow for everybody", channel=ChannelKind.PHONE)
        due = request_callback(ticket, number="+46855512399", due_at=at + timedelta(minutes=40), by=hanna, at=at,
                               reason="The screen says “waiting” since noon.", assignee=self.member("engineer").agent)
        request_callback(ticket, number="+46855512399", due_at=at + timedelta(hours=30), by=hanna, at=at)
        write_down_call(WrittenCall("Unknown caller", "+4915112345678", "Asked about prices; sent to sales.", entitled=False,
                                    directed_to="The sales team"), by=hanna, at=at - timedelta(hours=1))
        return {"called": ticket.number, "callback": due.pk}

    def _long(self, at: datetime) -> int:
        """One conversation with everything in it: thirty messages, notes, a call, files, a split, a link, words too long."""
        begin, lukas, astrid = at - timedelta(days=2), self.member("engineer"), self.member("customer").person
        log = store_file(io.BytesIO(b"line 1\n" * 400), name="upgrade-of-the-control-plane-in-production-2026-11-19.log",
                         content_type="text/plain", at=begin, by=astrid)
        ticket = self.confirmed(self.ticket(begin, LONG, body=f"{LONG}{_CODE}", attachments=[log], requested_priority=2,
                                            product_version="4.19", url="https://terminal.kungsholm.example/"), 2, begin)
        add_cc(ticket, self.member("viewer").person, by=lukas, at=begin)
        follow(ticket, by=self.member("manager"), at=begin)
        set_tags(ticket, ["upgrade", "Verschlüsselungsschlüsselverwaltung", "release"], by=lukas, at=begin)
        for turn in range(13):
            step = begin + timedelta(hours=turn * 3)
            self._reply(ticket, f"Step {turn + 1}: look at the **lease** again.{_CODE if turn % 4 == 0 else ''}",
                        step + timedelta(minutes=20))
            add_requester_message(ticket, Entry(f"It says the same as before ({turn + 1}).", quoted="> Look at the lease."),
                                  by=astrid, at=step + timedelta(hours=1))
        add_note(ticket, body=f"@Karin Holm, this is the third one this week. {LONG}", by=lukas, at=at - timedelta(hours=6))
        log_call(ticket, body="Astrid says that the second node is back.", by=lukas, at=at - timedelta(hours=5),
                 follow_up=FollowUp(_NEXT, at + timedelta(hours=4)))
        other = self.ticket(at - timedelta(hours=40), "Lease isn’t released on restart")
        link(ticket, other, by=lukas, at=at - timedelta(hours=4))
        found = ticket.comments.filter(is_opening=False, author=astrid).earliest("id")
        split(ticket, found.pk, subject="The dashboard shows old figures", by=lukas, at=at - timedelta(hours=3))
        assign(ticket, to=lukas.agent, by=lukas, at=at - timedelta(hours=2))
        save_draft(ticket, Words("The lease is released now; "), by=lukas, at=at - timedelta(minutes=5))
        save_draft(ticket, Words("Half a thought of a colleague"), by=self.member("colleague"), at=at - timedelta(minutes=3))
        return ticket.number

    def _answered(self, at: datetime) -> int:
        """A short conversation that waits for the desk, with a macro applied to it."""
        ticket = self.confirmed(self.ticket(at - timedelta(hours=4), "Ingress certificate for checkout expires in three days",
                                            channel=ChannelKind.EMAIL), 3, at - timedelta(hours=4))
        self._reply(ticket, "The challenge path is caught by a redirect. Add an exception, then renew by hand.",
                    at - timedelta(hours=2))
        add_requester_message(ticket, Entry("Done, and it renewed. Does it hold?"), by=ticket.requester, at=at - timedelta(hours=1))
        macro = save_macro(None, self._macro_values("Escalate to platform", add_tags=["platform"]), shared=True,
                           by=self.member("manager"), at=at)
        apply_macro(ticket, macro, by=self.member("engineer"), at=at - timedelta(minutes=50))
        return ticket.number

    def _macros(self, at: datetime) -> int:
        found = save_macro(None, self._macro_values("Ask for the log", body="Hello {{requester_first}}, send me the log of "
                                                    "ticket {{number}}.", add_tags=["log"], status="pending"),
                           shared=True, by=self.member("manager"), at=at)
        return int(found.pk)

    def _macro_values(self, name: str, **more: Any) -> dict[str, Any]:
        empty = {"body": "", "is_note": False, "status": "", "priority": None, "add_tags": [], "remove_tags": [],
                 "assign_to_me": False, "assignee": None, "team": None}
        return {**empty, "name": name, **more}

    def _many(self, at: datetime) -> None:
        """Enough of them that a page of the queue is not enough."""
        people = {a.value: a.person for a in PersonAddress.objects.select_related("person").filter(kind="email")}
        for index in range(42):
            begin = at - timedelta(minutes=17 * index)
            open_ticket(NewTicket(requester=people["yusuf@alnoor.example"], subject=f"Claim form {index + 1} is slow",
                                  body="It takes ten seconds.", project=Project.objects.get(name="Claims platform"),
                                  channel=ChannelKind.API, requested_priority=1 + index % 4), at=begin)
