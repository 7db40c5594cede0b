"""The four reference policies' criteria, as tables: what a customer ticks, where, and the rank it gives."""

from __future__ import annotations

import pytest

from supportdesk.reference.demo import DATA
from supportdesk.reference.schema import TenantFileError, read_tenant_file
from tickets.advisor import Advice, Question, Rule, advise, questions_for


def _advise(name: str, ticked: str, environment: str = "production", rights: tuple[str, ...] = ()) -> Advice | None:
    data = read_tenant_file(DATA / f"{name}.toml")
    questions = [Question(**row) for row in data["questions"]]
    rules = [Rule(r["rank"], r["reason"], *(frozenset(r.get(k, [])) for k in ("any", "all", "none")),
                  r.get("environment", ""), r.get("right", "")) for r in data["advice"]]
    keys = ticked.split()
    assert set(keys) <= {q.key for q in questions}
    return advise(questions, rules, environment=environment, ticked=keys, rights=rights)


@pytest.mark.parametrize(("ticked", "rank"), [
    ("halted", 1), ("halted degraded touched", 1), ("halted workaround", 2),
    ("degraded", 2), ("other-down", 2), ("degraded workaround", 3), ("other-down workaround touched", 3),
    ("touched", 3), ("touched workaround", 4), ("", 4), ("workaround", 4)])
def test_tectonic_s_criteria(ticked: str, rank: int) -> None:
    assert _advise("tectonic", ticked).rank == rank


@pytest.mark.parametrize(("ticked", "rank"), [
    ("down", 1), ("data-loss", 1), ("security", 1), ("developers", 1), ("business", 1),
    ("down workaround", 2), ("security important workaround", 2), ("important", 2), ("important workaround", 2),
    ("minor", 3), ("minor workaround", 3), ("", 4)])
def test_platform_sh_s_criteria_in_production(ticked: str, rank: int) -> None:
    for rights in ((), ("nonprod_247",)):
        assert _advise("platformsh", ticked, rights=rights).rank == rank


@pytest.mark.parametrize(("ticked", "rights", "rank"), [
    ("launch told", (), 1),                        # S23: a launch within three days, told beforehand
    ("launch", (), 2), ("told", (), 4),            # one of the two isn't enough
    ("launch told workaround", (), 2),
    ("env-down", (), 2), ("no-merge", (), 2), ("slow", (), 2), ("limited", (), 2), ("disturbed", (), 3), ("", (), 4),
    ("env-down", ("nonprod_247",), 1),             # the subscription says so
    ("env-down workaround", ("nonprod_247",), 2), ("disturbed", ("nonprod_247",), 3), ("", ("nonprod_247",), 4),
    ("env-down", ("phone",), 2),
    ("down business", (), 4)])                     # production's criteria don't count elsewhere
def test_platform_sh_s_criteria_outside_production(ticked: str, rights: tuple[str, ...], rank: int) -> None:
    assert _advise("platformsh", ticked, "nonproduction", rights).rank == rank


@pytest.mark.parametrize(("ticked", "rank"), [
    ("unavailable", 1), ("data", 1), ("unavailable workaround", 2), ("broken", 2), ("broken workaround", 3),
    ("wrong", 3), ("wrong workaround", 4), ("", 4)])
def test_the_example_company_s_criteria(ticked: str, rank: int) -> None:
    assert _advise("example", ticked).rank == rank


@pytest.mark.parametrize(("ticked", "rank"), [
    ("gone", 1), ("gone workaround", 2), ("core", 2), ("core workaround", 3), ("partial", 3), ("partial workaround", 4),
    ("request", 4), ("gone core partial request", 1), ("", 3)])  # nothing said: Medium is the default (S40)
def test_stakater_s_criteria(ticked: str, rank: int) -> None:
    for environment in ("production", "nonproduction"):
        assert _advise("stakater", ticked, environment).rank == rank


def test_a_recommendation_says_why_and_what_led_to_it() -> None:
    found = _advise("stakater", "gone workaround request")
    assert "workaround" in found.reason
    assert [q.key for q in found.ticked] == ["gone"]
    assert [q.key for q in _advise("platformsh", "launch told", "nonproduction").ticked] == ["launch", "told"]


def test_each_environment_asks_its_own_questions() -> None:
    questions = [Question("a", "A", "production"), Question("b", "B", "nonproduction"), Question("c", "C")]
    assert [q.key for q in questions_for(questions, "production")] == ["a", "c"]
    assert [q.key for q in questions_for(questions, "nonproduction")] == ["b", "c"]


def test_without_a_rule_that_fits_nothing_is_advised() -> None:
    assert advise([Question("a", "A")], [Rule(1, "x", any_of=frozenset({"a"}))], environment="production", ticked=[]) is None
    assert advise([], [], environment="production", ticked=["a"]) is None


def test_advice_on_a_question_that_isn_t_there_is_refused(tmp_path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[tenant]\nslug='x'\nname='X'\ndesk_name='X'\nhosts=['x']\nmail_from='a@b.example'\ntime_zone='UTC'\n"
                    "[[questions]]\nkey='gone'\ntext='It is gone'\n[[advice]]\nrank=1\nany=['gnoe']\nreason='Gone'\n")
    with pytest.raises(TenantFileError, match=r"unknown question 'gnoe'\. Known: gone"):
        read_tenant_file(path)
