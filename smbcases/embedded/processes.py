"""Starting programs so that none of them outlives us, and ending them whole."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import psutil

from smbcases.embedded import data_dir
from smbcases.embedded.account import Account

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Program:
    """How to start something and how to end it. Without `log`, its output comes to us through a pipe."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    account: Account | None = None
    log: Path | None = None
    input: bytes = b""
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL  # what it gets when we are killed


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send us `by` when the thread that started us ends. Linux only."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, by)


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start it as the head of a session of its own, so that Ctrl-C reaches only us.

    To be called from the main thread: the kernel ties the child's life to the thread that starts it.
    """
    with _input(program.input) as stdin, _output(program.log) as stdout:
        return subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=program.environment,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # One call into the C library, looked up beforehand: safe between fork and exec.
            preexec_fn=partial(_tie, os.getpid(), program.orphan_signal),  # noqa: PLW1509
            **(program.account.popen_arguments if program.account else {}),
        )


def stop_all(running: Sequence[tuple[subprocess.Popen[bytes], signal.Signals]], *, grace: float) -> None:
    """Ask each with its signal, wait up to `grace` seconds for all, then kill what is left of them."""
    for process, by in running:
        if process.poll() is None:
            process.send_signal(by)
    last = time.monotonic() + grace
    for process, _ in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0, last - time.monotonic()))
    for process, _ in running:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def remember(folder: Path, running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Leave a list for whoever starts next, should we be killed where the kernel does not clean up."""
    alive = []
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            alive.append([process.pid, psutil.Process(process.pid).create_time()])
    data_dir.write_json(folder / "processes.json", alive)


def stop_leftovers(folder: Path) -> int:
    """End what a killed predecessor left running; returns how many. A reused pid is left alone."""
    found: list[psutil.Process] = []
    for pid, started in data_dir.read_json(folder / "processes.json") or []:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if abs(process.create_time() - started) < 1:
                found += [process, *process.children(recursive=True)]
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=5)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    return len(found)


def _tie(parent: int, by: signal.Signals) -> None:
    die_with_parent(by)
    if os.getppid() != parent:  # killed between fork and here
        os._exit(1)


@contextlib.contextmanager
def _input(content: bytes) -> Iterator[int]:
    if not content:
        yield subprocess.DEVNULL
        return
    read_end, write_end = os.pipe()
    try:
        with os.fdopen(write_end, "wb") as file:
            file.write(content)
        yield read_end
    finally:
        os.close(read_end)


@contextlib.contextmanager
def _output(log: Path | None) -> Iterator[int | IO[bytes]]:
    if log is None:
        yield subprocess.PIPE
        return
    with log.open("ab") as file:
        yield file
