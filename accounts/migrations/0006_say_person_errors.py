"""What the forms say where two people cannot be, in words and not by the constraint's name."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_work_opportunities")]
    operations = [
        migrations.AlterConstraint(
            model_name="person",
            name="person_email_once_whatever_the_case",
            constraint=models.UniqueConstraint(
                Lower("email"),
                name="person_email_once_whatever_the_case",
                violation_error_message="Somebody signs in with this address already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="person",
            name="person_one_sales_user_a_region",
            constraint=models.UniqueConstraint(
                models.F("region"),
                condition=models.Q(("role", "sales_user")),
                name="person_one_sales_user_a_region",
                violation_error_message="This region has its Sales User already.",
            ),
        ),
    ]
