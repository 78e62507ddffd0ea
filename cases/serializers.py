"""What the API of cases sends and takes, by operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models.book import ActivityKind
from cases import cadence, clock_story, compliance, numbers, telling, touches
from cases.cadence import Step
from cases.closing import LOST, WON, Closure
from cases.models import Case, Priority, Verb
from cases.required_ten import Checklist

HISTORY_ROWS = 50
Given = serializers.Serializer[Mapping[str, Any]]


class PersonName(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()


class AccountName(serializers.Serializer[Any]):
    external_id = serializers.CharField(help_text="Its id in the CRM.")
    name = serializers.CharField()


class CaseLine(serializers.ModelSerializer[Case]):
    """A case in a list. `status`, `case_type` and `category` are keys of the playbook it was opened under."""

    number = serializers.CharField(help_text="The name people use, such as SMB-10471.")
    status_name = serializers.SerializerMethodField()
    stage = serializers.CharField(help_text="open, in_progress or closed")
    case_type_name = serializers.SerializerMethodField()
    priority = serializers.SerializerMethodField()
    account = AccountName(allow_null=True)
    contact = serializers.CharField(source="contact.external_id", default=None, allow_null=True)
    opportunity = serializers.CharField(source="opportunity.external_id", default=None, allow_null=True)
    owner = PersonName(allow_null=True)

    class Meta:
        model = Case
        fields: tuple[str, ...] = (
            "id",
            "number",
            "version",
            "playbook",
            "status",
            "status_name",
            "stage",
            "case_type",
            "case_type_name",
            "category",
            "priority",
            "origin",
            "subject",
            "account",
            "contact",
            "opportunity",
            "owner",
            "territory",
            "language",
            "next_steps",
            "next_steps_on",
            "next_touch_on",
            "deferred_until",
            "opened_at",
            "assigned_at",
            "picked_up_at",
            "closed_at",
            "due_at",
            "due_kind",
        )

    def get_status_name(self, case: Case) -> str:
        return telling.status_name(case, case.status)

    def get_case_type_name(self, case: Case) -> str:
        return telling.case_type_name(case)

    @extend_schema_field(serializers.ChoiceField([level.name.lower() for level in Priority]))
    def get_priority(self, case: Case) -> str:
        return Priority(case.priority).name.lower()


class HistoryLine(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    verb = serializers.ChoiceField(Verb.choices)
    sentence = serializers.CharField(help_text="Who did what, for a person to read.")
    text = serializers.CharField(source="quote", help_text="What somebody wrote with it.")


class CheckLine(serializers.Serializer[Any]):
    key = serializers.CharField(source="item.key")
    name = serializers.CharField(source="item.name")
    when = serializers.CharField(source="item.when")
    done = serializers.BooleanField()
    due = serializers.BooleanField(help_text="Whether it should be there by now.")


class CadenceLine(serializers.Serializer[Any]):
    """A touch that the playbook asks for after the pick-up, on a working day where the customer is."""

    day = serializers.IntegerField(source="touch.day", help_text="Counted from the pick-up, which is day 1.")
    kind = serializers.CharField(source="touch.kind", help_text="email or call")
    due_on = serializers.DateField()
    state = serializers.ChoiceField([state.value for state in cadence.State])
    done_at = serializers.DateTimeField(allow_null=True)


class SpanLine(serializers.Serializer[Any]):
    """A stretch of a clock's time; what counts of it is nothing while the clock stands still."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField(allow_null=True, help_text="Null: it goes on.")
    runs = serializers.BooleanField()
    because = serializers.CharField(help_text="Why it ended, such as put_off, woken or closed.")
    used = serializers.DurationField(help_text="How much of it counted.")


class ClockLine(serializers.Serializer[Any]):
    """A clock: its spans add up to what it allows at the instant at which it is due."""

    clock = serializers.CharField(help_text="pick_up, target or limit")
    state = serializers.ChoiceField([state.value for state in clock_story.State])
    due_at = serializers.DateTimeField(
        source="due", allow_null=True, help_text="Null: free of it, or not begun."
    )
    allowed = serializers.DurationField()
    used = serializers.DurationField(help_text="How much has counted by now.")
    working_hours = serializers.BooleanField(
        source="is_working", help_text="Whether only working hours count."
    )
    spans = SpanLine(source="stretches", many=True)
    earlier = SpanLine(many=True, help_text="Waits for a pick-up before the last one.")


class KeptShare(serializers.Serializer[Any]):
    """Of the lines of the Required 10 that are due by now, how many are met."""

    due = serializers.IntegerField()
    met = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True, help_text="Null while nothing is due.")


