"""A mail of ours came back: who wrote it is told, for the customer has not read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cases.intake.reading import Letter
from cases.intake.threads import Threads
from cases.models import Mail, NoticeKind, ReceivedMail, Verb
from cases.talk import notices


def tell(pairs: Sequence[tuple[ReceivedMail, Letter]], *, now: datetime) -> None:
    """Tell the author of each returned mail, known by the reply address it came back to or the id that it names."""
    if not pairs:
        return
    threads = Threads(
        recipients=[one for mail, letter in pairs for one in _reached(mail, letter)],
        references={one for _, letter in pairs for one in letter.references},
    )
    for mail, letter in pairs:
        case_id = next((threads.tokens[one] for one in _reached(mail, letter) if one in threads.tokens), None)
        named = Mail.objects.filter(message_id__in=letter.references, history__verb=Verb.MAILED)
        ours = named if letter.references else Mail.objects.filter(case=case_id, history__verb=Verb.MAILED)
        sent = ours.order_by("-id").first()
        if sent is None or (case_id is not None and sent.case_id != case_id):
            continue
        notices.tell(
            people=[sent.person_id],
            kind=NoticeKind.MAIL_FAILED,
            case_id=sent.case_id,
            by=None,
            now=now,
            text=f"“{sent.subject}” came back from {sent.to_address}.",
        )


def _reached(mail: ReceivedMail, letter: Letter) -> list[str]:
    return [*mail.envelope_to.lower().split(), *letter.to]
