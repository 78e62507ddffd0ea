"""Which fields of a record were changed at the desk, and when."""

from django.db import migrations, models


def _noted() -> models.JSONField:
    return models.JSONField(
        blank=True,
        db_default={},
        default=dict,
        editable=False,
        help_text="The columns that were changed at the desk, each with when.",
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_find_while_typing")]
    operations = [
        migrations.AddField(model_name=name, name="changed_here", field=_noted())
        for name in ("account", "contact", "lead", "opportunity", "subscription", "activity")
    ]
