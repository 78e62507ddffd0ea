"""What people type when they talk about a case. What they may say is decided in `commenting`."""

from __future__ import annotations

from django import forms

from cases.forms import CaseForm

SAY_SOMETHING = {"required": "Write something first."}


class CommentForm(CaseForm):
    text = forms.CharField(label="Comment", error_messages=SAY_SOMETHING)
    is_question = forms.BooleanField(label="It is a question", required=False)


class AnswerForm(CaseForm):
    text = forms.CharField(label="Answer", error_messages=SAY_SOMETHING)
