"""What the API of tasks sends and takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Account
from cases.agenda.tasks import Plan
from cases.models import Task
from cases.models.tasks import Tasks
from cases.serializers import CaseNumber, Given

_STATES = ("open", "overdue", "done", "all")


class TaskLine(serializers.ModelSerializer[Task]):
    case = serializers.CharField(source="case.number", default=None, allow_null=True)
    account = serializers.CharField(source="account.external_id", default=None, allow_null=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "what",
            "due_on",
            "remind_at",
            "case",
            "account",
            "done_at",
            "created_at",
            "changed_at",
        )
        read_only_fields = fields


class TaskQuery(Given):
    state = serializers.ChoiceField(_STATES, default="open", help_text="Overdue ones are open, too.")

    def narrow(self, own: Tasks, *, today: date) -> Tasks:
        state = self.validated_data["state"]
        if state == "overdue":
            return own.open().filter(due_on__lt=today)
        return {"open": own.open, "done": own.done, "all": own.all}[state]()


class ToTask(Given):
    """What is to be done and when. With a case, its account is the task's."""

    what = serializers.CharField(max_length=300)
    due_on = serializers.DateField()
    remind_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When you are told of it."
    )
    case = CaseNumber(required=False, allow_null=True, help_text="Such as SMB-10471.")
    account = serializers.CharField(
        required=False, allow_null=True, max_length=64, help_text="The account's id in the CRM."
    )

    def plan(self, held: Task | None = None) -> Plan:
        """The plan; what was not sent is as in `held`. Raises ValidationError for an account that is not there."""
        given: dict[str, Any] = dict(self.validated_data)
        if "account" in given:
            given["account_id"] = _account(given.pop("account"))
        if "case" in given:
            given["case_id"] = given.pop("case")
        known = ("what", "due_on", "remind_at", "case_id", "account_id")
        before = {name: getattr(held, name) for name in known} if held else {}
        return Plan(**{**before, **given})


def _account(external_id: str | None) -> int | None:
    if external_id is None:
        return None
    found = Account.objects.filter(external_id=external_id).values_list("pk", flat=True).first()
    if found is None:
        raise ValidationError({"account": ["There is no such account."]})
    return found


class ToDone(Given):
    done = serializers.BooleanField(help_text="false opens it again.")
