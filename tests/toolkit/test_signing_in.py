"""Where the sign-in page leads back to, when a session has ended meanwhile."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from toolkit.rendering import ask_to_sign_in

HOST = "acme.localhost"
TICKET = f"http://{HOST}/desk/t/5?view=queue"


def _asked(method: str, path: str, **headers: str) -> HttpResponse:
    request = getattr(RequestFactory(), method)(path, headers={"host": HOST, **headers})
    return ask_to_sign_in(request)


@pytest.mark.parametrize(("method", "path", "headers", "back"), [
    ("get", "/desk/t/5?view=queue", {}, "/desk/t/5%3Fview%3Dqueue"),
    ("post", "/desk/t/5/reply", {"referer": TICKET}, "/desk/t/5%3Fview%3Dqueue"),
    ("post", "/tickets/new", {"referer": f"http://{HOST}/tickets/new"}, "/"),
    ("post", "/desk/t/5/reply", {"referer": "http://elsewhere.example/x"}, "/"),
])
def test_a_page_comes_back_and_a_refused_write_to_its_form_s_page(
        method: str, path: str, headers: dict[str, str], back: str) -> None:
    answer = _asked(method, path, **headers)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={back}")


@pytest.mark.parametrize(("method", "path", "headers", "back"), [
    ("get", "/desk/docs/likely/5", {"hx-current-url": TICKET}, "/desk/t/5%3Fview%3Dqueue"),  # a part that loads by itself
    ("get", "/desk/views/all", {"hx-current-url": f"http://{HOST}/desk/views/all?tag=x"}, "/desk/views/all%3Ftag%3Dx"),
    ("get", "/desk/views/all", {"hx-current-url": TICKET, "hx-boosted": "true"}, "/desk/views/all"),
    ("get", "/desk/docs/likely/5", {"hx-current-url": "http://elsewhere.example/x"}, "/"),
    ("get", "/desk/docs/likely/5", {}, "/"),
    ("post", "/desk/t/5/status", {"hx-current-url": TICKET}, "/desk/t/5%3Fview%3Dqueue"),
])
def test_a_part_of_a_page_comes_back_to_the_page(method: str, path: str, headers: dict[str, str], back: str) -> None:
    answer = _asked(method, path, **{"hx-request": "true", **headers})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, f"/account/login/?next={back}")
