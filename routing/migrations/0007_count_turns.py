from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0006_move_mail_texts")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("over_capacity", True)),
                fields=["at", "id"],
                name="assignment_over_capacity",
            ),
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(
                condition=models.Q(
                    (
                        "verdict__in",
                        [
                            "segment",
                            "tier",
                            "renewals_team",
                            "high_value_stopped",
                            "already_open",
                            "same_occurrence",
                        ],
                    )
                ),
                fields=["at", "id"],
                include=("trigger", "verdict"),
                name="evaluation_held_back",
            ),
        ),
    ]
