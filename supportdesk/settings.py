"""One settings file for every place; what differs comes from the environment (see .env.example)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from supportdesk.env import database, env, env_bool

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("SUPPORTDESK_VAR", default=str(BASE_DIR / "var")))

DEBUG = env_bool("DEBUG", default=False)
# A trial on one machine: plain http on *.localhost. Never set it on a server that others reach.
LOCAL = env_bool("SUPPORTDESK_LOCAL", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (DEBUG or LOCAL):
        raise environ.ImproperlyConfigured("Set SECRET_KEY to a long random text (or SECRET_KEY_FILE to a file of it).")
    SECRET_KEY = "insecure-" + "trial-key" * 6
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# The host decides the tenant, and a host that is no tenant's is a 404: see accounts.middleware.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
# Where operators create tenants; no tenant may have it.
OPERATOR_HOST = env.str("OPERATOR_HOST", default=f"operate.{BASE_DOMAIN}")
OPERATOR_URLCONF = "supportdesk.operate.urls"
# How links in mails begin and end: https without a port, except on a trial.
PUBLIC_SCHEME = "http" if LOCAL else "https"
PUBLIC_PORT = env.str("PUBLIC_PORT", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "anymail",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "template_partials",
    "toolkit",
    "accounts",
    "tickets",
    "knowledge",
    "sla",
    "notifications",
    "intake",
    "desk",
    "portal",
    "api",
    "supportdesk",
]

MIDDLEWARE = [
    "toolkit.request_id.numbered",
    "toolkit.origin.located",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.tenant",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.member",
    "accounts.middleware.language",
    "supportdesk.limits.sized",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "supportdesk.urls"
ASGI_APPLICATION = "supportdesk.asgi.application"
WSGI_APPLICATION = "supportdesk.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("toolkit.templating.LanguageLoader", [
                "django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"])])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.member",
            ],
            "builtins": [
                "toolkit.templatetags.ui",
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "toolkit.templatetags.fixed_words",
                "toolkit.templatetags.stacked",
            ],
        },
    },
]

DATABASES = {"default": {**database(SECRET_KEY), "ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "toolkit.cache.FailOpenRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "sd"}}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 1, "interval_start": 0, "interval_max": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "supportdesk.tick", "schedule": 1.0, "options": {"expires": 1.0}},
    "sla-jobs": {"task": "sla.run_jobs", "schedule": 60.0, "options": {"expires": 60.0}},
    "check-clocks": {"task": "sla.check_clocks", "schedule": crontab(hour=3, minute=17)},
    "sweep-uploads": {"task": "tickets.remove_stale_uploads", "schedule": 3600.0},
    "sweep-news": {"task": "notifications.forget_news", "schedule": crontab(hour=3, minute=41)},
    "sweep-bulk-runs": {"task": "tickets.forget_bulk_runs", "schedule": 3600.0},
}

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "notifications.mailstore.EmailBackend"
EMAIL_TIMEOUT = 20
MAIL_DIR = VAR_DIR / "mail"
# Mail providers that post what came in (intake.webhooks); without its secret a provider's address is a 404.
ANYMAIL = {
    "SEND_DEFAULTS": {},
    "WEBHOOK_SECRET": env.list("MAIL_WEBHOOK_SECRET", default=[]),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.str("MAILGUN_WEBHOOK_SIGNING_KEY", default=""),
    "SENDGRID_INBOUND_WEBHOOK_VERIFICATION_KEY": env.str("SENDGRID_WEBHOOK_KEY", default=""),
}

# May tenants' admins name IMAP servers within the installation's own network.
IMAP_INSIDE = env_bool("IMAP_INSIDE", default=LOCAL)

# Slack's Web API; another address lets a double stand in.
SLACK_API_URL = env.str("SLACK_API_URL", default="https://slack.com/api/")

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = LOCAL or DEBUG  # from where they lie; nothing was collected
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "files")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if LOCAL or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_REQUEST_BYTES = 110 * 1024 * 1024
MAX_MAIL_BYTES = 55 * 1024 * 1024  # a mail of 50 MB, and some room
# Mail providers post a whole mail, in base64, as one field of a form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 42 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# How long a reply waits after the press of Send, so that it can be taken back; 0 sends at once.
UNDO_SEND_SECONDS = env.int("UNDO_SEND_SECONDS", default=8)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]

AUTHENTICATION_BACKENDS = ["accounts.login.TenantBackend", "accounts.login.OperatorBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "supportdesk.account_adapter.OutboxAccountAdapter"
ACCOUNT_FORMS = {"reset_password": "accounts.password_forms.TenantResetForm",
                 "reset_password_from_key": "accounts.password_forms.NewPasswordForm",
                 "change_password": "accounts.password_forms.OwnPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Beside allauth's own for the other pages.
ACCOUNT_RATE_LIMITS = {"signup": "20/m/ip,3/10m/key", "operate": "20/m/ip,5/5m/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_NAME = "sd_session" if LOCAL else "__Host-session"
CSRF_COOKIE_NAME = "sd_csrf" if LOCAL else "__Host-csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "supportdesk.views.csrf_failure"
SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.problems.handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "supportdesk",
    "DESCRIPTION": "Tickets, their conversation and their SLA clocks. The tenant is the host name.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"AuthorKindEnum": "tickets.enums.AUTHOR_KINDS"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "toolkit.request_id.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    # They tell of each detector that is tried, and of each line of an SMTP dialogue with its addresses.
    "loggers": {"flufl.bounce": {"level": "WARNING"}, "mail.log": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
