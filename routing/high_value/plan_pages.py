"""The plan of an account: to read with its touchpoints and versions, and to write."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, visibility
from accounts.access import Act, page
from accounts.models import Account
from routing.high_value import holding, plan_content, plan_forms, plans, touchpoints
from routing.high_value.plan_content import Content
from smbcases import playbook
from smbcases.lib.refusal import Refusal

VERSIONS_SHOWN = 20


@page(Act.SEE_BOOK)
@require_safe
def show(request: access.SignedInRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(visibility.visible(request.user), pk=pk)
    plan, content = plans.read(account)
    case, now = holding.open_case_of(account.pk), timezone.now()
    context = {
        "account": account,
        "case": case,
        "plan": plan,
        "content": content,
        "people": _people(content),
        "growth": _growth(content),
        "check_ins": touchpoints.of_case(case, now=now) if case else [],
        "versions": list(reversed(plans.versions(plan, most=VERSIONS_SHOWN))) if plan else [],
        "may_write": plans.may_write(request.user, account),
        "today": timezone.localdate(),
    }
    return render(request, "routing/high_value/plan.html", context)


def _people(content: Content) -> dict[str, list[str]]:
    names = plans.names_in([content])
    return {
        "deciders": [names.get(one, one) for one in content.deciders],
        "users": [names.get(one, one) for one in content.users],
    }


def _growth(content: Content) -> list[tuple[str, str]]:
    known = playbook.active().high_value.criteria
    return [(known.get(key, key), text) for key, text in content.growth.items()]


@page(Act.WRITE_PLANS)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: access.SignedInRequest, pk: int) -> HttpResponse:
    """The form; saved, back to the plan. Stale, it says what changed and keeps what was typed."""
    account = get_object_or_404(visibility.visible(request.user), pk=pk)
    if not plans.may_write(request.user, account):
        raise PermissionDenied("Whoever has the account's High Value case, or a manager, writes its plan.")
    plan, content = plans.read(account)
    data = request.POST or None
    form = plan_forms.PlanForm(data, account=account, content=content, version=plan.version if plan else 0)
    rows = plan_forms.touchpoint_rows(data, content=content)
    context: dict[str, Any] = {"account": account, "form": form, "rows": rows, "changes": []}
    if request.method != "POST":
        return _form(request, context)
    if not (form.is_valid() & rows.is_valid()):
        return _form(request, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        wanted = form.content(plan_forms.touchpoints(rows))
        _save(request, account, wanted, version=form.cleaned_data["version"])
    except plans.StalePlan as stale:
        form.meet(stale.plan.version)
        context["changes"] = stale.changes
        return _form(request, context, status=HTTPStatus.PRECONDITION_FAILED)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return _form(request, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, "The plan is saved.")
    return redirect("account_plan", pk=pk)


def _save(
    request: access.SignedInRequest, account: Account, content: plan_content.Content, *, version: int
) -> None:
    plans.save(account_id=account.pk, content=content, by=request.user, now=timezone.now(), version=version)


def _form(
    request: access.SignedInRequest, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "routing/high_value/plan_form.html", context, status=status)
