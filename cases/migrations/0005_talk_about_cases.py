"""Comments, questions and notices."""

from __future__ import annotations

from typing import Any

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("mentioned", "Somebody mentions me"),
    ("asked", "A question is asked"),
    ("answered", "My question is answered"),
    ("commented", "A comment is written"),
    ("mail_came", "A customer writes"),
    ("handed_over", "A case is handed over to me"),
    ("assigned", "A case comes to me for its account"),
    ("reminder", "A reminder of mine is due"),
    ("overdue", "Something is overdue"),
    ("escalated", "A case is escalated to me"),
    ("nobody_free", "Cases wait and nobody is free"),
    ("nominated", "A High Value Account is nominated"),
    ("decided", "My nomination is decided"),
    ("carried", "My cases are carried over to another playbook"),
]


def _id() -> models.Field[Any, Any]:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _person(on_delete: Any, related_name: str = "+", **more: Any) -> models.Field[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        on_delete=on_delete,
        related_name=related_name,
        to=settings.AUTH_USER_MODEL,
        **more,
    )


def _case(related_name: str, **more: Any) -> models.Field[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="cases.case",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_write_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                (
                    "url",
                    models.CharField(
                        blank=True, help_text="Where it leads; empty: to its case.", max_length=500
                    ),
                ),
                ("topic", models.CharField(max_length=100, null=True)),
                ("tally", models.PositiveIntegerField(default=1)),
                (
                    "rings",
                    models.BooleanField(
                        default=True, help_text="Whether the bell counts it and the page lists it."
                    ),
                ),
                ("read_at", models.DateTimeField(null=True)),
                ("mail_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("by", _person(django.db.models.deletion.SET_NULL, null=True)),
                ("case", _case("notices", null=True)),
                ("person", _person(django.db.models.deletion.CASCADE, "notices")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["person", "topic"], name="notice_once_a_person_and_topic")
                ],
                "indexes": [
                    models.Index(
                        fields=["person", "-id"],
                        name="notice_unread",
                        condition=Q(("read_at__isnull", True), ("rings", True)),
                    ),
                    models.Index(fields=["person", "-id"], name="notice_rung", condition=Q(("rings", True))),
                    models.Index(
                        fields=["mail_at"], name="notice_to_mail", condition=Q(("mail_at__isnull", False))
                    ),
                    models.Index(
                        fields=["case"], name="notice_of_case", condition=Q(("case__isnull", False))
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeSetting",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notice_setting",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mail",
                    models.CharField(
                        choices=[("never", "Never"), ("at_once", "At once"), ("daily", "Once a day")],
                        default="daily",
                        max_length=8,
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=8,
                        help_text="Of the daily mail, where the person is.",
                        validators=[django.core.validators.MaxValueValidator(23)],
                    ),
                ),
                *[
                    (
                        name,
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                        ),
                    )
                    for name in ("no_bell", "no_mail")
                ],
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("hour__lte", 23)), name="notice_setting_hour_is_of_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", _id()),
                ("text", models.TextField()),
                ("people", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "missed_at",
                    models.DateTimeField(help_text="When the clock saw it pass unanswered.", null=True),
                ),
                ("answered_by", _person(django.db.models.deletion.PROTECT, null=True)),
                ("by", _person(django.db.models.deletion.PROTECT)),
                ("case", _case("questions")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="question_answered_by_somebody",
                    )
                ],
                "indexes": [
                    models.Index(fields=["case", "id"], name="question_of_case"),
                    models.Index(
                        fields=["due_at"],
                        name="question_to_miss",
                        condition=Q(("answered_at__isnull", True), ("missed_at__isnull", True)),
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["owner", "answer_by"],
                name="case_questions_of_owner",
                condition=Q(("answer_by__isnull", False)),
            ),
        ),
    ]
