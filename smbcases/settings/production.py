"""A real deployment: every secret and address comes from the environment, and there is no demo door."""

from django.core.exceptions import ImproperlyConfigured

from smbcases.settings.base import *  # noqa: F403  the settings of a place build on the common ones
from smbcases.settings.base import DEMO, REDIS_CACHE, env

if DEMO:
    raise ImproperlyConfigured("DEMO=1 lets anybody sign in as anybody; production settings refuse it.")

SECRET_KEY = env("SECRET_KEY")
if SECRET_KEY == "change-me":  # noqa: S105  the value in .env.example
    raise ImproperlyConfigured("SECRET_KEY still has the value of .env.example.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = {"default": env.db("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": REDIS_CACHE | {"LOCATION": REDIS_URL}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
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
