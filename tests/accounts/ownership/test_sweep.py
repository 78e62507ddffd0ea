"""What stands in a person's name goes back to the region's Sales User, once, with a report of each row."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account, Opportunity, OwnershipMove, OwnershipSweep, Person, Role
from accounts.models.book import CLOSED_STAGES
from accounts.ownership import strays, sweeping, undoing
from accounts.ownership.strays import Kind, Stray
from accounts.ownership.sweeping import Among, NothingToSweep
from smbcases import playbook
from tests import factories
from tests.accounts.sending import NOW, event, record, take_in

TOLD_AT = NOW - timedelta(days=1)  # minute 0 of an event


@pytest.fixture
def amer(db: None) -> Person:
    return factories.person(Role.SALES_USER, region="AMER", name="Sales AMER")


@pytest.fixture
def emea(db: None) -> Person:
    return factories.person(Role.SALES_USER, region="EMEA", name="Sales EMEA")


@pytest.fixture
def maya(db: None) -> Person:
    return factories.person(name="Maya Stone")


@pytest.fixture
def ops(db: None) -> Person:
    return factories.person(Role.OPS, name="Olu Park")


def owner_of(one: Account | Opportunity) -> int | None:
    one.refresh_from_db()
    return one.owner_id


def some_book(seed: int, owners: list[Person]) -> list[Account]:
    """Accounts and opportunities of any region, segment, stage and owner."""
    chance = random.Random(seed)
    accounts = []
    for _ in range(25):
        owner = chance.choice([None, *owners])
        account = factories.account(
            region=chance.choice(["AMER", "EMEA", "APJ", ""]),
            segment=chance.choice(["smb", "smb", "smb", "mid_market"]),
            owner=owner,
        )
        accounts.append(account)
        for _ in range(chance.randrange(3)):
            factories.opportunity(
                account,
                owner=chance.choice([None, *owners]),
                stage=chance.choice(["1_discovery", "5_negotiation", "closed_won", "closed_lost"]),
            )
    return accounts


def slow_strays() -> set[tuple[str, int, str]]:
    """Kind, id and region of what stands in a person's name, by looking at every row."""
    found = set()
    for account in Account.objects.select_related("owner"):
        if account.segment == "smb" and account.owner and account.owner.role != Role.SALES_USER:
            found.add(("account", account.pk, account.region))
    for one in Opportunity.objects.select_related("owner", "account"):
        if one.stage in CLOSED_STAGES or one.account.segment != "smb":
            continue
        if one.owner and one.owner.role != Role.SALES_USER:
            found.add(("opportunity", one.pk, one.account.region))
    return found


