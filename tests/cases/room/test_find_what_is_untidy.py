"""What a room counts is what a slow look at each case finds, whatever has happened; and each count opens its list."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import Account, Person
from accounts.models.book import CLOSED_STAGES
from cases import clocks, compliance, writing, zones
from cases.models import Case, Verb
from cases.room import board, counting, lines, narrowing
from cases.room.kinds import OF_CASES, Kind
from cases.room.narrowing import OF_ITS_OWN, When
from cases.writing import Change, Entry
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import drill
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
WORKED = {"fy26": "engaged", "fy25": "in_progress"}


def slowly(case: Case, *, when: When) -> Iterator[Kind]:
    """How one open case is untidy, by what its clocks and its checklist say."""
    in_hand = case.picked_up_at is not None and case.deferred_until is None
    if case.is_stale(now=when.now):
        yield Kind.STALE
    elif case.target_at and case.limit_at and case.target_at <= when.now < case.limit_at:
        yield Kind.TARGET
    if in_hand and case.next_steps_on and step_by(case) <= when.now:
        yield Kind.STEP
    deal = case.opportunity
    if deal and deal.stage not in CLOSED_STAGES and deal.close_on and deal.close_on < when.today:
        yield Kind.CLOSE_DATE
    checklist = compliance.load_checklists([case], today=when.today)[case.pk]
    if in_hand and any(line.item.key not in OF_ITS_OWN for line in checklist.missing):
        yield Kind.REQUIRED
    if case.deferred_until and zones.start_of(case.deferred_until, zone=zones.zone_of(case)) <= when.now:
        yield Kind.LATER


def step_by(case: Case) -> datetime:
    assert case.next_steps_on is not None
    counts = case.rules.clocks.counts.next_step
    return clocks.next_step_by(
        case.next_steps_on, book=case.playbook, territory=case.territory, counts=counts
    )


def hold(now: datetime) -> int:
    """Compare, for each kind, the slow look with the condition and with the counts; answer how many there are."""
    when = When(now=now, today=now.date())
    held = Case.objects.open().filter(owner__isnull=False).select_related("opportunity", "account")
    found: dict[Kind, dict[int, int]] = {kind: {} for kind in OF_CASES}
    for case in held.order_by("id"):
        for kind in slowly(case, when=when):
            found[kind][case.pk] = case.owner_id or 0
    counts = counting.count_cases(Case.objects.all(), when=when)
    for kind, cases in found.items():
        narrowed = narrowing.narrow(Case.objects.all(), kind, when=when)
        assert set(narrowed.values_list("pk", flat=True)) == cases.keys(), kind
        for owner, counted in counts.items():
            assert counted.of(kind) == list(cases.values()).count(owner), (kind, owner)
    return sum(map(len, found.values()))


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_any_history_is_counted_as_a_slow_look_has_it(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    seen: list[int] = []

    class Watched(AnyHistory):
        def __init__(self) -> None:
            settings.PLAYBOOK = book
            super().__init__()

        def teardown(self) -> None:
            if self.ids:
                seen.extend(hold(self.now + timedelta(days=days)) for days in (0, 1, 8, 20, 40))
            super().teardown()

    run_state_machine_as_test(
        Watched,
        settings=how(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert seen  # how much there is to find, the desks below make sure of


@pytest.mark.parametrize("seed", range(8))
def test_any_desk_at_any_hour_is_counted_as_a_slow_look_has_it(settings: Any, seed: int) -> None:
    """Cases of both years' rules, in several territories, looked at around their midnights and a change of clocks."""
    chance = random.Random(seed)
    owners = [factories.person() for _ in range(2)]
    for _ in range(25):
        settings.PLAYBOOK = chance.choice(["fy26", "fy25"])
        some_case(chance, chance.choice(owners), worked=WORKED[settings.PLAYBOOK])
    found = 0
    for days in (0, 5, 25):
        for hour in (0, 5, 8, 12, 23):
            found += hold(NOW.replace(hour=hour) + timedelta(days=days, minutes=chance.randrange(60)))
    assert found > 100


def some_case(chance: random.Random, owner: Person, *, worked: str) -> None:
    region = chance.choice(["AMER", "EMEA", "APJ", ""])
    account = factories.account(region=region)
    contact = factories.contact(account)
    if chance.random() < 0.5:
        Account.objects.filter(pk=account.pk).update(gitlab_admin=contact)
    deal = factories.opportunity(
        account,
        stage=chance.choice(["1_discovery", "5_negotiation", "closed_won"]),
        close_on=TODAY + timedelta(days=chance.randrange(-5, 30)),
        risk=chance.choice(["", "low"]),
    )
    day = TODAY + timedelta(days=chance.randrange(-6, 12))
    opened = NOW - timedelta(days=chance.randrange(25), hours=chance.randrange(24))
    columns: dict[str, Any] = {"contact_id": chance.choice([None, contact.pk])}
    if chance.random() < 0.7:
        columns |= {"picked_up_at": opened, "status": chance.choice(["open", worked])}
        columns |= {
            "next_steps": chance.choice(["", "Send the quote"]),
            "next_steps_on": chance.choice([None, day]),
        }
    if chance.random() < 0.2:
        columns |= {"deferred_until": day, "put_off": True}
    made = factories.case(
        owner=owner,
        account=account,
        now=opened,
        region=region,
        case_type=chance.choice(["duo_trial_started", "po_required"]),
        opportunity_id=chance.choice([None, deal.pk]),
    )
    if chance.random() < 0.5:
        entry = Entry(verb=Verb.LOGGED, person=owner, data={"kind": chance.choice(["email", "call"])})
        at = opened + timedelta(hours=chance.choice([-1, 1]))
        writing.write([Change(case=made, columns={}, entries=[entry])], now=at)
        made.refresh_from_db()
    writing.write([Change(case=made, columns=columns, entries=[])], now=NOW)


