"""Answers to creating requests, kept so that sending again creates nothing twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_list_accounts_by_name")]
    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("caller", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="kept_answer_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_caller_and_key")
                ],
            },
        ),
    ]
