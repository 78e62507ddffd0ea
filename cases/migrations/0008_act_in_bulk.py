"""What was done to many cases at once, so that it can be undone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_attach_files")]
    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("act", models.CharField(max_length=20)),
                ("given", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("chosen", "Chosen"),
                            ("previewed", "Previewed"),
                            ("done", "Done"),
                            ("undone", "Undone"),
                        ],
                        default="chosen",
                        max_length=10,
                    ),
                ),
                (
                    "more",
                    models.BooleanField(default=False, help_text="More cases matched than one run takes."),
                ),
                (
                    "left_out",
                    models.PositiveIntegerField(
                        default=0, help_text="How many of those named do not exist or may not be seen."
                    ),
                ),
                (
                    "back",
                    models.CharField(
                        blank=True, help_text="The list that it was started from.", max_length=2000
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("previewed_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("seen_version", models.PositiveIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("goes", "Goes through"),
                            ("same", "Is so already"),
                            ("refused", "Does not"),
                        ],
                        max_length=10,
                    ),
                ),
                ("refusal", models.CharField(blank=True, help_text="Its name, for programs.", max_length=60)),
                ("detail", models.TextField(blank=True)),
                ("after_version", models.PositiveIntegerField(blank=True, null=True)),
                ("before", models.JSONField(default=dict)),
                ("undone", models.BooleanField(help_text="Empty: nobody tried to.", null=True)),
                ("undo_detail", models.TextField(blank=True, help_text="Why it could not be undone.")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="cases.bulkrun",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="bulkrun",
            index=models.Index(fields=["by", "-done_at"], name="bulk_runs_of_person"),
        ),
        migrations.AddIndex(
            model_name="bulkrun",
            index=models.Index(fields=["made_at"], name="bulk_runs_by_age"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.UniqueConstraint(
                models.F("run"), models.F("case"), name="bulk_row_one_per_case"
            ),
        ),
    ]
