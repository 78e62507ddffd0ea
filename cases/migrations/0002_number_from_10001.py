"""Case numbers have five digits from the first one on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER SEQUENCE cases_case_id_seq RESTART WITH 10001",
            migrations.RunSQL.noop,
        )
    ]
