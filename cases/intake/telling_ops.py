"""Telling SMB Ops that mail waits for them: once an hour and kind, however much of it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from cases.models import MailFate, MatchedBy, NoticeKind, ReceivedMail
from cases.talk import in_charge, notices
from cases.talk.notices import Telling

_WORDS = {
    "unmatched": "Mail of senders who were not recognised waits for an account.",
    "held": "Mail is held and waits for a decision.",
    "unreadable": "Mail could not be read.",
}


def tell(mails: Sequence[ReceivedMail], *, now: datetime) -> None:
    tallies = {kind: sum(_kind(mail) == kind for mail in mails) for kind in _WORDS}
    if not any(tallies.values()):
        return
    ops = in_charge.ops()
    tellings = [_telling(kind, tally, now=now) for kind, tally in tallies.items() if tally]
    notices.send_all((pk, telling) for telling in tellings for pk in ops)


def _telling(kind: str, tally: int, *, now: datetime) -> Telling:
    return Telling(
        kind=NoticeKind.MAIL_CAME,
        now=now,
        text=_WORDS[kind],
        url=reverse("mail_in", args=[kind]),
        topic=f"mail:{kind}:{now:%Y%m%d%H}",
        tally=tally,
        again=True,
    )


def _kind(mail: ReceivedMail) -> str:
    if mail.state == MailFate.ON_CASE and mail.case is not None and mail.case.account_id is None:
        return "unmatched" if mail.matched_by in {MatchedBy.NOBODY, MatchedBy.LEAD} else ""
    return str(mail.state) if mail.state in {MailFate.HELD, MailFate.UNREADABLE} else ""
