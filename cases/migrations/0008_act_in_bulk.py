"""What was done to many cases at once, so that it can be undone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_attach_files")]
    operations = []
