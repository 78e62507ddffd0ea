"""The sheets on a case about its opportunity, its lead and the account's GitLab admin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.access import Act, page
from cases.acting import Ask, act, begin, forms_only
from cases.opportunities import making, qualifying, working
from cases.opportunities.forms import (
    CloseDateForm,
    GitlabAdminForm,
    LeadForm,
    LostForm,
    NewForm,
    RiskForm,
    WonForm,
)
from cases.planning import local_day

FIELDS = "cases/forms/fields.html"


@page(Act.WORK_CASES)
@forms_only
def gitlab_admin(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = GitlabAdminForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/opportunities/gitlab_admin.html",
            title="GitLab admin",
            button="Save",
            options=form.known(),
        ),
        do=lambda version: working.name_gitlab_admin(**call, **form.domain(), version=version),
        done="GitLab admin saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def close_date(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = CloseDateForm(request.POST or None, case=case)
    intro = f"The day on which you expect {case.opportunity.name} to close." if case.opportunity else ""
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template=FIELDS, title="Close date", button="Save", context={"intro": intro}),
        do=lambda version: working.set_close_on(**call, **form.domain(), version=version),
        done="Close date saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def risk(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = RiskForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(template="cases/opportunities/risk.html", title="Renewal risk", button="Save"),
        do=lambda version: working.set_risk(**call, **form.domain(), version=version),
        done="Renewal risk saved.",
    )


@page(Act.WORK_CASES)
@forms_only
def won(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = WonForm(request.POST or None, case=case)
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template="cases/opportunities/won.html",
            title="Close as won",
            button="Close as won",
            options=form.known(),
        ),
        do=lambda version: working.close_won(**call, **form.domain(), version=version),
        done="The opportunity is closed as won.",
    )


@page(Act.WORK_CASES)
@forms_only
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = LostForm(request.POST or None, case=case)
    name = case.opportunity.name if case.opportunity else "It"
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template=FIELDS,
            title="Close as lost",
            button="Close as lost",
            context={"intro": f"{name} is closed as lost. A customer who certainly churns is one."},
        ),
        do=lambda version: working.close_lost(**call, **form.domain(), version=version),
        done="The opportunity is closed as lost.",
    )


@page(Act.WORK_CASES)
@forms_only
def new(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    last = making.last_renewal(case.account) if case.account else None
    form = NewForm(request.POST or None, case=case, last=last, today=local_day(call["by"], now=call["now"]))
    ask = Ask(
        template="cases/opportunities/new.html",
        title="New opportunity",
        button="Make it",
        context={
            "last": last,
            "renewals": making.open_renewals(case),
            "no_add_on": making.nothing_to_add_to(case.account) if case.account and last is None else "",
        },
        wide="1",
    )
    return act(
        request,
        case=case,
        form=form,
        ask=ask,
        do=lambda version: making.create(**call, **form.domain(), version=version),
        done="Made, and linked to the case.",
    )


@page(Act.WORK_CASES)
@forms_only
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    case, call = begin(request, pk)
    form = LeadForm(request.POST or None, case=case)
    name = case.lead.name if case.lead else "The lead"
    return act(
        request,
        case=case,
        form=form,
        ask=Ask(
            template=FIELDS,
            title="Lead",
            button="Decide",
            context={
                "intro": f"Twice yes makes {name} a contact of the account and of this case. Otherwise the lead is "
                "disqualified, with what spoke against it."
            },
        ),
        do=lambda version: qualifying.settle(**call, **form.domain(), version=version),
        done="The lead is settled.",
    )
