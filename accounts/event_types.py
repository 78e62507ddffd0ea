"""Every event type that we take, with its payload: what clients read in the API's pages, and what we check.

Record events carry the whole record as the CRM has it: a field left out is empty. Signal events say that
something happened to records that we know, and change nothing in the book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

from accounts import payloads as p
from accounts.models.book import ActivityKind, Kind, LeadStatus, Plan, Risk, Stage
from accounts.models.people import Region
from accounts.signals_told import SIGNALS, Told


@dataclass(frozen=True, kw_only=True)
class EventType:
    """One type: its words, its fields, an example of its `data`. `record` is what it upserts, if it does."""

    key: str
    title: str
    description: str
    fields: tuple[p.Field, ...]
    example: Mapping[str, Any]
    record: str = ""
    one_of: tuple[str, ...] = ()

    @cached_property
    def schema(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "description": self.description,
            **p.schema_of(self.fields, one_of=self.one_of),
            "examples": [self.example],
        }

    @cached_property
    def validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self.schema, validate_formats=True)

    @cached_property
    def references(self) -> tuple[p.Field, ...]:
        """The fields that name other records, people left out."""
        return tuple(field for field in self.fields if field.refers_to not in {"", p.PERSON})

    @cached_property
    def people(self) -> tuple[p.Field, ...]:
        return tuple(field for field in self.fields if field.refers_to == p.PERSON)


def _record(record: str, *fields: p.Field, title: str, example: Mapping[str, Any]) -> EventType:
    return EventType(
        key=f"crm.{record}.upserted",
        title=title,
        description=f"The {record} was created or changed; the payload is all of it.",
        fields=(p.own_id(f"The {record}'s id in the CRM."), *fields),
        example=example,
        record=record,
    )


RECORD_TYPES: Sequence[EventType] = (
    _record(
        "account",
        p.needed(p.text("name", "The company's name.")),
        p.text("domain", "Of its e-mail addresses, such as acme.example."),
        p.choice(
            "region",
            "Decides the territory; without one nobody is assigned.",
            Region.values,
        ),
        p.country("country", "Two capital letters, such as DE."),
        p.language("language", "What the customer needs to be served in, if not English."),
        p.text("billing_street", "Street and number."),
        p.text("billing_city", "City."),
        p.text("billing_postal_code", "Postal code.", most=32),
        p.country("billing_country", "Two capital letters."),
        p.count("employees", "How many people work there.", empty=None),
        p.money("carr", "Committed annual recurring revenue."),
        p.currency("currency", "Of the amounts, such as USD."),
        p.count(
            "lam",
            "Landed addressable market: developers there who could use the product.",
        ),
        p.stars("pte", "Propensity to expand, 1 to 5."),
        p.stars("ptc", "Propensity to churn or contract, 1 to 5."),
        p.person("owner", "Who owns the account. Left out, the region's Sales User does."),
        p.reference(
            "gitlab_admin",
            "The contact who administers the product there.",
            to="contact",
            soft=True,
        ),
        title="Account",
        example={
            "external_id": "001A",
            "name": "Acme Robotics",
            "domain": "acme.example",
            "region": "EMEA",
            "country": "DE",
            "employees": 64,
            "carr": 8200.5,
            "lam": 22,
            "pte": 4,
            "gitlab_admin": "003A",
        },
    ),
    _record(
        "contact",
        p.reference("account", "The account where they work."),
        p.needed(p.text("name", "First name and last name.")),
        p.email("email", "E-mail address."),
        p.text("phone", "Telephone number.", most=64),
        p.text("title", "What they are there."),
        p.language("language", "A language code, such as de."),
        title="Contact",
        example={
            "external_id": "003A",
            "account": "001A",
            "name": "Ada Weber",
            "email": "ada@acme.example",
        },
    ),
    _record(
        "lead",
        p.needed(p.text("name", "First name and last name.")),
        p.email("email", "E-mail address."),
        p.text("company", "Where they say they work."),
        p.text("source", "How they came to us."),
        p.reference("matched_account", "The account that the lead was matched to.", to="account"),
        p.choice(
            "status",
            "Where the lead stands.",
            LeadStatus.values,
            empty=LeadStatus.NEW.value,
        ),
        p.reference("converted_contact", "The contact that the lead became.", to="contact"),
        p.day("created_on", "The day it came to the CRM."),
        title="Lead",
        example={
            "external_id": "00QA",
            "name": "Jo Park",
            "email": "jo@acme.example",
            "matched_account": "001A",
            "status": "new",
            "created_on": "2025-03-03",
        },
    ),
    _record(
        "opportunity",
        p.needed(p.reference("account", "Whose opportunity it is.")),
        p.needed(p.text("name", "Its name.")),
        p.needed(p.choice("kind", "What would be sold.", Kind.values)),
        p.choice("stage", "How far it is.", Stage.values, empty=Stage.PENDING.value),
        p.signed_money("amount", "Its amount; negative for a contraction."),
        p.currency("currency", "Of the amount, such as USD."),
        p.day("close_on", "The day it closes; for a renewal, the renewal's day."),
        p.choice("plan", "The plan it is about.", Plan.values),
        p.count("users", "For how many users."),
        p.months("term_months", "For how many months."),
        p.switch("po_required", "The customer needs a purchase order first."),
        p.switch("has_duo", "Duo is part of it."),
        p.switch("is_eoa", "It is about a product at its end of availability."),
        p.switch("auto_renew", "It renews by itself.", empty=True),
        p.switch("will_fail", "The automatic renewal is expected to fail."),
        p.switch("payment_failed", "The payment has failed."),
        p.switch("via_partner", "A partner or an alliance sells it."),
        p.choice("risk", "The renewal's risk.", Risk.values),
        p.person("owner", "Who owns it. Left out, the region's Sales User does."),
        p.person("renewals_manager", "The Renewals Manager attached to it."),
        title="Opportunity",
        example={
            "external_id": "006A",
            "account": "001A",
            "name": "Acme Robotics renewal 2025",
            "kind": "renewal",
            "stage": "2_scoping",
            "amount": 8200.5,
            "close_on": "2025-06-30",
            "term_months": 12,
            "po_required": True,
        },
    ),
    _record(
        "subscription",
        p.needed(p.reference("account", "Whose subscription it is.")),
        p.choice("plan", "The plan.", Plan.values, empty=Plan.PREMIUM.value),
        p.count("seats", "Seats bought."),
        p.count("seats_used", "Seats in use."),
        p.needed(p.day("starts_on", "The first day of the term.")),
        p.needed(p.day("renews_on", "The day it renews.")),
        p.months("term_months", "The length of the term."),
        p.switch("auto_renew", "It renews by itself.", empty=True),
        p.day("auto_renew_off_on", "The day on which automatic renewal was switched off."),
        p.switch("qsr_enabled", "Quarterly subscription reconciliation is on.", empty=True),
        p.switch("has_duo", "Duo is part of it."),
        p.switch("is_eoa", "The plan is at its end of availability."),
        p.switch("po_required", "The customer needs a purchase order first."),
        title="Subscription",
        example={
            "external_id": "A-S00017",
            "account": "001A",
            "plan": "premium",
            "seats": 40,
            "seats_used": 31,
            "starts_on": "2024-07-01",
            "renews_on": "2025-07-01",
        },
    ),
    _record(
        "activity",
        p.needed(p.reference("account", "The account it belongs to.")),
        p.reference("contact", "With whom."),
        p.reference("opportunity", "What it was about."),
        p.person("person", "Who of us it was."),
        p.needed(p.choice("kind", "What kind of touch.", ActivityKind.values)),
        p.switch("inbound", "From the customer to us."),
        p.text("subject", "What it was about, in words."),
        p.needed(p.instant("happened_at", "When it happened.")),
        title="Activity",
        example={
            "external_id": "00TA",
            "account": "001A",
            "contact": "003A",
            "kind": "call",
            "subject": "Seats for the new team",
            "happened_at": "2025-03-03T14:00:00+01:00",
        },
    ),
)

_ABOUT = ("account", "contact", "lead", "opportunity", "subscription")
_SIGNAL_FIELDS = (
    p.reference(
        "account",
        "The account's id in the CRM. Left out, it is that of the lead or other record named.",
    ),
    p.reference("contact", "The contact's id."),
    p.reference("lead", "The lead's id."),
    p.reference("opportunity", "The opportunity's id."),
    p.reference("subscription", "The subscription's id."),
    p.text(
        "message",
        "What was said, or what happened, in words; shown on the case.",
        most=10_000,
    ),
    p.text("url", "Where to read more, such as the ticket's address.", most=1_000),
    p.free("details", "Whatever else is worth keeping; shown as it is."),
)
_MAIL_FIELDS = (
    *_SIGNAL_FIELDS,
    p.needed(p.email("from", "The sender's address.")),
    p.text("from_name", "The sender's name."),
    p.text("to", "The address it was sent to."),
    p.text("subject", "The subject line.", most=1_000),
    p.text("body", "The text of the mail.", most=None),
    p.text(
        "thread",
        "What its replies have in common, such as the first mail's Message-ID.",
    ),
    p.text("message_id", "The mail's own Message-ID."),
)


def _signal(told: Told) -> EventType:
    is_mail = told.key == "mail.received"
    return EventType(
        key=told.key,
        title=told.title,
        description=told.description,
        fields=_MAIL_FIELDS if is_mail else _SIGNAL_FIELDS,
        example=told.example,
        one_of=() if is_mail else _ABOUT,
    )


SIGNAL_TYPES: Sequence[EventType] = tuple(_signal(told) for told in SIGNALS)
ALL: Mapping[str, EventType] = {kind.key: kind for kind in (*RECORD_TYPES, *SIGNAL_TYPES)}
