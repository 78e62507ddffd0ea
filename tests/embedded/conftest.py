"""A DATA_DIR for each test, and programs small enough to start in no time."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from smbcases.embedded import data_dir
from smbcases.embedded.processes import Program


def wait_for(condition: Callable[[], object], *, within: float = 60.0) -> None:
    """Fails the test where the condition does not come true in so many seconds."""
    last = time.monotonic() + within
    while not condition():
        assert time.monotonic() < last, "waited in vain"
        time.sleep(0.03)


def find_recorded(folder: Path) -> list[psutil.Process]:
    """What is alive of the processes that were started for `folder`, in the order of their start."""
    pids = [pid for pid, _ in data_dir.read_json(folder / "processes.json") or []]
    alive = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            alive.append(psutil.Process(pid))
    return alive


def has_ended(process: psutil.Process) -> bool:
    """A zombie that nobody has collected yet has ended, too."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def recorded() -> Callable[[Path], list[psutil.Process]]:
    return find_recorded


@pytest.fixture
def ended() -> Callable[[psutil.Process], bool]:
    return has_ended


@pytest.fixture
def wait() -> Callable[..., None]:
    return wait_for


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A DATA_DIR with a space in its name; not in pytest's, which the servers' account cannot enter."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    with tempfile.TemporaryDirectory(prefix="smbcases-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name) / "data dir"


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Program]:
    """A program that says its name and then does as its Python code tells."""

    def make(name: str, code: str = "time.sleep(600)") -> Program:
        said = f"print('{name} is up', flush=True)"
        return Program(
            name=name,
            command=[sys.executable, "-S", "-c", f"import os, signal, sys, time; {said}; {code}"],
            folder=tmp_path,
            environment=os.environ,
            stop_signal=signal.SIGTERM,
        )

    return make
