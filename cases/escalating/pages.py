"""The sheets on a case that ask for help or hand it on, and the page where managers and SMB Ops answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from cases.acting import Ask, Do, act, begin, forms_only
from cases.closing import NotReadyToClose
from cases.escalating import asking, handing_on, reach, ticket
from cases.escalating.asking import NoSuchRequest
from cases.escalating.forms import AnswerForm, AskForm, DoneForm, MidMarketForm, SupportForm, TicketForm
from cases.models import Case, Escalation, EscalationKind, EscalationState
from cases.opportunities.pages import FIELDS
from smbcases.lib.refusal import Refusal

SHOWN = 50
ANSWERED_SHOWN = 20


class NotYet(Refusal):
    """What is missing for the closing, said above a sheet that has no place for each of its fields."""

    status = 422


@page(Act.WORK_CASES)
@forms_only
def architect(request: HttpRequest, pk: int) -> HttpResponse:
    return _ask(
        request,
        pk,
        kind=EscalationKind.SOLUTIONS_ARCHITECT,
        title="Ask for a Solutions Architect",
        intro="Your manager decides. You are told, and the history keeps it.",
    )


@page(Act.WORK_CASES)
@forms_only
def move(request: HttpRequest, pk: int) -> HttpResponse:
    return _ask(
        request,
        pk,
        kind=EscalationKind.SALES_SUPPORT,
        title="Move to Mid-Market or Enterprise",
        intro="SMB Ops has Sales Support move the account. You are told, and the history keeps it.",
    )


def _ask(request: HttpRequest, pk: int, *, kind: EscalationKind, title: str, intro: str) -> HttpResponse:
    case, call = begin(request, pk)
    form = AskForm(request.POST or None, case=case, kind=kind)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template=FIELDS, title=title, button="Ask", context={"intro": intro}),
        do=lambda version: asking.ask(**call, **form.domain(), version=version),
        done="Asked. You are told as soon as it is answered.",
    )


@page(Act.WORK_CASES)
@forms_only
def support(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = SupportForm(request.POST or None, case=case)
    intro = "Support gets what you write, with the customer and the case."
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template=FIELDS, title="Ask Support", button="Hand to Support", context={"intro": intro}),
        do=_saying_what_is_missing(
            lambda version: handing_on.transfer_to_support(**call, **form.domain(), version=version)
        ),
        done="Handed to Support.",
    )


@page(Act.WORK_CASES)
@forms_only
def mid_market(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = MidMarketForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template=FIELDS,
            title="It is Mid-Market’s",
            button="Close as Duplicate",
            context={"intro": _how_to_loop_in(case)},
        ),
        do=_saying_what_is_missing(
            lambda version: handing_on.hand_to_mid_market(**call, **form.domain(), version=version)
        ),
        done=f"{case.number} is closed: Mid-Market has it.",
    )


def _how_to_loop_in(case: Case) -> str:
    where = handing_on.looped_in(case)
    how = "Have the SDR loop them in first" if "SDR" in where else "Loop them in on the opportunity first"
    return f"{how}; then say here who it is. The case is closed as Duplicate and needs no original."


def _saying_what_is_missing(do: Do) -> Do:
    def carried_out(version: int) -> object:
        try:
            return do(version)
        except NotReadyToClose as gaps:
            raise NotYet(f"Nothing was done: the case cannot be closed yet. {gaps.detail}") from gaps

    return carried_out


@page(Act.WORK_CASES)
@forms_only
def ticket_told(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    return act(
        request,
        case=case,
        form=TicketForm(request.POST or None, case=case),
        ask=Ask(template="cases/escalating/ticket_told.html", title="Support ticket", button="I said so"),
        do=lambda version: ticket.say_told(**call, version=version),
        done="Kept: the ticket says who has it.",
    )


@page(Act.WORK_CASES)
@forms_only
def request_done(request: HttpRequest, pk: int, request_id: int) -> HttpResponse:
    case, call = begin(request, pk)
    asked = get_object_or_404(Escalation, pk=request_id, case=case)
    form = DoneForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template=FIELDS,
            title=f"{asked.get_kind_display()}: done",
            button="Done",
            context={"intro": asked.reason},
        ),
        do=lambda version: asking.finish(**call, request_id=request_id, **form.domain(), version=version),
        done="Done, and on the history.",
    )


@page(Act.ANSWER_REQUESTS)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's answer, oldest first, and what was answered last."""
    return _show(request)


@page(Act.ANSWER_REQUESTS)
@require_POST
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    words = form.data.get("words", "")
    if not form.is_valid():
        _known(request_id)
        return _show(request, wrong={"pk": request_id, "words": words, "said": "Grant it or decline it."})
    return _answered(
        request,
        request_id,
        words,
        lambda: asking.answer(
            request_id=request_id,
            granted=form.cleaned_data["granted"] == "yes",
            words=words,
            by=person_of(request),
            now=timezone.now(),
        ),
    )


def _answered(
    request: HttpRequest, request_id: int, words: str, do: Callable[[], Escalation]
) -> HttpResponse:
    try:
        asked = do()
    except NoSuchRequest as error:
        raise Http404(error.detail) from error
    except Refusal as refusal:
        return _show(request, wrong={"pk": request_id, "words": words, "said": refusal.detail})
    messages.success(request, f"{asked.case.number}: {asked.get_state_display().lower()}.")
    return redirect("requests")


def _known(request_id: int) -> None:
    if not Escalation.objects.filter(pk=request_id).exists():
        raise Http404("There is no such request.")


def _show(request: HttpRequest, *, wrong: dict[str, Any] | None = None) -> HttpResponse:
    person = person_of(request)
    waiting = reach.to_answer(person).order_by("asked_at", "id")
    answered = reach.open_to(person, states=set(EscalationState) - {EscalationState.ASKED})
    context = {
        "waiting": waiting[:SHOWN],
        "answered": answered.select_related("answered_by").order_by("-answered_at", "-id")[:ANSWERED_SHOWN],
        "wrong": wrong or {},
    }
    return render(request, "cases/escalating/requests.html", context, status=422 if wrong else 200)
