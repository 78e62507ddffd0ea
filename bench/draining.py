"""12,000 waiting cases, 200 advocates with 50 places each, 8 workers at once; beside one transaction a case."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from bench import book, place, report
from cases import opening, ownership
from cases.models import Case, Origin, Priority
from cases.ownership import Gift
from routing import draining
from routing.models import Assignment, Member, Pool, Rule, Waiting
from smbcases.readiness import get_ready

CASES, ADVOCATES, PLACES, WORKERS = 12_000, 200, 50, 8
COMPARED = 1_000
MUST = 5_000


def main() -> None:
    get_ready()  # as every worker does when it starts
    place.prepare()
    book.hire(ADVOCATES)
    accounts = book.stock(CASES)
    _open(CASES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # else autovacuum does it while we measure
    seconds = _at_once(_drain)
    assigned = Assignment.objects.count()
    rate = assigned / seconds
    spread, fullest = _spread(), _fullest()
    explained = Waiting.objects.count()
    doubled = Assignment.objects.values("case").annotate(times=Count("id")).filter(times__gt=1).count()
    compared = _one_by_one()
    report.answer(
        f"{len(accounts):,} waiting cases, {ADVOCATES} advocates with {PLACES} places each, {WORKERS} workers at once",
        [
            report.row("assigned", f"{assigned:,}", must="10,000", kept=assigned == ADVOCATES * PLACES),
            report.row("assigned a second", f"{rate:,.0f}", must=f"≥ {MUST:,}", kept=rate >= MUST),
            report.row(
                "largest spread among equals, at every moment", str(spread), must="≤ 1", kept=spread <= 1
            ),
            report.row(
                "most places that anybody holds", str(fullest), must=f"≤ {PLACES}", kept=fullest <= PLACES
            ),
            report.row("cases assigned twice", str(doubled), must="0", kept=doubled == 0),
            report.row(
                "left waiting with their reason", f"{explained:,}", must="2,000", kept=explained == 2_000
            ),
            report.row("the same pick, one transaction a case, same workers", f"{compared:,.0f} a second"),
            report.row("beside it", f"{rate / compared:.1f} ×"),
        ],
    )


def _open(count: int) -> None:
    now = timezone.now()
    for start in range(0, count, 2000):
        opening.open_cases([_draft(number) for number in range(start, min(start + 2000, count))], now=now)


def _draft(number: int) -> opening.Draft:
    return opening.Draft(
        case_type="hand_raise_pql",
        category="inbound",
        origin=Origin.TRIGGER,
        occurrence=f"bench:{number}",
        subject=f"Account {number}: raised a hand",
        priority=Priority(1 + number % 3),
        region="AMER",
    )


def _at_once(work: Callable[[Any], None]) -> float:
    """Seconds for `WORKERS` processes that begin together, from the start until the last one is done."""
    connection.close()
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(WORKERS + 1)
    workers = [context.Process(target=work, args=(gate,)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    gate.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    return time.perf_counter() - began


def _drain(gate: Any) -> None:
    Pool.objects.count()  # connect before the start
    gate.wait()
    draining.drain_all()


def _spread() -> int:
    """The largest difference between the most and the fewest turns, looked at after every single assignment."""
    turns: Counter[int] = Counter(
        dict.fromkeys(Member.objects.filter(pool__in=_pool()).values_list("person", flat=True), 0)
    )
    widest = 0
    for person in Assignment.objects.order_by("drain", "position").values_list("person", flat=True):
        turns[person] += 1
        widest = max(widest, max(turns.values()) - min(turns.values()))
    return widest


def _pool() -> QuerySet[Pool]:
    return Pool.objects.filter(playbook="fy26", territory="amer")


def _fullest() -> int:
    held = Case.objects.filter(holds_place=True).values("owner").annotate(count=Count("id"))
    return max(int(count) for count in held.values_list("count", flat=True))


def _one_by_one() -> float:
    """Cases a second where each is picked for in a transaction of its own, with the same rule and the same record."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_case CASCADE")
    _reset()
    _open(COMPARED)
    seconds = _at_once(_pick_one_by_one)
    assert Assignment.objects.count() == COMPARED
    return COMPARED / seconds


def _reset() -> None:
    Member.objects.update(last_turn=0)
    Pool.objects.update(turn=0)


def _pick_one_by_one(gate: Any) -> None:
    Pool.objects.count()
    gate.wait()
    while _pick_one():
        pass


@transaction.atomic
def _pick_one() -> bool:
    now = timezone.now()
    pool = _pool().select_for_update().get()
    case = Case.objects.waiting().order_by("-priority", "queued_at", "id").first()
    if case is None:
        return False
    held = Case.objects.filter(owner=OuterRef("person"), holds_place=True).order_by().values("owner")
    load = Coalesce(Subquery(held.annotate(count=Count("id")).values("count")), 0)
    free = pool.members.annotate(load=load).filter(load__lt=PLACES).select_related("person")
    member = free.order_by("last_turn", "person_id").first()
    if member is None:
        return False
    gift = Gift(case=case, owner_id=member.person_id, owner_name=member.person.name, rule=Rule.TURN)
    ownership.give([gift], now=now)
    Pool.objects.filter(pk=pool.pk).update(turn=F("turn") + 1)
    Member.objects.filter(pk=member.pk).update(last_turn=pool.turn + 1, last_turn_at=now)
    Assignment.objects.create(
        case=case,
        person=member.person,
        at=now,
        rule=Rule.TURN,
        load_before=0,
        places=PLACES,
        turn=pool.turn + 1,
    )
    return True


if __name__ == "__main__":
    main()
