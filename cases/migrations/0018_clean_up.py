"""That a room was looked at for the weekly summary, and notices of rooms and of the book."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_count_cases")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "Somebody mentions me"),
                    ("asked", "A question is asked"),
                    ("answered", "My question is answered"),
                    ("unanswered", "A case is closed without my answer"),
                    ("commented", "A comment is written"),
                    ("mail_came", "A customer writes"),
                    ("mail_failed", "A mail of mine was not sent"),
                    ("handed_over", "A case is handed over to me"),
                    ("assigned", "A case comes to me for its account"),
                    ("reminder", "A reminder of mine is due"),
                    ("due_soon", "Something is due soon"),
                    ("overdue", "Something is overdue"),
                    ("escalated", "A case is escalated to me"),
                    ("nobody_free", "Cases wait and nobody is free"),
                    ("nominated", "A High Value Account is nominated"),
                    ("decided", "My nomination is decided"),
                    ("carried", "My cases are carried over to another playbook"),
                    ("followed", "A case that I follow changes"),
                    ("clean_room", "My room is to be cleaned, once a week"),
                    ("segment", "An account changes segment"),
                    ("swept", "Ownership was swept by the clock"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="RoomSummary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("things", models.PositiveIntegerField()),
                ("of_team", models.PositiveIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "room summaries",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "week_on"), name="room_summary_once_a_week")
                ],
            },
        ),
    ]
