"""Sessions are Django's, read by our own statement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.test import Client
from django.utils import timezone

from accounts.sessions import SessionStore
from tests.factories.desk import Desk


@pytest.mark.django_db
def test_a_session_goes_on_until_it_is_over() -> None:
    kept = SessionStore()
    kept["said"] = "Grüße"
    kept.set_expiry(timezone.now() + timedelta(minutes=1))
    kept.save()
    assert dict(SessionStore(kept.session_key))["said"] == "Grüße"
    assert dict(DatabaseSessions(kept.session_key))["said"] == "Grüße"  # those of before go on, and the other way round
    kept.set_expiry(timezone.now() - timedelta(seconds=1))
    kept.save()
    over = SessionStore(kept.session_key)
    assert over.is_empty() or not over.items()
    assert over.session_key is None


@pytest.mark.django_db
def test_a_session_that_never_was_or_was_tampered_with_is_empty() -> None:
    assert not SessionStore("0" * 32).items()
    kept = SessionStore()
    kept["said"] = "words"
    kept.save()
    kept.get_model_class().objects.update(session_data="tampered:with")
    assert not SessionStore(kept.session_key).items()


def test_a_cookie_that_no_key_can_be_is_a_visitor_s(acme: Desk) -> None:
    browser = Client(headers={"host": "acme.localhost"})
    answer = browser.get("/desk/", headers={"cookie": r'sd_session="abcdefgh\000ijkl"'})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/?next=/desk/")
