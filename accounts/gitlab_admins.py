"""Who administers the product at the customer's: a contact of the account, named before anything is closed as won."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import desk_changes
from accounts.models import Account, Contact
from smbcases.lib.refusal import Refusal


class NotAContactOfTheAccount(Refusal):
    name = "not-of-this-account"
    status = 422
    title = "That contact belongs to another account"


@transaction.atomic
def name_admin(*, account: Account, contact: Contact, now: datetime) -> None:
    """Name the account's GitLab admin; a CRM event older than `now` does not undo it.

    Raises NotAContactOfTheAccount.
    """
    if contact.account_id != account.pk:
        raise NotAContactOfTheAccount(f"{contact.name} is no contact of {account.name}.")
    account.refresh_from_db(from_queryset=Account.objects.select_for_update(no_key=True))
    desk_changes.write(account, now=now, gitlab_admin=contact, gitlab_admin_awaited="")
