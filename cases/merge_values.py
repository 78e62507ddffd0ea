"""What merge fields stand for, read off the records around a case: for its own texts and for mails about it."""

from __future__ import annotations

from datetime import date

from accounts.models import Account, Opportunity, Subscription
from smbcases.lib.money import money

Values = dict[str, object]


def of_account(account: Account) -> Values:
    return {
        "account": account.name,
        "carr": money(account.carr, account.currency),
        "tier": account.tier,
        "pte": account.pte,
        "ptc": account.ptc,
        "region": account.region,
    }


def of_subscription(subscription: Subscription, *, today: date) -> Values:
    seats = subscription.seats
    return {
        "plan": subscription.get_plan_display(),
        "seats": seats,
        "seats_used": subscription.seats_used,
        "seats_used_share": round(100 * subscription.seats_used / seats) if seats else None,
        "renews_on": subscription.renews_on,
        "days_to_renewal": (subscription.renews_on - today).days,
        "term_months": subscription.term_months,
    }


def of_opportunity(opportunity: Opportunity, *, today: date) -> Values:
    values: Values = {
        "opportunity": opportunity.name,
        "amount": money(opportunity.amount, opportunity.currency),
        "close_on": opportunity.close_on,
        "term_months": opportunity.term_months,
        "users": opportunity.users,
    }
    if opportunity.close_on:
        values["days_to_close"] = abs((opportunity.close_on - today).days)
    return values