@pytest.fixture
def manager() -> Person:
    return factories.person("manager")


@pytest.fixture
def maya(manager: Person) -> Person:
    factories.person("sales_user", region="AMER", name="Sales AMER")
    return factories.person(name="Maya Stone", manager=manager)


def messy(owner: Person) -> Account:
    """One of each kind of the cases' and the book's."""
    account = factories.account(owner=owner)
    deal = factories.opportunity(account, owner=owner, close_on=TODAY - timedelta(days=3))
    old, young = NOW - timedelta(days=20), NOW - timedelta(days=9)
    factories.case(owner=owner, account=account, now=old)
    factories.case(owner=owner, now=young)
    worked = {
        "picked_up_at": NOW,
        "status": "engaged",
        "next_steps": "2026-02-20 PN Send the quote",
        "next_steps_on": TODAY - timedelta(days=11),
    }
    factories.case(owner=owner, account=account, opportunity_id=deal.pk, columns=worked)
    return account


def room(reader: Person, **given: str) -> board.Room:
    found = drill.load(board.KIND, reader=reader, now=NOW, **given)
    assert isinstance(found, board.Room)
    return found


def test_each_kind_of_mess_has_its_part(maya: Person) -> None:
    messy(maya)
    counts = {part.kind: part.count for part in room(maya).parts}
    assert counts == {
        Kind.STALE: 1,
        Kind.TARGET: 1,
        Kind.STEP: 1,
        Kind.CLOSE_DATE: 1,
        Kind.REQUIRED: 1,
        Kind.ACCOUNTS: 1,
        Kind.OPPORTUNITIES: 1,
    }


def test_what_is_stale_says_for_how_long(maya: Person) -> None:
    messy(maya)
    (part,) = [part for part in room(maya).parts if part.kind is Kind.STALE]
    assert part.lines[0].why == "Stale for 5 d"


def test_of_more_than_it_shows_it_leads_to_the_list_once(
    client: Client, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST", 1)
    for _ in range(2):
        factories.case(owner=maya, now=NOW - timedelta(days=20))
    client.force_login(maya)
    page = client.get("/clean-your-room/").content.decode()
    shown = page.partition('id="room-stale"')[2].partition("</section>")[0]
    assert shown.count("untidy=stale") == 1
    assert "Show all 2" in shown


def test_it_says_what_is_missing(maya: Person) -> None:
    messy(maya)
    (part,) = [part for part in room(maya).parts if part.kind is Kind.REQUIRED]
    assert part.lines[0].why == "Contact, GitLab admin on the account, Renewal risk category, Activity logged"
    assert [fix.words for fix in part.lines[0].fixes] == [
        "Contact…",
        "GitLab admin…",
        "Risk…",
        "Log a touch…",
    ]


def test_a_clean_room_is_said_to_be(maya: Person) -> None:
    found = room(maya)
    assert (found.answer.words, found.answer.tone, found.parts) == ("Your room is clean.", "done", ())


def test_every_count_opens_its_list(maya: Person, manager: Person) -> None:
    messy(maya)
    messy(factories.person(name="Jo Lee", manager=manager))
    assert drill.open_all(room(maya), reader=maya, now=NOW) >= 5
    assert drill.open_all(room(manager), reader=manager, now=NOW) >= 15


def test_a_manager_sees_rooms_and_none_of_their_tasks(maya: Person, manager: Person) -> None:
    messy(maya)
    factories_task(maya)
    table = room(manager).table("people")
    assert table is not None
    assert [(row[0].value, row[-1].value) for row in table.rows] == [("Maya Stone", 7)]
    assert Kind.TASKS not in {part.kind for part in room(manager, owner=str(maya.pk)).parts}
    assert Kind.TASKS in {part.kind for part in room(maya).parts}


def factories_task(person: Person) -> None:
    person.tasks.create(what="Ring them", due_on=TODAY - timedelta(days=1), created_at=NOW, changed_at=NOW)


def test_a_manager_of_another_region_may_look_and_not_fix(maya: Person) -> None:
    messy(maya)
    found = room(factories.person("manager", region="EMEA"), owner=str(maya.pk))
    assert not any(line.fixes or line.gives for part in found.parts for line in part.lines)
    assert found.name == "Maya Stone’s room"


def test_her_own_manager_may_fix_her_cases_and_not_her_book(maya: Person, manager: Person) -> None:
    messy(maya)
    parts = {part.kind: part for part in room(manager, owner=str(maya.pk)).parts}
    assert parts[Kind.STALE].lines[0].fixes
    assert parts[Kind.ACCOUNTS].lines[0].gives is None


def test_asked_for_one_case_type_what_has_none_is_left_out(maya: Person) -> None:
    messy(maya)
    found = room(maya, case_type="duo_trial_started")
    assert {figure.key for figure in found.figures} == set(map(str, OF_CASES))


def test_however_much_there_is_it_takes_as_many_queries(
    maya: Person, django_assert_max_num_queries: Any
) -> None:
    messy(maya)
    for _ in range(5):
        messy(maya)
    with django_assert_max_num_queries(18):
        room(maya)
