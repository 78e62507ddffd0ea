"""Who is told when the clock moves accounts out of SMB or sweeps ownership."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account, Person, Role
from cases import book_by_clock
from cases.models import Case, Notice, NoticeKind
from routing import draining
from routing.models import Trigger, Verdict
from routing.triggers import catalogue, evaluation
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MOVES = datetime(2026, 5, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def ops() -> Person:
    return factories.person(Role.OPS)


@pytest.fixture
def grown() -> Account:
    return factories.account(name="Acme", carr=40_000, outgrew_on=date(2026, 3, 3))


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("text", flat=True))


def test_ops_are_told_once_when_accounts_cross_and_when_they_move(ops: Person, grown: Account) -> None:
    for now in (NOW, NOW, MOVES, MOVES):
        book_by_clock.settle(now=now)
    assert told(ops) == [
        "1 account outgrew SMB; listed for the quarter’s move.",
        "1 account moved out of SMB.",
    ]


def test_ops_are_told_when_one_falls_back(ops: Person, grown: Account) -> None:
    book_by_clock.settle(now=NOW)
    Account.objects.update(outgrew_on=None, carr=10)
    book_by_clock.settle(now=NOW)
    assert told(ops)[-1] == "1 account fell back under the line; listed no more."


def test_an_advocate_keeps_the_open_cases_and_is_told_once_an_account(grown: Account) -> None:
    maya = factories.person()
    held = [
        factories.case(owner=maya, account=grown, case_type=key) for key in ("po_required", "customer_mql")
    ]
    book_by_clock.settle(now=MOVES)
    notice = Notice.objects.get(person=maya, kind=NoticeKind.SEGMENT)
    assert notice.case_id == held[0].pk
    assert notice.text.startswith("Acme is not SMB any more. Its open cases stay with you")
    assert set(Case.objects.open().filter(owner=maya)) == set(held)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(MOVES.replace(month=4, day=30), Verdict.OPENED), (MOVES, Verdict.SEGMENT)],
)
def test_triggers_open_nothing_on_it_from_its_day_on(grown: Account, now: datetime, verdict: str) -> None:
    """Also where nobody has written the move down yet."""
    catalogue.load(now=now)
    came = factories.event("sales.contact_requested", grown, message="Call us")
    evaluation.evaluate_pending(now=now)
    looked = came.evaluations.get(trigger=Trigger.objects.get(key="contact_sales_request", playbook="fy26"))
    assert looked.verdict == verdict
    draining.drain_all(now=now)
