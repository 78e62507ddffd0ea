"""Trying a condition in the admin: how many records it finds now, or would have found on a day in the past."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from routing.models import Trigger
from routing.triggers import history
from routing.triggers.conditions import InvalidCondition

if TYPE_CHECKING:
    from routing.admin import TriggerAdmin


class TrialForm(forms.Form):
    condition = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    )
    account = forms.CharField(
        required=False, max_length=64, help_text="External id of one account; empty: the whole book."
    )
    as_of = forms.DateField(
        required=False,
        label="As of the end of",
        help_text="Such as 2026-01-31; empty: now.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def addresses(model_admin: TriggerAdmin) -> list[URLPattern]:
    view = model_admin.admin_site.admin_view(partial(show, model_admin))
    return [path("<int:pk>/try/", view, name="routing_trigger_try")]


def show(model_admin: TriggerAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and below it what was found. It is asked by address, so a trial can be sent as a link."""
    trigger = get_object_or_404(Trigger, pk=pk)
    if not model_admin.has_change_permission(request, trigger):
        raise PermissionDenied
    asked = "condition" in request.GET
    form = TrialForm(request.GET if asked else None, initial={"condition": trigger.condition})
    found = _try(form, trigger) if form.is_valid() else None
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": f"Try {trigger.name}",
        "opts": Trigger._meta,
        "trigger": trigger,
        "form": form,
        "found": found,
    }
    return TemplateResponse(request, "admin/routing/trigger/try.html", context)


def _try(form: TrialForm, trigger: Trigger) -> history.Trial | None:
    """What the condition finds; None where it is none, which the form then says."""
    day = form.cleaned_data["as_of"]
    at = datetime.combine(day, time.max, tzinfo=UTC) if day else None
    try:
        return history.try_condition(
            form.cleaned_data["condition"],
            asked_of=trigger.asked_of,
            now=timezone.now(),
            account=form.cleaned_data["account"].strip(),
            at=at,
        )
    except InvalidCondition as error:
        form.add_error("condition", error)
        return None
