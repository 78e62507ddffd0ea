"""Pages by key: every row once, in both directions, and no cursor can do harm."""

import base64
import json

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from smbcases.lib import keyset
from tests import factories

pytestmark = pytest.mark.django_db
ORDERS = [
    ("id",),
    ("-id",),
    ("tier", "id"),
    ("-tier", "carr", "id"),
    ("as_of", "-id"),
    ("-as_of", "-tier", "-id"),
]
Parts = tuple[QuerySet[Account], ...]
WHOLE: Parts = (Account.objects.all(),)
HALVES: Parts = (Account.objects.filter(tier=1), Account.objects.exclude(tier=1))


@pytest.fixture
def accounts() -> list[Account]:
    return [factories.account(tier=number % 3 + 1, carr=number % 4 * 1000) for number in range(23)]


def walk(
    order: tuple[str, ...], *, size: int, cursor: str = "", backwards: bool = False, parts: Parts = WHOLE
) -> list[list[int]]:
    pages = []
    while True:
        page = keyset.cut(*parts, order=order, size=size, cursor=cursor)
        pages.append([row.pk for row in page.rows])
        cursor = page.previous if backwards else page.next
        if not cursor:
            return pages


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 5, 23, 50])
def test_every_row_comes_once_and_in_order(
    accounts: list[Account], order: tuple[str, ...], size: int
) -> None:
    expected = list(Account.objects.order_by(*order).values_list("pk", flat=True))
    assert [pk for page in walk(order, size=size) for pk in page] == expected


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 5, 23])
def test_rows_in_parts_have_the_pages_of_the_whole(
    accounts: list[Account], order: tuple[str, ...], size: int
) -> None:
    assert walk(order, size=size, parts=HALVES) == walk(order, size=size)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("parts", [WHOLE, HALVES], ids=["whole", "halves"])
def test_the_way_back_shows_the_same_pages(
    accounts: list[Account], order: tuple[str, ...], parts: Parts
) -> None:
    forth = walk(order, size=5, parts=parts)
    last = keyset.cut(*parts, order=order, size=5)
    while last.next:
        last = keyset.cut(*parts, order=order, size=5, cursor=last.next)
    back = walk(order, size=5, cursor=last.previous, backwards=True, parts=parts)
    assert back[::-1] == forth[:-1]


def test_a_page_is_one_query_without_offset(accounts: list[Account]) -> None:
    first = keyset.cut(Account.objects.all(), order=("tier", "id"), size=5)
    with CaptureQueriesContext(connection) as queries:
        keyset.cut(Account.objects.all(), order=("tier", "id"), size=5, cursor=first.next)
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]


def test_the_first_and_only_page_leads_nowhere(accounts: list[Account]) -> None:
    page = keyset.cut(Account.objects.all(), order=("id",), size=23)
    assert (page.previous, page.next) == ("", "")


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "AAAA",
        "ÿ",
        cursor_of(5),
        cursor_of({}),
        cursor_of([0]),
        cursor_of([0, "x", 1]),
        cursor_of([0, "2026-01-01T00:00:00", 1]),
        cursor_of([0, "2026-01-01T00:00:00Z", None]),
        cursor_of([0, "2026-01-01T00:00:00Z", float("inf")]),
        cursor_of([0, "2026-01-01T00:00:00Z", 1, 2]),
        "W1tb" * 2000,
    ],
)
def test_a_damaged_cursor_is_told_apart(cursor: str) -> None:
    with pytest.raises(keyset.BadCursor):
        keyset.cut(Account.objects.all(), order=("as_of", "id"), size=5, cursor=cursor)


def test_a_cursor_beyond_any_id_finds_nothing(accounts: list[Account]) -> None:
    page = keyset.cut(Account.objects.all(), order=("id",), size=5, cursor=cursor_of([0, 10**30]))
    assert page.rows == []
