"""What the forms say where a day or a weight cannot be: in words, not by the constraint's name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0004_nominate_accounts")]
    operations = [
        migrations.AlterConstraint(
            model_name="member",
            name="member_weight_is_at_least_one",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1)),
                name="member_weight_is_at_least_one",
                violation_error_message="A weight is 1 or more. Who shall get no turns is taken out of the pool.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="timeoff",
            name="time_off_ends_after_it_starts",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="time_off_ends_after_it_starts",
                violation_error_message="The last day off lies before the first.",
            ),
        ),
    ]
