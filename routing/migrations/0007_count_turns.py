from django.db import migrations, models

from smbcases.lib.building import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("routing", "0006_move_mail_texts")]

    operations = [
        BuildIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("over_capacity", True)),
                fields=["at", "id"],
                name="assignment_over_capacity",
            ),
        ),
        BuildIndex(
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
