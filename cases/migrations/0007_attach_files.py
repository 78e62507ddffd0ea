"""Files on cases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.models.files


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_keep_tasks")]
    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=cases.models.files.place)),
                ("name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField(help_text="In bytes.")),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("attached_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "swept_at",
                    models.DateTimeField(blank=True, help_text="When its file was deleted.", null=True),
                ),
                (
                    "by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="cases.case",
                    ),
                ),
                (
                    "removed_by",
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
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=["case", "id"],
                        name="attachments_of_case",
                    ),
                    models.Index(fields=["file"], name="attachment_of_file"),
                    models.Index(
                        condition=models.Q(("removed_at__isnull", False), ("swept_at__isnull", True)),
                        fields=["removed_at"],
                        name="attachments_to_sweep",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"),
                        models.F("sha256"),
                        condition=models.Q(("removed_at__isnull", True)),
                        name="attachment_once_per_case",
                    )
                ],
            },
        ),
    ]
