"""Whose mail it may be: accounts that share its domain, name, lead or sender's name, with the reason for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models.functions import Lower

from accounts.models import Account, Contact
from cases.intake import senders
from cases.models import ReceivedMail

MOST = 5
_SHORTEST = 3


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    account: Account
    why: str


def suggest(mail: ReceivedMail) -> list[Suggestion]:
    """At most five accounts, the likeliest first, each once."""
    found: dict[int, Suggestion] = {}
    for one in _likely(mail):
        found.setdefault(one.account.pk, one)
        if len(found) == MOST:
            break
    return list(found.values())


def _likely(mail: ReceivedMail) -> Iterator[Suggestion]:
    address = mail.from_address
    domains = senders.domains_of(address)
    people = Contact.objects.alias(low=Lower("email")).filter(low=address, account__isnull=False)
    for person in people.select_related("account").order_by("id")[:MOST]:
        if person.account:
            yield Suggestion(account=person.account, why=f"{person.name} is a contact there")
    ids = [pk for found in senders.load_domains(domains).values() for pk in found]
    for account in Account.objects.filter(pk__in=ids).order_by("id")[:MOST]:
        yield Suggestion(account=account, why=f"has the domain {account.domain}")
    yield from _by_name(mail, domains)


def _by_name(mail: ReceivedMail, domains: list[str]) -> Iterator[Suggestion]:
    company = mail.lead.company.strip() if mail.lead else ""
    if len(company) >= _SHORTEST:
        yield from _named(company, f"the lead {mail.lead} names {company}")
    for domain in domains:
        label = domain.partition(".")[0]
        if len(label) >= _SHORTEST:
            yield from _named(label, f"its name begins like {domain}")
    if len(mail.from_name) > _SHORTEST:
        same = Contact.objects.filter(name__istartswith=mail.from_name, account__isnull=False)
        for person in same.select_related("account").order_by("id")[:MOST]:
            if person.account:
                yield Suggestion(account=person.account, why=f"a contact is called {person.name}")


def _named(start: str, why: str) -> Iterator[Suggestion]:
    for account in Account.objects.filter(name__istartswith=start).order_by("name", "id")[:MOST]:
        yield Suggestion(account=account, why=why)


def search(words: str) -> list[Account]:
    """Accounts whose name or domain begins with the words; names first."""
    wanted = words.strip()
    if len(wanted) < _SHORTEST - 1:
        return []
    named = list(Account.objects.filter(name__istartswith=wanted).order_by("name", "id")[: 2 * MOST])
    of_domain = Account.objects.filter(domain__istartswith=wanted).exclude(pk__in=[one.pk for one in named])
    return [*named, *of_domain.order_by("domain", "id")[:MOST]]
