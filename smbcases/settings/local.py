"""`make run`: embedded servers unless the environment names others, plain HTTP on this machine."""

from smbcases.embedded import data_dir
from smbcases.settings.base import *  # noqa: F403  the settings of a place build on the common ones
from smbcases.settings.base import BASE_DIR, REDIS_CACHE, env

DATA_DIR = data_dir.locate(BASE_DIR)
SECRET_KEY = env("SECRET_KEY", default="") or data_dir.secret_key(DATA_DIR)
_port = env("PORT", default="8000")
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{_port}").rstrip("/")  # as the line `Ready:` has it
SESSION_COOKIE_NAME = f"session_{_port}"  # cookies do not tell ports apart
CSRF_COOKIE_NAME = f"csrf_{_port}"

# Where nothing has run yet there is nothing to find: a command that needs the database then says so.
_found = data_dir.read_addresses(DATA_DIR) or data_dir.Addresses(postgres_port=1, valkey_port=1, password="")
DATABASES = {"default": env.db("DATABASE_URL", default=_found.database_url)}
DATABASES["default"]["CONN_MAX_AGE"] = 600  # a thread of the web server keeps its connection ...
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # ... and notices when PostgreSQL was restarted
REDIS_URL = env("REDIS_URL", default=_found.redis_url)
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": REDIS_CACHE | {"LOCATION": REDIS_URL}}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
# Files are served from where they lie: no collectstatic, and a change shows on reload.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
