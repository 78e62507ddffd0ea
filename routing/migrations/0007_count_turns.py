from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("routing", "0006_move_mail_texts")]

    operations = []
