"""The one writer: versions, history, clocks and places move together, and a stale page is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Person
from cases import details, lifecycle, moves, opening, planning, together, writing
from cases.models import Case, History, Verb
from cases.talk import commenting
from cases.writing import Change, Entry, NoSuchCase, StaleCase
from smbcases import playbook
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner() -> Person:
    return factories.person()


def plan(case: Case, by: Person, **more: Any) -> Case:
    return planning.set_next_steps(
        case_id=case.pk, what="Send the quote to them", on=TODAY + DAY, by=by, now=NOW, **more
    )


def test_every_change_raises_the_version_and_leaves_a_row_of_it(owner: Person) -> None:
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    plan(case, owner)
    rows = list(case.history.order_by("id").values_list("version", "verb"))
    assert rows == [(1, Verb.OPENED), (2, Verb.ASSIGNED), (3, Verb.PICKED_UP), (4, Verb.NEXT_STEPS)]
    assert Case.objects.get(pk=case.pk).version == 4


def test_a_page_that_saw_an_older_version_is_told_what_was_done_since(owner: Person) -> None:
    case = factories.case(owner=owner)
    seen = case.version
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    commenting.comment(case_id=case.pk, text="They called", by=owner, now=NOW)
    with pytest.raises(StaleCase) as caught:
        plan(case, owner, version=seen)
    assert [row.verb for row in caught.value.changes] == [Verb.PICKED_UP, Verb.NOTE]
    assert caught.value.status == 412
    assert not Case.objects.get(pk=case.pk).next_steps
    assert plan(case, owner, version=seen + 2).next_steps.endswith("Send the quote to them")


def test_without_a_version_the_latest_state_is_changed(owner: Person) -> None:
    case = factories.case(owner=owner)
    commenting.comment(case_id=case.pk, text="They called", by=owner, now=NOW)
    assert plan(case, owner).next_steps


def test_a_case_that_is_not_there() -> None:
    with pytest.raises(NoSuchCase):
        lifecycle.pick_up(case_id=999_999, by=factories.person(), now=NOW)


def test_clocks_and_places_are_what_the_database_says(owner: Person) -> None:
    case = factories.case(owner=owner)
    for act in (
        lambda: lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW),
        lambda: planning.put_off(
            case_id=case.pk, until=TODAY + 9 * DAY, what="Call them then again", by=owner, now=NOW
        ),
        lambda: lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW),
    ):
        written = act()
        held = Case.objects.get(pk=case.pk)
        for name in ("holds_place", "version", "due_at", "due_kind", "alert_at", "alert_kind", "status"):
            assert getattr(written, name) == getattr(held, name), name
        assert writing.holds_place(held) is held.holds_place


def test_many_changes_of_different_columns_do_not_mix(owner: Person) -> None:
    cases = [factories.case(owner=owner) for _ in range(3)]
    locked = list(writing.lock([case.pk for case in cases]).values())
    wanted: list[dict[str, Any]] = [{"status": "engaged"}, {"next_steps": "One"}, {"language": "de"}]
    changes = [
        Change(case=case, columns=columns, entries=[Entry(verb=Verb.NOTE, text="x")])
        for case, columns in zip(locked, wanted, strict=True)
    ]
    with transaction.atomic():
        writing.write(changes, now=NOW)
    held = [Case.objects.get(pk=case.pk) for case in cases]
    assert [(case.status, case.next_steps, case.language) for case in held] == [
        ("engaged", "", ""),
        ("open", "One", ""),
        ("open", "", "de"),
    ]


def test_picking_up_many_answers_each_and_does_what_can_be_done(owner: Person) -> None:
    mine, theirs = factories.case(owner=owner), factories.case(owner=factories.person())
    results = together.each(lifecycle.PickUp(by=owner, now=NOW), [mine.pk, theirs.pk, 999_999, mine.pk])
    assert [(one.case_id, one.refusal.name if one.refusal else None) for one in results] == [
        (mine.pk, None),
        (theirs.pk, "not-the-owner"),
        (999_999, "no-such-case"),
    ]
    assert Case.objects.get(pk=mine.pk).status == "attempting_contact"
    assert Case.objects.get(pk=theirs.pk).picked_up_at is None


def test_picking_up_twice_is_the_same_as_once(owner: Person) -> None:
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW + DAY)
    assert case.history.filter(verb=Verb.PICKED_UP).count() == 1


@pytest.mark.parametrize("key", playbook.keys())
def test_every_move_of_the_playbook_is_open_to_those_it_names_and_no_other(key: str) -> None:
    owner, ops = Person(pk=7, role="advocate"), Person(pk=8, role="ops")
    for status, described in playbook.get(key).statuses.items():
        case = Case(pk=1, playbook=key, status=status, owner=owner)
        for other in playbook.get(key).statuses:
            for name, by in (("owner", owner), ("ops", ops)):
                if other not in described.moves:
                    refused: type[Exception] = moves.IllegalMove
                elif name in described.moves[other]:
                    moves.check_move(case, other, by=by)
                    assert other in moves.open_to(by, case)
                    continue
                else:
                    refused = moves.NotYourMove
                with pytest.raises(refused):
                    moves.check_move(case, other, by=by)
                assert other not in moves.open_to(by, case)


def test_a_closed_status_is_reached_by_closing_alone(owner: Person) -> None:
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    with pytest.raises(moves.IllegalMove, match="resolution action"):
        lifecycle.set_status(case_id=case.pk, status="resolved", by=owner, now=NOW)


def test_who_only_reads_changes_nothing_but_may_say_something(owner: Person) -> None:
    case, reader = factories.case(owner=owner), factories.person()
    with pytest.raises(PermissionDenied):
        plan(case, reader)
    assert (
        commenting.comment(case_id=case.pk, text="I know them", by=reader, now=NOW).version
        == case.version + 1
    )
    with pytest.raises(NoSuchCase):
        commenting.comment(case_id=case.pk, text="Hello", by=factories.person("bdr"), now=NOW)


def test_records_of_another_account_are_refused(owner: Person) -> None:
    case, elsewhere = factories.case(owner=owner), factories.account()
    with pytest.raises(details.NotOfThisAccount):
        details.set_contact(case_id=case.pk, contact=factories.contact(elsewhere), by=owner, now=NOW)
    with pytest.raises(details.NotOfThisAccount):
        details.link_opportunity(
            case_id=case.pk, opportunity=factories.opportunity(elsewhere), by=owner, now=NOW
        )
    with pytest.raises(details.NotOfThisAccount):
        details.set_account(case_id=case.pk, account=elsewhere, by=owner, now=NOW)


def test_naming_the_account_places_the_case(owner: Person) -> None:
    (case,) = factories.cases(1, region="")
    ops = factories.person("ops")
    details.set_account(case_id=case.pk, account=factories.account(region="APJ"), by=ops, now=NOW)
    assert Case.objects.get().territory == "emea-apj"


def test_naming_the_account_where_a_case_is_open_for_it_is_refused_in_words() -> None:
    account = factories.account()
    taken = factories.case(account=account)
    (case,) = factories.cases(1, region="")
    with pytest.raises(moves.IllegalMove, match=taken.number):
        details.set_account(case_id=case.pk, account=account, by=factories.person("ops"), now=NOW)


def test_linking_an_opportunity_for_which_a_case_is_open_is_refused_in_words(owner: Person) -> None:
    account = factories.account()
    opportunity = factories.opportunity(account)
    taken = factories.case(account=account, opportunity_id=opportunity.pk)
    case = factories.case(owner=owner, account=account)
    with pytest.raises(moves.IllegalMove, match=taken.number):
        details.link_opportunity(case_id=case.pk, opportunity=opportunity, by=owner, now=NOW)


# What the database itself refuses


def test_one_open_case_a_trigger_account_and_opportunity() -> None:
    account = factories.account()
    opened = opening.open_cases([factories.draft(account_id=account.pk) for _ in range(3)], now=NOW)
    assert (len(opened.cases), len(opened.refused)) == (1, 2)
    assert History.objects.count() == 1


def test_people_may_open_as_many_as_they_need() -> None:
    account = factories.account()
    drafts = [factories.draft(account_id=account.pk, origin="form") for _ in range(3)]
    assert len(opening.open_cases(drafts, now=NOW).cases) == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"closed_at": NOW},
        {"closed_at": NOW, "resolution_action": "answered_question", "deferred_until": TODAY},
    ],
)
def test_a_closed_case_has_an_action_and_is_not_put_off(columns: dict[str, Any]) -> None:
    case = factories.case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**columns)


@pytest.mark.django_db(transaction=True)
def test_two_pages_that_save_at_once_lose_nothing() -> None:
    owner = factories.person()
    case = factories.case(owner=owner)
    lifecycle.pick_up(case_id=case.pk, by=owner, now=NOW)
    seen = Case.objects.get(pk=case.pk).version

    def save(_: int) -> str:
        try:
            plan(case, owner, version=seen)
        except StaleCase:
            return "stale"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(save, range(4)))
    assert outcomes == ["saved", "stale", "stale", "stale"]
    assert Case.objects.get(pk=case.pk).version == seen + 1
