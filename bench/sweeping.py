"""A sweep in which 1 % of the largest book is due, beside the bare SQL that writes the same rows; and nothing due."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench import place, report
from cases import sweep
from cases.models import Case, History, Notice
from smbcases.readiness import get_ready

SHARE = 100  # one case in so many is due
OPEN_EACH = 45
NOT_PUT_OFF = 16 / 15  # of the open cases, as the scratch book has them
ROUNDS, QUIET_ROUNDS = 7, 30
MUST_BE, MUST_REST = 1.5, 0.020

_KEPT = "id, version, alert_at, alert_kind, alerted_at, pick_up_missed_at, limit_passed_at"
_SET = ", ".join(f"{name} = told.{name}" for name in _KEPT.split(", ")[1:])
_HISTORY = "case_id, version, at, actor, person_id, verb, data, text"
_TOLD = "verb = 'overdue' AND at > now()"  # by the sweep, which is ahead of the clock
_NOTICE = "person_id, kind, case_id, by_id, at, text, url, topic, tally, rings, read_at, mail_at, mailed_at"


def main() -> None:
    get_ready()
    place.prepare()
    size = int(os.environ["BENCH_CASES"])
    advocates = int(size / SHARE * NOT_PUT_OFF / OPEN_EACH) + 1
    call_command("scale", "--cases", str(size), "--advocates", str(advocates), stdout=sys.stderr)
    _run("VACUUM (ANALYZE)")
    now = timezone.now()
    sweep.sweep(now=now)
    late = now + timedelta(days=16)
    _copy("before", "cases_case", _KEPT, "alert_at IS NOT NULL")
    acted = _sweep(late)
    _copy("after", "cases_case", _KEPT, "id IN (SELECT id FROM before)")
    _copy("told", "cases_history", _HISTORY, _TOLD)
    _copy("heard", "cases_notice", _NOTICE, "true")
    written = (History.objects.filter(verb="overdue", at=late).count(), Notice.objects.count())
    ours, bare = _measured(late)
    quiet = statistics.median(_timed(lambda: sweep.sweep(now=late)) for _ in range(QUIET_ROUNDS))
    ratio = ours / bare
    rows = [
        report.row(f"sweep, {acted:,} cases due", f"{1000 * ours:.0f} ms"),
        report.row(
            f"bare SQL of the same rows ({written[0]:,} of history, {written[1]:,} notices)",
            f"{1000 * bare:.0f} ms",
        ),
        report.row("the sweep beside it", f"{ratio:.2f} ×", must=f"≤ {MUST_BE} ×", kept=ratio <= MUST_BE),
        report.row(
            "nothing due",
            f"{1000 * quiet:.1f} ms",
            must=f"< {1000 * MUST_REST:.0f} ms",
            kept=quiet < MUST_REST,
        ),
    ]
    report.answer(f"Sweep of clocks, over {Case.objects.count():,} cases", rows)


def _measured(late: datetime) -> tuple[float, float]:
    """Medians in seconds of the sweep and of the bare SQL. They take turns, each on the same settled tables."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        _reset()
        ours.append(_timed(lambda: _sweep(late)))
        _reset()
        bare.append(_timed(_write_bare))
    return statistics.median(ours), statistics.median(bare)


def _sweep(late: datetime) -> int:
    acted = sweep.sweep(now=late)
    assert acted, "nothing was due"
    return acted


@transaction.atomic
def _write_bare() -> None:
    _run(f"UPDATE cases_case SET {_SET} FROM after AS told WHERE cases_case.id = told.id")
    _run(f"INSERT INTO cases_history ({_HISTORY}) SELECT {_HISTORY} FROM told")
    _run(f"INSERT INTO cases_notice ({_NOTICE}) SELECT {_NOTICE} FROM heard")


def _reset() -> None:
    """All as it was before, on tables that are as settled as then."""
    with transaction.atomic():
        _run(f"UPDATE cases_case SET {_SET} FROM before AS told WHERE cases_case.id = told.id")
        _run(f"DELETE FROM cases_history WHERE {_TOLD}")
        _run("DELETE FROM cases_notice")
    _run("VACUUM (ANALYZE) cases_case, cases_history, cases_notice")


def _copy(name: str, table: str, columns: str, where: str) -> None:
    _run(f"CREATE TEMPORARY TABLE {name} AS SELECT {columns} FROM {table} WHERE {where}")
    _run(f"ANALYZE {name}")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
