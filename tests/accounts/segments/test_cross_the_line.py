"""An account that outgrows SMB stays until the next fiscal quarter begins, and is moved on that day, once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts import opportunities, standing
from accounts.models import Account, Opportunity, Person, Role, SegmentCrossing
from accounts.segments import crossing
from accounts.segments.crossing import Over, Pending, Settled
from smbcases import playbook
from tests import factories
from tests.accounts import sending
from tests.accounts.sending import take_in

RULES = playbook.get("fy26")
CROSSED = date(2026, 3, 3)
MOVES = date(2026, 5, 1)
SMALL, BIG, HUGE = 20_000, 40_000, 300_000


def on(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def told(day: datetime, **said: object) -> dict[str, object]:
    return sending.event(**{"external_id": "A", "region": "AMER", **said}) | {"time": day.isoformat()}


@pytest.fixture
def amer(db: None) -> Person:
    return factories.person(Role.SALES_USER, region="AMER")


@pytest.fixture
def account(amer: Person) -> Account:
    return factories.account(external_id="A", owner=amer, as_of=on(date(2026, 1, 1)))


def grow(account: Account, carr: int, *, day: date = CROSSED) -> None:
    take_in(told(on(day), carr=carr), now=on(day, 13))
    account.refresh_from_db()


@pytest.mark.parametrize(
    ("crossed", "moves"),
    [
        (date(2026, 2, 1), date(2026, 5, 1)),
        (date(2026, 4, 30), date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 8, 1)),
        (date(2026, 12, 31), date(2027, 2, 1)),
        (date(2027, 1, 31), date(2027, 2, 1)),
    ],
)
def test_it_moves_on_the_first_day_of_the_next_fiscal_quarter(crossed: date, moves: date) -> None:
    assert standing.moves_on(crossed, rules=RULES) == moves


def over(day: date = CROSSED, *, segment: str = "mid_market", account_id: int = 1) -> Over:
    return Over(account_id=account_id, outgrew_on=day, segment=segment)


def waits(day: date = CROSSED, *, moves_on: date = MOVES) -> Pending:
    return Pending(id=7, account_id=1, crossed_on=day, moves_on=moves_on)


@pytest.mark.parametrize(
    ("marked", "known", "today", "done"),
    [
        ([over()], [], CROSSED, ["note"]),
        ([over()], [waits()], MOVES - timedelta(days=1), []),
        ([over()], [waits()], MOVES, ["move"]),
        ([over()], [waits()], MOVES + timedelta(days=40), ["move"]),
        ([over()], [], MOVES, ["note", "move"]),
        ([], [waits()], CROSSED, ["fall_back"]),
        ([over(segment="smb")], [waits()], MOVES, ["fall_back", "unmark"]),
        ([over(date(2026, 4, 2))], [waits()], date(2026, 4, 2), ["note", "fall_back"]),
        ([over()], [waits(moves_on=date(2026, 6, 1))], CROSSED, ["date_anew"]),
        ([], [], MOVES, []),
    ],
)
def test_what_is_to_be_done(marked: list[Over], known: list[Pending], today: date, done: list[str]) -> None:
    steps = crossing.decide(marked, known, today=today, rules=RULES)
    names = ("note", "date_anew", "fall_back", "move", "unmark")
    assert [name for name in names if getattr(steps, name)] == done


def test_it_is_noted_when_it_crosses_and_stays_smb(account: Account, amer: Person) -> None:
    grow(account, BIG)
    assert crossing.settle(now=on(CROSSED)) == Settled(crossed=(account.pk,))
    noted = crossing.listed().get()
    assert (noted.crossed_on, noted.moves_on, noted.account.segment) == (CROSSED, MOVES, "smb")
    assert account.owner_id == amer.pk


def test_it_moves_on_the_day_and_once(account: Account) -> None:
    grow(account, BIG)
    days = [CROSSED, MOVES - timedelta(days=1), MOVES, MOVES, MOVES + timedelta(days=1)]
    settled = [crossing.settle(now=on(day, hour=0)) for day in days]
    assert [one.moved for one in settled] == [(), (), (account.pk,), (), ()]
    account.refresh_from_db()
    assert (account.segment, account.outgrew_on) == ("mid_market", None)
    assert crossing.moved().get().moved_to == "mid_market"
    assert not crossing.listed().exists()


def test_one_that_is_enterprise_by_size_becomes_that(account: Account) -> None:
    grow(account, HUGE)
    crossing.settle(now=on(MOVES))
    assert crossing.moved().get().moved_to == "enterprise"


def test_the_sales_user_lets_go_of_it_and_its_opportunities(account: Account, amer: Person) -> None:
    maya = factories.person()
    theirs, hers = (factories.opportunity(account, owner=one) for one in (amer, maya))
    won = factories.opportunity(account, owner=amer, stage="closed_won")
    grow(account, BIG)
    crossing.settle(now=on(MOVES))
    for record in (account, theirs, hers):
        record.refresh_from_db()
    assert (account.owner_id, theirs.owner_id, hers.owner_id) == (None, None, maya.pk)
    assert Opportunity.objects.get(pk=won.pk).owner_id == amer.pk, "what is closed stays whose it was"


def test_an_event_of_before_the_move_does_not_give_it_back(account: Account, amer: Person) -> None:
    grow(account, BIG)
    crossing.settle(now=on(MOVES))
    take_in(told(on(CROSSED, hour=13), carr=BIG, owner=amer.email))
    account.refresh_from_db()
    assert (account.segment, account.owner_id) == ("mid_market", None)


def test_one_that_had_come_down_before_the_day_is_smb_again_however_late_that_is_told(
    account: Account, amer: Person
) -> None:
    grow(account, BIG)
    crossing.settle(now=on(MOVES))
    take_in(told(on(CROSSED, hour=13), carr=SMALL))
    account.refresh_from_db()
    assert (account.segment, account.owner_id) == ("smb", amer.pk)


def test_one_that_falls_back_is_listed_no_more(account: Account) -> None:
    grow(account, BIG)
    crossing.settle(now=on(CROSSED))
    grow(account, SMALL, day=date(2026, 4, 1))
    assert crossing.settle(now=on(date(2026, 4, 1))) == Settled(fell_back=(account.pk,))
    assert account.outgrew_on is None
    assert crossing.settle(now=on(MOVES)) == Settled()
    assert crossing.fallen_back().get().account == account


def test_one_that_crosses_again_counts_from_then(account: Account) -> None:
    grow(account, BIG)
    crossing.settle(now=on(CROSSED))
    take_in(
        told(on(date(2026, 4, 1)), carr=SMALL),
        told(on(date(2026, 5, 2)), carr=BIG),
        now=on(date(2026, 5, 3)),
    )
    settled = crossing.settle(now=on(date(2026, 5, 3)))
    assert settled == Settled(crossed=(account.pk,), fell_back=(account.pk,))
    assert crossing.listed().get().moves_on == date(2026, 8, 1)


def test_a_quarter_that_went_by_unseen_is_made_up_for(account: Account) -> None:
    grow(account, BIG)
    settled = crossing.settle(now=on(date(2026, 9, 9)))
    assert settled == Settled(crossed=(account.pk,), moved=(account.pk,))


def test_it_is_not_smb_from_its_day_on_even_before_it_is_moved(account: Account) -> None:
    grow(account, BIG)
    asked = {
        day: standing.is_smb(account, on=day, rules=RULES)
        for day in (CROSSED, MOVES - timedelta(days=1), MOVES)
    }
    assert list(asked.values()) == [True, True, False]


def test_another_playbook_draws_another_line(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """FY25 leaves Ultimate out of SMB; back under FY26, the account is unmarked before its day."""
    factories.subscription(account, plan="ultimate", renews_on=date(2027, 1, 1))
    monkeypatch.setattr(playbook, "active", lambda: playbook.get("fy25"))
    standing.look_at_all(playbook=playbook.get("fy25"), now=on(CROSSED), write=True)
    assert crossing.settle(now=on(CROSSED)).crossed == (account.pk,)
    monkeypatch.setattr(playbook, "active", lambda: playbook.get("fy26"))
    assert crossing.settle(now=on(MOVES)) == Settled(fell_back=(account.pk,))
    account.refresh_from_db()
    assert (account.segment, account.outgrew_on) == ("smb", None)


def test_another_fiscal_year_dates_the_move_anew(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(account, BIG)
    crossing.settle(now=on(CROSSED))
    calendar = RULES.model_copy(update={"fiscal_year_starts": "01-01"})
    monkeypatch.setattr(playbook, "active", lambda: calendar)
    crossing.settle(now=on(CROSSED))
    assert crossing.listed().get().moves_on == date(2026, 4, 1)


def test_an_opportunity_made_here_after_the_move_is_nobodys(account: Account) -> None:
    grow(account, BIG)
    crossing.settle(now=on(MOVES))
    account.refresh_from_db()
    deal = opportunities.Deal(
        kind="growth", name="More seats", amount=Decimal(10), currency="USD", close_on=date(2026, 6, 1)
    )
    made = opportunities.create(account=account, deal=deal, by=factories.person(), now=on(MOVES))
    assert Opportunity.objects.get(pk=made.pk).owner_id is None


@pytest.mark.parametrize("seed", range(15))
def test_any_history_ends_as_a_slow_look_at_each_day_has_it(seed: int, amer: Person) -> None:
    """Sizes change on any day, the clock asks on some days; each account alone, day after day, says what must be."""
    chance = random.Random(seed)
    first, days = date(2026, 1, 5), 300
    sizes = {f"R{number}": some_sizes(chance, days=days) for number in range(6)}
    asked = {day for day in range(days) if chance.random() < 0.08} | {days - 1}
    for name in sizes:
        factories.account(external_id=name, owner=amer, as_of=on(first) - timedelta(days=1))
    settled = []
    for number in range(days):
        day = first + timedelta(days=number)
        events = [
            told(on(day, 9), external_id=name, carr=of[number]) for name, of in sizes.items() if number in of
        ]
        if events:
            take_in(*events, now=on(day, 9))
        if number in asked:
            settled.append(crossing.settle(now=on(day)))
    for name, changes in sizes.items():
        account = Account.objects.get(external_id=name)
        expected, moves = slow_end(changes, first=first, asked=asked)
        assert (account.segment, account.outgrew_on) == expected
        assert [one.moved.count(account.pk) for one in settled].count(1) == moves
        assert SegmentCrossing.objects.filter(account=account, moved_at__isnull=False).count() == moves


def some_sizes(chance: random.Random, *, days: int) -> dict[int, int]:
    """By number of the day, what an account's cARR becomes."""
    changes = range(chance.randrange(7))
    return {chance.randrange(days): chance.choice([SMALL, SMALL, BIG, HUGE]) for _ in changes}


