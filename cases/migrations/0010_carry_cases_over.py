"""What a case keeps of its rules when a new playbook comes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_escalate_cases")]
    operations = [
        migrations.CreateModel(
            name="CarryOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("playbook", models.CharField(max_length=16)),
                ("before", models.CharField(blank=True, help_text="Empty: it was the first.", max_length=16)),
                ("at", models.DateTimeField()),
                ("cases", models.PositiveIntegerField(help_text="Waiting cases that were routed elsewhere.")),
                (
                    "accounts",
                    models.PositiveIntegerField(
                        help_text="Accounts whose segment or tier is another one now."
                    ),
                ),
            ],
        ),
    ]
