from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_tell_askers")]

    operations = []
