"""Mails to customers, and the templates they begin with."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATES = [
    ("waiting", "Waiting"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("unclear", "Perhaps sent"),
    ("failed", "Not sent"),
]
GROUPS = [("case_type", "Case type"), ("handover", "First-order handover"), ("internal", "To colleagues")]
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def person(on_delete: Any, **options: Any) -> Any:
    return models.ForeignKey(on_delete=on_delete, related_name="+", to=settings.AUTH_USER_MODEL, **options)


def maybe(to: str, **options: Any) -> Any:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=to,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_list_accounts_by_name"),
        ("cases", "0003_keep_touches_and_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                ID,
                ("playbook", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=40)),
                ("group", models.CharField(choices=GROUPS, max_length=10)),
                ("name", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=255)),
                ("body", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "digest",
                    models.CharField(
                        help_text="Of the playbook's text that it was last loaded from.", max_length=64
                    ),
                ),
                ("edited_by", maybe(settings.AUTH_USER_MODEL)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["playbook", "key"], name="mail_template_once_a_playbook")
                ]
            },
        ),
        migrations.CreateModel(
            name="MailTemplateVersion",
            fields=[
                ID,
                (
                    "template",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="cases.mailtemplate",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=255)),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", person(django.db.models.deletion.SET_NULL, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["template", "number"], name="mail_template_version_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ID,
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="cases.case",
                    ),
                ),
                (
                    "history",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail",
                        to="cases.history",
                    ),
                ),
                ("activity", maybe("accounts.activity", help_text="The touch that it was.")),
                ("person", person(django.db.models.deletion.PROTECT)),
                ("contact", maybe("accounts.contact")),
                ("template", maybe("cases.mailtemplate")),
                ("template_version", models.PositiveIntegerField(blank=True, null=True)),
                ("to_name", models.CharField(blank=True, max_length=255)),
                ("to_address", models.EmailField(max_length=255)),
                (
                    "cc",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.EmailField(max_length=255), blank=True, default=list, size=None
                    ),
                ),
                ("subject", models.CharField(max_length=255)),
                ("body", models.TextField()),
                ("message_id", models.CharField(max_length=255, unique=True)),
                ("in_reply_to", models.CharField(blank=True, max_length=255)),
                (
                    "references",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), blank=True, default=list, size=None
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=8)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("try_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why the last attempt came to nothing.", max_length=500
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="mail_sent_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["waiting", "sending"]), ("try_at__isnull", False)),
                            models.Q(("state__in", ["sent", "unclear", "failed"]), ("try_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="mail_on_its_way_is_looked_at",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True), ("try_at__isnull", False)),
                        fields=["try_at", "id"],
                        name="mail_on_its_way",
                    ),
                    models.Index(fields=["case", "id"], name="mail_of_case"),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "unclear"])),
                        fields=["case"],
                        name="mail_unsettled_of_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailDraft",
            fields=[
                ID,
                ("person", person(django.db.models.deletion.CASCADE)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                ("template_key", models.CharField(blank=True, max_length=40)),
                ("to", models.CharField(blank=True, max_length=40)),
                ("cc", models.TextField(blank=True)),
                ("subject", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["case", "person"], name="mail_draft_once_a_person_and_case"
                    )
                ]
            },
        ),
    ]
