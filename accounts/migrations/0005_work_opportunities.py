"""What an opportunity keeps that was made or closed at the desk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_plan_accounts")]
    operations = []
