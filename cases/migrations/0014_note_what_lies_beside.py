"""What an act on many cases did to other records, so that its undo takes it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_receive_mail")]
    operations = [
        migrations.AddField(
            model_name="bulkrow", name="beside", field=models.JSONField(db_default={}, default=dict)
        ),
    ]
