"""Nominations: those to decide, one's own, and what was decided; nominating, withdrawing and deciding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import access, visibility
from accounts.access import Act, page
from accounts.models import Account
from cases.acting import forms_only, way_back
from routing.high_value import deciding, holding, nominating, reach, sheets
from routing.high_value.nomination_forms import DecideForm, NominateForm
from routing.models import Nomination, State
from routing.models.nominations import Nominations
from smbcases import playbook
from smbcases.lib.refusal import Refusal

SHOWN = 100


@page(Act.SEE_NOMINATIONS)
@require_safe
def nominations(request: access.SignedInRequest) -> HttpResponse:
    person, now = request.user, timezone.now()
    seen = reach.visible(person).select_related("account", "advocate", "decided_by", "case")
    context = {
        "to_decide": list(_decidable(request).order_by("proposed_at", "id")[:SHOWN]),
        "waiting": list(seen.to_decide().filter(advocate=person).order_by("proposed_at", "id")[:SHOWN]),
        "decided": list(seen.exclude(state=State.PROPOSED).order_by("-decided_at", "-id")[:SHOWN]),
        "allowance": nominating.allowance(person, now=now) if person.handles_cases else None,
        "fiscal_year": holding.fiscal_year(now),
        "criteria": playbook.active().high_value.criteria,
    }
    return render(request, "routing/high_value/nominations.html", context)


def _decidable(request: access.SignedInRequest) -> Nominations:
    waiting = reach.decidable(request.user).filter(state=State.PROPOSED)
    return waiting.select_related("account", "advocate")


@page(Act.NOMINATE)
@forms_only
def nominate(request: access.SignedInRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(visibility.visible(request.user), pk=pk)
    form = NominateForm(request.POST or None)
    sheet, now = _nominate_sheet(request, account), timezone.now()
    if request.method != "POST":
        return sheets.show(request, sheet, form=form)
    if not form.is_valid():
        return sheets.show(request, sheet, form=form, refused=True)
    try:
        nominating.nominate(account_id=pk, by=request.user, now=now, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return sheets.show(request, sheet, form=form, refused=True)
    said = f"{account.name} is nominated. Your manager decides."
    return sheets.done(request, to=sheet.back, said=said)


def _nominate_sheet(request: access.SignedInRequest, account: Account) -> sheets.Sheet:
    """With the reason why it cannot be nominated, where there is one."""
    now = timezone.now()
    return sheets.Sheet(
        template="routing/high_value/nominate.html",
        title="Nominate as High Value",
        back=way_back(request, usual=reverse("account", args=[account.pk])),
        context={
            "account": account,
            "stop": _why_not(account, request),
            "allowance": nominating.allowance(request.user, now=now),
            "fiscal_year": holding.fiscal_year(now),
        },
    )


def _why_not(account: Account, request: access.SignedInRequest) -> str:
    try:
        nominating.check_account(account, by=request.user, now=timezone.now())
    except Refusal as refusal:
        return refusal.detail
    return ""


@page(Act.NOMINATE)
@require_POST
def withdraw(request: access.SignedInRequest, pk: int) -> HttpResponse:
    try:
        done = nominating.withdraw(nomination_id=pk, by=request.user, now=timezone.now())
    except nominating.NoSuchNomination as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"{done.account.name} is withdrawn.")
    return redirect("nominations")


@page(Act.DECIDE_NOMINATIONS)
@forms_only
def decide(request: access.SignedInRequest, pk: int) -> HttpResponse:
    nomination = get_object_or_404(reach.decidable(request.user).select_related("account", "advocate"), pk=pk)
    form = DecideForm(request.POST or None)
    sheet = sheets.Sheet(
        template="routing/high_value/decide.html",
        title=f"{nomination.account.name}: High Value?",
        back=reverse("nominations"),
        context={"nomination": nomination, "criteria": playbook.active().high_value.criteria},
    )
    if request.method != "POST":
        return sheets.show(request, sheet, form=form)
    if not form.is_valid():
        return sheets.show(request, sheet, form=form, refused=True)
    try:
        said = _decide(nomination, request, form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return sheets.show(request, sheet, form=form, refused=True)
    return sheets.done(request, to=sheet.back, said=said)


def _decide(nomination: Nomination, request: access.SignedInRequest, given: dict[str, Any]) -> str:
    act = {"approve": deciding.approve, "decline": deciding.decline}[given["decision"]]
    act(nomination_id=nomination.pk, by=request.user, reason=given["reason"], now=timezone.now())
    if given["decision"] == "decline":
        return f"{nomination.account.name} is declined."
    return f"{nomination.account.name} is High Value. Its case goes to {nomination.advocate.name}."
