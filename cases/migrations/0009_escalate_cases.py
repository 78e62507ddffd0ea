"""Cases that need Support, a Solutions Architect or another segment's team."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_act_in_bulk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("support", "Support"),
                            ("solutions_architect", "Solutions Architect"),
                            ("sales_support", "Move to Mid-Market or Enterprise"),
                            ("mid_market", "Mid-Market AE"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("done", "Done"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(help_text="What is asked for, or what was written.")),
                (
                    "named",
                    models.CharField(
                        blank=True,
                        help_text="Who was looped in or is to help, such as the Mid-Market AE.",
                        max_length=200,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "id"], name="escalation_of_case"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["kind", "asked_at", "id"],
                        name="escalation_to_answer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"),
                        models.F("kind"),
                        condition=models.Q(("state__in", ["asked", "granted"])),
                        name="escalation_one_open_a_case_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="escalation_answered_has_its_moment",
                    ),
                ],
            },
        ),
    ]
