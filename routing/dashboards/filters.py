"""What routing adds to the filters that lead from a figure to its cases."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q

from accounts.models import Person
from accounts.models.book import Stage
from cases import filters as case_filters
from cases.dashboards.staff import DESK
from cases.models.case import Cases
from routing.dashboards.flow import STATES
from routing.dashboards.idle import IDLE
from routing.models import Member, WaitingReason
from smbcases import playbook

UNSEEN = "unseen"
ANY = "any"
UNBOUNDED = {"version", "won", "idle"}
STANDS = {"waiting": "Waiting", "to_pick_up": "To pick up", "in_hand": "In hand", "later": "Put off"}


def _crews() -> list[tuple[str, str]]:
    return [*((key, one.name) for key, one in playbook.active().territories.items()), (ANY, "Any team")]


def by_crew(cases: Cases, _name: str, key: str) -> Cases:
    """Cases that take a place of somebody who works in the rotation of this territory, or of any."""
    pools = {} if key == ANY else {"pool__territory": key}
    members = Member.objects.filter(pool__playbook=playbook.active().key, **pools)
    working = Person.objects.filter(is_active=True, role__in=DESK, pk__in=members.values("person"))
    return cases.filter(holds_place=True, owner__in=working.values("pk"))


def by_reason(cases: Cases, _name: str, key: str) -> Cases:
    return cases.filter(waiting=None) if key == UNSEEN else cases.filter(waiting__reason=key)


def by_stand(cases: Cases, _name: str, key: str) -> Cases:
    return cases.open().filter(STATES[key])


def by_trigger(cases: Cases, _name: str, version: int) -> Cases:
    """Opened by a trigger at this version; 0: at any."""
    return cases.filter(trigger_version=version) if version else cases.filter(trigger_version__isnull=False)


def won(cases: Cases, _name: str, key: str) -> Cases:
    of_won = Q(opportunity__stage=Stage.CLOSED_WON)
    return cases.filter(of_won) if key == "yes" else cases.exclude(of_won)


def idle(cases: Cases, _name: str, key: str) -> Cases:
    """Closed without anything to do, or without an answer."""
    return cases.filter(IDLE) if key == "yes" else cases.exclude(IDLE)


def meant(cases: Cases, _name: str, key: str) -> Cases:
    return cases.filter(meant_for__isnull=key == "no")


YES_OR_NO = [("yes", "Yes"), ("no", "No")]


def offer() -> None:
    """Bring them in, once the apps are there."""
    choice = filters.ChoiceFilter
    reasons = [*WaitingReason.choices, (UNSEEN, "Routing looks at it in a moment")]
    offered = {
        "crew": choice(choices=_crews, method=by_crew, label="Takes a place in"),
        "waits_for": choice(choices=reasons, method=by_reason, label="Waits because"),
        "stands": choice(choices=[*STANDS.items()], method=by_stand, label="Stands"),
        "version": filters.NumberFilter(
            method=by_trigger, label="Trigger version", min_value=0, max_value=2**31 - 1, decimal_places=0
        ),
        "won": choice(choices=YES_OR_NO, method=won, label="Opportunity won"),
        "idle": choice(choices=YES_OR_NO, method=idle, label="Closed for nothing"),
        "meant": choice(choices=YES_OR_NO, method=meant, label="Meant for somebody"),
        "back_from": filters.DateFilter(field_name="deferred_until", lookup_expr="gte", label="Back from"),
        "back_to": filters.DateFilter(field_name="deferred_until", lookup_expr="lte", label="Back until"),
    }
    for name, one in offered.items():
        case_filters.offer(name, one, is_bounded=name not in UNBOUNDED)
