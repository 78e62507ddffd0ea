from django.db import migrations, models

from smbcases.lib.building import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0009_sweep_ownership")]

    operations = [
        BuildIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("stage", "closed_won")),
                fields=["id"],
                include=("kind", "currency", "amount"),
                name="opportunity_won",
            ),
        ),
        BuildIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("amount__gte", 5000)),
                fields=["amount"],
                include=("currency", "stage", "close_on"),
                name="opportunity_by_amount",
            ),
        ),
    ]
