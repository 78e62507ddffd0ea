"""A mail of ours came back: it says so itself, on its case and by API, and who wrote it is told.

Where it reached nobody it is no touch any more, as if it had never gone out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Activity
from cases import writing
from cases.intake import threads
from cases.intake.reading import Letter
from cases.intake.reports import Failure
from cases.models import Mail, MailState, NoticeKind, ReceivedMail, Verb
from cases.models.history import Actor
from cases.talk import notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry

Pair = tuple[ReceivedMail, Letter]
_MAY_RETURN = {MailState.SENT, MailState.UNCLEAR}


@dataclass(frozen=True, kw_only=True)
class Return:
    """A mail of ours and whom it did not reach, by a report that came in."""

    mail: Mail
    report: ReceivedMail
    failures: tuple[Failure, ...]


def find(pairs: Sequence[Pair]) -> list[Return]:
    """The mails that the reports tell of, and whom they did not reach; each address once, however often it is told."""
    return [one for one in _match(pairs) if one.failures] if pairs else []


def take(found: Sequence[Return], *, now: datetime) -> None:
    """Note on each mail whom it did not reach."""
    if not found:
        return
    cases = writing.lock({one.mail.case_id for one in found})
    locked = Mail.objects.select_for_update(of=("self",)).in_bulk([one.mail.pk for one in found])
    entries: defaultdict[int, list[Entry]] = defaultdict(list)
    for one in found:
        _note(locked[one.mail.pk], one, now=now)
        entries[one.mail.case_id].append(_entry(one))
    Mail.objects.bulk_update(locked.values(), ["returned", "state", "sent_at", "problem"])
    reached_nobody = [mail.activity_id for mail in locked.values() if mail.state == MailState.RETURNED]
    Activity.objects.filter(pk__in=[pk for pk in reached_nobody if pk]).delete()
    writing.write([Change(case=cases[pk], columns={}, entries=some) for pk, some in entries.items()], now=now)
    notices.send_all((one.mail.person_id, _telling(one, now=now)) for one in found)


def _match(pairs: Sequence[Pair]) -> list[Return]:
    """The mail of each report: the one that it names, else the latest that went to whom it names, of the case whose
    reply address it came back to. Nobody makes a mail of one case come back by the reply address of another."""
    reached = [
        threads.case_reached([*mail.envelope_to.lower().split(), *letter.to]) for mail, letter in pairs
    ]
    named = {name for _, letter in pairs for name in _names(letter)}
    ours = Mail.objects.filter(Q(message_id__in=named) | Q(case__in={pk for pk in reached if pk}))
    mails = list(ours.filter(history__verb=Verb.MAILED).order_by("-id"))
    found: list[Return] = []
    told: set[tuple[int, str]] = {(mail.pk, one["address"]) for mail in mails for one in mail.returned}
    for (report, letter), case_id in zip(pairs, reached, strict=True):
        mail = _choose(mails, letter, case_id=case_id)
        if mail is not None:
            failures = [one for one in _failures(letter, mail) if (mail.pk, one.address) not in told]
            told |= {(mail.pk, one.address) for one in failures}
            found.append(Return(mail=mail, report=report, failures=tuple(failures)))
    return found


def _names(letter: Letter) -> tuple[str, ...]:
    return (*letter.references, *letter.report.names)


def _choose(mails: Sequence[Mail], letter: Letter, *, case_id: int | None) -> Mail | None:
    of_case = [mail for mail in mails if case_id in {None, mail.case_id}]
    named = [mail for mail in of_case if mail.message_id in _names(letter)]
    if named or case_id is None:
        return next(iter(named), None)
    failed = {one.address for one in letter.report.failures}
    sent = [mail for mail in of_case if mail.state in _MAY_RETURN]
    meant = [mail for mail in sent if failed & set(_recipients(mail))]
    return next(iter([*meant, *sent]), None)


def _recipients(mail: Mail) -> list[str]:
    return [one.lower() for one in (mail.to_address, *mail.cc)]


def _failures(letter: Letter, mail: Mail) -> tuple[Failure, ...]:
    """Those that the report names, else those whose address stands in its words, else whom the mail went to."""
    if letter.report.failures:
        return letter.report.failures
    words = letter.text.lower()
    standing = [one for one in _recipients(mail) if one in words]
    return tuple(Failure(address=one) for one in standing or [mail.to_address.lower()])


def _note(mail: Mail, one: Return, *, now: datetime) -> None:
    mail.returned = [
        *mail.returned,
        *(
            {"address": failure.address, "why": failure.why, "at": now.isoformat(), "received": one.report.pk}
            for failure in one.failures
        ),
    ]
    back = {told["address"] for told in mail.returned}
    if mail.state in _MAY_RETURN and back.issuperset(_recipients(mail)):
        mail.state, mail.sent_at, mail.problem = MailState.RETURNED, mail.sent_at or now, ""


def _entry(one: Return) -> Entry:
    data = {"kind": "returned", "subject": one.mail.subject, "mail": one.mail.pk}
    return Entry(verb=Verb.MAILED, actor=Actor.CLOCK, data=data, text=_said(one))


def _said(one: Return) -> str:
    return "; ".join(f"{failure.address}: {failure.why}".rstrip(": ") for failure in one.failures)


def _telling(one: Return, *, now: datetime) -> Telling:
    return Telling(
        kind=NoticeKind.MAIL_FAILED,
        case_id=one.mail.case_id,
        now=now,
        text=f"“{one.mail.subject}” came back from {_said(one)}",
    )
