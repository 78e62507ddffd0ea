"""Random histories of which a dashboard is asked at the end, by different people and in different ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

from django.conf import settings
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import Person
from cases.dashboards import settled
from cases.models import Case
from smbcases import playbook
from tests.cases.any_history import AnyHistory

Look = Callable[[AnyHistory, Person, dict[str, str]], None]


def look_after(look: Look, *, book: str, runs: int = 3, steps: int = 40) -> None:
    """Live `runs` random histories, and `look` at the end of each, as several readers with several filters."""

    class Looked(AnyHistory):
        def __init__(self) -> None:
            settings.PLAYBOOK = book
            super().__init__()

        def teardown(self) -> None:
            try:
                if getattr(self, "ids", None):
                    for reader, given in ways(self):
                        look(self, reader, given)
                    with patch.object(
                        settled, "LONG_DAYS", 0
                    ):  # each period is long: counted, and as it is kept
                        for reader, given in [next(ways(self))] * 2:
                            look(self, reader, given)
            finally:
                super().teardown()

    run_state_machine_as_test(
        Looked,
        settings=how(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # a history is long; to make it shorter takes minutes
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def ways(desk: AnyHistory) -> Iterator[tuple[Person, dict[str, str]]]:
    """Who asks, and by which filters."""
    lead, ops, manager = desk.people[-1], desk.people[-2], desk.managers[0]
    advocate = desk.advocates[len(desk.ids) % 4]
    yield ops, {}
    yield manager, {"period": "7d", "territory": _territory()}
    yield ops, {"region": "EMEA", "period": "month"}
    yield lead, {"owner": str(desk.advocates[0].pk)}
    yield ops, {"category": "expansion", "owner": str(advocate.pk), "period": "year"}
    yield manager, {"team": str(manager.pk), "case_type": "fo_opp", "period": "quarter"}


def _territory() -> str:
    return "amer" if settings.PLAYBOOK == "fy26" else "emea"


def everything() -> list[Case]:
    """All cases with what a recount looks at."""
    beside = ("owner", "opportunity", "account", "waiting")
    return list(Case.objects.select_related(*beside).order_by("id"))


def is_asked(case: Case, given: dict[str, str], reader: Person) -> bool:
    """Whether the filters leave this case: said once more, plainly, one case at a time."""
    rules = playbook.active()
    owner = case.owner
    if reader.role == "team_lead" and (owner is None or owner.manager_id != reader.manager_id):
        return False
    if "owner" in given and case.owner_id != int(given["owner"]):
        return False
    if "team" in given and (owner is None or owner.manager_id != int(given["team"])):
        return False
    if "territory" in given and lies_in(case) != given["territory"]:
        return False
    if "region" in given:
        here = {key for key, one in rules.territories.items() if given["region"] in one.regions}
        found = owner.region == given["region"] if owner else case.territory in here
        if not found:
            return False
    return all(getattr(case, name) == given[name] for name in ("category", "case_type") if name in given)


def lies_in(case: Case) -> str:
    """The territory of the active playbook where a case is worked."""
    rules = playbook.active()
    if case.territory in rules.territories or case.owner is None or not case.territory:
        return case.territory
    return rules.territory_of(case.owner.region) or ""


def are_people(person: Person, given: dict[str, str], reader: Person) -> bool:
    """Whether the filters name this advocate."""
    rules = playbook.active()
    regions = rules.territories[given["territory"]].regions if "territory" in given else None
    return (
        (reader.role != "team_lead" or person.manager_id == reader.manager_id)
        and ("owner" not in given or person.pk == int(given["owner"]))
        and ("team" not in given or person.manager_id == int(given["team"]))
        and ("region" not in given or person.region == given["region"])
        and (regions is None or person.region in regions)
    )
