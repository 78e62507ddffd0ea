"""Which accounts somebody may see: the reach of `accounts.access` as a filter of accounts."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import Act, Reach, reach
from accounts.models import Account, Opportunity, Person


def visible(person: Person) -> QuerySet[Account]:
    """All of them, those with a renewal that is theirs, or none."""
    how_far = reach(person, Act.SEE_BOOK)
    if how_far is Reach.ALL:
        return Account.objects.all()
    if how_far is Reach.RENEWALS:
        theirs = Opportunity.objects.filter(account=OuterRef("pk"), renewals_manager=person)
        return Account.objects.filter(Exists(theirs))
    return Account.objects.none()
