"""The spans of a case's clocks, what the sweep has told of, and the ladder of a question."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
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
]

# What waits to be missed is looked at when it is due, as before; warnings come with what is asked from now on. What was
# left open when its case was closed waits for nobody.
FILL = """
    UPDATE cases_question AS asked SET alert_at = asked.due_at
    FROM cases_case AS held
    WHERE held.id = asked.case_id AND asked.answered_at IS NULL AND asked.missed_at IS NULL
        AND (held.closed_at IS NULL OR asked.asked_at > held.closed_at)
"""

# What is free of the limit has no target either.
FREE = """
    UPDATE cases_case SET target_at = NULL WHERE limit_at IS NULL AND target_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_tell_askers")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="alerted_at",
            field=models.DateTimeField(
                blank=True, help_text="When the sweep last took a step; earlier ones are over.", null=True
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="clock_spans",
            field=models.JSONField(
                blank=True,
                help_text="Ended spans of its clocks, oldest first; empty: each runs in its first one.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="alert_at",
            field=models.DateTimeField(
                help_text="When the sweep looks at it next; empty: no more.", null=True
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="alerted_at",
            field=models.DateTimeField(help_text="When the sweep last took a step of its ladder.", null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="question", name="question_to_miss"),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=Q(alert_at__isnull=False), fields=["alert_at"], name="question_next_alert"
            ),
        ),
        migrations.AlterField(
            model_name="notice", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.RunSQL(FREE, migrations.RunSQL.noop),
    ]
