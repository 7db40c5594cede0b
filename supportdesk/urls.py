from __future__ import annotations

from django.urls import include, path

from supportdesk import views

handler400 = "supportdesk.views.bad_request"
handler403 = "supportdesk.views.forbidden"
handler404 = "supportdesk.views.not_found"
handler500 = "supportdesk.views.server_error"

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("account/", include("allauth.account.urls")),
]
