"""Long periods are counted before anybody asks, a few views at a time, in each time zone."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from cases.dashboards import ahead, periods, settled
from cases.dashboards import asked as reading
from cases.models import SettledChange, SettledWhat
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LITTLE, MUCH = timedelta(0), timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _few_periods() -> Iterator[None]:
    with patch.object(periods, "LONG", ("30d", "year")):
        yield


def test_who_asks_first_finds_it_counted() -> None:
    factories.cases(3)
    factories.person("ops", time_zone="Europe/Berlin")
    reader = factories.person("ops", time_zone="Europe/Berlin")
    assert ahead.count_ahead(now=NOW, budget=MUCH) == len(list(ahead.views(reader)))
    _finds_it_counted(reader, now=NOW + timedelta(minutes=50))


def test_a_run_does_a_part_and_the_next_one_goes_on() -> None:
    many = len(list(ahead.views(factories.person("ops"))))
    with patch.object(ahead.time, "monotonic", side_effect=[0, 0, 0, 9]):
        assert ahead.count_ahead(now=NOW) == 2
    assert ahead.count_ahead(now=NOW, budget=MUCH) == many - 2
    with CaptureQueriesContext(connection) as asked:
        assert ahead.count_ahead(now=NOW, budget=MUCH) == 0
    assert len(asked) <= 4
    assert ahead.count_ahead(now=NOW + timedelta(days=1), budget=MUCH) == many


def test_each_time_zone_is_counted_anew_at_its_own_midnight() -> None:
    night = datetime(2026, 11, 18, 0, 30, tzinfo=UTC)
    here = factories.person("ops", time_zone="UTC")
    there = factories.person("ops", time_zone="America/New_York")
    many, of_there = (len(list(ahead.views(one))) for one in (here, there))
    assert ahead.count_ahead(now=night, budget=MUCH) == many + of_there
    assert ahead.count_ahead(now=night + timedelta(hours=4), budget=MUCH) == 0
    assert ahead.count_ahead(now=night + timedelta(hours=5), budget=MUCH) == of_there
    _finds_it_counted(there, now=night + timedelta(hours=9))


def test_after_a_change_of_settled_cases_it_is_counted_anew_once_an_hour() -> None:
    reader = factories.person("ops")
    many = len(list(ahead.views(reader)))
    assert ahead.count_ahead(now=NOW, budget=MUCH) == many
    for minutes, counted in ((5, 0), (59, 0), (61, many), (90, 0), (122, many), (190, 0)):
        if counted == 0 and minutes < 190:
            SettledChange.objects.create(closed_at=NOW - timedelta(days=50))
        assert ahead.count_ahead(now=NOW + timedelta(minutes=minutes), budget=MUCH) == counted
    _finds_it_counted(reader, now=NOW + timedelta(minutes=190))


def test_however_often_they_change_all_views_of_all_zones_have_their_turn() -> None:
    readers = [factories.person("ops", time_zone=zone) for zone in ("America/New_York", "UTC")]
    many = max(len(list(ahead.views(one))) for one in readers)
    seconds, over = itertools.count(), set[Person]()
    with patch.object(ahead.time, "monotonic", side_effect=lambda: next(seconds)):
        for run in range(many // 2 + 1):  # two views a zone each time
            SettledChange.objects.create(closed_at=NOW - timedelta(days=50))
            ahead.count_ahead(now=NOW + timedelta(minutes=4 * run), budget=timedelta(seconds=4))
            over |= {one for one in readers if cache.get(ahead._name(one)).is_over}
    assert over == set(readers)


def test_what_another_version_has_written_down_is_begun_anew() -> None:
    reader = factories.person("ops")
    cache.set(ahead._name(reader), object.__new__(ahead._Progress))
    assert ahead.count_ahead(now=NOW, budget=MUCH) == len(list(ahead.views(reader)))


def _finds_it_counted(reader: Person, *, now: datetime) -> None:
    for kind, given in ahead.views(reader):
        asked = reading.read(given, reader=reader, now=now, offered=kind.filters)
        with patch.object(cache, "set") as kept:
            kind.load(asked, reader, now)
        kept.assert_not_called()


def test_notes_of_long_ago_are_forgotten_when_the_month_turns() -> None:
    """So that what is kept under them stays of use until then."""
    kept = SettledChange.objects.create(closed_at=NOW, at=datetime(2026, 9, 23, tzinfo=UTC))
    SettledChange.objects.create(closed_at=NOW, at=datetime(2026, 9, 21, tzinfo=UTC))
    for day in (2, 18, 30):
        ahead.count_ahead(now=datetime(2026, 11, day, 8, tzinfo=UTC), budget=LITTLE)
        assert SettledChange.objects.get() == kept
    ahead.count_ahead(now=datetime(2026, 12, 2, 8, tzinfo=UTC), budget=LITTLE)
    assert not SettledChange.objects.exists()


def test_many_notes_become_few_that_say_the_same() -> None:
    middays = [NOW.replace(hour=12) - timedelta(days=back) for back in (1, 20, 40, 400)]
    edges = [timedelta(hours=-12), timedelta(hours=12, microseconds=-1), timedelta(0)]
    days = [None, *(midday + edge for midday in middays for edge in edges)]
    for what in SettledWhat:
        SettledChange.objects.bulk_create(SettledChange(what=what, closed_at=day) for day in days * 20)
    before = settled.look(NOW)
    settled.tidy(now=NOW)
    assert SettledChange.objects.count() == 2 * 5
    assert settled.look(NOW) == before
    SettledChange.objects.create(closed_at=NOW - timedelta(days=3))
    assert settled.look(NOW) != before


def test_few_notes_are_left_as_they_are() -> None:
    day = timedelta(days=1)
    SettledChange.objects.bulk_create(SettledChange(closed_at=NOW - day * back) for back in range(150))
    settled.tidy(now=NOW)
    ids = set(SettledChange.objects.values_list("pk", flat=True))
    settled.tidy(now=NOW)
    assert set(SettledChange.objects.values_list("pk", flat=True)) == ids


def test_after_everything_was_thrown_away_nothing_kept_is_found() -> None:
    before = settled.look(NOW)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_case RESTART IDENTITY CASCADE")
    assert settled.look(NOW) != before


def test_without_a_cache_nothing_is_counted() -> None:
    with patch.object(cache, "get", side_effect=redis.ConnectionError("gone")):
        assert ahead.count_ahead(now=NOW) == 0
