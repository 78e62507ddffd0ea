"""High Value Accounts as advocates nominate them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0003_reword_former_owner"),
        ("accounts", "0004_plan_accounts"),
        ("cases", "0003_keep_touches_and_questions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="rule",
            field=models.CharField(
                choices=[
                    ("nominated", "nominated the account"),
                    ("high_value_owner", "has the account's High Value case"),
                    ("iqm", "is booked in the initial qualifying meeting"),
                    ("open_case_owner", "has an open case of the account"),
                    ("former_owner", "had it before"),
                    ("turn", "was next in turn"),
                    ("taken", "took the next case from the queue"),
                    ("by_hand", "was chosen by hand"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="waiting",
            name="reason",
            field=models.CharField(
                choices=[
                    ("nobody_free", "Nobody is free"),
                    ("nobody_speaks", "Nobody who is free speaks the language"),
                    ("for_nominator", "Waits for who nominated the account"),
                    ("no_members", "The territory has no advocates"),
                    ("no_region", "The region is not known"),
                    ("queue", "Waits to be taken from the queue"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fiscal_year", models.CharField(help_text="Such as FY27.", max_length=8)),
                (
                    "criteria",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="Keys of the playbook's criteria.",
                        size=None,
                    ),
                ),
                ("why", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "To decide"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nominations",
                        to="accounts.account",
                    ),
                ),
                (
                    "advocate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="nominations",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["proposed", "approved"])),
                        fields=["advocate", "fiscal_year"],
                        name="nomination_live_of_advocate",
                    ),
                    models.Index(
                        condition=models.Q(("state", "proposed")), fields=["id"], name="nomination_to_decide"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved"])),
                        fields=("account", "fiscal_year"),
                        name="nomination_one_live_an_account_and_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "proposed"), ("decided_at__isnull", False), _connector="OR"
                        ),
                        name="nomination_decided_at_a_moment",
                    ),
                ],
            },
        ),
    ]
