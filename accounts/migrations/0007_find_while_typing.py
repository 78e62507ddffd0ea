"""Accounts, contacts, leads and opportunities found while one types: by the beginning of any word of their names, of
their domains, addresses and external ids."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_say_person_errors")]
    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                OpClass(Upper("external_id"), name="text_pattern_ops"), name="account_external_id_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=GinIndex(SearchVector("name", config="simple"), name="account_name_words"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(OpClass(Upper("email"), name="text_pattern_ops"), name="contact_email_prefix"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                OpClass(Upper("external_id"), name="text_pattern_ops"), name="contact_external_id_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=GinIndex(SearchVector("name", config="simple"), name="contact_name_words"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(OpClass(Upper("email"), name="text_pattern_ops"), name="lead_email_prefix"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                OpClass(Upper("company"), name="text_pattern_ops"), name="lead_company_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                OpClass(Upper("external_id"), name="text_pattern_ops"), name="lead_external_id_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=GinIndex(SearchVector("name", config="simple"), name="lead_name_words"),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                OpClass(Upper("external_id"), name="text_pattern_ops"), name="opportunity_external_id_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=GinIndex(SearchVector("name", config="simple"), name="opportunity_name_words"),
        ),
    ]