class CaseDetail(CaseLine):
    """The same with what it is about, the moves its playbook allows, the Required 10 and its last 50 changes."""

    lead = serializers.CharField(source="lead.external_id", default=None, allow_null=True)
    subscription = serializers.CharField(source="subscription.external_id", default=None, allow_null=True)
    duplicate_of = serializers.CharField(source="duplicate_of.number", default=None, allow_null=True)
    moves = serializers.SerializerMethodField(help_text="The statuses it may go to from here.")
    required_ten = serializers.SerializerMethodField()
    required_ten_share = serializers.SerializerMethodField()
    cadence = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    checklist: Checklist
    steps: Sequence[Step]

    class Meta(CaseLine.Meta):
        fields = (
            *CaseLine.Meta.fields,
            "context",
            "cta",
            "description",
            "link",
            "lead",
            "subscription",
            "web_email",
            "department",
            "resolution_action",
            "feedback",
            "duplicate_of",
            "answered",
            "pick_up_by",
            "target_at",
            "limit_at",
            "moves",
            "required_ten",
            "required_ten_share",
            "cadence",
            "clocks",
            "history",
        )

    def to_representation(self, instance: Case) -> Any:
        """What was logged is read once, for the Required 10, their share and the cadence."""
        today, logged = timezone.localdate(), touches.load_logged([instance])
        checklists = compliance.load_checklists([instance], today=today, logged=logged)
        self.checklist = checklists[instance.pk]
        self.steps = touches.read(instance, logged[instance.pk], today=today)
        return super().to_representation(instance)

    def get_moves(self, case: Case) -> list[str]:
        return list(case.rules.statuses[case.status].moves)

    @extend_schema_field(CheckLine(many=True))
    def get_required_ten(self, case: Case) -> list[Any]:
        return list(CheckLine(list(self.checklist.asked), many=True).data)

    @extend_schema_field(KeptShare)
    def get_required_ten_share(self, case: Case) -> dict[str, Any]:
        return dict(KeptShare(compliance.share_of(self.checklist)).data)

    @extend_schema_field(CadenceLine(many=True))
    def get_cadence(self, case: Case) -> list[Any]:
        return list(CadenceLine(list(self.steps), many=True).data)

    @extend_schema_field(ClockLine(many=True))
    def get_clocks(self, case: Case) -> list[Any]:
        return list(ClockLine(list(clock_story.story(case, now=timezone.now())), many=True).data)

    @extend_schema_field(HistoryLine(many=True))
    def get_history(self, case: Case) -> list[Any]:
        rows = case.history.select_related("person", "mail").order_by("-id")[:HISTORY_ROWS]
        return list(HistoryLine([telling.tell(row, case=case) for row in rows], many=True).data)


class Nothing(Given):
    """No body: the act says all."""


class ToStatus(Given):
    status = serializers.CharField(max_length=20, help_text="A key of the case's playbook, such as engaged.")


class ToNextSteps(Given):
    what = serializers.CharField(
        max_length=900, help_text="What happens next; the date and the initials are put in front."
    )
    on = serializers.DateField(help_text="When: today or later.")


class ToPutOff(Given):
    until = serializers.DateField(help_text="The day the customer asked for, after today.")
    what = serializers.CharField(max_length=900, help_text="What happens then.")


class CaseNumber(serializers.CharField):
    """SMB-10471 or 10471, as an id."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return numbers.read(text) if text else None
        except numbers.NotANumber as error:
            raise serializers.ValidationError("Name the case by its number, such as SMB-10471.") from error


class ToClose(Given):
    """How it ends. What is missing is answered as 422 with a pointer and a sentence each."""

    status = serializers.CharField(max_length=20, help_text="A closed status of the case's playbook.")
    resolution_action = serializers.CharField(default="", allow_blank=True, max_length=40)
    feedback = serializers.CharField(default="", allow_blank=True, max_length=10_000)
    duplicate_of = CaseNumber(default=None, allow_null=True, allow_blank=True)
    need_met = serializers.BooleanField(default=False)
    will_churn = serializers.BooleanField(default=False, help_text="The customer certainly leaves.")
    opportunity = serializers.ChoiceField(
        ["", WON, LOST], default="", help_text="Close its open opportunity in the same step."
    )
    lost_reason = serializers.CharField(default="", allow_blank=True, max_length=500)
    mid_market = serializers.BooleanField(
        default=False,
        help_text="A first order that is Mid-Market's, and their account executive is looped in.",
    )
    leave_questions = serializers.BooleanField(
        default=False, help_text="Close it though questions are open; who asked them is told."
    )


def closure(given: Mapping[str, Any]) -> Closure:
    """What `ToClose` has read, as the domain takes it."""
    said = dict(given)
    return Closure(duplicate_of_id=said.pop("duplicate_of"), **said)


class ToReopen(Given):
    reason = serializers.CharField(max_length=500)


class ToContact(Given):
    contact = serializers.CharField(max_length=64, help_text="The contact's id in the CRM.")


class ToAccount(Given):
    account = serializers.CharField(max_length=64, help_text="The account's id in the CRM.")


class ToOpportunity(Given):
    opportunity = serializers.CharField(
        max_length=64, allow_null=True, help_text="The opportunity's id in the CRM; null takes the link away."
    )


class ToActivity(Given):
    kind = serializers.ChoiceField([kind.value for kind in ActivityKind if kind is not ActivityKind.IQM])
    what = serializers.CharField(max_length=1000)
    inbound = serializers.BooleanField(default=False, help_text="The customer answered; the cadence stops.")

    def touch(self) -> dict[str, Any]:
        given = dict(self.validated_data)
        return {**given, "kind": ActivityKind(given["kind"])}


class ToNote(Given):
    text = serializers.CharField(
        help_text="At most 10,000 characters; @name, @initials or @address mentions somebody."
    )
