"""The settings of `make run`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("chosen", "site"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8001"}, "http://127.0.0.1:8001"),
        ({"PORT": "8001", "SITE_URL": "https://cases.example.com/"}, "https://cases.example.com"),
    ],
)
def test_links_in_mails_lead_to_where_the_pages_listen(
    tmp_path: Path, chosen: dict[str, str], site: str
) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from smbcases.settings import local; print(local.SITE_URL)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **chosen},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == site
