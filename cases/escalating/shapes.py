"""What the API sends and takes about requests on a case."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.escalating.handing_on import Ending
from cases.models import Escalation, EscalationKind
from cases.models.escalations import TO_BE_ANSWERED
from cases.serializers import Given


class RequestLine(serializers.ModelSerializer[Escalation]):
    """A request on a case and what came of it."""

    case = serializers.CharField(source="case.number")
    asked_by = serializers.EmailField(source="asked_by.email")

    class Meta:
        model = Escalation
        fields = (
            "id", "case", "kind", "state", "reason", "named", "asked_by", "asked_at", "answer", "answered_at",
        )  # fmt: skip


class ToAskForHelp(Given):
    kind = serializers.ChoiceField([kind.value for kind in TO_BE_ANSWERED])
    reason = serializers.CharField(max_length=5_000)

    def domain(self) -> dict[str, Any]:
        given = dict(self.validated_data)
        return {**given, "kind": EscalationKind(given["kind"])}


class ToAnswerHelp(Given):
    request_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    granted = serializers.BooleanField()
    words = serializers.CharField(
        max_length=2_000, default="", allow_blank=True, help_text="Needed to decline."
    )


class ToFinish(Given):
    request_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    words = serializers.CharField(max_length=5_000, help_text="What came of it.")


class ToSupport(Given):
    words = serializers.CharField(max_length=5_000, help_text="What Support needs to know.")
    close = serializers.BooleanField(default=True, help_text="As Resolved, Transferred To Support.")
    feedback = serializers.CharField(default="", allow_blank=True, max_length=10_000)
    need_met = serializers.BooleanField(default=False)
    leave_questions = serializers.BooleanField(default=False, help_text="Close it though questions are open.")

    def domain(self) -> dict[str, Any]:
        given = self.validated_data
        ending = Ending(
            feedback=given["feedback"],
            need_met=given["need_met"],
            leave_questions=given["leave_questions"],
        )
        return {"words": given["words"], "ending": ending if given["close"] else None}


class ToMidMarket(Given):
    executive = serializers.CharField(max_length=200, help_text="The Mid-Market AE who was looped in.")
    note = serializers.CharField(default="", allow_blank=True, max_length=2_000)
    resolution_action = serializers.CharField(default="no_action_required", max_length=40)
    feedback = serializers.CharField(default="", allow_blank=True, max_length=10_000)
    leave_questions = serializers.BooleanField(default=False, help_text="Close it though questions are open.")

    def domain(self) -> dict[str, Any]:
        given = self.validated_data
        ending = Ending(
            feedback=given["feedback"],
            resolution_action=given["resolution_action"],
            leave_questions=given["leave_questions"],
        )
        return {"executive": given["executive"], "note": given["note"], "ending": ending}
