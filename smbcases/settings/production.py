"""A real deployment: every secret and address comes from the environment, and there is no demo door."""

import json
import os

from django.core.exceptions import ImproperlyConfigured

from smbcases.settings.base import *  # noqa: F403  the settings of a place build on the common ones
from smbcases.settings.base import DEMO, REDIS_CACHE, env

if DEMO:
    raise ImproperlyConfigured("DEMO=1 lets anybody sign in as anybody; production settings refuse it.")

SECRET_KEY = env("SECRET_KEY")
if SECRET_KEY == "change-me":  # noqa: S105  the value in .env.example
    raise ImproperlyConfigured("SECRET_KEY still has the value of .env.example.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SECRET_KEY_FALLBACKS = env.list(
    "SECRET_KEY_FALLBACKS", default=[]
)  # still signs people in, still leads mails back
# The console, base's default, would show customers' mails to whoever reads the log.
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
MAIL_DOMAIN = env("MAIL_DOMAIN", default=ALLOWED_HOSTS[0])
MAIL_ADDRESS = env("MAIL_ADDRESS", default="") or f"smb@{MAIL_DOMAIN}"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_ADDRESS
# A provider of django-anymail: ANYMAIL_MAILGUN_API_KEY and its like, each by its own name.
ANYMAIL = {
    "IGNORE_UNSUPPORTED_FEATURES": True,  # some keep the envelope's sender to themselves, and bounces with it
    **{
        name.removeprefix("ANYMAIL_"): value
        for name, value in os.environ.items()
        if name.startswith("ANYMAIL_")
    },
}
DATABASES = {"default": env.db("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": REDIS_CACHE | {"LOCATION": REDIS_URL}}
# Where files on cases lie: any storage class that Django can load, with its options as JSON.
MEDIA_ROOT = env("MEDIA_ROOT", default="/files")
STORAGES = {
    "default": {
        "BACKEND": env("FILE_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": json.loads(env("FILE_STORAGE_OPTIONS", default="") or "{}"),
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
