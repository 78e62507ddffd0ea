"""Handing a case over: the team with who has room, who is away and what they speak, and a reason to give."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases import access
from cases.acting import Ask, act
from cases.models import Case
from routing import by_hand, candidates
from routing.forms import HandOverForm
from routing.ranking import Row, Verdict


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody the case could go to; `stop` says why they cannot have it, `warning` what is against it."""

    row: Row
    stop: str = ""
    warning: str = ""


@page(Act.HAND_OVER_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    case = access.get_case(person, pk)
    form = HandOverForm(request.POST or None, case=case)
    ranking = candidates.preview(case=case, now=now)
    ask = Ask(
        template="routing/forms/hand_over.html",
        title="Hand over",
        button="Hand over",
        context={
            "colleagues": [
                _colleague(row, case, person)
                for row in ranking.rows
                if row.candidate.id != case.owner_id and row.verdict is not Verdict.INACTIVE
            ]
        },
    )
    return act(
        request,
        case=case,
        form=form,
        ask=ask,
        do=lambda version: by_hand.hand_over(
            case_id=pk, by=person, now=now, version=version, **form.domain()
        ),
        done=f"{case.number} was handed over.",
    )


def _colleague(row: Row, case: Case, by: Person) -> Colleague:
    warnings = {
        Verdict.ON_TIME_OFF: "The case would wait for them.",
        Verdict.LANGUAGE: "Does not speak the language of this case.",
        Verdict.TAKES_NO_TURNS: "Takes no turns at present.",
    }
    if row.verdict is not Verdict.AT_CAPACITY:
        return Colleague(row=row, warning=warnings.get(row.verdict, ""))
    if by_hand.may_exceed(by, case):
        return Colleague(row=row, warning="Full. You may go over it; the record will say so.")
    return Colleague(row=row, stop="Full. Only a manager may go over it.")
