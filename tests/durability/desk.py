"""The whole house as `make run` starts it, in a folder of its own, to be hurt: each part can be killed by name."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import redis

from smbcases.embedded import data_dir, ports
from tests.durability.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
_SIGNS = {"web": "gunicorn", "worker": "worker", "beat": "beat", "postgres": "-D", "valkey": "valkey-server"}


class Desk:
    """A running one. It is looked into past its web server, by SQL."""

    def __init__(self, *, folder: Path, port: int, runner: subprocess.Popen[bytes], key: str) -> None:
        self.folder, self.port, self.key = folder, port, key
        self._runner = psutil.Process(runner.pid)
        addresses = data_dir.read_addresses(folder)
        assert addresses
        self._addresses = addresses

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Through a connection of its own, which waits for a PostgreSQL that is about to come back."""
        connection = self._connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _connect(self) -> psycopg2.extensions.connection:
        for _ in range(1200):
            with suppress(psycopg2.OperationalError):
                return psycopg2.connect(self._addresses.database_url, connect_timeout=5)
            time.sleep(0.1)
        return psycopg2.connect(self._addresses.database_url, connect_timeout=5)

    def count(self, query: str, *values: object) -> int:
        return int(self.ask(query, *values)[0][0])

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(self._addresses.redis_url, socket_timeout=5)

    def find(self, name: str) -> psutil.Process | None:
        """The process that the runner started under this name, if it is up."""
        for process in self._runner.children():
            try:
                if _SIGNS[name] in process.cmdline() or _SIGNS[name] in " ".join(process.cmdline()[:3]):
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def process(self, name: str) -> psutil.Process:
        """Waits for it where the runner is about to start it again."""
        process = wait_until(lambda: self.find(name), what=f"{name} is up")
        assert process
        return process

    def kill(self, name: str) -> None:
        """As the machine's own killer does: at once, with all of its group. The runner starts it again."""
        os.killpg(self.process(name).pid, signal.SIGKILL)

    def empty_and_kill_valkey(self) -> None:
        """So that it comes back knowing nothing. Waits for it where it is about to come back."""
        wait_until(self._valkey_answers, what="Valkey answers")
        with self.broker() as broker:
            broker.flushall()
        shutil.rmtree((self.folder / "servers").resolve() / "valkey" / "appendonlydir")
        self.kill("valkey")

    def _valkey_answers(self) -> bool:
        with self.broker() as broker, suppress(redis.RedisError):
            return bool(broker.ping())
        return False

    @contextmanager
    def without_valkey(self) -> Iterator[None]:
        """It is dead for the length of the block, because the runner that would start it again stands still."""
        self._runner.suspend()
        try:
            self.kill("valkey")
            yield
        finally:
            self._runner.resume()

    @contextmanager
    def with_frozen_valkey(self) -> Iterator[None]:
        """It accepts connections, and says nothing."""
        process = self.process("valkey")
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def is_at_work(self) -> bool:
        """Whether a worker is in the middle of applying or evaluating right now: it holds a baton."""
        return bool(self.count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))

    def log(self) -> str:
        return (self.folder / "said").read_text(errors="replace")


@contextmanager
def started() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="smbcases-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)  # the servers' account has to pass through
        folder, port = Path(name) / "data", ports.choose(remembered=None)
        environment = _environment(folder=folder, port=port)
        folder.mkdir()
        with (folder / "said").open("wb") as said:
            command = [sys.executable, "-m", "smbcases.embedded", "run", "--with-parent"]
            runner = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            _wait_until_ready(runner, folder)
            key = _manage("from tests.durability import staff; print(staff.hire())", environment)
            yield Desk(folder=folder, port=port, runner=runner, key=key)
        finally:
            _end(runner)
            shutil.rmtree((folder / "servers").resolve(), ignore_errors=True)


def _end(runner: subprocess.Popen[bytes]) -> None:
    """All of it at once: nobody needs what it holds, and a farewell takes seconds."""
    family = psutil.Process(runner.pid).children(recursive=True) if runner.poll() is None else []
    runner.kill()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    runner.wait(timeout=30)
    psutil.wait_procs(family, timeout=30)


def _wait_until_ready(runner: subprocess.Popen[bytes], folder: Path) -> None:
    said = folder / "said"
    wait_until(
        lambda: "Ready:" in said.read_text(errors="replace") or runner.poll() is not None,
        within=300,
        what="the desk is ready",
    )
    assert runner.poll() is None, said.read_text(errors="replace")


def _environment(*, folder: Path, port: int) -> dict[str, str]:
    """Without what the tests' own servers and settings have left in ours."""
    ours = {
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "DEMO": "0",
        "LIVE": "0",
        "API_KEY_REQUESTS_PER_MINUTE": "1000000",
    }
    theirs = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PLAYBOOK")
    return {name: value for name, value in os.environ.items() if name not in theirs} | ours


def _manage(code: str, environment: dict[str, str]) -> str:
    command: Sequence[str] = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
