from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.desk import Desk
from tickets.models import Attachment, Ticket


def test_a_file_that_is_too_large_is_told_before_and_after_and_nothing_else_is_lost(acme: Desk, now: datetime) -> None:
    carol, project = acme.client("carol"), acme.project()
    assert b"25 MB" in carol.get("/tickets/new").content
    small = SimpleUploadedFile("small.log", b"line\n", "text/plain")
    large = SimpleUploadedFile("core.bin", bytes(60 * 1024 * 1024), "application/octet-stream")
    answer = carol.post("/tickets/new", {
        "subject": "It stops at 62 %", "details": "Every morning.", "project": project.pk, "product": project.product.pk,
        "environment": "production", "priority": "2", "files": [small, large]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "core.bin" in page
    assert "25 MB" in page
    assert 'value="It stops at 62 %"' in page
    assert "Every morning." in page
    kept = Attachment.objects.get(name="small.log")
    assert f'value="{kept.pk}"' in page
    assert not Ticket.objects.exists()
