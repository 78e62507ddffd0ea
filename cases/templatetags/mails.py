"""Mails on a case's page. `{% load mails %}`."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cases.badges import Tone
from cases.models import Case, Mail, MailDraft, MailState
from cases.models.mails import UNSETTLED
from smbcases.playbook import vocabulary

register = template.Library()
_FIELD = re.compile(r"(\{[a-z_]+(?:\|[^{}|]*)?\})")
_TONES = {
    MailState.WAITING: Tone.INFO,
    MailState.SENDING: Tone.INFO,
    MailState.SENT: Tone.DONE,
    MailState.UNCLEAR: Tone.SOON,
    MailState.FAILED: Tone.LATE,
    MailState.RETURNED: Tone.LATE,
}


@register.inclusion_tag("cases/mail/unsettled.html")
def unsettled_mails(case: Case) -> dict[str, Any]:
    """Mails that did not go out or came back, or perhaps went: somebody has to decide. One that came back is dealt
    with once another was written."""
    later = Mail.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    mails = Mail.objects.filter(case=case, state__in=UNSETTLED)
    waiting = mails.exclude(Q(state=MailState.RETURNED) & Exists(later))
    return {"case": case, "mails": waiting.order_by("id")}


@register.simple_tag
def has_draft(case: Case, reader: Any) -> bool:
    drafts = MailDraft.objects.filter(case=OuterRef("pk"), person=reader)
    return bool(Case.objects.filter(pk=case.pk).values_list(Exists(drafts), flat=True).get())


@register.filter
def marked(text: str) -> SafeString:
    """A text with the merge fields that still stand in it set off."""
    parts = ((piece, _is_field(piece)) for piece in _FIELD.split(text))
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece) if is_field else piece,) for piece, is_field in parts),
    )


def _is_field(piece: str) -> bool:
    found = _FIELD.fullmatch(piece)
    return bool(found) and piece.strip("{}").split("|")[0] in vocabulary.HANDOVER_MERGE_FIELDS


@register.filter
def mail_tone(mail: Mail) -> str:
    return str(_TONES[MailState(mail.state)])
