"""Which cases a person may see and which they may work: reaches of `accounts.access` as filters of cases."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from accounts.access import Act, Reach, reach
from accounts.models import Person
from cases.models import Case
from cases.models.case import Cases
from smbcases import playbook
from smbcases.playbook import vocabulary


def visible(person: Person) -> Cases:
    """The cases that `person` may see; an empty set where their role sees none."""
    return Case.objects.filter(_within(person, Act.SEE_CASES))


def get_case(person: Person, pk: int) -> Case:
    """The case, with what its page shows beside it. Raises Http404 where it does not exist or may not be seen."""
    related = visible(person).select_related(
        "account",
        "account__gitlab_admin",
        "contact",
        "lead",
        "opportunity",
        "subscription",
        "owner",
        "filed_by",
    )
    case = related.filter(pk=pk).first()
    if case is None:
        raise Http404("There is no such case, or it is not yours to see.")
    return case


def may_see(person: Person, case: Case) -> bool:
    """Whether the case is among `visible(person)`, asked of a case at hand; its opportunity should be loaded."""
    how_far = reach(person, Act.SEE_CASES)
    filed = case.filed_by_id is not None and case.filed_by_id == person.pk
    return (
        how_far is Reach.ALL
        or (how_far is Reach.OWN and case.owner_id == person.pk)
        or (how_far is Reach.DEPARTMENT and (filed or _is_of_department(person, case)))
        or (how_far is Reach.RENEWALS and (filed or _is_renewal(case)))
    )


def _is_of_department(person: Person, case: Case) -> bool:
    return bool(person.department) and case.department == person.department


def _is_renewal(case: Case) -> bool:
    return case.opportunity is not None and case.opportunity.kind == "renewal"


def may_work(person: Person, case: Case) -> bool:
    return _reaches(person, case, Act.WORK_CASES)


def may_hand_over(person: Person, case: Case) -> bool:
    return _reaches(person, case, Act.HAND_OVER_CASES)


def may_answer_requests(person: Person, case: Case) -> bool:
    """Whether `person` decides on what who works the case asks of their manager."""
    return _reaches(person, case, Act.ANSWER_REQUESTS)


def standings(person: Person, case: Case) -> frozenset[vocabulary.Mover]:
    """What `person` is to this case, in the words in which a playbook says who may move it."""
    reached: dict[vocabulary.Mover, bool] = {
        "owner": case.owner_id == person.pk and reach(person, Act.WORK_CASES) is not Reach.NONE,
        "team_lead": reach(person, Act.HAND_OVER_CASES) is Reach.TEAM and _of_team(person, case),
        "manager": reach(person, Act.WORK_CASES) is Reach.REGION and _of_region(person, case),
        "ops": reach(person, Act.WORK_CASES) is Reach.ALL,
    }
    return frozenset(name for name, is_so in reached.items() if is_so)


def check_has_part(person: Person, case: Case) -> None:
    """Raise PermissionDenied for who is nothing to this case; whom a playbook lets move it is somebody."""
    if not standings(person, case):
        check_may_work(person, case)


def check_may_work(person: Person, case: Case) -> None:
    """Raise PermissionDenied unless `person` may change this case."""
    if not may_work(person, case):
        raise PermissionDenied(f"{case.number} is not yours to change. Its owner, or their manager, can.")


def _reaches(person: Person, case: Case, act: Act) -> bool:
    how_far = reach(person, act)
    return (
        how_far is Reach.ALL
        or (case.owner_id == person.pk and how_far is not Reach.NONE)
        or (how_far is Reach.TEAM and _of_team(person, case))
        or (how_far is Reach.REGION and _of_region(person, case))
    )


def _of_team(person: Person, case: Case) -> bool:
    """A Team Lead covers for the manager: the team is whoever has the same manager."""
    return (
        case.owner is not None
        and case.owner.manager_id is not None
        and case.owner.manager_id == person.manager_id
    )


def _of_region(person: Person, case: Case) -> bool:
    """A manager runs the territory that their region lies in, and every case that is not placed yet.

    A case that was opened under another playbook lies in that one's territory until it waits again.
    """
    books = (playbook.active(), case.rules)
    theirs = {book.territory_of(person.region) for book in books}
    return case.territory in {"", *theirs} or _is_their_team(person, case)


def _is_their_team(person: Person, case: Case) -> bool:
    return case.owner is not None and case.owner.manager_id == person.pk


def _within(person: Person, act: Act) -> Q:
    filters = {
        Reach.ALL: Q(),
        Reach.OWN: Q(owner=person),
        Reach.DEPARTMENT: Q(filed_by=person) | _of_department(person),
        Reach.RENEWALS: Q(opportunity__kind="renewal") | Q(filed_by=person),
    }
    return filters.get(reach(person, act), Q(pk__in=[]))


def _of_department(person: Person) -> Q:
    """A case that nobody filed has no department, and is nobody's for that."""
    return Q(department=person.department) if person.department else Q(pk__in=[])
