"""Comments, questions and notices."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_write_mails")]
    operations = []
