"""Whose name the book stood in and where it went, and which accounts crossed the segment line."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_note_desk_changes")]

    operations = [
        migrations.CreateModel(
            name="OwnershipSweep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("week_on", models.DateField(null=True, unique=True)),
                ("accounts", models.PositiveIntegerField(default=0)),
                ("opportunities", models.PositiveIntegerField(default=0)),
                (
                    "left",
                    models.PositiveIntegerField(default=0, help_text="Rows that could not go to anybody."),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                ("moved_back", models.PositiveIntegerField(default=0)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "ownership sweep",
            },
        ),
        migrations.CreateModel(
            name="OwnershipMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[("AMER", "AMER"), ("EMEA", "EMEA"), ("APJ", "APJ")], max_length=4
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                ("moved_back", models.BooleanField(default=False)),
                ("stays", models.CharField(blank=True, max_length=200)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.opportunity",
                    ),
                ),
                (
                    "owner_after",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner_before",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sweep",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="accounts.ownershipsweep",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sweep", "id"], name="ownership_move_of_sweep")],
            },
        ),
        migrations.CreateModel(
            name="SegmentCrossing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("crossed_on", models.DateField()),
                ("moves_on", models.DateField(help_text="The first day of the next fiscal quarter.")),
                ("noticed_at", models.DateTimeField()),
                ("fell_back_at", models.DateTimeField(null=True)),
                ("moved_at", models.DateTimeField(null=True)),
                (
                    "moved_to",
                    models.CharField(
                        blank=True,
                        choices=[("smb", "SMB"), ("mid_market", "Mid-Market"), ("enterprise", "Enterprise")],
                        max_length=12,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="crossings",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "crossing of the segment line",
                "verbose_name_plural": "crossings of the segment line",
                "indexes": [
                    models.Index(
                        condition=models.Q(("fell_back_at__isnull", True), ("moved_at__isnull", True)),
                        fields=["moves_on", "id"],
                        name="crossing_pending",
                    ),
                    models.Index(
                        condition=models.Q(("moved_at__isnull", False)),
                        fields=["-moved_at", "-id"],
                        name="crossing_moved",
                    ),
                    models.Index(
                        condition=models.Q(("fell_back_at__isnull", False)),
                        fields=["-fell_back_at", "-id"],
                        name="crossing_fell_back",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("fell_back_at__isnull", True), ("moved_at__isnull", True)),
                        fields=("account",),
                        name="crossing_one_pending_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("moved_at__isnull", True), ("fell_back_at__isnull", True), _connector="OR"
                        ),
                        name="crossing_moved_or_fell_back",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("events:write", "Push events"),
                        ("events:read", "Follow events"),
                        ("cases:read", "Read cases"),
                        ("cases:write", "Work cases"),
                        ("accounts:read", "Read the book"),
                        ("accounts:write", "Change the book"),
                    ],
                    max_length=20,
                ),
                size=None,
            ),
        ),
    ]
