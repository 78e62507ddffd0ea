"""The words that playbook files may use because code answers to them.

Nothing here is a number or a rule of the business: a word added here needs code that carries it out.
"""

from typing import Final, Literal

Priority = Literal["high", "medium", "low"]
Stage = Literal["open", "in_progress", "closed"]
Subject = Literal["account", "opportunity", "subscription", "lead"]
Occurrence = Literal["event", "record", "term", "quarter", "fiscal_year"]
Segment = Literal["smb", "mid_market", "enterprise"]
Mover = Literal["owner", "team_lead", "manager", "ops"]

# Case types that have rules of their own in code.
HIGH_VALUE: Final = "high_value_account"
HIGH_VALUE_CHECK_IN: Final = "high_value_check_in"
FIRST_ORDER: Final = "fo_opp"
FIRST_ORDERS: Final = frozenset({FIRST_ORDER, "fo_opp_startup"})

RECORD_EVENTS: Final = frozenset(
    f"crm.{record}.upserted"
    for record in ("account", "contact", "lead", "opportunity", "subscription", "activity")
)
SIGNAL_EVENTS: Final = frozenset(
    {
        "account.churn_risk_reported",
        "billing.ar_requested",
        "billing.overage_found",
        "billing.qsr_payment_failed",
        "billing.renewal_payment_failed",
        "intent.growth_signal",
        "mail.received",
        "marketing.customer_mql",
        "partner.opportunity_registered",
        "product.duo_trial_started",
        "product.hand_raised",
        "product.user_limit_reached",
        "sales.contact_requested",
        "sales.first_order_qualified",
        "sales.referral_made",
        "sdr.case_requested",
        "startup.ready_to_pay",
        "subscription.auto_renew_off",
        "support.ticket_opened",
    }
)
EVENT_TYPES: Final = RECORD_EVENTS | SIGNAL_EVENTS

_ACCOUNT_FIELDS: Final = frozenset(
    {
        "carr", "check_in_day", "country", "days_since_touch", "days_to_renewal", "employees",
        "has_open_high_value_case", "high_value", "in_renewals_team", "is_customer", "lam", "auto_renew", "name",
        "plan", "ptc", "pte", "region", "seats", "seats_used", "seats_used_share", "segment", "tier",
        "touched_this_quarter",
    }
)  # fmt: skip
_OF_THE_ACCOUNT: Final = frozenset(f"account.{field}" for field in _ACCOUNT_FIELDS)
CONDITION_FIELDS: Final[dict[Subject, frozenset[str]]] = {
    "account": _ACCOUNT_FIELDS,
    "opportunity": _OF_THE_ACCOUNT
    | {
        "amount", "auto_renew", "close_on", "days_since_close", "days_to_close", "has_duo", "is_eoa", "is_open",
        "kind", "payment_failed", "plan", "po_required", "renewal_risk", "stage", "term_months", "users",
        "via_partner", "will_fail",
    },
    "subscription": _OF_THE_ACCOUNT
    | {
        "auto_renew", "days_since_auto_renew_off", "days_since_renewal", "days_to_renewal", "has_duo",
        "has_renewal_opportunity", "is_eoa", "plan", "po_required", "qsr_enabled", "renews_on", "seats", "seats_used",
        "seats_used_share", "starts_on", "term_months",
    },
    "lead": _OF_THE_ACCOUNT | {"days_since_created", "status"},
}  # fmt: skip

MERGE_FIELDS: Final = frozenset(
    {
        "account", "advocate", "amount", "carr", "close_on", "contact", "days_to_close", "days_to_renewal", "lead",
        "message", "opportunity", "plan", "ptc", "pte", "region", "renews_on", "seats", "seats_used",
        "seats_used_share", "term_months", "tier", "users",
    }
)  # fmt: skip
EMAIL_MERGE_FIELDS: Final = MERGE_FIELDS | {"contact_first_name", "signature"}
HANDOVER_MERGE_FIELDS: Final = EMAIL_MERGE_FIELDS | {"expand_ae", "first_order_ae", "team_address"}

STICKY_RULES: Final = frozenset({"high_value_owner", "iqm", "open_case_owner"})
CHECKLIST: Final = frozenset(
    {
        "status",
        "owner",
        "contact",
        "next_steps",
        "gitlab_admin",
        "related_opportunity",
        "opportunity_close_date",
        "renewal_risk",
        "activity",
        "resolution_action",
        "opportunity_status",
        "feedback",
    }
)
DEPARTMENTS: Final = frozenset({"support", "partner", "sales", "community", "billing", "sdr"})
