"""What holds everywhere. Values that differ by place come from the environment."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = False
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_FAILURE_VIEW = "smbcases.old_page.refused"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "accounts",
    "cases",
    "routing",
    "renewals",
    "newlogo",
    "smbcases",
    "smbcases.apps.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_htmx",
    "djangoql",
    "heroicons",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.clock.TimeZoneMiddleware",
]

ROOT_URLCONF = "smbcases.urls"
WSGI_APPLICATION = "smbcases.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smbcases.shell.shell",
            ],
        },
    }
]
COTTON_DIR = "components"

AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", BASE_DIR / "node_modules/@tabler/core/dist"),
    ("chart", BASE_DIR / "node_modules/chart.js/dist"),
    ("inter", BASE_DIR / "node_modules/@fontsource-variable/inter/files"),
]

# Where people reach the pages: links in mails begin with it.
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")

# The active fiscal year's rules: a file in smbcases/playbook/data.
PLAYBOOK = env("PLAYBOOK", default="fy26")

# A wake-up is a message that work may lie in the database: the name of the idea to the task that looks.
WAKES = {
    "events": "accounts.tasks.apply_events",
    "applied": "routing.tasks.evaluate_events",
    "waiting": "routing.tasks.drain_pools",
    "notices": "cases.tasks.mail_notices",
    "mails": "cases.tasks.send_mails",
    "received_mails": "cases.tasks.read_mails",
}
# Mails to customers: from the team's address, with answers to cases+…@MAIL_DOMAIN.
MAIL_DOMAIN = env("MAIL_DOMAIN", default="cases.example.com")
MAIL_ADDRESS = env("MAIL_ADDRESS", default="") or f"smb@{MAIL_DOMAIN}"
SUPPORT_ADDRESS = env("SUPPORT_ADDRESS", default="support@example.com")  # where technical questions go
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_ADDRESS
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 20  # a server that says nothing would hold a worker for ever
# Who tells how many places people have, and holds them while somebody's load is raised.
PLACES = "routing.places.hold"
PLACES_OF = "routing.places.load"
BULK_MOST = 500  # cases that one act takes at once
BULK_UNDO_SECONDS = 60

# Mail that comes in. Every door keeps it under one mailbox, so that a mail that comes by two is there once.
MAILBOX = env("MAILBOX", default="team")
MAIL_MOST_AN_HOUR = env.int("MAIL_MOST_AN_HOUR", default=40)  # of one sender; more are held
OWN_LIST_IDS: list[str] = env.list("OWN_LIST_IDS", default=[])  # of a group that our address itself is
FREE_MAIL_DOMAINS: list[str] = env.list("FREE_MAIL_DOMAINS", default=[])  # beside those of the packaged list
IMAP_URL = env("IMAP_URL", default="")  # imaps://user:password@host/INBOX
MAIL_WEBHOOKS: list[str] = env.list("MAIL_WEBHOOKS", default=[])  # providers that may post mail to us
MAIL_OPENER = "routing.triggers.of_mail.open_cases"  # who puts a mail before the triggers
COVERS = "routing.covering.load_covers"  # who knows who stands in for whom

# Files on cases. An empty list of types takes every kind whose ending is not blocked; programs are never taken.
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_MB", default=25) * 1024 * 1024
ATTACHMENT_MAX_BYTES_OF_CASE = env.int("ATTACHMENT_MAX_MB_OF_CASE", default=200) * 1024 * 1024
ATTACHMENT_ALLOWED_TYPES: list[str] = env.list("ATTACHMENT_ALLOWED_TYPES", default=[])
ATTACHMENT_BLOCKED_ENDINGS: list[str] = (
    env.list("ATTACHMENT_BLOCKED_ENDINGS", default=[])
    or (
        "app apk bash bat bin cmd com cpl dll dmg exe gadget hta inf ins jar js jse lnk mjs msc msi msp pif php pl ps1"
        " psm1 py rb reg scr sh vb vbe vbs ws wsf wsh zsh"
    ).split()
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # a lost wake-up costs seconds; waiting for Redis costs a person
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 3,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
}
CELERY_TIMEZONE = "UTC"
# A server that accepts and does not answer would otherwise hold every request for ever.
REDIS_CACHE = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.keys.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.Decided"],
    "DEFAULT_RENDERER_CLASSES": ["smbcases.lib.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "smbcases.lib.api.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "accounts.api_docs.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.keys.KeyThrottle"],
    "EXCEPTION_HANDLER": "smbcases.lib.problems.handle",
    "PAGE_SIZE": 50,
}
API_KEY_REQUESTS_PER_MINUTE = env.int("API_KEY_REQUESTS_PER_MINUTE", default=6000)
EVENT_BATCH_LIMIT = 1000
IDEMPOTENCY_KEYS_KEPT_FOR = timedelta(hours=24)
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

SPECTACULAR_SETTINGS = {
    "TITLE": "SMB Cases",
    "DESCRIPTION": "Push CRM events, read and work cases, follow what became of each event.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api_docs.add_event_types",
        "smbcases.lib.api_docs.add_problems",
    ],
    # Where fields of one name have different choices, or of different names the same ones.
    "ENUM_NAME_OVERRIDES": {
        "MailFateEnum": "cases.models.received.MailFate",
        "NoticeKindEnum": "cases.models.notices.NoticeKind",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
