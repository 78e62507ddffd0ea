from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_keep_clock_spans")]

    operations = [
        migrations.AddIndex(
            model_name="history",
            index=models.Index(
                condition=models.Q(
                    ("person__isnull", False),
                    (
                        "verb__in",
                        [
                            "answered",
                            "picked_up",
                            "logged",
                            "mailed",
                            "next_steps",
                            "deferred",
                            "closed",
                            "reopened",
                            "undone",
                        ],
                    ),
                ),
                fields=["person", "at"],
                name="history_done_by_person",
            ),
        ),
    ]
