"""Events posted by the thousand until every case is assigned and explained: over HTTP, through real workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
import orjson
import requests

django.setup()

from django.db import connection
from django.utils import timezone

from accounts import applying, receiving
from accounts.models import Event
from bench import book, place, report
from cases.models import Case, History
from routing import draining
from routing.models import Assignment, Evaluation
from routing.triggers import evaluation

EVENTS = 20_000
MUST = 1_500
TABLES = (Event, Case, History, Evaluation, Assignment)


def main() -> None:
    place.prepare()
    book.hire(2 * EVENTS // 50 + 60)
    accounts = book.stock(2 * EVENTS + 2000)
    steps = _steps(accounts[:EVENTS])
    rate = _over_http(accounts[EVENTS:], api_key=book.key())
    floor = _floor()
    report.answer(
        "Batches of 1,000 events posted → cases opened, assigned, explained",
        [
            report.row("over HTTP, 2 workers", f"{rate:,.0f} cases/s", must=f"≥ {MUST:,}", kept=rate >= MUST),
            *_shares(steps),
            report.row("PostgreSQL copying the same rows, indexes and all", f"{floor:,.0f} cases/s"),
            report.row("share of PostgreSQL's own speed", f"{rate / floor:.2f} ×"),
        ],
    )


def _steps(accounts: Sequence[str]) -> dict[str, float]:
    """Seconds of each step, one after the other in one process."""
    events = [book.hand_raise(name, number=0) for name in accounts]
    seconds = {
        "receive (check and store)": _timed(lambda: _receive(events)),
        "apply (find the account)": _timed(lambda: applying.apply_pending(now=timezone.now())),
        "evaluate (open and record why)": _timed(evaluation.evaluate_pending),
        "assign (drain and record why)": _timed(draining.drain_all),
    }
    assert Assignment.objects.count() == len(accounts), "every event has become an assigned case"
    return seconds


def _receive(events: Sequence[dict[str, Any]]) -> None:
    for batch in book.in_batches(events):
        receiving.receive(orjson.loads(orjson.dumps(batch)), now=timezone.now())


def _timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _shares(steps: dict[str, float]) -> list[report.Row]:
    total = sum(steps.values())
    rows = [
        report.row(f"share of: {name}", f"{100 * seconds / total:.0f} %  {1e6 * seconds / EVENTS:.0f} µs")
        for name, seconds in steps.items()
    ]
    return [report.row("all steps in one process", f"{EVENTS / total:,.0f} cases/s"), *rows]


def _over_http(accounts: Sequence[str], *, api_key: str) -> float:
    """Cases a second, from the first post to the last assignment, with two clients posting."""
    warm_up, measured = accounts[:2000], accounts[2000 : 2000 + EVENTS]
    with place.desk() as address, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {api_key}"
        _post_all(session, address, warm_up)
        _wait_for_assignments(EVENTS + len(warm_up))
        began = time.perf_counter()
        _post_all(session, address, measured)
        _wait_for_assignments(2 * EVENTS + len(warm_up))
        return EVENTS / (time.perf_counter() - began)


def _post_all(session: requests.Session, address: str, accounts: Sequence[str]) -> None:
    bodies = [
        orjson.dumps(batch)
        for batch in book.in_batches([book.hand_raise(name, number=1) for name in accounts])
    ]
    headers = {"Content-Type": "application/cloudevents-batch+json"}

    def post(body: bytes) -> None:
        session.post(f"{address}/api/events", data=body, headers=headers, timeout=60).raise_for_status()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(post, bodies))


def _wait_for_assignments(count: int) -> None:
    for _ in range(6000):
        if Assignment.objects.count() >= count:
            return
        time.sleep(0.02)
    raise TimeoutError(f"{Assignment.objects.count()} of {count} cases were assigned.")


def _floor() -> float:
    """PostgreSQL inserting the same rows into tables with the same indexes: cases a second."""
    cases, seconds = Case.objects.count(), 0.0
    with connection.cursor() as cursor:
        for model in TABLES:
            name = model._meta.db_table
            columns = ", ".join(
                f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated
            )
            cursor.execute(f"CREATE TABLE floor_{name} (LIKE {name} INCLUDING ALL)")
            began = time.perf_counter()
            cursor.execute(f"INSERT INTO floor_{name} ({columns}) SELECT {columns} FROM {name}")
            seconds += time.perf_counter() - began
    return cases / seconds


if __name__ == "__main__":
    main()
