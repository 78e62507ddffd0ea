"""What is set in `.env` reaches the containers, and what is left out there does no harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GIVEN = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-app"]["environment"]
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""")
IN_MAIL_ENV = {
    "MAILBOX",
    "MAIL_MOST_AN_HOUR",
    "OWN_LIST_IDS",
    "FREE_MAIL_DOMAINS",
    "IMAP_URL",
    "MAIL_WEBHOOKS",
}
NOT_CHOSEN = {
    "DEMO": "production refuses it",
    "MEDIA_ROOT": "the volume lies where it points by default",
    "SECURE_SSL_REDIRECT": "the proxy in front has TLS",
}
FILLED_IN = {
    "SECRET_KEY": "long",
    "ALLOWED_HOSTS": "cases.example.com",
    "POSTGRES_PASSWORD": "p",
    "REDIS_PASSWORD": "r",
    "SITE_URL": "https://cases.example.com",
    "SUPPORT_ADDRESS": "support@cases.example.com",
    "MAIL_DOMAIN": "cases.example.com",
}
SHOWN = """
import json
from smbcases.settings import production as s
print(json.dumps({
    "from": s.MAIL_ADDRESS, "former": s.SECRET_KEY_FALLBACKS, "blocked": s.ATTACHMENT_BLOCKED_ENDINGS,
    "types": s.ATTACHMENT_ALLOWED_TYPES, "bytes": s.ATTACHMENT_MAX_BYTES, "files": s.STORAGES["default"],
    "a_minute": s.API_KEY_REQUESTS_PER_MINUTE,
}))
"""


def filled_in(value: str, chosen: dict[str, str]) -> str:
    """As compose fills in `${NAME:-default}` and `${NAME:?why}`."""

    def one(found: re.Match[str]) -> str:
        name, sign, rest = found.groups()
        if sign == "?" and not chosen.get(name):
            pytest.fail(f"{name}: {rest}")
        return chosen.get(name) or rest

    return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", one, value)


def start(**chosen: str) -> Any:
    """The settings of a container where `.env` says so."""
    given = {name: filled_in(value, FILLED_IN | chosen) for name, value in GIVEN.items()}
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_setting_reaches_the_containers() -> None:
    read = {
        name
        for each in ("base.py", "production.py")
        for name in READ.findall((ROOT / "smbcases/settings" / each).read_text())
    }
    missing = read - GIVEN.keys() - IN_MAIL_ENV - NOT_CHOSEN.keys()
    assert not missing, (
        f"Set in .env these change nothing; name them in docker-compose.yml: {sorted(missing)}"
    )


def test_what_is_left_out_is_as_if_nobody_had_named_it() -> None:
    seen = start()
    assert "exe" in seen.pop("blocked")
    assert seen == {
        "from": "smb@cases.example.com",
        "former": [],
        "types": [],
        "bytes": 25 * 1024 * 1024,
        "files": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {}},
        "a_minute": 6000,
    }


def test_what_is_set_holds() -> None:
    seen = start(
        MAIL_ADDRESS="desk@cases.example.com",
        SECRET_KEY_FALLBACKS="older,oldest",
        FILE_STORAGE="storages.backends.s3.S3Storage",
        FILE_STORAGE_OPTIONS='{"bucket_name": "smb-files"}',
        ATTACHMENT_MAX_MB="1",
        ATTACHMENT_ALLOWED_TYPES="application/pdf",
        ATTACHMENT_BLOCKED_ENDINGS="exe",
        API_KEY_REQUESTS_PER_MINUTE="60",
    )
    assert seen == {
        "from": "desk@cases.example.com",
        "former": ["older", "oldest"],
        "blocked": ["exe"],
        "types": ["application/pdf"],
        "bytes": 1024 * 1024,
        "files": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "smb-files"}},
        "a_minute": 60,
    }


@pytest.mark.parametrize("name", ["SITE_URL", "SUPPORT_ADDRESS"])
def test_addresses_that_people_are_led_to_have_no_default(name: str) -> None:
    """A made up one would send questions and links to nobody, and nobody would notice."""
    assert re.fullmatch(r"\$\{" + name + r":\?.+\}", GIVEN[name])
