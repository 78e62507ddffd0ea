"""Make `.venv` and `node_modules` from the committed locks; does nothing where they are up to date.

Runs on the system's Python, so it uses the standard library only.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("base", "dev", "node")}
PAGES_LOCK = ROOT / "package-lock.json"


class SetupFailed(Exception):
    """A step did not succeed; its own words are above."""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if is_complete(wanted):
        return 0
    try:
        with alone():
            install_python_packages(wanted)
            install_pages_packages()
    except SetupFailed as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"Cannot write to {error.filename}: this checkout ({ROOT}) belongs to somebody else. "
            "Make a clone of your own, or let its owner run `make setup` once.",
            file=sys.stderr,
        )
        return 1
    return 0


def is_complete(wanted: str) -> bool:
    return python_works() and is_installed(wanted) and pages_are_installed()


def install_python_packages(wanted: str) -> None:
    if not python_works():
        begin("Making .venv")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv.")
    if not is_installed(wanted):
        begin(f"Installing Python packages from requirements/{wanted}.txt")
        pip_install(wanted)


def install_pages_packages() -> None:
    """Styles and charts. Where the machine has no npm, a Python wheel brings one."""
    if pages_are_installed():
        return
    npm = [found] if (found := shutil.which("npm")) else [str(VENV / "bin/npm")]
    if not found and not is_installed("node"):
        begin("Installing npm, which this machine does not have")
        pip_install("node")
    begin("Installing styles and charts from package-lock.json")
    quietly = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    run([*npm, "ci", "--ignore-scripts", *quietly], "npm could not install the pages' packages.")
    shutil.copyfile(PAGES_LOCK, pages_stamp())


def pip_install(name: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    options = ["--no-deps", "--require-hashes", "--root-user-action=ignore", "--progress-bar=off"]
    run(
        [*pip, "install", *options, "-r", f"requirements/{name}.txt"],
        "pip could not install the Python packages; is there a network?",
    )
    for lock in {name, "base"} if name == "dev" else {name}:  # dev contains base
        shutil.copyfile(LOCKS[lock], stamp(lock))


def python_works() -> bool:
    """False too where .venv was made by a Python that is gone."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], check=False).returncode == 0


def is_installed(name: str) -> bool:
    return same(stamp(name), LOCKS[name])


def pages_are_installed() -> bool:
    return same(pages_stamp(), PAGES_LOCK)


def stamp(name: str) -> Path:
    return VENV / f"installed-{name}.txt"


def pages_stamp() -> Path:
    return ROOT / "node_modules/.installed.json"


def same(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()


def begin(what: str) -> None:
    print(f"{what} ...", flush=True)


def run(command: list[str], failure: str) -> None:
    started = time.monotonic()
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SetupFailed(failure)
    print(f"... done in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time: two first starts from one checkout would fill .venv together."""
    if not os.access(ROOT, os.W_OK):
        raise PermissionError(13, "not writable", str(ROOT))
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main())