def owners_of_all() -> dict[tuple[str, int], int | None]:
    accounts = {("account", pk): owner for pk, owner in Account.objects.values_list("pk", "owner")}
    return accounts | {
        ("opportunity", pk): owner for pk, owner in Opportunity.objects.values_list("pk", "owner")
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_sweep_moves_what_a_slow_look_at_every_row_finds_and_nothing_else(
    seed: int, amer: Person, emea: Person, maya: Person, ops: Person
) -> None:
    some_book(seed, [amer, emea, maya, ops, factories.person(is_active=False)])
    before, expected = owners_of_all(), slow_strays()
    counted = strays.count(strays.people())
    placed = {(kind, pk): region for kind, pk, region in expected if region in {"AMER", "EMEA"}}
    assert sum(held.accounts + held.opportunities for held in counted) == len(expected)

    made = sweeping.sweep(by=ops, now=NOW)

    users = {"AMER": amer.pk, "EMEA": emea.pk}
    assert owners_of_all() == before | {row: users[region] for row, region in placed.items()}
    assert (made.moved, made.left) == (len(placed), len(expected) - len(placed))
    rows = {
        ("opportunity", move.opportunity_id) if move.opportunity_id else ("account", move.account_id): move
        for move in made.moves.all()
    }
    assert rows.keys() == placed.keys()
    assert all(move.owner_before_id == before[row] for row, move in rows.items())
    assert all(move.owner_after_id == users[placed[row]] for row, move in rows.items())


@pytest.mark.parametrize("seed", range(6))
def test_undone_everything_stands_as_before(
    seed: int, amer: Person, emea: Person, maya: Person, ops: Person
) -> None:
    some_book(seed, [amer, emea, maya, ops])
    before = owners_of_all()
    made = sweeping.sweep(by=ops, now=NOW)
    undone = undoing.undo(sweep_id=made.pk, by=ops, now=NOW + timedelta(minutes=1))
    assert owners_of_all() == before
    assert (undone.moved_back, undone.undone_by) == (made.moved, ops)


def test_the_region_says_whose_it_becomes() -> None:
    found = [
        Stray(kind=Kind.ACCOUNT, id=number, name="", account_id=1, account_name="", region=region, owner_id=9)
        for number, region in enumerate(["AMER", "APJ", ""])
    ]
    proposed = strays.decide(found, sales_users={"AMER": 1, "EMEA": 2})
    assert [(one.to_id, one.why_not) for one in proposed] == [
        (1, ""),
        (None, "APJ has no Sales User."),
        (None, strays.NO_REGION),
    ]


def test_a_second_sweep_finds_nothing(amer: Person, maya: Person, ops: Person) -> None:
    factories.account(owner=maya)
    sweeping.sweep(by=ops, now=NOW)
    with pytest.raises(NothingToSweep, match="Nothing stands in a person's name"):
        sweeping.sweep(by=ops, now=NOW)
    assert OwnershipSweep.objects.count() == 1


def test_what_nobody_can_take_says_why(maya: Person, ops: Person) -> None:
    factories.account(owner=maya, region="APJ")
    with pytest.raises(NothingToSweep, match="APJ has no Sales User"):
        sweeping.sweep(by=ops, now=NOW)


def test_what_is_closed_keeps_the_name_it_was_closed_under(amer: Person, maya: Person, ops: Person) -> None:
    account = factories.account(owner=maya)
    won = factories.opportunity(account, owner=maya, stage="closed_won")
    sweeping.sweep(by=ops, now=NOW)
    assert (owner_of(account), owner_of(won)) == (amer.pk, maya.pk)


def test_somebody_may_give_back_what_is_theirs_alone(amer: Person, maya: Person, ops: Person) -> None:
    mine, other, of_ops = (factories.account(owner=one) for one in (maya, maya, ops))
    among = Among(owners=[maya.pk], accounts=[mine.pk, of_ops.pk], opportunities=[])
    made = sweeping.sweep(by=maya, now=NOW, among=among)
    assert made.moved == 1
    assert (owner_of(mine), owner_of(other), owner_of(of_ops)) == (amer.pk, maya.pk, ops.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_sweeps_at_once_one_moves_all(django_db_serialized_rollback: None) -> None:
    factories.person(Role.SALES_USER, region="AMER")
    maya, ops = factories.person(), factories.person(Role.OPS)
    for _ in range(20):
        factories.account(owner=maya)
    gate, ends = Barrier(2), []

    def one() -> None:
        gate.wait()
        try:
            ends.append(sweeping.sweep(by=ops, now=NOW).moved)
        except NothingToSweep:
            ends.append(0)
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [0, 20]
    assert OwnershipMove.objects.count() == 20


def opportunity_told(minute: int, owner: str = "", **said: Any) -> dict[str, Any]:
    told = {"external_id": "O", "account": "A", "name": f"Renewal {minute}", "kind": "renewal", **said}
    return record("opportunity", minute=minute, **({"owner": owner} if owner else {}), **told)


def swept_opportunity(maya: Person, ops: Person) -> Opportunity:
    account = factories.account(external_id="A", as_of=TOLD_AT)
    held = factories.opportunity(account, external_id="O", owner=maya, as_of=TOLD_AT)
    sweeping.sweep(by=ops, now=TOLD_AT + timedelta(minutes=5))
    return held


def test_an_event_of_before_the_sweep_does_not_undo_it(amer: Person, maya: Person, ops: Person) -> None:
    held = swept_opportunity(maya, ops)
    take_in(opportunity_told(4, owner=maya.email))
    assert owner_of(held) == amer.pk
    assert held.name == "Renewal 4"


def test_a_newer_event_of_the_crm_has_the_last_word(amer: Person, maya: Person, ops: Person) -> None:
    held = swept_opportunity(maya, ops)
    take_in(opportunity_told(6, owner=maya.email))
    assert owner_of(held) == maya.pk


def test_an_account_whose_owner_was_changed_here_follows_its_region(
    amer: Person, emea: Person, maya: Person, ops: Person
) -> None:
    account = factories.account(external_id="A", owner=maya, as_of=TOLD_AT)
    sweeping.sweep(by=ops, now=TOLD_AT + timedelta(minutes=5))
    take_in(event(minute=4, external_id="A", region="EMEA"))
    assert owner_of(account) == emea.pk


class TestUndo:
    """As far as nothing newer has happened to the row; of the others it says why they stay."""

    @pytest.fixture
    def account(self, amer: Person, maya: Person) -> Account:
        return factories.account(external_id="A", owner=maya, as_of=TOLD_AT)

    def undo(self, made: OwnershipSweep, ops: Person) -> str:
        undoing.undo(sweep_id=made.pk, by=ops, now=NOW + timedelta(hours=1))
        return made.moves.get().stays

    def test_it_stays_where_the_crm_has_told_of_it_since(
        self, account: Account, amer: Person, ops: Person
    ) -> None:
        made = sweeping.sweep(by=ops, now=TOLD_AT)
        take_in(event(minute=6, external_id="A", region="AMER"))
        assert self.undo(made, ops) == "The CRM has told of it since."
        assert owner_of(account) == amer.pk

    def test_it_stays_with_whom_it_was_given_to_since(self, account: Account, ops: Person) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        Account.objects.update(owner=ops)
        assert self.undo(made, ops) == "It is with Olu Park by now."
        assert owner_of(account) == ops.pk

    def test_it_stays_where_a_later_sweep_gave_it_back_again(
        self, account: Account, maya: Person, ops: Person
    ) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        Account.objects.update(owner=maya)
        sweeping.sweep(by=ops, now=NOW + timedelta(minutes=1))
        assert self.undo(made, ops) == "It was given back again since."

    def test_it_stays_where_the_account_is_not_smb_any_more(self, account: Account, ops: Person) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        Account.objects.update(segment="mid_market")
        assert self.undo(made, ops) == "Its account is not SMB any more."

    def test_what_was_closed_since_stays(self, amer: Person, maya: Person, ops: Person) -> None:
        held = factories.opportunity(factories.account(), owner=maya)
        made = sweeping.sweep(by=ops, now=NOW)
        Opportunity.objects.update(stage="closed_won")
        assert self.undo(made, ops) == "It was closed since."
        assert owner_of(held) == amer.pk

    def test_nothing_goes_to_who_has_left(
        self, account: Account, amer: Person, maya: Person, ops: Person
    ) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        Person.objects.filter(pk=maya.pk).update(is_active=False)
        assert self.undo(made, ops) == "Maya Stone is not here any more."
        assert owner_of(account) == amer.pk

    def test_a_sweep_is_taken_back_once(self, account: Account, ops: Person) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        self.undo(made, ops)
        with pytest.raises(undoing.AlreadyUndone):
            self.undo(made, ops)

    def test_there_must_be_one(self, ops: Person) -> None:
        with pytest.raises(undoing.NoSuchSweep):
            undoing.undo(sweep_id=1, by=ops, now=NOW)

    def test_an_event_of_before_the_undo_leaves_it(self, account: Account, maya: Person, ops: Person) -> None:
        made = sweeping.sweep(by=ops, now=NOW)
        self.undo(made, ops)
        take_in(event(minute=7, external_id="A", region="AMER"))
        assert owner_of(account) == maya.pk


class TestWeekly:
    SUNDAY = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def _switched_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rules = playbook.get("fy26")
        weekly = rules.clean_up.ownership_sweep.model_copy(update={"runs": True})
        clean_up = rules.clean_up.model_copy(update={"ownership_sweep": weekly})
        monkeypatch.setattr(playbook, "active", lambda: rules.model_copy(update={"clean_up": clean_up}))

    def test_it_comes_once_a_week_however_often_it_is_asked(self, amer: Person, maya: Person) -> None:
        factories.account(owner=maya)
        made = [sweeping.sweep_weekly(now=self.SUNDAY + timedelta(hours=hour)) for hour in (0, 0, 1, 80, 167)]
        assert [one.moved if one else None for one in made] == [1, None, None, None, None]
        factories.account(owner=maya)
        again = sweeping.sweep_weekly(now=self.SUNDAY + timedelta(days=7))
        assert again is not None
        assert (again.moved, again.by) == (1, None)

    def test_it_comes_late_where_nobody_asked_in_time(self, amer: Person, maya: Person) -> None:
        factories.account(owner=maya)
        sweeping.sweep_weekly(now=self.SUNDAY)
        factories.account(owner=maya)
        late = sweeping.sweep_weekly(now=self.SUNDAY + timedelta(days=9))
        assert late is not None
        assert late.week_on == (self.SUNDAY + timedelta(days=1)).date()

    def test_a_week_without_anything_to_move_is_done_too(self, amer: Person) -> None:
        made = sweeping.sweep_weekly(now=self.SUNDAY)
        assert made is not None
        assert made.moved == 0


@pytest.mark.django_db
def test_it_is_done_by_hand_only_unless_the_playbook_says_otherwise() -> None:
    assert sweeping.sweep_weekly(now=NOW) is None
    assert not OwnershipSweep.objects.exists()
