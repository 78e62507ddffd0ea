"""The mail of a case type is edited in one place: as a template. What Ops made of it here goes there."""

from typing import Any

from django.db import migrations
from django.utils import timezone

SAID = ("email_subject", "email_body")


def take_along(apps: Any, schema_editor: Any) -> None:
    """Only texts that were edited: the rest comes from the playbook's files."""
    trigger_model, template_model = (
        apps.get_model("routing", "Trigger"),
        apps.get_model("cases", "MailTemplate"),
    )
    for trigger in trigger_model.objects.filter(edited_by__isnull=False).order_by("id"):
        first = trigger.versions.order_by("number").first()
        as_loaded = first.definition if first else {}
        if all(as_loaded.get(name) == getattr(trigger, name) for name in SAID):
            continue
        template, made = template_model.objects.get_or_create(
            playbook=trigger.playbook,
            key=trigger.key,
            defaults={
                "group": "case_type",
                "name": trigger.name,
                "subject": trigger.email_subject,
                "body": trigger.email_body,
                "digest": "",
                "edited_by": trigger.edited_by,
                "position": trigger.position,
            },
        )
        if made:
            template.versions.create(
                number=1,
                name=template.name,
                subject=template.subject,
                body=template.body,
                at=timezone.now(),
                by=trigger.edited_by,
            )


def bring_back(apps: Any, schema_editor: Any) -> None:
    texts = {
        (one.playbook, one.key): one
        for one in apps.get_model("cases", "MailTemplate").objects.filter(group="case_type")
    }
    for trigger in apps.get_model("routing", "Trigger").objects.order_by("id"):
        template = texts.get((trigger.playbook, trigger.key))
        if template is not None:
            trigger.email_subject, trigger.email_body = template.subject, template.body
            trigger.save(update_fields=list(SAID))


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_say_time_off_errors"), ("cases", "0004_write_mails")]
    operations = [
        migrations.RunPython(take_along, bring_back),
        migrations.RemoveField(model_name="trigger", name="email_subject"),
        migrations.RemoveField(model_name="trigger", name="email_body"),
    ]
