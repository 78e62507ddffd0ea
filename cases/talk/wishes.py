"""How somebody wishes to be told, and what changes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Person
from cases.models import Mailing, Notice, NoticeKind, NoticeSetting
from cases.talk import notices
from smbcases.lib.wake import wake


@transaction.atomic
def save(
    person: Person,
    *,
    mail: Mailing,
    hour: int,
    bell: Sequence[NoticeKind],
    mailed: Sequence[NoticeKind],
    now: datetime,
) -> NoticeSetting:
    """Keep the wishes: `bell` and `mailed` are the kinds that ring and that are mailed.

    What still waits to be mailed is mailed as is wished from now on, or not at all.
    """
    setting, _ = NoticeSetting.objects.update_or_create(
        person=person,
        defaults={
            "mail": mail,
            "hour": hour,
            "no_bell": [kind.value for kind in NoticeKind if kind not in bell],
            "no_mail": [kind.value for kind in NoticeKind if kind not in mailed],
        },
    )
    waiting = Notice.objects.filter(person=person, mail_at__isnull=False)
    waiting.filter(kind__in=setting.no_mail).update(mail_at=None)
    waiting.update(mail_at=notices.next_mail(setting, zone=ZoneInfo(person.time_zone), now=now))
    wake("notices")
    return setting


def shown(setting: NoticeSetting) -> dict[str, Any]:
    """The wishes as `save` takes them and the API sends them, in plain values."""
    return {
        "mail": setting.mail,
        "hour": setting.hour,
        "bell": [kind.value for kind in NoticeKind if kind not in setting.no_bell],
        "mailed": [kind.value for kind in NoticeKind if kind not in setting.no_mail],
    }
