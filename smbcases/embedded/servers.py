"""The two servers of a DATA_DIR, or those that DATABASE_URL and REDIS_URL name."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from smbcases.embedded import account, binaries, data_dir, ports, processes
from smbcases.embedded.data_dir import Addresses, Taken
from smbcases.embedded.postgres import Postgres
from smbcases.embedded.valkey import Valkey

Server = Postgres | Valkey
_READY_WITHIN = 60.0  # seconds; a cluster that was killed replays its log first


class NotStarted(Exception):
    """A server ended or did not answer in time; the message ends with its log's last lines."""


class StoreGone(Exception):
    """DATA_DIR points to data that is no longer there."""


def prepare(folder: Path, *, careless: bool = False) -> list[Server]:
    """The servers to run for `folder`, ready to start: those that the environment does not name."""
    kinds = (("DATABASE_URL", Postgres), ("REDIS_URL", Valkey))
    embedded = [kind for variable, kind in kinds if not os.environ.get(variable)]
    if not embedded:
        return []
    store = _store(folder)
    runs_as = account.choose_account(owned=store)
    addresses = _choose_addresses(folder)
    servers: list[Server] = [
        kind(store=store, log=folder / "log", addresses=addresses, account=runs_as, careless=careless)
        for kind in embedded
    ]
    for server in servers:
        server.prepare()
    return servers


def environment(folder: Path) -> dict[str, str]:
    """What a program needs in its environment to use the servers of `folder`."""
    found = {"DATA_DIR": str(folder)}
    if addresses := data_dir.read_addresses(folder):
        found |= {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
    given = ("DATABASE_URL", "REDIS_URL")
    return found | {name: os.environ[name] for name in given if os.environ.get(name)}


@contextmanager
def running(folder: Path, *, careless: bool = False) -> Iterator[dict[str, str]]:
    """The servers of `folder` for the length of a block, which gets their `environment`.

    Where another process runs them they are borrowed: that process waits for us before it stops them.
    """
    data_dir.make(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(data_dir.claim(folder))
        except Taken:
            stack.enter_context(data_dir.borrow(folder))
            _wait_until(lambda: _answers(folder), what=f"The servers of {folder}")
        else:
            processes.stop_leftovers(folder)
            stack.enter_context(_started(folder, careless=careless))
            stack.callback(data_dir.wait_for_borrowers, folder)
        yield environment(folder)


@contextmanager
def scratch(*, careless: bool) -> Iterator[dict[str, str]]:
    """Servers in a folder of their own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="smbcases-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the servers' account has to pass through
        try:
            with running(folder, careless=careless) as found:
                yield found
        finally:
            shutil.rmtree((folder / "servers").resolve(), ignore_errors=True)


def start(server: Server) -> subprocess.Popen[bytes]:
    """Start a prepared server and wait until it answers. Raises NotStarted."""
    process = processes.spawn(server.program())

    def answers() -> bool:
        if process.poll() is not None:
            raise NotStarted(f"{server.name} ended at once. {_end_of_log(server)}")
        return server.is_ready()

    try:
        _wait_until(answers, what=f"{server.name} ({server.log})")
        server.finish()
    except BaseException:
        processes.kill_group(process)
        raise
    return process


@contextmanager
def _started(folder: Path, *, careless: bool) -> Iterator[None]:
    servers = prepare(folder, careless=careless)
    started: list[tuple[Server, subprocess.Popen[bytes]]] = []
    try:
        for server in servers:
            started.append((server, start(server)))
            processes.remember(folder, [process for _, process in started])
        yield
    finally:
        ending = [(process, server.program().stop_signal) for server, process in reversed(started)]
        processes.stop_all(ending, grace=20)


def _store(folder: Path) -> Path:
    """Where the servers keep their files: in DATA_DIR, or in root's shelter if their account cannot enter it.

    DATA_DIR then holds a link, so that it stays the one place that knows.
    """
    store = folder / "servers"
    if store.is_symlink() and not store.exists():
        raise StoreGone(
            f"{store} points to {store.readlink()}, which is gone. Remove {folder} to begin anew."
        )
    if not store.exists():
        runs_as = account.choose_account(owned=store)
        if account.can_enter(folder, account=runs_as):
            store.mkdir()
        else:
            aside = Path(tempfile.mkdtemp(prefix="data-", dir=binaries.make_shelter()))
            store.symlink_to(aside)
        if runs_as:
            os.chown(store, runs_as.uid, runs_as.gid)
        store.chmod(0o700)
    return store.resolve()


def _choose_addresses(folder: Path) -> Addresses:
    last = data_dir.read_addresses(folder)
    postgres_port = ports.choose(remembered=last.postgres_port if last else None)
    valkey_port = ports.choose(remembered=last.valkey_port if last else None, besides=postgres_port)
    addresses = Addresses(
        postgres_port=postgres_port,
        valkey_port=valkey_port,
        password=last.password if last else secrets.token_hex(24),
    )
    data_dir.write_addresses(folder, addresses)
    return addresses


def _answers(folder: Path) -> bool:
    addresses = data_dir.read_addresses(folder)
    return addresses is not None and not (
        ports.is_free(addresses.postgres_port) or ports.is_free(addresses.valkey_port)
    )


def _wait_until(answers: Callable[[], bool], *, what: str) -> None:
    last = time.monotonic() + _READY_WITHIN
    while not answers():
        if time.monotonic() > last:
            raise NotStarted(f"{what} did not answer within {_READY_WITHIN:.0f} s.")
        time.sleep(0.05)


def _end_of_log(server: Server) -> str:
    log = server.program().log
    lines = log.read_text(errors="replace").splitlines()[-8:] if log and log.exists() else []
    return "Its log ends with:\n  " + "\n  ".join(lines)
