"""The settings of tests are the same wherever they run."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings


def test_what_a_developer_has_set_changes_no_test() -> None:
    odd = {"PLAYBOOK": "fy25", "SITE_URL": "https://elsewhere.example", "MAIL_DOMAIN": "elsewhere.example"}
    show = "from smbcases.settings import test; print(test.PLAYBOOK, test.SITE_URL, test.MAIL_DOMAIN, test.REDIS_URL)"
    shown = subprocess.run(
        [sys.executable, "-c", show],
        cwd=settings.BASE_DIR,
        env={**os.environ, **odd, "REDIS_URL": "redis://named"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["fy26", "http://localhost:8000", "cases.example.com", "redis://named"]
