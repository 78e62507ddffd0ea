"""Cases that people file: drafts with their files, what was filed, who follows, saved views."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.models.files


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_tell_of_lost_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("support", "Support"),
                    ("solutions_architect", "Solutions Architect"),
                    ("sales_support", "Move to Mid-Market or Enterprise"),
                    ("mid_market", "Mid-Market AE"),
                    ("late_pick_up", "Overdue pick-up"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "Somebody mentions me"),
                    ("asked", "A question is asked"),
                    ("answered", "My question is answered"),
                    ("commented", "A comment is written"),
                    ("mail_came", "A customer writes"),
                    ("mail_failed", "A mail of mine was not sent"),
                    ("handed_over", "A case is handed over to me"),
                    ("assigned", "A case comes to me for its account"),
                    ("reminder", "A reminder of mine is due"),
                    ("overdue", "Something is overdue"),
                    ("escalated", "A case is escalated to me"),
                    ("nobody_free", "Cases wait and nobody is free"),
                    ("nominated", "A High Value Account is nominated"),
                    ("decided", "My nomination is decided"),
                    ("carried", "My cases are carried over to another playbook"),
                    ("followed", "A case that I follow changes"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="filing",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                ("billing", models.JSONField(default=dict)),
                ("iqm_at", models.DateTimeField(blank=True, null=True)),
                (
                    "iqm_with",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
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
            name="FilingDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("typed", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="filing_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftFile",
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
                (
                    "draft",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="cases.filingdraft",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="cases.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "department",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("smb", "SMB Sales"),
                            ("support", "Support"),
                            ("partner", "Partner"),
                            ("sales", "Sales"),
                            ("community", "Community"),
                            ("billing", "AR / Billing"),
                            ("sdr", "SDR"),
                            ("renewals", "Renewals"),
                            ("new_logo", "New Logo"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="filingdraft",
            index=models.Index(fields=["person", "-saved_at"], name="filing_draft_of_person"),
        ),
        migrations.AddIndex(
            model_name="filingdraft",
            index=models.Index(fields=["saved_at"], name="filing_draft_by_age"),
        ),
        migrations.AddIndex(
            model_name="draftfile",
            index=models.Index(fields=["file"], name="draft_file_of_file"),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=models.UniqueConstraint(fields=("draft", "sha256"), name="draft_file_once_a_draft"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["person", "-case"], name="follow_of_person"),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.UniqueConstraint(
                fields=("case", "person"), name="follow_once_a_person_and_case"
            ),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(
                condition=models.Q(("department", ""), _negated=True),
                fields=["department", "name"],
                name="saved_view_of_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("person", "name"), name="saved_view_name_once_a_person"
            ),
        ),
    ]
