"""Pages of a list that is never counted to its end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from smbcases.lib import uncounted
from smbcases.lib.uncounted import UncountedPaginator
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rows", "count", "has_more"), [(0, 0, False), (3, 3, False), (4, 3, True), (9, 3, True)]
)
def test_it_counts_so_far_and_says_that_there_is_more(
    monkeypatch: pytest.MonkeyPatch, rows: int, count: int, has_more: bool
) -> None:
    monkeypatch.setattr(uncounted, "MOST", 3)
    for _ in range(rows):
        factories.account()
    paginator = UncountedPaginator(Account.objects.order_by("id"), 2)
    with CaptureQueriesContext(connection) as queries:
        assert (paginator.count, paginator.has_more) == (count, has_more)
    assert [query["sql"] for query in queries if "LIMIT 4" not in query["sql"]] == []
