"""Mails to customers, and the templates they begin with."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_keep_touches_and_questions")]
    operations = []
