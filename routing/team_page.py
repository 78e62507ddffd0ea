"""The team's page: who has room, who is away, whose turn it is, and what waits and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases import access
from cases.many import bar
from routing import by_hand, team, time_off
from routing.dashboards import team as dashboard
from routing.forms import TimeOffForm
from routing.team import Team
from smbcases import playbook
from smbcases.lib.refusal import Refusal


@page(Act.SEE_TEAM)
@require_safe
def show(request: HttpRequest, territory: str) -> HttpResponse:
    return _render(request, _load(territory))


@page(Act.PLAN_TIME_OFF)
@require_POST
def add_time_off(request: HttpRequest, territory: str) -> HttpResponse:
    found = _load(territory)
    form = _form(found, person_of(request), data=request.POST)
    if not form.is_valid():
        return _render(request, found, form=form, status=422)
    try:
        span = time_off.add(**form.cleaned_data, by=person_of(request), now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return _render(request, found, form=form, status=refusal.status)
    messages.success(request, f"{span.person.name}'s time off is planned.")
    return redirect(_days_off(territory))


@page(Act.PLAN_TIME_OFF)
@require_POST
def remove_time_off(request: HttpRequest, territory: str, pk: int) -> HttpResponse:
    try:
        span = time_off.remove(time_off_id=pk, by=person_of(request))
    except time_off.NoSuchTimeOff as refusal:
        messages.info(request, refusal.detail)
    else:
        messages.success(request, f"{span.person.name}'s time off was taken back.")
    return redirect(_days_off(territory))


@page(Act.TAKE_CASES)
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Under a pulling playbook: give the reader the next case of their queue, and open it."""
    try:
        case = by_hand.take_next(by=person_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.detail)
        return redirect("my_cases")
    messages.success(request, f"{case.number} is yours.")
    return redirect("case", pk=case.pk)


def _days_off(territory: str) -> str:
    return f"{reverse('team', args=[territory])}#time-off"


def _load(territory: str) -> Team:
    rules = playbook.active()
    try:
        return team.load(playbook_key=rules.key, territory=territory, now=timezone.now())
    except team.NoSuchTeam as error:
        raise Http404(f"{rules.name} has no team {territory}.") from error


def _form(found: Team, by: Person, *, data: Any = None) -> TimeOffForm:
    people = [seat.person for seat in found.seats]
    plannable = [person.pk for person in people if time_off.may_plan(by, person)]
    initial = {"person": by.pk} if by.pk in plannable else {}
    return TimeOffForm(
        data,
        plannable=plannable,
        team=[person.pk for person in people],
        initial=initial,
    )


def _dashboard(reader: Person, territory: str) -> str:
    """Where it is shown how this team goes; empty for who may not see that."""
    if not dashboard.KIND.is_open_to(reader):
        return ""
    return f"{reverse('dashboard', args=[dashboard.KEY])}?{urlencode({'territory': territory})}"


def _render(
    request: HttpRequest,
    found: Team,
    *,
    form: TimeOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by, rules = person_of(request), playbook.active()
    giveable = {case.pk for case in found.queue.cases if access.may_hand_over(by, case)}
    may_remove = {span.pk for span in found.time_off if time_off.may_plan(by, span.person)}
    may_plan = any(time_off.may_plan(by, seat.person) for seat in found.seats)
    context = {
        "team": found,
        "rules": rules,
        "answer": team.answer(found),
        "territory": rules.territories[found.pool.territory],
        "teams": rules.territories,
        "dashboard": _dashboard(by, found.pool.territory),
        "form": form or (_form(found, by) if may_plan else None),
        "may_remove": may_remove,
        "giveable": giveable,
        "here": reverse("team", args=[found.pool.territory]) + "#waiting",
        **bar.context(by, now=timezone.now(), only={"hand_over"} if giveable else ()),
    }
    return render(request, "routing/team.html", context, status=status)
