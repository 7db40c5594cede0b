"""The operators' own host: nothing of a tenant is reachable here, and nothing of this at a tenant's."""

from __future__ import annotations

from django.urls import path

from supportdesk.operate import views

handler400 = "supportdesk.views.bad_request"
handler403 = "supportdesk.views.forbidden"
handler404 = "supportdesk.views.not_found"
handler429 = "supportdesk.views.too_often"
handler500 = "supportdesk.views.server_error"

urlpatterns = [
    path("", views.tenants, name="tenants"),
    path("login", views.sign_in, name="sign-in"),
    path("logout", views.sign_out, name="sign-out"),
    path("tenants/new", views.new, name="new"),
    path("tenants/<slug:slug>", views.tenant, name="tenant"),
    path("record", views.record, name="record"),
]
