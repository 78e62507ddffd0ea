"""The people of a desk under test, and the key of the CRM that pushes to it; run inside the desk."""

from __future__ import annotations

from django.utils import timezone

from accounts import keys
from accounts.models.keys import Scope
from routing import roster
from tests import factories

PER_REGION = {"AMER": 8, "EMEA": 4, "APJ": 4}


def hire() -> str:
    """Equal advocates in both territories; answers the CRM's API key."""
    people = [factories.person(region=region) for region, size in PER_REGION.items() for _ in range(size)]
    roster.enroll(people)
    _, secret = keys.create(name="CRM", scopes=[Scope.EVENTS_WRITE], acts_for=None, now=timezone.now())
    return secret
