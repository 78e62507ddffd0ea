"""`python -m smbcases.embedded run`: everything, kept alive. `... exec -- CMD`: a command on the servers."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from smbcases.embedded import (
    account,
    binaries,
    data_dir,
    postgres,
    processes,
    procfile,
    runner,
    servers,
    supervisor,
)

_ROOT = Path(__file__).resolve().parents[2]
_EXPLAINED = (
    account.NoAccount,
    binaries.ProgramMissing,
    data_dir.Taken,
    data_dir.Unusable,
    postgres.SetupFailed,
    procfile.BadProcfile,
    runner.NotPrepared,
    runner.PortTaken,
    servers.NotStarted,
    servers.StoreGone,
    supervisor.KeepsEnding,
)


def main(arguments: list[str] | None = None) -> int:
    given = _parse(arguments)
    try:
        if given.action == "exec":
            return _execute(given.command, on_scratch=given.scratch)
        return _run(with_parent=given.with_parent)
    except _EXPLAINED as error:
        print(error, file=sys.stderr)
        return 1


def _run(*, with_parent: bool) -> int:
    if with_parent:
        processes.die_with_parent(signal.SIGTERM)
    port = os.environ.get("PORT", "8000")
    if not port.isdigit():
        raise runner.PortTaken(f"PORT has to be a number, not {port!r}.")
    runner.run(root=_ROOT, folder=data_dir.locate(_ROOT), port=int(port))
    return 0


def _execute(command: list[str], *, on_scratch: bool) -> int:
    """Run a command with DATABASE_URL and REDIS_URL set; returns its exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    place: AbstractContextManager[dict[str, str]] = (
        servers.scratch(careless=False) if on_scratch else servers.running(data_dir.locate(_ROOT))
    )
    with place as found:
        environment = os.environ | found | {"PATH": _search_path()}
        return subprocess.run(command, env=environment, check=False).returncode


def _search_path() -> str:
    """With our `python` and PostgreSQL's `psql` and `pg_dump` in front."""
    folders = [str(Path(sys.executable).parent)]
    with suppress(binaries.ProgramMissing):
        folders.append(str(binaries.find_postgres(account=None)))
    return os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m smbcases.embedded", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="start everything and keep it alive; PORT and DATA_DIR choose where")
    run.add_argument("--with-parent", action="store_true", help="end when the process that started us ends")
    execute = actions.add_parser("exec", help="run a command with the servers of DATA_DIR up")
    execute.add_argument("--scratch", action="store_true", help="on new servers that are gone afterwards")
    execute.add_argument("command", nargs="+", metavar="CMD")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
