"""`python -m smbcases.embedded run`: everything, kept alive. `... exec -- CMD`: a command with the servers up."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from smbcases.embedded import account, binaries, data_dir, postgres, servers

_ROOT = Path(__file__).resolve().parents[2]
_EXPLAINED = (
    account.NoAccount,
    binaries.ProgramMissing,
    data_dir.Taken,
    data_dir.Unusable,
    postgres.SetupFailed,
    servers.NotStarted,
    servers.StoreGone,
)


def main(arguments: list[str] | None = None) -> int:
    given = _parse(arguments)
    try:
        return _execute(given.command, on_scratch=given.scratch)
    except _EXPLAINED as error:
        print(error, file=sys.stderr)
        return 1


def _execute(command: list[str], *, on_scratch: bool) -> int:
    """Run a command with DATABASE_URL and REDIS_URL set; returns its exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    place: AbstractContextManager[dict[str, str]] = (
        servers.scratch(careless=False) if on_scratch else servers.running(data_dir.locate(_ROOT))
    )
    with place as found:
        return subprocess.run(command, env=os.environ | found, check=False).returncode


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m smbcases.embedded", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    execute = actions.add_parser("exec", help="run a command with the servers of DATA_DIR up")
    execute.add_argument("--scratch", action="store_true", help="on new servers that are gone afterwards")
    execute.add_argument("command", nargs="+", metavar="CMD")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
