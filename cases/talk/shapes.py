"""What the API of talk and notices sends and takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.models import NoticeKind, Question, Verb
from cases.serializers import Given, PersonName, ToNote
from cases.talk import mentions


class Comment(serializers.Serializer[Any]):
    """Something said on a case, as the history keeps it."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField([Verb.NOTE.value, Verb.ASKED.value, Verb.ANSWERED.value], source="verb")
    by = PersonName(source="person", allow_null=True)
    question = serializers.SerializerMethodField(help_text="The question that it asks or answers.")
    text = serializers.SerializerMethodField(help_text="With mentions as @ and the name.")

    def get_question(self, row: Any) -> int | None:
        found: int | None = row.data.get("question")
        return found

    def get_text(self, row: Any) -> str:
        return mentions.plain(row.text, row.data.get("people") or {})


class QuestionLine(serializers.ModelSerializer[Question]):
    by = PersonName()
    answered_by = PersonName(allow_null=True)
    text = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields = ("id", "by", "text", "asked_at", "due_at", "answered_at", "answered_by", "missed_at")

    def get_text(self, question: Question) -> str:
        return mentions.plain(question.text, question.people)


class ToAsk(ToNote):
    """A question; whoever works the case is told, and has the playbook's number of business days."""


class ToAnswer(ToNote):
    question = serializers.IntegerField(min_value=1, help_text="The id of an open question of the case.")


class NoticeLine(serializers.Serializer[Any]):
    """`url` leads to it on the pages; `about` is the case."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(NoticeKind.choices)
    sentence = serializers.CharField()
    about = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()
    is_read = serializers.BooleanField()


class ToRead(Given):
    notices = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        default=None,
        allow_null=True,
        max_length=200,
        help_text="Which ones; left out, all.",
    )


class Marked(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many were unread until now.")
