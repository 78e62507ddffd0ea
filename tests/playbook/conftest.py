"""Playbooks to ask, and a copy of their files to spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from smbcases.playbook import Playbook, PlaybookError, loading

Spoil = Callable[[str, str, str], tuple[str, ...]]


@pytest.fixture(scope="session")
def fy25() -> Playbook:
    return loading.load("fy25")


@pytest.fixture(scope="session")
def fy26() -> Playbook:
    return loading.load("fy26")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of all playbook files."""
    return shutil.copytree(loading.DATA, tmp_path / "data")


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace a text, which must stand in the file once, load FY26 and return the problems as text."""

    def replace(file: str, old: str, new: str) -> tuple[str, ...]:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(PlaybookError) as refused:
            loading.load("fy26", folder)
        return tuple(str(problem) for problem in refused.value.problems)

    return replace
