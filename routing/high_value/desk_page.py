"""The High Value Accounts of an advocate, or of a manager's region: what is due next in each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import Act, page
from accounts.models import Activity, Person, Subscription
from cases.models import Case
from routing.high_value import holding, nominating
from routing.high_value.reach import within
from routing.models import Nomination
from smbcases import playbook
from smbcases.playbook.vocabulary import HIGH_VALUE

ROWS = 100


@page(Act.SEE_NOMINATIONS)
@require_safe
def show(request: access.SignedInRequest) -> HttpResponse:
    now = timezone.now()
    found = Paginator(load(request.user, now=now), ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "found": found,
        "is_mine": request.user.handles_cases,
        "allowance": nominating.allowance(request.user, now=now) if request.user.handles_cases else None,
        "fiscal_year": holding.fiscal_year(now),
        "year_began_on": playbook.active().fiscal_year_of(holding.today_of(now)).first_on,
        "nominates": playbook.active().high_value.nominations > 0,
        "today": timezone.localdate(),
    }
    return render(request, "routing/high_value/desk.html", context)


def load(person: Person, *, now: datetime) -> QuerySet[Case]:
    """Open High Value cases in the person's reach with last touch, renewal and plan, the next touchpoint first."""
    today = holding.today_of(now)
    touches = Activity.objects.filter(account=OuterRef("account")).order_by().values("account")
    live = Subscription.objects.filter(account=OuterRef("account"), renews_on__gte=today)
    named = Nomination.objects.live().filter(
        account=OuterRef("account"), fiscal_year=holding.fiscal_year(now)
    )
    held = Case.objects.open().filter(within(person, Act.WRITE_PLANS, whose="owner"), case_type=HIGH_VALUE)
    return (
        held.select_related("account", "account__plan", "owner")
        .annotate(
            touched_at=Subquery(touches.annotate(last=Max("happened_at")).values("last")),
            renews_on=Subquery(live.order_by("renews_on", "id").values("renews_on")[:1]),
            proposed=Subquery(named.values("state")[:1]),
        )
        .order_by(F("account__plan__next_touchpoint_on").asc(nulls_last=True), "id")
    )
