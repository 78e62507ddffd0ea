"""Long periods are counted before anybody asks, a few views at a time, once a day."""

from datetime import timedelta
from unittest.mock import patch

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.dashboards import ahead
from cases.dashboards import asked as reading
from cases.models import SettledChange
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LITTLE, MUCH = timedelta(0), timedelta(minutes=5)


def test_who_asks_first_finds_it_counted() -> None:
    factories.cases(3)
    factories.person("ops", time_zone="Europe/Berlin")
    reader = factories.person("ops", time_zone="Europe/Berlin")
    assert ahead.count_ahead(now=NOW, budget=MUCH) == len(list(ahead.views()))
    for kind, _, given in ahead.views():
        asked = reading.read(given, reader=reader, now=NOW + timedelta(minutes=50), offered=kind.filters)
        with patch.object(cache, "set") as kept:
            kind.load(asked, reader, NOW + timedelta(minutes=50))
        kept.assert_not_called()


def test_a_run_does_a_part_and_the_next_one_goes_on() -> None:
    factories.person("ops")
    many = len(list(ahead.views()))
    with patch.object(ahead.time, "monotonic", side_effect=[0, 0, 0, 9]):
        assert ahead.count_ahead(now=NOW) == 2
    assert ahead.count_ahead(now=NOW, budget=MUCH) == many - 2
    with CaptureQueriesContext(connection) as asked:
        assert ahead.count_ahead(now=NOW, budget=MUCH) == 0
    assert not asked.captured_queries
    assert ahead.count_ahead(now=NOW + timedelta(days=1), budget=MUCH) == many


def test_notes_of_long_ago_are_forgotten() -> None:
    kept = SettledChange.objects.create(closed_at=NOW, at=NOW - timedelta(days=50))
    SettledChange.objects.create(closed_at=NOW, at=NOW - timedelta(days=61))
    ahead.count_ahead(now=NOW, budget=LITTLE)
    assert SettledChange.objects.get() == kept


def test_without_a_cache_nothing_is_counted() -> None:
    with patch.object(cache, "get", side_effect=redis.ConnectionError("gone")):
        assert ahead.count_ahead(now=NOW) == 0
