"""Who answers what is asked: the manager of who works the case, and SMB Ops where another team must move."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts.access import Act, Reach, reach
from accounts.models import Person
from cases import access, case_territory
from cases.models import Case, Escalation, EscalationKind, EscalationState
from cases.talk import in_charge
from smbcases import playbook


def deciders(case: Case, kind: str) -> set[int]:
    """The ids of who is told of a request: the owner's manager, else those of the territory, else SMB Ops."""
    if kind == EscalationKind.SOLUTIONS_ARCHITECT:
        managers = _manager(case) or in_charge.of_territory(case_territory.territory_of(case))
        return managers or in_charge.ops()
    return in_charge.ops()


def _manager(case: Case) -> set[int]:
    if case.owner is None or case.owner.manager_id is None:
        return set()
    return set(Person.objects.filter(pk=case.owner.manager_id, is_active=True).values_list("pk", flat=True))


def may_answer(person: Person, escalation: Escalation) -> bool:
    """A manager or team lead of the case on a Solutions Architect, SMB Ops on both; nobody on what they asked."""
    if escalation.asked_by_id == person.pk:
        return False
    if escalation.kind == EscalationKind.SALES_SUPPORT:
        return reach(person, Act.ANSWER_REQUESTS) is Reach.ALL
    return access.may_answer_requests(person, escalation.case)


def check_may_answer(person: Person, escalation: Escalation) -> None:
    """Raise PermissionDenied unless `may_answer`."""
    if not may_answer(person, escalation):
        raise PermissionDenied(
            "You may not answer your own request."
            if escalation.asked_by_id == person.pk
            else "This request is not yours to answer. The manager of the case, or SMB Ops, can."
        )


def open_to(person: Person, *, states: Iterable[str] = (EscalationState.ASKED,)) -> QuerySet[Escalation]:
    """The requests in these states that `person` answers by their reach; in no order."""
    found = Escalation.objects.filter(state__in=list(states), kind__in=_kinds(person))
    return found.filter(_within(person)).select_related("case__account", "case__owner", "asked_by")


def to_answer(person: Person) -> QuerySet[Escalation]:
    """The requests that wait for an answer of `person`: not their own; in no order."""
    return open_to(person).exclude(asked_by=person)


def _kinds(person: Person) -> list[str]:
    ops = reach(person, Act.ANSWER_REQUESTS) is Reach.ALL
    return [EscalationKind.SOLUTIONS_ARCHITECT, *([EscalationKind.SALES_SUPPORT] if ops else [])]


def _within(person: Person) -> Q:
    how_far = reach(person, Act.ANSWER_REQUESTS)
    if how_far is Reach.ALL:
        return Q()
    if how_far is Reach.REGION:
        territory = playbook.active().territory_of(person.region) or ""
        lying = Case.objects.filter(Q(territory="") | case_territory.lies_in(territory)).values("pk")
        return Q(case__in=lying) | Q(case__owner__manager=person)
    if how_far is Reach.TEAM and person.manager_id is not None:
        return Q(case__owner__manager=person.manager_id)
    return Q(pk__in=[])
