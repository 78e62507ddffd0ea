"""What a case keeps of its rules when a new playbook comes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_escalate_cases")]
    operations = []
