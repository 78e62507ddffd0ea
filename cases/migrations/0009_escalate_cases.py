"""Cases that need Support, a Solutions Architect or another segment's team."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_act_in_bulk")]
    operations = []
