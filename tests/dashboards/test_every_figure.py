"""Whatever a dashboard counts opens its list; what does not is named here, with why."""

from __future__ import annotations

import pytest

from accounts.models import Person
from cases.dashboards import asked as reading
from cases.dashboards import registry
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill

pytestmark = pytest.mark.django_db
SILENT = {
    "clean_room": {
        *(
            "people.total",
            "people.accounts",
            "people.opportunities",
        ),  # of all rooms together: things of many kinds
        *("accounts", "opportunities"),
    },
    # The difference of two counts; places and turns, which are reckoned and not listed.
    "team": {
        "net",
        *(f"people.{key}" for key in ("free", "places")),
        *(f"room.{key}" for key in ("free", "here", "places")),
        *(f"turns.{key}" for key in ("apart", "due", "there", "weight")),
    },
    "sla": {"clocks.share"},  # of questions: the lists show their cases
    "scorecard": set(),  # but for the middle of a team, and its average
}


def test_each_opens_its_list() -> None:
    any_reader.look_after(_look, book="fy26", runs=2)


def _look(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    for kind in registry.seen_by(reader):
        asked = reading.read(given, reader=reader, now=desk.now, offered=kind.filters)
        silent = drill.silent(kind.load(asked, reader, desk.now), but=("The middle of", "Average of"))
        assert silent <= SILENT.get(kind.key, set()), kind.key
