"""What a new form begins with: the records that its address names, by their ids here or in the CRM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from accounts.models import Account, Contact, Lead, Opportunity
from cases.filing.asked import Address
from smbcases.lib import ids

_MODELS: dict[str, Any] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
}


def begin(query: Mapping[str, str]) -> dict[str, str]:
    """`?account=001A` or `?account=17`, and so for a contact, a lead and an opportunity; what nobody knows is left
    out."""
    typed: dict[str, str] = {}
    for kind, model in _MODELS.items():
        name = query.get(kind, "").replace("\0", "")
        if name:
            typed |= _chosen(kind, model, name)
    return typed


def _chosen(kind: str, model: Any, name: str) -> dict[str, str]:
    meant, pk = Q(external_id=name), ids.read(name)
    if pk is not None:
        meant |= Q(pk=pk)
    found = model.objects.filter(meant).order_by("id").first()
    return {kind: str(found.pk), f"{kind}_words": found.name} if found else {}


def billing(account: Account) -> dict[str, str]:
    """The account's own address, by the fields of the form."""
    return {f"billing_{part}": value for part, value in vars(Address.of(account)).items()}
