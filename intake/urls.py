from __future__ import annotations

from django.urls import path

from intake import webhooks

app_name = "intake"

urlpatterns = [
    path("postmark/", webhooks.postmark, name="postmark"),
    path("mailgun/", webhooks.mailgun, name="mailgun"),
    path("mailgun/mime/", webhooks.mailgun, name="mailgun-mime"),
    path("sendgrid/", webhooks.sendgrid, name="sendgrid"),
    path("amazon_ses/", webhooks.amazon_ses, name="amazon-ses"),
]
