"""What became of a case that was filed, on one page: who has it, what they promised, and when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import Act, page, person_of
from cases import access, telling
from cases.filing.asked import Address
from cases.following import follows, late
from cases.models import Attachment, Filing
from cases.talk import questions


@page(Act.FILE_CASES)
@never_cache
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks itself again, until somebody has the case."""
    by, now = person_of(request), timezone.now()
    case = access.get_case(by, pk)
    filing = Filing.objects.filter(case=case).select_related("iqm_with").first()
    asked = questions.load_latest([case]).get(case.pk)
    is_late = late.is_late(case, now=now)
    context = {
        "case": case,
        "type_name": telling.case_type_name(case),
        "status": case.rules.statuses[case.status],
        "resolution": case.rules.closing.resolution_actions.get(case.resolution_action, ""),
        "reason": case.rules.case_reasons.get(case.case_reason, ""),
        "filing": filing,
        "address": Address(**filing.billing).lines() if filing and filing.billing else [],
        "files": Attachment.objects.there().filter(case=case).order_by("id"),
        "question": asked,
        "follows": follows.is_following(by, case),
        "is_late": is_late,
        "is_theirs": late.is_theirs(by, case),
        "escalated": late.last(case) if is_late else None,
        "case_url": reverse("case", args=[case.pk]),
    }
    return render(request, "cases/filing/filed.html", context)
