"""Leads that marketing matched to a customer: converted into a contact of the account, or disqualified.

Both lock what they change and write within the caller's transaction, so that neither is ever half done. They raise
NoSuchLead, LeadSettled, or the refusal that their docstring names.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from accounts import desk_changes
from accounts.models import Account, Contact, Lead
from accounts.models.book import LeadStatus
from accounts.opportunities import MADE_HERE
from smbcases.lib.refusal import Refusal

SETTLED = frozenset({LeadStatus.CONVERTED, LeadStatus.DISQUALIFIED})


class NoSuchLead(Refusal):
    name = "no-such-lead"
    status = 404
    title = "There is no such lead"


class LeadSettled(Refusal):
    name = "lead-settled"
    title = "The lead is settled already"


class DisqualifyingReasonNeeded(Refusal):
    name = "disqualifying-reason-needed"
    status = 422
    title = "Say why it is disqualified"


@transaction.atomic
def convert(*, lead: Lead, account: Account, now: datetime) -> Contact:
    """Make the lead a contact of the account, reusing one with the same address; `lead` is brought up to date."""
    Account.objects.select_for_update(no_key=True).get(
        pk=account.pk
    )  # two leads of one address make one contact
    _lock_unsettled(lead)
    contact = _known(lead, account, now=now) or _made(lead, account, now=now)
    converted = {"status": LeadStatus.CONVERTED, "converted_contact": contact, "matched_account": account}
    desk_changes.write(lead, now=now, **converted)
    return contact


@transaction.atomic
def disqualify(*, lead: Lead, reason: str, now: datetime) -> None:
    """Turn the lead away. Raises DisqualifyingReasonNeeded."""
    _lock_unsettled(lead)
    if not reason.strip():
        raise DisqualifyingReasonNeeded("Say why the lead is disqualified.")
    because = reason.strip()[:500]
    desk_changes.write(lead, now=now, status=LeadStatus.DISQUALIFIED, disqualified_because=because)


def _lock_unsettled(lead: Lead) -> None:
    """Lock the row and read it into `lead`."""
    try:
        lead.refresh_from_db(from_queryset=Lead.objects.select_for_update(of=("self",), no_key=True))
    except Lead.DoesNotExist as error:
        raise NoSuchLead(f"{lead.name} is not there any more.") from error
    if lead.status in SETTLED:
        raise LeadSettled(f"{lead.name} is {lead.get_status_display().lower()} already.")


def _known(lead: Lead, account: Account, *, now: datetime) -> Contact | None:
    """A contact with the same address: of the account, or one of no account yet, which then joins it."""
    if not lead.email:
        return None
    same = Contact.objects.select_for_update(of=("self",)).filter(email__iexact=lead.email)
    found = same.filter(Q(account=account) | Q(account=None)).order_by("account_id", "id").first()
    if found is not None and found.account_id is None:
        desk_changes.write(found, now=now, account=account)
    return found


def _made(lead: Lead, account: Account, *, now: datetime) -> Contact:
    return Contact.objects.create(
        external_id=f"{MADE_HERE}{uuid4()}", as_of=now, account=account, name=lead.name, email=lead.email
    )
