"""That a mail was not sent is told to who wrote it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_carry_cases_over"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "Somebody mentions me"),
                    ("asked", "A question is asked"),
                    ("answered", "My question is answered"),
                    ("commented", "A comment is written"),
                    ("mail_came", "A customer writes"),
                    ("mail_failed", "A mail of mine was not sent"),
                    ("handed_over", "A case is handed over to me"),
                    ("assigned", "A case comes to me for its account"),
                    ("reminder", "A reminder of mine is due"),
                    ("overdue", "Something is overdue"),
                    ("escalated", "A case is escalated to me"),
                    ("nobody_free", "Cases wait and nobody is free"),
                    ("nominated", "A High Value Account is nominated"),
                    ("decided", "My nomination is decided"),
                    ("carried", "My cases are carried over to another playbook"),
                ],
                max_length=12,
            ),
        ),
    ]
