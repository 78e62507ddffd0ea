"""A case that came by mail from somebody unknown gets its account: by hand, or because the book has them now.

Where the account has its mail case open already, the mails go there and the case that waited ends as its duplicate:
nobody shall work the same customer's mail twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Sum

from accounts.models import Account, Person
from cases import moves, writing
from cases.intake import joining, processing, settling
from cases.intake.joining import Joining
from cases.intake.reading import Unreadable
from cases.intake.senders import Match, match
from cases.models import Case, JoinedBy, MatchedBy, Origin, RawMail, ReceivedMail, Verb
from cases.models.history import Actor
from cases.writing import Change, Entry

logger = logging.getLogger(__name__)

_AT_ONCE = 500
_BYTES_AT_ONCE = 32 * 1024 * 1024
_NO_WORK = "no_action_required"
Found = Mapping[int, Match]


def unmatched() -> Any:
    """The open cases that wait for their account."""
    waiting = Case.objects.open().filter(account__isnull=True, territory="", owner__isnull=True)
    return waiting.filter(Exists(ReceivedMail.objects.filter(case=OuterRef("pk"))))


def rematch(*, now: datetime) -> int:
    """Give each case its account whose sender the book knows by now; answer how many got one."""
    return sum(_place_known(found, now=now) for found in _load_known())


def _load_known() -> Iterator[dict[int, Match]]:
    """All cases that wait and whose sender is an account's, in sets: few queries a set, and few bytes of mails."""
    last = 0
    while waiting := list(
        unmatched().filter(pk__gt=last).order_by("id").values_list("pk", "web_email")[:_AT_ONCE]
    ):
        last = waiting[-1][0]
        matches = match({address for _, address in waiting})
        known = {pk: who for pk, address in waiting if (who := matches.get(address)) and who.account_id}
        yield from _in_sets(known)


def _in_sets(known: Found) -> Iterator[dict[int, Match]]:
    mails = ReceivedMail.objects.filter(case__in=known) if known else ReceivedMail.objects.none()
    sizes = dict(mails.values_list("case_id").annotate(Sum("size")).order_by())
    found: dict[int, Match] = {}
    total = 0
    for pk, who in known.items():
        total += sizes.get(pk, 0)
        if found and total > _BYTES_AT_ONCE:
            yield found
            found, total = {}, sizes.get(pk, 0)
        found[pk] = who
    if found:
        yield found


def _place_known(found: Found, *, now: datetime) -> int:
    """One that cannot be placed, since its account got its own case at this moment, waits for the next look and holds
    up no other."""
    try:
        with transaction.atomic():
            place(found, by=None, now=now)
    except OperationalError as error:  # as a deadlock is, which is over by then
        logger.warning("%s cases were not placed: %s", len(found), error)
        return 0
    except (IntegrityError, Unreadable) as error:
        if len(found) > 1:
            return sum(_place_known({pk: who}, now=now) for pk, who in found.items())
        logger.warning("The case %s was not placed: %s", *found, error)
        return 0
    return len(found)


@transaction.atomic
def place(found: Found, *, by: Person | None, now: datetime) -> dict[int, Case]:
    """Give the cases the accounts that were found for them, by case id. Answers on which case the mails of each are
    afterwards: on this one with its account, or on the account's own.

    A case that somebody else has placed meanwhile is answered unchanged. Raises Unreadable; IntegrityError where an
    account got its own case after this looked.
    """
    cases = _lock(found)
    waiting = [
        case
        for pk, case in cases.items()
        if case.account_id is None and case.is_open and found[pk].account_id
    ]
    accounts = Account.objects.in_bulk({found[case.pk].account_id or 0 for case in waiting})
    mails = _load_mails(waiting)
    for case in waiting:
        case.account = accounts[found[case.pk].account_id or 0]
        _name_account(mails[case.pk], case.account, found[case.pk])
    others = _open_there(waiting)
    stay = [case for case in waiting if case.pk not in others]
    leave = [case for case in waiting if case.pk in others]
    for case in leave:
        case.account = None
    settling.write([mail for case in stay for mail in mails[case.pk]])
    writing.write(
        [_placed(case, case.account, found[case.pk], by=by) for case in stay if case.account], now=now
    )
    _move([(mail, others[case.pk].pk) for case in leave for mail in mails[case.pk]], by=by, now=now)
    writing.write(
        [ended(case, "duplicate", by=by, now=now, duplicate_of=others[case.pk]) for case in leave], now=now
    )
    return cases | others


