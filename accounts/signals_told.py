"""The signals that CRM, product, billing and mail may send: each with a title, a sentence and an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    key: str
    title: str
    description: str
    example: Mapping[str, Any]


SIGNALS: Sequence[Told] = (
    Told(
        "mail.received",
        "Mail received",
        "A customer wrote to the shared address; who they are need not be known.",
        {
            "from": "ada@acme.example",
            "from_name": "Ada Weber",
            "subject": "More seats",
            "body": "We grow by ten people in May. What do we do?",
            "thread": "<a1@acme.example>",
        },
    ),
    Told(
        "sales.contact_requested",
        "Contact requested",
        "A customer asked on the website to be contacted by sales.",
        {
            "account": "001A",
            "contact": "003A",
            "message": "Please call me about Ultimate.",
        },
    ),
    Told(
        "product.hand_raised",
        "Hand raised",
        "Somebody asked for help with buying from inside the product.",
        {
            "account": "001A",
            "contact": "003A",
            "message": "Asked for a quote on the billing page.",
        },
    ),
    Told(
        "support.ticket_opened",
        "Support ticket opened",
        "Support has a ticket that needs somebody from sales.",
        {
            "account": "001A",
            "message": "Wants to pay by invoice.",
            "url": "https://support.example/tickets/4711",
        },
    ),
    Told(
        "sdr.case_requested",
        "Asked for by an SDR",
        "A sales development representative found something for an advocate to do.",
        {
            "account": "001A",
            "lead": "00QA",
            "message": "Wants a demo for the new team.",
        },
    ),
    Told(
        "partner.opportunity_registered",
        "Partner registered an opportunity",
        "A partner registered an opportunity at one of our accounts.",
        {
            "account": "001A",
            "opportunity": "006A",
            "details": {"partner": "Nordlicht IT"},
        },
    ),
    Told(
        "sales.referral_made",
        "Referral",
        "A colleague in sales passes a customer on.",
        {"account": "001A", "message": "Met them at the fair; too small for us."},
    ),
    Told(
        "billing.ar_requested",
        "Asked for by billing",
        "Accounts receivable needs help with a customer.",
        {"account": "001A", "message": "Invoice 8812 is 30 days late."},
    ),
    Told(
        "subscription.auto_renew_off",
        "Automatic renewal switched off",
        "The customer switched automatic renewal off.",
        {"subscription": "A-S00017"},
    ),
    Told(
        "billing.renewal_payment_failed",
        "Renewal payment failed",
        "The payment for a renewal did not go through.",
        {
            "account": "001A",
            "opportunity": "006A",
            "details": {"cause": "card expired"},
        },
    ),
    Told(
        "sales.first_order_qualified",
        "First order qualified",
        "A prospect is qualified for a first order.",
        {"account": "001A", "lead": "00QA"},
    ),
    Told(
        "startup.ready_to_pay",
        "Startup ready to pay",
        "A member of the startup programme is ready for a first paid order.",
        {"account": "001A", "message": "The programme ends in June."},
    ),
    Told(
        "billing.qsr_payment_failed",
        "Reconciliation payment failed",
        "The payment for a quarterly subscription reconciliation did not go through.",
        {"account": "001A", "subscription": "A-S00017"},
    ),
    Told(
        "billing.overage_found",
        "Overage found",
        "More seats are in use than bought.",
        {"account": "001A", "subscription": "A-S00017", "details": {"seats_over": 7}},
    ),
    Told(
        "marketing.customer_mql",
        "Customer MQL",
        "Marketing qualified somebody who works at a customer.",
        {"lead": "00QA", "message": "Attended two webinars on security."},
    ),
    Told(
        "product.duo_trial_started",
        "Duo trial started",
        "A customer started a trial of Duo.",
        {"account": "001A", "details": {"trial_ends_on": "2025-04-02"}},
    ),
    Told(
        "intent.growth_signal",
        "Growth signal",
        "Intent data says that the account looks at growing.",
        {"account": "001A", "details": {"topic": "DevSecOps", "score": 82}},
    ),
    Told(
        "account.churn_risk_reported",
        "Churn risk reported",
        "A model or a colleague sees the account leaving.",
        {"account": "001A", "message": "Usage fell by half within a month."},
    ),
    Told(
        "product.user_limit_reached",
        "User limit reached",
        "A free group has reached its limit of users.",
        {"account": "001A", "message": "Group acme/robots is at 5 of 5."},
    ),
)
