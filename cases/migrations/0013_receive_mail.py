"""Mail that comes in, kept raw, and how far mailboxes were read. A file that came with a mail has no uploader."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_say_person_errors"),
        ("cases", "0012_file_cases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailboxMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mailbox", models.CharField(max_length=300, unique=True)),
                ("uid_validity", models.BigIntegerField(default=0)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why it could not be read the last time.", max_length=500
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mailbox", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=600)),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("imap", "Mailbox"),
                            ("webhook", "Provider"),
                            ("pipe", "Mail server"),
                            ("smtp", "SMTP"),
                        ],
                        max_length=8,
                    ),
                ),
                ("message_id", models.CharField(blank=True, max_length=500)),
                ("body_digest", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField(help_text="In bytes, as it came.")),
                (
                    "envelope_from",
                    models.CharField(
                        blank=True, help_text="<> for mail that wants no answer.", max_length=320
                    ),
                ),
                ("envelope_to", models.CharField(blank=True, max_length=1000)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits to be read"),
                            ("on_case", "On a case"),
                            ("filed", "Filed without a case"),
                            ("held", "Held"),
                            ("unreadable", "Could not be read"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why it is held, filed or not read.", max_length=500
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "let_through",
                    models.BooleanField(default=False, help_text="Somebody said that a person wrote it."),
                ),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("person", "A person"),
                            ("auto_reply", "Automatic reply"),
                            ("bounce", "Returned mail"),
                            ("report", "Report"),
                            ("list", "Mailing list"),
                            ("loop", "Our own mail"),
                        ],
                        default="person",
                        max_length=10,
                    ),
                ),
                ("from_address", models.CharField(blank=True, max_length=254)),
                ("from_name", models.CharField(blank=True, max_length=255)),
                (
                    "to",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), blank=True, default=list, size=None
                    ),
                ),
                (
                    "cc",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), blank=True, default=list, size=None
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=500)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, help_text="What the mail says of itself.", null=True),
                ),
                (
                    "references",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), blank=True, default=list, size=None
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True, help_text="Sanitised; images by their content id.")),
                (
                    "parts",
                    models.JSONField(
                        default=list, help_text="What came with it: name, size, type, and where it is kept."
                    ),
                ),
                ("notes", models.JSONField(default=list, help_text="What was odd about it, in sentences.")),
                (
                    "matched_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("contact", "Contact"),
                            ("lead", "Lead"),
                            ("choice", "Chosen before"),
                            ("domain", "Domain"),
                            ("nobody", "Not recognised"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "joined_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opened", "It opened the case"),
                            ("token", "It was sent to the case’s reply address"),
                            ("thread", "It answers a mail of the case"),
                            ("account", "The account has a case open for its mail"),
                            ("sender", "The sender has a case open that waits for its account"),
                            ("hand", "Somebody put it there"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "is_stranger",
                    models.BooleanField(
                        default=False,
                        help_text="It has the case's reply address; its sender is unknown there.",
                    ),
                ),
                ("came_after_closing", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received_mails",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.event",
                    ),
                ),
                (
                    "history",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received_mail",
                        to="cases.history",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.lead",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="attachment",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                help_text="Empty: it came with a mail.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="RawMail",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="raw",
                        serialize=False,
                        to="cases.receivedmail",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("processed_at__isnull", True)),
                fields=["id"],
                name="received_mail_to_process",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="received_mail_by_id",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(fields=["from_address", "received_at"], name="received_mail_of_sender"),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("state__in", ["filed", "held", "unreadable"])),
                fields=["state", "-id"],
                name="received_mail_set_aside",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("case__isnull", False)),
                fields=["case", "id"],
                name="received_mail_of_case",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("matched_by", "choice")),
                fields=["from_address", "-id"],
                name="received_mail_chosen",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedmail",
            constraint=models.UniqueConstraint(
                fields=("mailbox", "key"), name="received_mail_once_a_mailbox"
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("processed_at__isnull", True), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("processed_at__isnull", False)),
                    _connector="OR",
                ),
                name="received_mail_waits_or_was_processed",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "on_case"), _negated=True),
                    models.Q(("joined_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="received_mail_on_case_says_how",
            ),
        ),
    ]
