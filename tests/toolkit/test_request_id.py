from __future__ import annotations

import logging

from django.http import HttpResponse
from django.test import RequestFactory

from toolkit.request_id import RequestIdFilter, numbered


def test_each_answer_and_log_line_carries_the_requests_own_number() -> None:
    seen = []

    def view(_request: object) -> HttpResponse:
        record = logging.LogRecord("x", logging.INFO, "", 0, "", (), None)
        RequestIdFilter().filter(record)
        seen.append(record.request_id)
        return HttpResponse()

    answer = numbered(view)(RequestFactory().get("/", headers={"X-Request-ID": "forged\nline"}))
    assert seen == [answer["X-Request-ID"]]
    assert answer["X-Request-ID"] != "forged\nline"
