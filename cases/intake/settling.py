"""What becomes of letters that were read: all that is needed is loaded at once, each is decided, all is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.crypto import get_random_string

from cases import writing
from cases.intake import joining, keeping, opening, returned, telling_ops
from cases.intake.joining import Joining, Opened
from cases.intake.opening import Request
from cases.intake.reading import Letter
from cases.intake.senders import NOBODY, Match, match
from cases.intake.threads import Threads
from cases.models import Case, History, JoinedBy, MailFate, MailSort, MatchedBy, ReceivedMail, Verb
from smbcases.lib import bulk

Pair = tuple[ReceivedMail, Letter]


@dataclass(kw_only=True)
class _Plan:
    """What was decided for the mails of a set."""

    aside: list[ReceivedMail] = field(default_factory=list)
    joinings: list[Joining] = field(default_factory=list)
    opens: list[Pair] = field(default_factory=list)


def settle(pairs: Sequence[Pair], *, now: datetime, since: datetime) -> int:
    """Settle the letters in the caller's transaction. A letter that depends on an earlier one of the same set is left
    for the next; answers how many were settled."""
    pairs = _independent(pairs)
    known = _Known(pairs, since=since)
    plan = _Plan()
    for mail, letter in pairs:
        _decide(mail, letter, known, plan, now=now)
    _open(plan, now=now)
    returns = returned.find([pair for pair in pairs if pair[0].sort == MailSort.BOUNCE])
    if plan.joinings and returns:  # together, in id order, as everybody locks them
        writing.lock([*(one.case_id for one in plan.joinings), *(one.mail.case_id for one in returns)])
    joining.join(plan.joinings, now=now)
    write([mail for mail, _ in pairs])
    returned.take(returns, now=now)
    telling_ops.tell([mail for mail, _ in pairs], now=now)
    return len(pairs)


def _independent(pairs: Sequence[Pair]) -> list[Pair]:
    """Those that neither answer another one of the set nor come from the same sender."""
    ids: set[str] = set()
    senders: set[str] = set()
    kept = []
    for mail, letter in pairs:
        if ids.isdisjoint(letter.references) and letter.from_address not in senders:
            kept.append((mail, letter))
        ids |= {mail.message_id} - {""}
        senders.add(letter.from_address)
    return kept


class _Known:
    """What is known of the senders, threads and rates of a set."""

    def __init__(self, pairs: Sequence[Pair], *, since: datetime) -> None:
        senders = {letter.from_address for _, letter in pairs}
        self.matches = match(senders)
        self.threads = Threads(
            recipients=[one for mail, letter in pairs for one in recipients(mail, letter)],
            references={one for _, letter in pairs for one in letter.references},
        )
        self.rates = _load_rates(senders, since=since)
        self.unplaced = _load_unplaced(senders)

    def match(self, letter: Letter) -> Match:
        return self.matches.get(letter.from_address, NOBODY)


def recipients(mail: ReceivedMail, letter: Letter) -> list[str]:
    """Where it went: what the envelope says first, for a blind copy is in no header."""
    return [*mail.envelope_to.lower().split(), *letter.to, *letter.cc]


def _load_rates(senders: Collection[str], *, since: datetime) -> Counter[str]:
    recent = ReceivedMail.objects.of_sender_since(list(senders), since).filter(let_through=False)
    counted = recent.filter(Q(state=MailFate.ON_CASE) | Q(state=MailFate.HELD)).values_list("from_address")
    return Counter(dict(counted.annotate(count=Count("id")).order_by()))


def _load_unplaced(senders: Collection[str]) -> dict[str, int]:
    """The open case of each sender that waits for its account."""
    waiting = Case.objects.open().filter(account__isnull=True, territory="", web_email__in=senders)
    return dict(waiting.order_by("-id").values_list("web_email", "pk"))


def _decide(mail: ReceivedMail, letter: Letter, known: _Known, plan: _Plan, *, now: datetime) -> None:
    who = known.match(letter)
    note(mail, letter, who)
    if letter.sort != MailSort.PERSON and not mail.let_through:
        _aside(mail, letter, MailFate.FILED, letter.why_sorted, plan, now=now)
        return
    known.rates[letter.from_address] += 1
    if known.rates[letter.from_address] > settings.MAIL_MOST_AN_HOUR and not mail.let_through:
        why = f"More than {settings.MAIL_MOST_AN_HOUR} mails of this sender came within an hour."
        _aside(mail, letter, MailFate.HELD, why, plan, now=now)
        return
    found = known.threads.find(
        recipients=recipients(mail, letter),
        references=letter.references,
        sender=letter.from_address,
        match=who,
    )
    if found:
        plan.joinings.append(
            Joining(
                mail=mail, letter=letter, case_id=found.case.pk, by=found.by, is_stranger=found.is_stranger
            )
        )
    elif who.account_id is None and letter.from_address in known.unplaced:
        case_id = known.unplaced[letter.from_address]
        plan.joinings.append(Joining(mail=mail, letter=letter, case_id=case_id, by=JoinedBy.SENDER))
    else:
        plan.opens.append((mail, letter))


def note(mail: ReceivedMail, letter: Letter, who: Match) -> None:
    """What was read, and whom the sender was recognised as, goes to the mail's row."""
    mail.sort = letter.sort
    mail.from_name, mail.from_address = letter.from_name, letter.from_address
    mail.to, mail.cc = list(letter.to), list(letter.cc)
    mail.subject, mail.sent_at = letter.subject, letter.sent_at
    mail.references = list(letter.references)
    mail.text, mail.html, mail.notes = letter.text, letter.html, list(letter.notes)
    if mail.matched_by != MatchedBy.CHOICE:
        mail.matched_by, mail.account_id = who.by, who.account_id
    mail.contact, mail.lead = who.contact, who.lead


