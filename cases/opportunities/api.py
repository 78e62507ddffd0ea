"""A case's opportunity, its lead and the account's GitLab admin by API: the same domain calls as the sheets."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.models import Contact
from cases import api_docs
from cases.api import Acting, Call
from cases.opportunities import making, qualifying, shapes, working


def _contact(external_id: str, *, field: str) -> Contact:
    found = Contact.objects.filter(external_id=external_id).first()
    if found is None:
        raise ValidationError({field: ["There is no such contact."]})
    return found


@api_docs.acting(
    "Name the account's GitLab admin", shape=shapes.ToGitlabAdmin, example={"contact": "003A000001"}
)
class NameGitlabAdmin(Acting):
    shape = shapes.ToGitlabAdmin

    def carry_out(self, given: Any, call: Call) -> None:
        contact = _contact(given.validated_data["contact"], field="contact")
        working.name_gitlab_admin(**call, contact=contact)


@api_docs.acting(
    "Make a Growth or Add-On opportunity and link it",
    shape=shapes.ToMake,
    example={"kind": "growth", "amount": "9280.00", "currency": "USD", "users": 40, "close_on": "2027-01-29"},
)
class MakeOpportunity(Acting):
    shape = shapes.ToMake

    def carry_out(self, given: Any, call: Call) -> None:
        making.create(**call, wish=given.wish())


@api_docs.acting("Close the opportunity as won", shape=shapes.ToWon, example={"gitlab_admin": "003A000001"})
class CloseOpportunityWon(Acting):
    shape = shapes.ToWon

    def carry_out(self, given: Any, call: Call) -> None:
        named = given.validated_data["gitlab_admin"]
        contact = _contact(named, field="gitlab_admin") if named else None
        working.close_won(**call, gitlab_admin=contact)


@api_docs.acting(
    "Close the opportunity as lost",
    shape=shapes.ToLost,
    example={"reason": "They move to another product in March.", "will_churn": True},
)
class CloseOpportunityLost(Acting):
    shape = shapes.ToLost

    def carry_out(self, given: Any, call: Call) -> None:
        working.close_lost(**call, **given.validated_data)


@api_docs.acting(
    "Set the day on which the opportunity is expected to close",
    shape=shapes.ToCloseDate,
    example={"close_on": "2027-01-29"},
)
class SetCloseDate(Acting):
    shape = shapes.ToCloseDate

    def carry_out(self, given: Any, call: Call) -> None:
        working.set_close_on(**call, **given.validated_data)


@api_docs.acting("Set the renewal risk", shape=shapes.ToRisk, example={"risk": "medium"})
class SetRenewalRisk(Acting):
    shape = shapes.ToRisk

    def carry_out(self, given: Any, call: Call) -> None:
        working.set_risk(**call, **given.validated_data)


@api_docs.acting(
    "Convert or disqualify the lead",
    shape=shapes.ToSettleLead,
    example={"works_there": True, "has_net_arr": True, "note": "Wants 20 seats for a second team."},
)
class SettleLead(Acting):
    shape = shapes.ToSettleLead

    def carry_out(self, given: Any, call: Call) -> None:
        qualifying.settle(**call, answers=given.answers())
