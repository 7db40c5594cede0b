from __future__ import annotations

from django.urls import path

from intake.hooks import views

app_name = "hooks"

urlpatterns = [
    path("telephony/<int:token_id>", views.telephony, name="telephony"),
    path("slack/events", views.slack, name="slack"),
]
