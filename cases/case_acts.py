"""What people do on a case's page: each view fetches with access, takes its form, makes one domain call."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Act, page
from accounts.models import Account
from cases import case_facts, closing, details, ending, lifecycle, planning
from cases.acting import Ask, Call, act, begin, forms_only
from cases.forms import (
    AccountForm,
    CloseForm,
    ContactForm,
    LaterForm,
    NextStepForm,
    OpportunityForm,
    PickUpForm,
    ReopenForm,
    StatusForm,
    TouchForm,
)
from cases.models import Case

FOUND = 20


@page(Act.WORK_CASES)
@forms_only
def pick_up(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    return act(
        request,
        case=case,
        form=PickUpForm(request.POST or None, case=case),
        ask=Ask(template="cases/forms/pick_up.html", title="Pick up", button="Pick up"),
        do=lambda version: lifecycle.pick_up(**call, version=version),
        done=f"You picked {case.number} up. Write its next step.",
    )


@page(Act.WORK_CASES)
@forms_only
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = StatusForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/status.html",
            title="Status",
            button="Move",
            context={"moves": case_facts.moves(case, by=call["by"])},
        ),
        do=lambda version: lifecycle.set_status(**call, **form.domain(), version=version),
        done="Moved.",
    )


@page(Act.WORK_CASES)
@forms_only
def next_steps(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    today = planning.local_day(call["by"], now=call["now"])
    form = NextStepForm(request.POST or None, case=case, today=today)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/next_step.html",
            title="Next step",
            button="Save",
            context={"today": today},
        ),
        do=lambda version: planning.set_next_steps(**call, **form.domain(), version=version),
        done="Next step saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def put_off(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    today = planning.local_day(call["by"], now=call["now"])
    form = LaterForm(request.POST or None, case=case, today=today)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template="cases/forms/later.html", title="Later", button="Put it off"),
        do=lambda version: planning.put_off(**call, **form.domain(), version=version),
        done="Put off. It takes no place until then.",
    )


@page(Act.WORK_CASES)
@forms_only
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The closing form. Sent with `check`, it only says what is still missing, beside each field."""
    case, call = begin(request, pk)
    form = CloseForm(request.POST or None, case=case, by=call["by"])
    gaps = _gaps(case, form, call=call)
    if "check" in request.POST:
        context = {"case": case, "form": form, "gaps": gaps}
        return render(request, "cases/forms/close_gaps.html", context)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/close.html",
            title="Close",
            button="Close case",
            context={"gaps": gaps},
        ),
        do=lambda version: lifecycle.close(**call, closure=form.closure(), version=version),
        done=f"{case.number} is closed.",
    )


def _gaps(case: Case, form: CloseForm, *, call: Call) -> list[closing.Missing]:
    """What still stands in the way of closing the case as the form has it now."""
    closure = form.closure() if form.is_bound else closing.Closure(status="")
    return ending.gaps(case, closure, by=call["by"], now=call["now"])


@page(Act.WORK_CASES)
@forms_only
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = ReopenForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template="cases/forms/reopen.html", title="Reopen", button="Reopen"),
        do=lambda version: lifecycle.reopen(**call, **form.domain(), version=version),
        done="Reopened. It comes back to its owner if there is room.",
    )


@page(Act.WORK_CASES)
@forms_only
def log_touch(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = TouchForm(request.POST or None, case=case, kind=request.GET.get("kind", ""))
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template="cases/forms/touch.html", title="Log a touch", button="Log"),
        do=lambda version: details.log_activity(**call, **form.domain(), version=version),
        done="Logged.",
    )


@page(Act.WORK_CASES)
@forms_only
def set_contact(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = ContactForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/contact.html",
            title="Contact",
            button="Save",
            options=form.known(),
        ),
        do=lambda version: details.set_contact(**call, **form.domain(), version=version),
        done="Contact saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def link_opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = OpportunityForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/opportunity.html",
            title="Opportunity",
            button="Save",
            options=form.known(),
        ),
        do=lambda version: details.link_opportunity(**call, **form.domain(), version=version),
        done="Opportunity saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def set_account(request: HttpRequest, pk: int) -> HttpResponse:
    """For a case without an account: find it by the beginning of its name, then choose it."""
    case, call = begin(request, pk)
    form = AccountForm(request.POST or None, case=case)
    words = request.GET.get("q", "").strip()[:100]
    context = {"q": words, "found": _find_accounts(words)}
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/forms/account.html",
            title="Account",
            button="Find",
            context=context,
        ),
        do=lambda version: details.set_account(**call, **form.domain(), version=version),
        done="Account saved. Its region says where the case is routed.",
    )


def _find_accounts(words: str) -> list[Account]:
    if not words:
        return []
    known = Account.objects.filter(name__istartswith=words)
    return list(known.order_by("name", "id")[:FOUND])
