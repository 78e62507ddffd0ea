"""Keeps programs alive: relays what they print, starts again what ends, stops all of it at the end."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from smbcases.embedded import processes
from smbcases.embedded.processes import Program
from smbcases.embedded.relay import Relay

_LONG_ENOUGH = 10.0  # seconds a program has to live for its next end to count as the first
_OFTEN = 3  # short lives in a row after which waiting is given up
_GRACE = 15.0  # seconds that a program may take to end


class Stopped(Exception):
    """We were asked to end while waiting for something."""


class KeepsEnding(Exception):
    """A program that is waited for ends again and again."""


def delay_before(*, failures: int) -> float:
    """Seconds before the next start, after so many short lives in a row: none, then 1, 2, 4 ... 30."""
    return min(30.0, 2.0 ** (failures - 2)) if failures > 1 else 0.0


def describe_end(returncode: int) -> str:
    if returncode < 0:
        return f"was ended by {signal.Signals(-returncode).name}"
    return f"ended with status {returncode}"


@dataclass(kw_only=True)
class _Kept:
    """A program that has to run, and how it fares."""

    program: Program
    before: Callable[[], None]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


class Supervisor:
    """Single-threaded: everything happens in `tick`, which every wait calls."""

    def __init__(self, *, folder: Path, say: Callable[[str], None]) -> None:
        """`folder` gets the list of running processes."""
        self.stopping = False
        self._folder = folder
        self._say = say
        self._relay = Relay(say)
        self._kept: dict[str, _Kept] = {}
        self._steps: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def keep(self, program: Program, *, before: Callable[[], None] = lambda: None) -> None:
        """Start it now and after each end, calling `before` ahead of every start but the first."""
        kept = self._kept[program.name] = _Kept(program=program, before=before)
        self._start(kept)

    def run_step(self, program: Program) -> int:
        """Run a program to its end; returns its exit status. Raises Stopped."""
        process = self._spawn(program, prefix="")
        self._steps = [process]
        while process.poll() is None:
            self.tick()
        self._relay.drain()
        self._steps = []
        processes.remember(self._folder, self._running())
        return process.returncode

    def wait_until(self, answers: Callable[[], bool], *, name: str, within: float) -> bool:
        """Whether the kept program `name` answered within so many seconds. Raises Stopped, KeepsEnding."""
        last = time.monotonic() + within
        while not answers():
            self.tick()
            if self._kept[name].failures >= _OFTEN:
                raise KeepsEnding(f"{name} keeps ending; its last words are above or in {self._folder}/log.")
            if time.monotonic() > last:
                return False
        return True

    def stand_by(self) -> None:
        """Keep everything alive until asked to end, which raises Stopped."""
        while True:
            self.tick()

    def tick(self, timeout: float = 0.1) -> None:
        if self.stopping:
            raise Stopped
        self._relay.pump(timeout)
        for kept in self._kept.values():
            self._look_after(kept)

    def _look_after(self, kept: _Kept) -> None:
        now = time.monotonic()
        if kept.process is None:
            if now >= kept.due:
                kept.before()
                self._start(kept)
        elif kept.process.poll() is not None:
            processes.kill_group(kept.process)  # a dead master's workers would hold its port
            self._relay.drain()  # its last words come before the word of its end
            kept.failures = 1 if now - kept.started > _LONG_ENOUGH else kept.failures + 1
            delay = delay_before(failures=kept.failures)
            when = f"in {delay:.0f} s" if delay else "at once"
            end = describe_end(kept.process.returncode)
            self._say(f"{kept.program.name} {end}; starting it again {when}.")
            kept.process, kept.due = None, now + delay

    def _start(self, kept: _Kept) -> None:
        kept.process = self._spawn(kept.program, prefix=f"{kept.program.name:<6} | ")
        kept.started = time.monotonic()

    def _spawn(self, program: Program, *, prefix: str) -> subprocess.Popen[bytes]:
        process = processes.spawn(program)
        if process.stdout:
            self._relay.add(process.stdout, prefix=prefix)
        processes.remember(self._folder, [*self._running(), process])
        return process

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [*self._steps, *[kept.process for kept in self._kept.values() if kept.process]]

    def _stop(self) -> None:
        """Last started, first ended: the servers outlive those that use them."""
        for step in self._steps:
            self._end(step, by=signal.SIGTERM)
        for kept in reversed(self._kept.values()):
            if kept.process:
                self._end(kept.process, by=kept.program.stop_signal)
        self._relay.close()

    def _end(self, process: subprocess.Popen[bytes], *, by: signal.Signals) -> None:
        if process.poll() is None:
            process.send_signal(by)
        last = time.monotonic() + _GRACE
        while process.poll() is None and time.monotonic() < last:
            self._relay.pump(0.05)  # a program whose words nobody takes could not end
        processes.kill_group(process)
        self._relay.drain()
