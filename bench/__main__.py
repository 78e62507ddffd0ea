"""`make bench` runs every section and writes what it found to `bench/results/`; `BENCH_ARGS=draining` runs one."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from bench import machine, place, report

SECTIONS = (
    "pipeline",
    "intake",
    "mailing_in",
    "draining",
    "lists",
    "dashboards",
    "finding",
    "idle",
    "sweeping",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", default=[], help=f"of {', '.join(SECTIONS)}; default all")
    parser.add_argument(
        "--cases", type=int, default=1_000_000, help="the largest book that lists are read from"
    )
    given = parser.parse_args()
    unknown = set(given.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"There is no section {', '.join(sorted(unknown))}.")
    found = [_run(name, largest=given.cases) for name in given.sections or SECTIONS]
    report.write(found, facts=machine.facts(), partial=bool(given.sections))
    return 0 if all(row["kept"] is not False for section in found for row in section["rows"]) else 1


def _run(name: str, *, largest: int) -> report.Section:
    """A section in a process of its own, on a database of its own; it answers with one line of JSON."""
    print(f"… {name}", file=sys.stderr, flush=True)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "smbcases.settings.local",
        "DATABASE_URL": place.database(name),
        "BENCH_CASES": str(largest),
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    section: report.Section = json.loads(done.stdout.splitlines()[-1])
    report.show(section)
    return section


if __name__ == "__main__":
    sys.exit(main())
