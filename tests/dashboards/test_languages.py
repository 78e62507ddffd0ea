"""Language barriers: each figure is what a slow recount finds, and opens its list."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, Contact, Person
from cases.dashboards import asked as reading
from cases.dashboards import languages
from cases.dashboards.blocks import Dashboard, Share
from cases.dashboards.languages.deciding import language_name
from cases.models import Case, History, Verb
from routing import by_hand
from smbcases import playbook
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.dashboards.test_scorecard import closed_case
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TAGGED = "Wants to be served in German #LanguageBarrier"


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book, runs=3)


def _recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    Case.objects.filter(pk__in=desk.ids[::2]).update(feedback=TAGGED)
    Case.objects.filter(pk__in=desk.ids[::3]).update(language="de")
    Contact.objects.filter(pk=desk.contacts[0].pk).update(language="fr")
    Account.objects.filter(pk=desk.accounts[1].pk).update(language="es")
    asked = reading.read(given, reader=reader, now=desk.now, offered=languages.KIND.filters)
    shown = languages.load(asked, reader, desk.now)
    closed = [
        case
        for case in any_reader.everything()
        if any_reader.is_asked(case, given, reader)
        and case.closed_at
        and asked.start <= case.closed_at < asked.end
    ]
    cases = [case for case in closed if "#languagebarrier" in case.feedback.lower()]
    assert {figure.key: figure.value for figure in shown.figures}["share"] == Share(len(cases), len(closed))
    assert column(shown, "by_language") == Counter(spoken(case) for case in cases)
    rules = playbook.active()
    places = Counter(any_reader.lies_in(case) for case in cases)
    assert column(shown, "by_place") == {
        rules.territories[key].name if key in rules.territories else key or "Region not known": many
        for key, many in places.items()
    }
    assert column(shown, "pairs") == pairs(cases)
    table = shown.table("over_time")
    assert table is not None
    for bucket, row in zip(asked.buckets, table.rows, strict=True):
        first, last = bucket.edges(asked.zone)
        within = [case for case in cases if case.closed_at and first <= case.closed_at < last]
        assert row[1].value == len(within)
        assert row[2].value == sum(bool(hands(case)) for case in within)
    drill.open_all(shown, reader=reader, now=desk.now)


def column(shown: Dashboard, key: str) -> dict[str, Any]:
    table = shown.table(key)
    assert table is not None
    return {str(row[0].value): row[1].value for row in table.rows}


def spoken(case: Case) -> str:
    contact = case.contact.language if case.contact else ""
    account = case.account.language if case.account else ""
    return language_name(case.language or contact or account or "none")


def hands(case: Case) -> list[History]:
    return [row for row in History.objects.filter(case=case) if row.verb == Verb.HANDED_OVER]


def pairs(cases: list[Case]) -> dict[str, int]:
    names = dict(Person.objects.values_list("pk", "name"))
    found: Counter[str] = Counter()
    for case in cases:
        given = {(row.data["from_id"], row.data["to_id"]) for row in hands(case) if row.data.get("from_id")}
        found.update(f"{names[giver]} → {names[taker]}" for giver, taker in given)
    return found


def test_it_says_who_handed_over_and_that_nobody_speaks_it() -> None:
    boss = factories.person("manager")
    maya, theo = (factories.person(manager=boss, name=name) for name in ("Maya", "Theo"))
    case = factories.case(owner=maya)
    by_hand.hand_over(case_id=case.pk, to=theo, by=maya, reason="#languagebarrier", now=NOW)
    Case.objects.filter(pk=case.pk).update(
        closed_at=NOW, feedback=TAGGED, language="de", resolution_action="x"
    )
    shown = drill.load(languages.KIND, reader=boss, now=NOW)
    assert column(shown, "pairs") == {"Maya → Theo": 1}
    assert (
        shown.answer.words == "1 case met a language barrier, most often: German. Nobody here speaks German."
    )
    assert drill.open_all(shown, reader=boss, now=NOW)


def test_nothing_tagged_is_well() -> None:
    closed_case(factories.person())
    shown = drill.load(languages.KIND, reader=factories.person("ops"), now=NOW)
    assert shown.answer.words == "No case was tagged for its language."
    assert all(not table.rows for table in shown.tables if table.key != "over_time")


@pytest.mark.parametrize("many", [1, 9])
def test_it_costs_the_same_queries_for_any_number(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        Case.objects.filter(pk=closed_case(factories.person()).pk).update(feedback=TAGGED)
    reader = factories.person("ops")
    with django_assert_max_num_queries(9):
        drill.load(languages.KIND, reader=reader, now=NOW)
