from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import AuditEvent, Organization, Person, Plan
from accounts.services.audit import record_audit
from tests.desk.test_rooms import save
from tests.factories.desk import Desk, in_desk


def _names(page: bytes) -> set[str]:
    return {name for name in ("old-plan", "new-plan", "some-org") if name.encode() in page}


def _history(desk: Desk, now: Any) -> None:
    plan, alice, mia = Plan.objects.get(slug="gold"), desk.member("alice").person, desk.member("mia").person
    plan.name = "old-plan"
    record_audit(by=alice, action="setting.changed", subject=plan, at=now - timedelta(days=9))
    plan.name = "new-plan"
    record_audit(by=mia, action="setting.changed", subject=plan, at=now)
    record_audit(by=alice, action="policy.published", subject=Organization(pk=1, name="some-org"), at=now)


def test_the_log_is_narrowed_by_who_what_and_since(acme: Desk, globex: Desk, now: Any) -> None:
    _history(acme, now)
    alice = acme.client("alice")
    for query, expected in (("", {"old-plan", "new-plan", "some-org"}), ("actor=mia", {"new-plan"}),
                            ("object=PLAN", {"old-plan", "new-plan"}), ("action=policy", {"some-org"}),
                            ("from=2026-11-17", {"new-plan", "some-org"}), ("actor=alice&from=2026-11-17", {"some-org"}),
                            ("from=yesterday", {"old-plan", "new-plan", "some-org"}), ("actor=%00", {"old-plan", "new-plan", "some-org"})):
        assert _names(alice.get(f"/desk/settings/audit?{query}").content) == expected, query
    assert b"narrows nothing" in alice.get("/desk/settings/audit?from=yesterday").content
    assert b"Nothing here" in alice.get("/desk/settings/audit?actor=nobody").content
    assert not _names(globex.client("alice").get("/desk/settings/audit").content)
    for who in ("mia", "bob", "carol"):
        assert acme.client(who).get("/desk/settings/audit").status_code == 404
        assert acme.client(who).get("/desk/settings/audit/export").status_code == 404


def test_the_log_leaves_as_csv_narrowed_the_same_way_and_that_is_on_record(acme: Desk, globex: Desk, now: Any) -> None:
    _history(acme, now)
    with in_desk(globex):
        record_audit(by=None, action="setting.changed", subject=Plan.objects.get(slug="gold"), at=now, changes={"x": [1, "foreign"]})
    record_audit(by=None, action="setting.changed", subject=Organization(pk=1, name="=cmd()"), at=now)
    answer = acme.client("alice").get("/desk/settings/audit/export?object=organization")
    text = b"".join(answer.streaming_content).decode()
    assert answer["content-disposition"].startswith("attachment; filename=\"audit-")
    lines = text.strip().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("When (UTC),Who,Action")
    assert len(lines) == 3
    assert "'=cmd()" in text
    assert "foreign" not in text
    assert AuditEvent.objects.latest("id").action == "audit.exported"


def test_a_change_says_from_where(acme: Desk) -> None:
    save(acme.client("alice"), f"/desk/settings/plans/{Plan.objects.get(slug='gold').pk}", name="Golden")
    assert AuditEvent.objects.latest("id").address == "127.0.0.1"
    assert b"127.0.0.1" in acme.client("alice").get("/desk/settings/audit").content


def test_what_is_recorded_as_lists_and_marks_reads_as_words(acme: Desk, now: Any) -> None:
    record_audit(by=None, action="macro.made", subject=Plan.objects.get(slug="gold"), at=now,
                 changes={"add_tags": [[], ["log", "night"]], "shared": [None, True], "filters": [None, {"environment": ["production"]}],
                          "status": ["", "pending"], "scopes": [None, ["tickets:read", "notes"]]})
    page = acme.client("alice").get("/desk/settings/audit").content.decode()
    for words in ("<b>Add tags</b>: – → log, night", "<b>Shared</b>: yes", "<b>Filters</b>: Environment: Production",
                  "<b>Status</b>: Waiting on customer", "<b>Scopes</b>: Read tickets, Read and write internal notes"):
        assert words in page, words


def test_a_choice_is_told_in_the_readers_language_and_a_name_as_it_was_typed(acme: Desk, now: Any) -> None:
    plan = Plan.objects.get(slug="gold")
    record_audit(by=None, action="setting.changed", subject=plan, at=now,
                 changes={"rights": ["Phone support", "Telefonsupport, Rückrufe auf Wunsch"], "name": ["Phone", "Telefon"]})
    english = acme.client("alice").get("/desk/settings/audit").content.decode()
    assert "<b>Rights</b>: Phone support → Phone support, Callbacks on request" in english
    assert "<b>Name</b>: Phone → Telefon" in english
    Person.objects.filter(pk=acme.member("alice").person.pk).update(language="de")
    german = acme.client("alice").get("/desk/settings/audit").content.decode()
    assert "<b>Rechte</b>: Telefonsupport → Telefonsupport, Rückrufe auf Wunsch" in german
    assert "Einstellung geändert" in german
    assert "<b>Name</b>: Phone → Telefon" in german
