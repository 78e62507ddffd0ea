"""High Value Accounts as advocates nominate them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("routing", "0003_reword_former_owner")]
    operations = []
