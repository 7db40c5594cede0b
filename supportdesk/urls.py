from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path, re_path

from portal.views import joining
from supportdesk import views

handler400 = "supportdesk.views.bad_request"
handler403 = "supportdesk.views.forbidden"
handler404 = "supportdesk.views.not_found"
handler429 = "supportdesk.views.too_often"  # allauth's rate limits answer with it
handler500 = "supportdesk.views.server_error"

# Only the pages of allauth that the product offers; the names are those by which allauth finds them.
account_patterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", joining.sign_up, name="account_signup"),
    path("signup/sent", joining.sent, name="account_signup_sent"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    # A key has dashes of its own: only the first one divides.
    re_path(r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$", account.password_reset_from_key,
            name="account_reset_password_from_key"),
    path("password/reset/key/done/", account.password_reset_from_key_done,
         name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("health/workers", views.workers, name="health-workers"),
    path("health/metrics", views.metrics, name="health-metrics"),
    path("account/", include(account_patterns)),
    path("api/v1/", include("api.urls")),
    path("hooks/mail/", include("intake.urls")),
    path("desk/", include("desk.urls")),
    path("hooks/", include("intake.hooks.urls")),
    path("", include("portal.urls")),
]
