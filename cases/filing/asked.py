"""What a filled-in form asks for, and what is still wrong with it. Pure: records and rules in, sentences out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from accounts.models import Account, Contact, Lead, Opportunity, Person
from cases.filing.subjects import Demands

LONGEST = 20_000
Wrong = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Address:
    """A billing address; `country` is two letters."""

    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""

    @classmethod
    def of(cls, account: Account) -> Address:
        return cls(
            street=account.billing_street,
            city=account.billing_city,
            postal_code=account.billing_postal_code,
            country=account.billing_country,
        )

    def or_else(self, other: Address) -> Address:
        """This one, with what it lacks taken from the other."""
        return Address(**{name: value or getattr(other, name) for name, value in vars(self).items()})

    def lines(self) -> list[str]:
        """Street, then postal code and city, then country."""
        return [
            line for line in (self.street, f"{self.postal_code} {self.city}".strip(), self.country) if line
        ]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A form as it was filled in. `web_email` is of somebody whom the book does not know."""

    case_type: str
    description: str
    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None
    opportunity: Opportunity | None = None
    web_email: str = ""
    link: str = ""
    case_reason: str = ""
    billing: Address = field(default_factory=Address)
    iqm_with: Person | None = None
    iqm_at: datetime | None = None


def complete(asked: Asked) -> Asked:
    """With the account that its lead, contact or opportunity brings, and the address that the account has."""
    account = asked.account or _brought(asked)
    billing = asked.billing.or_else(Address.of(account)) if account else asked.billing
    return replace(asked, account=account, billing=billing)


def _brought(asked: Asked) -> Account | None:
    """A lead brings the account that it was matched to, the others theirs."""
    if asked.lead is not None and asked.lead.matched_account is not None:
        return asked.lead.matched_account
    for record in (asked.contact, asked.opportunity):
        if record is not None and record.account is not None:
            return record.account
    return None


def wrongs(
    asked: Asked, *, subjects: Mapping[str, str], demands: Demands, reasons: Mapping[str, str]
) -> dict[str, str]:
    """What keeps it from being filed, by field, a sentence each. Nothing: it may be filed."""
    said: dict[str, str] = {}
    for name, sentence in (*_of_subject(asked, subjects), *_of_records(asked), *_of_words(asked)):
        said.setdefault(name, sentence)
    for name, sentence in _of_demands(asked, demands, reasons):
        said.setdefault(name, sentence)
    return said


def _of_subject(asked: Asked, subjects: Mapping[str, str]) -> Iterator[Wrong]:
    if not asked.case_type:
        yield "case_type", "Choose a subject."
    elif asked.case_type not in subjects:
        yield "case_type", f"Your department files: {', '.join(subjects.values())}."


def _of_records(asked: Asked) -> Iterator[Wrong]:
    account = asked.account
    if account is None:
        yield "account", "Choose the account." if asked.lead is None else "Choose the account of this lead."
    if asked.contact is None and asked.lead is None and not asked.web_email:
        yield (
            "contact",
            "Choose whom it is about: a contact, a lead, or an address that the book does not know.",
        )
    for name, record, theirs in (
        ("contact", asked.contact, asked.contact and asked.contact.account),
        ("lead", asked.lead, asked.lead and asked.lead.matched_account),
        ("opportunity", asked.opportunity, asked.opportunity and asked.opportunity.account),
    ):
        if record is not None and theirs and account and theirs.pk != account.pk:
            yield name, f"{record.name} belongs to {theirs.name}, not to {account.name}."


def _of_words(asked: Asked) -> Iterator[Wrong]:
    if not asked.description.strip():
        yield "description", "Say what the customer needs."
    elif len(asked.description) > LONGEST:
        over = len(asked.description) - LONGEST
        yield (
            "description",
            f"It is {over:,} characters longer than {LONGEST:,}. Nothing was cut: shorten it.",
        )


def _of_demands(asked: Asked, demands: Demands, reasons: Mapping[str, str]) -> Iterator[Wrong]:
    if demands.billing:
        for name, value in vars(asked.billing).items():
            if not value:
                yield f"billing_{name}", "A first order needs the whole billing address."
    if demands.meeting and asked.iqm_with is None:
        yield "iqm_with", "Say which advocate is booked in the qualifying meeting."
    if demands.meeting and asked.iqm_at is None:
        yield "iqm_at", "Say when the qualifying meeting is."
    if demands.reason and asked.case_reason not in reasons:
        yield "case_reason", "Choose the case reason."
