"""Which case a mail belongs to: by our reply address, else by the mails that it answers.

The reply address speaks for itself: only who was written to about the case can have it. An answered mail's id is no
secret, so there the sender has to belong to the thread or to the case's account. The subject is never asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cases.intake.senders import Match
from cases.mail import threading
from cases.models import Case, JoinedBy, Mail, ReceivedMail, Verb


@dataclass(frozen=True, kw_only=True)
class Found:
    """The case of a mail. `is_stranger`: its reply address led here, and its sender is unknown there."""

    case: Case
    by: JoinedBy
    is_stranger: bool = False


class Threads:
    """What a set of mails may belong to, loaded at once: at most five queries however many they are."""

    def __init__(self, *, recipients: Iterable[str], references: Collection[str]) -> None:
        self.tokens = {address: pk for address in set(recipients) if (pk := _token(address)) is not None}
        self.of_ids = _load_ids(references)
        wanted = {*self.tokens.values(), *(pk for cases in self.of_ids.values() for pk in cases)}
        beside = Case.objects.select_related("contact", "lead", "owner", "account")
        self.cases = beside.in_bulk(wanted) if wanted else {}
        self.participants = _load_participants(self.cases)

    def find(
        self, *, recipients: Sequence[str], references: Sequence[str], sender: str, match: Match
    ) -> Found | None:
        """The case, or None: by the first reply address, else by the latest mail answered whose case the sender
        belongs to."""
        for address in recipients:
            case = self.cases.get(self.tokens.get(address, 0))
            if case is not None:
                stranger = not self.belongs(case, sender, match)
                return Found(case=case, by=JoinedBy.TOKEN, is_stranger=stranger)
        for message_id in reversed(references):
            for pk in self.of_ids.get(message_id, ()):
                case = self.cases.get(pk)
                if case is not None and self.belongs(case, sender, match):
                    return Found(case=case, by=JoinedBy.THREAD)
        return None

    def belongs(self, case: Case, sender: str, match: Match) -> bool:
        """Whether the sender has written or been written to in the thread, or is of the case's account."""
        return sender in self.participants.get(case.pk, ()) or is_of(case, match)


def is_of(case: Case, match: Match) -> bool:
    """Whether who was recognised is of the case's account, or the lead that it is about."""
    of_account = match.account_id is not None and match.account_id == case.account_id
    return of_account or (match.lead is not None and match.lead.pk == case.lead_id)


def case_reached(addresses: Iterable[str]) -> int | None:
    """The id of the case whose reply address is the first among these; None where none is one."""
    return next((pk for address in addresses if (pk := _token(address)) is not None), None)


def _token(address: str) -> int | None:
    with suppress(threading.BadToken):
        return threading.case_of(address)
    return None


def _load_ids(message_ids: Collection[str]) -> dict[str, list[int]]:
    """The cases of each id: of mails to the customer (what colleagues were written about it is no thread of
    theirs), and of mails that came in."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if not message_ids:
        return found
    sent = Mail.objects.filter(message_id__in=message_ids, history__verb=Verb.MAILED)
    came = ReceivedMail.objects.filter(message_id__in=message_ids, case__isnull=False).exclude(message_id="")
    for rows in (sent, came):
        for message_id, pk in rows.order_by("-id").values_list("message_id", "case_id"):
            if pk is not None:
                found[message_id].append(pk)
    return found


def _load_participants(cases: dict[int, Case]) -> dict[int, set[str]]:
    """The addresses in each case's mails. Who came by a leaked reply address makes nobody a participant."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    if not cases:
        return found
    sent = Mail.objects.filter(case__in=cases, history__verb=Verb.MAILED)
    for pk, to, cc in sent.values_list("case_id", "to_address", "cc"):
        found[pk] |= {one.lower() for one in (to, *cc)}
    came = ReceivedMail.objects.filter(case__in=cases, is_stranger=False)
    for case_id, sender, reached, copied in came.values_list("case_id", "from_address", "to", "cc"):
        if case_id is not None:
            found[case_id] |= {sender, *reached, *copied}
    for case in cases.values():
        known = [case.web_email, *(one.email for one in (case.contact, case.lead) if one)]
        found[case.pk] |= {one.lower() for one in known if one}
    return found