def _aside(
    mail: ReceivedMail, letter: Letter, fate: MailFate, why: str, plan: _Plan, *, now: datetime
) -> None:
    mail.state, mail.reason, mail.processed_at = fate, why[:500], now
    mail.parts = keeping.listed(letter.parts)
    plan.aside.append(mail)


def _open(plan: _Plan, *, now: datetime) -> None:
    """Ask for cases; where one is open already the mail joins it, and where there is none it is held."""
    requests = [request(mail, letter, key=f"{mail.pk}.{get_random_string(8)}") for mail, letter in plan.opens]
    outcomes = opening.ask(requests, now=now)
    new = [one.case_id for one in outcomes.values() if one.is_new and one.case_id]
    cases = Case.objects.in_bulk(new) if new else {}
    told = {row.case_id: row for row in History.objects.filter(case__in=new, verb=Verb.OPENED)} if new else {}
    opened: list[Opened] = []
    for asked, (mail, letter) in zip(requests, plan.opens, strict=True):
        outcome = outcomes[asked.key]
        mail.event_id = outcome.event_id
        if outcome.case_id in cases:
            case = cases[outcome.case_id]
            opened.append(Opened(mail=mail, letter=letter, case=case, history=told.get(case.pk)))
        elif outcome.case_id:
            plan.joinings.append(
                Joining(mail=mail, letter=letter, case_id=outcome.case_id, by=JoinedBy.ACCOUNT)
            )
        else:
            _aside(mail, letter, MailFate.HELD, f"No case was opened: {outcome.why}.", plan, now=now)
    joining.open_with(opened, now=now)


def request(mail: ReceivedMail, letter: Letter, *, key: str) -> Request:
    return Request(
        key=key,
        from_address=letter.from_address,
        from_name=letter.from_name or letter.from_address,
        to=", ".join(letter.to)[:1000],
        subject=letter.subject,
        body=letter.text,
        message_id=mail.message_id,
        account_id=mail.account_id,
        contact=mail.contact.external_id if mail.contact else "",
        lead=mail.lead.external_id if mail.lead else "",
    )


_WRITTEN = (
    "state reason processed_at sort from_address from_name to cc subject sent_at references text html parts notes"
    " matched_by account_id contact_id lead_id case_id joined_by is_stranger came_after_closing history_id event_id"
).split()


def write(mails: Sequence[ReceivedMail]) -> None:
    """Write all that was read and decided, in one query."""
    bulk.update(ReceivedMail, [{"id": mail.pk, **_columns(mail)} for mail in mails])


def _columns(mail: ReceivedMail) -> dict[str, Any]:
    columns = {name: getattr(mail, name) for name in _WRITTEN}
    return {name: str(value) if name in _CHOICES else value for name, value in columns.items()}


_CHOICES = {"state", "sort", "matched_by", "joined_by"}