def slow_end(changes: dict[int, int], *, first: date, asked: set[int]) -> tuple[tuple[str, date | None], int]:
    """The segment, the day it crossed, and how often it moved; day by day."""
    segment, crossed, moves = "smb", None, 0
    for number in range(300):
        day = first + timedelta(days=number)
        if number in changes:
            size = {SMALL: "smb", BIG: "mid_market", HUGE: "enterprise"}[changes[number]]
            if segment == "smb" and size != "smb":
                crossed, latest = crossed or day, size
            else:
                segment, crossed = size, None
        if number in asked and crossed and day >= quarter_after(crossed):
            segment, crossed, moves = latest, None, moves + 1
    return (segment, crossed), moves


def quarter_after(day: date) -> date:
    starts = [date(year, month, 1) for year in (2026, 2027) for month in (2, 5, 8, 11)]
    return min(start for start in starts if start > day)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_moves_it(django_db_serialized_rollback: None) -> None:
    account = factories.account(carr=BIG, outgrew_on=CROSSED)
    gate, ends = Barrier(2), []

    def one() -> None:
        gate.wait()
        ends.append(crossing.settle(now=on(MOVES)))
        connection.close()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.moved for one in ends) == [(), (account.pk,)]
    assert SegmentCrossing.objects.count() == 1
