"""Tasks of a person's own, and the calendar they are read in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_talk_about_cases")]
    operations = []
