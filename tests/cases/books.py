"""Playbooks of tests: a year as it is, and one whose clocks count working hours."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from smbcases import playbook
from smbcases.playbook import Playbook, loading

WORKING = "fy26-working"
_CHANGES = {
    "every_year.yaml": [
        (
            "{pick_up: calendar, target: calendar, limit: calendar, next_step: calendar,",
            "{pick_up: working, target: working, limit: working, next_step: working,",
        ),
    ],
    "fy26.yaml": [
        ("no_limit_when_deferred: on", "no_limit_when_deferred: off"),
        ("target: [closed], limit: [closed]", "target: [put_off, closed], limit: [put_off, closed]"),
        ("pick_up_hours: {high: 24, medium: 24, low: 24}", "pick_up_hours: {high: 6, medium: 8, low: 16}"),
        ("hours: 09:00-17:30}", "hours: 09:00-17:00}"),
    ],
}


@cache
def working() -> Playbook:
    """FY26 with every clock in working hours, 9 to 17, standing still while a case is put off."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(shutil.copytree(loading.DATA, Path(folder) / "data"))
        for name, changes in _CHANGES.items():
            text = (data / name).read_text(encoding="utf-8")
            for old, new in changes:
                assert old in text, old
                text = text.replace(old, new)
            (data / name).write_text(text, encoding="utf-8")
        return loading.load("fy26", data).model_copy(update={"key": WORKING})


def offer_working(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let cases be opened and read under it, as `WORKING`."""
    real = playbook.get

    def get(key: str) -> Any:
        return working() if key == WORKING else real(key)

    monkeypatch.setattr(playbook, "get", get)
