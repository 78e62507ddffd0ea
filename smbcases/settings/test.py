"""Tests: on servers of their own, which `smbcases.embedded.pytest_plugin` names in the environment.

Whatever else is set there is the developer's or the machine's, and no test depends on it.
"""

import os

from environ import Env

Env.ENVIRON = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}

from smbcases.settings.base import *  # noqa: E402, F403  the settings of a place build on the common ones
from smbcases.settings.base import env  # noqa: E402  read with what is left of the environment

SECRET_KEY = "only-for-tests"  # noqa: S105  guards nothing
DEMO = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
# Type checkers and migration checks import these settings without any server.
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://app@127.0.0.1:1/smbcases")}
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:1/0")
CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hashing is not what is tested
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # else every test client scans all static files
