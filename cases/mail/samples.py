"""A made-up customer, so that Ops see a template as a mail."""

from __future__ import annotations

from datetime import date

from cases.merge_values import Values


def values() -> Values:
    """A value for every merge field that mails have."""
    return {
        "account": "Northpeak Robotics GmbH",
        "advocate": "Maya Stone",
        "amount": "$11,600",
        "carr": "$9,280",
        "close_on": date(2027, 1, 14),
        "contact": "Jonas Weber",
        "contact_first_name": "Jonas",
        "days_to_close": 54,
        "days_to_renewal": 54,
        "expand_ae": "Priya Nair",
        "first_order_ae": "Tom Okafor",
        "lead": "Lena Fuchs",
        "message": "Could somebody call me about the licences?",
        "opportunity": "Northpeak Robotics, renewal 2027",
        "plan": "Premium",
        "ptc": 2,
        "pte": 4,
        "region": "EMEA",
        "renews_on": date(2027, 1, 14),
        "seats": 40,
        "seats_used": 37,
        "seats_used_share": 93,
        "signature": "Maya Stone\nSmall Business Team",
        "team_address": "smb@example.com",
        "term_months": 12,
        "tier": 1,
        "users": 40,
    }