def _lock(found: Found) -> dict[int, Case]:
    """The cases, locked together with those that their mails may go to: in id order, as everybody locks them."""
    seen = list(Case.objects.filter(pk__in=found, account__isnull=True))
    for case in seen:
        case.account_id = found[case.pk].account_id
    there = [one.pk for one in moves.find_others_open(seen).values()]
    locked = writing.lock([*found, *there])
    return {pk: case for pk, case in locked.items() if pk in found}


def _load_mails(cases: Sequence[Case]) -> defaultdict[int, list[ReceivedMail]]:
    mails: defaultdict[int, list[ReceivedMail]] = defaultdict(list)
    for mail in ReceivedMail.objects.filter(case__in=cases).order_by("id") if cases else ():
        mails[mail.case_id or 0].append(mail)
    return mails


def _name_account(mails: Iterable[ReceivedMail], account: Account, who: Match) -> None:
    for mail in mails:
        mail.account, mail.contact = account, who.contact
        mail.matched_by = MatchedBy.CHOICE if who.by == MatchedBy.CHOICE else mail.matched_by


def _open_there(waiting: Sequence[Case]) -> dict[int, Case]:
    """By the id of a case that waits, the one that its account has open for the same reason; which may be another one
    of them."""
    others = moves.find_others_open(waiting)
    firsts: dict[tuple[str, int | None, int | None], Case] = {}
    for case in waiting:
        first = firsts.setdefault((case.case_type, case.account_id, case.opportunity_id), case)
        if first is not case and first.pk not in others and case.origin == first.origin == Origin.TRIGGER:
            others.setdefault(case.pk, first)
    return others


def _placed(case: Case, account: Account, who: Match, *, by: Person | None) -> Change:
    entry = Entry(
        verb=Verb.CHANGED,
        actor=Actor.PERSON if by else Actor.ROUTING,
        person=by,
        data={"field": "account", "to": account.name},
    )
    columns: dict[str, Any] = {
        "account_id": account.pk,
        "territory": case.rules.territory_of(account.region) or "",
        "language": case.language or account.language,
    }
    if who.contact is not None and case.contact_id is None:
        columns["contact_id"] = who.contact.pk
    return Change(case=case, columns=columns, entries=[entry])


def _move(pairs: Sequence[tuple[ReceivedMail, int]], *, by: Person | None, now: datetime) -> None:
    """Put the mails on other cases, with lines of their history."""
    joining.join(joinings(pairs, by=JoinedBy.HAND if by else JoinedBy.ACCOUNT), now=now)
    settling.write([mail for mail, _ in pairs])


def joinings(pairs: Sequence[tuple[ReceivedMail, int]], *, by: JoinedBy) -> list[Joining]:
    """Each mail with the id of the case that it goes to, read again from its bytes. Raises Unreadable.

    Whom a person lets onto a case is no stranger there; of any other the mail keeps what it was.
    """
    raws = (
        dict(RawMail.objects.filter(mail__in=[mail.pk for mail, _ in pairs]).values_list()) if pairs else {}
    )
    return [
        Joining(
            mail=mail,
            letter=processing.read_again(mail, bytes(raws[mail.pk])),
            case_id=case_id,
            by=by,
            is_stranger=mail.is_stranger and by != JoinedBy.HAND,
        )
        for mail, case_id in pairs
    ]


def ended(
    case: Case, status: str, *, by: Person | None, now: datetime, duplicate_of: Case | None = None
) -> Change:
    """The end of a case that nobody has to work; its closing rules are about customers, and here is none."""
    data = {"from": case.status, "to": status, "resolution_action": _NO_WORK}
    actor = Actor.PERSON if by else Actor.ROUTING
    return Change(
        case=case,
        columns={
            "status": status,
            "resolution_action": _NO_WORK,
            "feedback": "NA",
            "duplicate_of_id": duplicate_of.pk if duplicate_of else None,
            "picked_up_at": case.picked_up_at or now,
            "closed_at": now,
        },
        entries=[Entry(verb=Verb.CLOSED, actor=actor, person=by, data=data)],
    )
