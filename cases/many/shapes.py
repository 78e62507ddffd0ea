"""What an act on many cases takes, as the API is sent it; pages send the same."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.closing import Closure
from cases.serializers import CaseNumber, Given


class ToCloseMany(Given):
    """One closure for all. Whether a customer will certainly churn is said of one case at a time."""

    status = serializers.CharField(max_length=20, help_text="A closed status of the cases' playbook.")
    resolution_action = serializers.CharField(default="", allow_blank=True, max_length=40)
    feedback = serializers.CharField(default="", allow_blank=True, max_length=10_000)
    duplicate_of = CaseNumber(default=None, allow_null=True, allow_blank=True)
    need_met = serializers.BooleanField(default=False)


def closure(given: dict[str, Any]) -> Closure:
    return Closure(
        status=given["status"],
        resolution_action=given["resolution_action"],
        feedback=given["feedback"],
        duplicate_of_id=given["duplicate_of"],
        need_met=given["need_met"],
    )
