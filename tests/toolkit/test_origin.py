from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from toolkit.origin import located, origin


@pytest.mark.parametrize(("proxies", "said", "expected"), [
    (0, "203.0.113.9", "192.0.2.1"), (1, "203.0.113.9", "203.0.113.9"), (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
    (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"), (2, "203.0.113.9", "192.0.2.1"), (1, "nonsense", "192.0.2.1"),
    (1, "", "192.0.2.1")])
def test_the_address_on_record_is_what_our_own_proxy_saw(proxies: int, said: str, expected: str, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    found: list[str | None] = []

    def view(_request: HttpRequest) -> HttpResponse:
        found.append(origin())
        return HttpResponse()

    located(view)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=said))
    assert (found, origin()) == ([expected], None)
