"""My cases: what each view holds, how it is narrowed and sorted, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from cases import lifecycle, planning
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db
Get = Callable[..., Any]


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS", time_zone="America/New_York")


@pytest.fixture
def get(client: Client, maya: Person) -> Get:
    client.force_login(maya)

    def ask(address: str = "/cases/mine/", **headers: str) -> Any:
        return client.get(address, headers=headers)

    return ask


def numbers(response: Any) -> list[int]:
    return [case.pk for case in response.context["listing"].rows]


def mine(maya: Person, *, hours: float = 1, **fields: Any) -> Case:
    return factories.case(owner=maya, now=timezone.now() - timedelta(hours=hours), **fields)


def in_hand(maya: Person, **fields: Any) -> Case:
    case = mine(maya, **fields)
    return lifecycle.pick_up(case_id=case.pk, by=maya, now=timezone.now())


def put_off(maya: Person) -> Case:
    case = mine(maya)
    until = (timezone.now() + timedelta(days=90)).date()
    return planning.put_off(
        case_id=case.pk, until=until, what="Call again about renewal", by=maya, now=timezone.now()
    )


def closed(maya: Person, *, days: int = 1, **fields: Any) -> Case:
    columns = {
        "closed_at": timezone.now() - timedelta(days=days),
        "status": "resolved",
        "resolution_action": "answered_question",
    }
    return mine(maya, hours=days * 24 + 1, columns=columns, **fields)


def test_each_view_holds_its_own(get: Get, maya: Person) -> None:
    new, worked, later, gone = mine(maya), in_hand(maya), put_off(maya), closed(maya)
    valued = in_hand(maya, case_type="high_value_account", category="high_value")
    factories.case(owner=factories.person())
    assert set(numbers(get("/cases/mine/?tab=to_pick_up"))) == {new.pk}
    assert set(numbers(get("/cases/mine/"))) == {new.pk, worked.pk, valued.pk}
    assert set(numbers(get("/cases/mine/?tab=later"))) == {later.pk}
    assert set(numbers(get("/cases/mine/?tab=high_value"))) == {valued.pk}
    assert set(numbers(get("/cases/mine/?tab=closed"))) == {gone.pk}


def test_the_counts_are_those_of_the_views(get: Get, maya: Person) -> None:
    mine(maya), in_hand(maya), put_off(maya), closed(maya), mine(maya, hours=30)
    listing = get().context["listing"]
    for tab in listing.tab_links:
        page = get(tab.url)
        [looked_at] = [one for one in page.context["listing"].tab_links if one.current]
        assert looked_at.count == len(numbers(page)), tab.name
        assert tab.count in {looked_at.count, None}, tab.name
    assert [tab.name for tab in listing.tab_links if tab.count is None] == ["Closed"]


def test_a_next_step_of_today_is_due_today(get: Get, maya: Person) -> None:
    case = in_hand(maya)
    today = planning.local_day(maya, now=timezone.now())
    planning.set_next_steps(
        case_id=case.pk, what="Send the quote today", on=today, by=maya, now=timezone.now()
    )
    assert numbers(get("/cases/mine/?tab=due_today")) == [case.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=attempting_contact", "worked"),
        ("category=inbound", "new"),
        ("priority=high", "new"),
        ("case_type=support_ticket", "new"),
        ("account=north", "new"),
        ("q=north", "new"),
        ("q=about", "worked"),
        ("due=late", "new"),
        ("age=young", "worked"),
        ("age=target", "new"),
        ("category=inbound&priority=low", ""),
    ],
)
def test_filters_narrow(get: Get, maya: Person, query: str, found: str) -> None:
    account = factories.account(name="Northpeak")
    cases = {
        "new": mine(
            maya, hours=200, account=account, case_type="support_ticket", category="inbound", priority=3
        ),
        "worked": in_hand(maya, subject="About the renewal"),
        "": None,
    }
    expected = cases[found]
    assert numbers(get(f"/cases/mine/?{query}")) == ([expected.pk] if expected else [])


@pytest.mark.parametrize("words", ["{number}", "{pk}", "smb-{pk}", " SMB-0{pk} "])
def test_a_case_is_found_by_its_number(get: Get, maya: Person, words: str) -> None:
    case, _other = mine(maya), mine(maya)
    assert numbers(get(f"/cases/mine/?q={words.format(number=case.number, pk=case.pk)}")) == [case.pk]


def test_orders(get: Get, maya: Person) -> None:
    first, second, third = mine(maya, hours=3), mine(maya, hours=9, priority=3), mine(maya, hours=6)
    assert numbers(get()) == [second.pk, third.pk, first.pk]
    assert numbers(get("/cases/mine/?sort=newest")) == [third.pk, second.pk, first.pk]
    assert numbers(get("/cases/mine/?sort=oldest")) == [first.pk, second.pk, third.pk]
    assert numbers(get("/cases/mine/?sort=priority")) == [second.pk, third.pk, first.pk]


def test_closed_cases_come_last_closed_first(get: Get, maya: Person) -> None:
    older, newer = closed(maya, days=5), closed(maya, days=2)
    assert numbers(get("/cases/mine/?tab=closed")) == [newer.pk, older.pk]
    assert numbers(get("/cases/mine/?tab=closed&sort=first_closed")) == [older.pk, newer.pk]


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("tab=nonsense", "There is no such view"),
        ("sort=owner__password", "not sorted that way"),
        ("status=nonsense", "“Status” has no such value"),
        ("page=nonsense", "That page is gone"),
        ("q=%00", "“Words” has no such value"),
        ("owner=1", ""),
        ("owner__password__startswith=a", ""),
    ],
)
def test_what_is_not_offered_is_left_out_and_told(get: Get, maya: Person, query: str, note: str) -> None:
    case = mine(maya)
    response = get(f"/cases/mine/?{query}")
    assert numbers(response) == [case.pk]
    assert note in " ".join(response.context["listing"].notes)
    assert bool(response.context["listing"].notes) is bool(note)


def test_pages_hold_25_and_lead_on_with_their_filters(get: Get, maya: Person) -> None:
    factories.give(factories.cases(60, category="expansion"), maya, now=timezone.now())
    seen: list[int] = []
    address = "/cases/mine/?category=expansion&sort=oldest"
    while address:
        listing = get(address).context["listing"]
        seen += [case.pk for case in listing.rows]
        address = listing.next
        assert not address or ("category=expansion" in address and "sort=oldest" in address)
    assert len(seen) == 60
    assert seen == sorted(seen)
    assert len(numbers(get(listing.previous))) == 25


def test_a_view_for_htmx_is_the_list_alone(get: Get, maya: Person) -> None:
    mine(maya)
    part = get("/cases/mine/", **{"HX-Request": "true", "HX-Target": "case-list"}).content.decode()
    assert part.lstrip().startswith('<div id="case-list"')
    assert "<html" not in part


@pytest.mark.parametrize("cases", [0, 1, 30])
def test_costs_the_same_queries_for_any_number_of_cases(
    get: Get, maya: Person, cases: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    factories.member(factories.pool(), person=maya)
    for _ in range(cases):
        mine(maya)
    get()
    with django_assert_max_num_queries(14):
        get()


def test_a_filtered_page_costs_two_more(
    get: Get, maya: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mine(maya)
    with django_assert_max_num_queries(16):
        get("/cases/mine/?tab=closed&status=resolved&account=a&q=b&age=limit")


def test_says_what_to_do_where_there_is_nothing(get: Get) -> None:
    assert "New cases arrive by themselves" in get("/cases/mine/?tab=to_pick_up").content.decode()
    assert "No case matches these filters." in get("/cases/mine/?status=engaged").content.decode()


def test_text_of_customers_is_text(get: Get, maya: Person) -> None:
    mine(maya, account=factories.account(name="<script>alert(1)</script>"), subject='"><img src=x>')
    page = get("/cases/mine/?account=<script>&q=").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_take_next_is_offered_where_cases_are_pulled(get: Get, settings: Any) -> None:
    assert "Take next" not in get().content.decode()
    settings.PLAYBOOK = "fy25"
    assert "Take next" in get().content.decode()
