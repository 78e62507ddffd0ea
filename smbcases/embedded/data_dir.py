"""What lies in DATA_DIR: the claim of its one owner, the servers' addresses, the secret key, logs."""

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


class Taken(Exception):
    """Another process runs the servers of this DATA_DIR."""


class Unusable(Exception):
    """DATA_DIR cannot be written or read by us."""


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the servers listen on 127.0.0.1; kept when they stop, so that they come back there."""

    postgres_port: int
    valkey_port: int
    password: str

    @property
    def database_url(self) -> str:
        return f"postgres://app:{self.password}@127.0.0.1:{self.postgres_port}/smbcases"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/0"


def locate(root: Path) -> Path:
    """DATA_DIR from the environment, else `.data` in the checkout `root`."""
    return Path(os.environ.get("DATA_DIR") or root / ".data").absolute()


def make(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / "log").mkdir(exist_ok=True)
        (path / "lock").touch()
    except OSError as error:
        raise Unusable(
            f"Cannot write to {error.filename}: {error.strerror}. "
            f"Make it yours (chown), or choose another folder with DATA_DIR=..."
        ) from error
    return path


@contextmanager
def claim(path: Path) -> Iterator[None]:
    """Be the one that runs the servers of `path`; the kernel drops the claim with the process.

    Raises Taken.
    """
    with (path / "lock").open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = lock.read().strip() or "?"
            raise Taken(
                f"Process {owner} already runs on {path}. Stop it, "
                "or run beside it: make run DATA_DIR=.data2 PORT=8001"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def borrow(path: Path) -> Iterator[None]:
    """Use servers that another process runs; their owner waits for us before it stops them."""
    with (path / "borrowed").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def wait_for_borrowers(path: Path) -> None:
    with (path / "borrowed").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def read_addresses(path: Path) -> Addresses | None:
    """The last known addresses; None where servers were never started."""
    found = read_json(path / "servers.json")
    return Addresses(**found) if found else None


def write_addresses(path: Path, addresses: Addresses) -> None:
    write_json(path / "servers.json", asdict(addresses))


def secret_key(path: Path) -> str:
    """Django's key for this DATA_DIR, made once; whoever comes first wins."""
    kept = path / "secret_key"
    if not kept.exists():
        path.mkdir(parents=True, exist_ok=True)
        draft = _draft(kept, secrets.token_urlsafe(50))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text()


def read_json(path: Path) -> Any:
    """What `write_json` left; None where there is no such file."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def write_json(path: Path, content: object) -> None:
    """Readable by us alone, and never half written."""
    _draft(path, json.dumps(content, indent=1)).replace(path)


def _draft(beside: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=beside.parent, prefix=f".{beside.name}-")  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
    return Path(name)
