from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

from smbcases.lib.building import AtOnce, BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0018_clean_up")]

    operations = [
        RemoveIndexConcurrently(model_name="mail", name="mail_unsettled_of_case"),
        BuildIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state__in", ["failed", "unclear", "returned"])),
                fields=["case"],
                name="mail_unsettled_of_case",
            ),
        ),
        AtOnce(
            migrations.RemoveConstraint(model_name="mail", name="mail_sent_has_its_moment"),
            migrations.RemoveConstraint(model_name="mail", name="mail_on_its_way_is_looked_at"),
            migrations.AddField(
                model_name="mail",
                name="returned",
                field=models.JSONField(
                    blank=True,
                    default=list,
                    db_default=[],
                    help_text="Addresses that it came back from: each with the server's words, when, and which mail "
                    "said so.",
                ),
            ),
            migrations.AlterField(
                model_name="mail",
                name="state",
                field=models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("sending", "Being sent"),
                        ("sent", "Sent"),
                        ("unclear", "Perhaps sent"),
                        ("failed", "Not sent"),
                        ("returned", "Came back"),
                    ],
                    default="waiting",
                    max_length=8,
                ),
            ),
            AddConstraintNotValid(
                model_name="mail",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sent_at__isnull", False), ("state__in", ["sent", "returned"])),
                        models.Q(
                            models.Q(("state__in", ["sent", "returned"]), _negated=True),
                            ("sent_at__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="mail_sent_has_its_moment",
                ),
            ),
            AddConstraintNotValid(
                model_name="mail",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state__in", ["waiting", "sending"]), ("try_at__isnull", False)),
                        models.Q(
                            ("state__in", ["sent", "unclear", "failed", "returned"]), ("try_at__isnull", True)
                        ),
                        _connector="OR",
                    ),
                    name="mail_on_its_way_is_looked_at",
                ),
            ),
        ),
        ValidateConstraint("mail", "mail_sent_has_its_moment"),
        ValidateConstraint("mail", "mail_on_its_way_is_looked_at"),
    ]
