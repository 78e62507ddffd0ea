"""The subscription that a case is worked by."""

from __future__ import annotations

from datetime import date

from accounts.models import Subscription
from cases.models import Case


def of_case(case: Case, *, today: date) -> Subscription | None:
    """The one that the case is about, else the account's next one to renew, today at the earliest; None where neither
    is there."""
    if case.subscription is not None or case.account_id is None:
        return case.subscription
    known = Subscription.objects.filter(account=case.account_id, renews_on__gte=today)
    return known.order_by("renews_on", "id").first()
