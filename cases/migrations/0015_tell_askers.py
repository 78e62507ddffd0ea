"""A notice for whoever asked on a case that is closed without their answer."""

from django.db import migrations, models

KINDS = [
    ("mentioned", "Somebody mentions me"),
    ("asked", "A question is asked"),
    ("answered", "My question is answered"),
    ("unanswered", "A case is closed without my answer"),
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
    ("followed", "A case that I follow changes"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_note_what_lies_beside")]
    operations = [
        migrations.AlterField(
            model_name="notice", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
    ]
