"""What the API of the day sends and takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.day.clock import Group
from cases.day.reading import Reading
from cases.day.things import Deed, Thing, Why
from cases.serializers import Given

_GROUPS = {Group.LATE: "late", Group.TODAY: "today", Group.WEEK: "week"}


class DayQuery(Given):
    owner = serializers.EmailField(
        required=False, help_text="Whose day, by e-mail address; yours where it is not said."
    )


class ReasonLine(serializers.Serializer[Any]):
    why = serializers.ChoiceField([why.value for why in Why])
    words = serializers.CharField(help_text="Such as “Pick up within 3 h”.")
    at = serializers.DateTimeField(help_text="When it is due; of what waits, since when.")


class ThingLine(serializers.Serializer[Thing]):
    """One thing to do, for one or more reasons, the most pressing one first."""

    group = serializers.SerializerMethodField()
    what = serializers.CharField(help_text="Verb first.")
    deed = serializers.ChoiceField([deed.value for deed in Deed], help_text="What deals with it.")
    whom = serializers.CharField(source="about.whom", help_text="The customer; empty for a task without one.")
    case = serializers.CharField(source="about.number", help_text="Such as SMB-10471; empty: none.")
    question = serializers.IntegerField(source="about.question_id", allow_null=True)
    task = serializers.IntegerField(source="about.task_id", allow_null=True)
    reasons = ReasonLine(many=True)

    def get_group(self, thing: Thing) -> str:
        return _GROUPS[thing.group]


class DayShape(serializers.Serializer[Reading]):
    """How many things were done today, how many are left of it, and these as a list with what is due within 7 days."""

    day = serializers.DateField(source="clock.today", help_text="Today where they are.")
    done = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Late or due today.")
    things = ThingLine(source="day.things", many=True)
