"""Who may do what: the one place that decides, for pages, API, admin, exports and attachments alike.

Everything is denied that this table does not allow. An act is something a person wants to do; a reach says on
which rows. Apps turn a reach into a filter of their own rows (`cases.access.visible`), a view names its act
(`@access.page(Act.SEE_MY_CASES)`), an API view its act for each method, an admin page its acts by model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Person, Role

if TYPE_CHECKING:

    class SignedInRequest(HttpRequest):
        """A request behind `page`: its user is a person."""

        user: Person


class Reach(Enum):
    """On which rows an act may be done, from none to all."""

    NONE = 0
    OWN = 1
    DEPARTMENT = 2
    RENEWALS = 3
    TEAM = 4
    REGION = 5
    ALL = 9


class Act(StrEnum):
    SEE_CASES = "see_cases"
    SEE_MY_CASES = "see_my_cases"
    WORK_CASES = "work_cases"
    TAKE_CASES = "take_cases"
    HAND_OVER_CASES = "hand_over_cases"
    EXCEED_CAPACITY = "exceed_capacity"
    ANSWER_REQUESTS = "answer_requests"
    FILE_CASES = "file_cases"
    NOMINATE = "nominate"
    SEE_NOMINATIONS = "see_nominations"
    DECIDE_NOMINATIONS = "decide_nominations"
    WRITE_PLANS = "write_plans"
    SEE_BOOK = "see_book"
    CHANGE_BOOK = "change_book"
    SEE_TEAM = "see_team"
    SEE_DASHBOARDS = "see_dashboards"
    SEE_DECISIONS = "see_decisions"
    PLAN_TIME_OFF = "plan_time_off"
    SEE_EVENTS = "see_events"
    PUSH_EVENTS = "push_events"
    CHANGE_RULES = "change_rules"
    SORT_MAIL = "sort_mail"
    ADMINISTER = "administer"
    SEE_COMPONENTS = "see_components"
    SIGNED_IN = "signed_in"


A = Reach.ALL
_ADVOCATE = {
    Act.SIGNED_IN: A,
    Act.SEE_CASES: A,
    Act.SEE_MY_CASES: Reach.OWN,
    Act.WORK_CASES: Reach.OWN,
    Act.TAKE_CASES: Reach.OWN,
    Act.HAND_OVER_CASES: Reach.OWN,
    Act.FILE_CASES: A,
    Act.NOMINATE: Reach.OWN,
    Act.SEE_NOMINATIONS: Reach.OWN,
    Act.WRITE_PLANS: Reach.OWN,
    Act.SEE_BOOK: A,
    Act.SEE_TEAM: A,
    Act.SEE_DASHBOARDS: Reach.OWN,
    Act.SEE_EVENTS: A,
    Act.PLAN_TIME_OFF: Reach.OWN,
}
_MANAGER = {
    Act.SIGNED_IN: A,
    Act.SEE_CASES: A,
    Act.SEE_MY_CASES: Reach.OWN,
    Act.WORK_CASES: Reach.REGION,
    Act.HAND_OVER_CASES: Reach.REGION,
    Act.EXCEED_CAPACITY: Reach.REGION,
    Act.ANSWER_REQUESTS: Reach.REGION,
    Act.FILE_CASES: A,
    Act.SEE_NOMINATIONS: Reach.REGION,
    Act.DECIDE_NOMINATIONS: Reach.REGION,
    Act.WRITE_PLANS: Reach.REGION,
    Act.SEE_BOOK: A,
    Act.SEE_TEAM: A,
    Act.SEE_DASHBOARDS: A,
    Act.SEE_DECISIONS: A,
    Act.SEE_EVENTS: A,
    Act.PLAN_TIME_OFF: Reach.REGION,
}
_NEW_LOGO = {Act.SIGNED_IN: A}
ALLOWED: Mapping[str, Mapping[Act, Reach]] = {
    Role.ADVOCATE: _ADVOCATE,
    Role.TEAM_LEAD: {
        **_ADVOCATE,
        Act.HAND_OVER_CASES: Reach.TEAM,
        Act.ANSWER_REQUESTS: Reach.TEAM,
        Act.SEE_DASHBOARDS: Reach.TEAM,
        Act.SEE_DECISIONS: Reach.TEAM,
        Act.PLAN_TIME_OFF: Reach.TEAM,
    },
    Role.MANAGER: _MANAGER,
    Role.OPS: dict.fromkeys(Act, A),
    Role.STAKEHOLDER: {
        Act.SIGNED_IN: A,
        Act.SEE_CASES: Reach.DEPARTMENT,
        Act.SEE_DASHBOARDS: Reach.DEPARTMENT,
        Act.FILE_CASES: A,
    },
    Role.RENEWALS_MANAGER: {
        Act.SIGNED_IN: A,
        Act.SEE_CASES: Reach.RENEWALS,
        Act.FILE_CASES: A,
        Act.SEE_BOOK: Reach.RENEWALS,
    },
    Role.NEW_LOGO_AE: _NEW_LOGO,
    Role.BDR: _NEW_LOGO,
    Role.NEW_LOGO_ASM: _NEW_LOGO,
    Role.SALES_USER: {},
}

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def reach(person: Person, act: Act) -> Reach:
    """How far `person` may go in `act`. An inactive person goes nowhere; a superuser goes as Ops does."""
    if not person.is_active:
        return Reach.NONE
    role = Role.OPS if person.is_superuser else person.role
    return ALLOWED.get(role, {}).get(act, Reach.NONE)


def may(person: Person, act: Act) -> bool:
    return reach(person, act) is not Reach.NONE


def check(person: Person, act: Act) -> None:
    """Raise PermissionDenied where `may` says no."""
    if not may(person, act):
        raise PermissionDenied("Your role does not include this.")


def page(act: Act) -> Callable[[View], View]:
    """Let a view in only for those whose role includes `act`; ask others to sign in first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(person_of(request), act)
            return view(request, *args, **kwargs)

        entrance = login_required(guarded)
        entrance.decided = act  # type: ignore[attr-defined]  # read by the test that walks every address
        return cast(View, entrance)

    return decorate


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; only for views behind `page`."""
    return cast(Person, request.user)


def public(view: View) -> View:
    """Say that anybody may open this view, signed in or not."""
    view.decided = "public"  # type: ignore[attr-defined]  # read by the test that walks every address
    return view
