"""Whom we serve (the book), who serves them (people), and what the CRM told us (events)."""

from accounts.models.answers import KeptAnswer
from accounts.models.book import (
    Account,
    Activity,
    Contact,
    Lead,
    Opportunity,
    Subscription,
)
from accounts.models.events import Event
from accounts.models.keys import ApiKey
from accounts.models.people import Department, Person, Region, Role
from accounts.models.plans import AccountPlan, AccountPlanVersion
from accounts.models.sweeps import OwnershipMove, OwnershipSweep, SegmentCrossing

__all__ = [
    "Account",
    "AccountPlan",
    "AccountPlanVersion",
    "Activity",
    "ApiKey",
    "Contact",
    "Department",
    "Event",
    "KeptAnswer",
    "Lead",
    "Opportunity",
    "OwnershipMove",
    "OwnershipSweep",
    "Person",
    "Region",
    "Role",
    "SegmentCrossing",
    "Subscription",
]
