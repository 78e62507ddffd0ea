"""What people decide about mail: whose it is, that a person wrote it, that it is nothing, to read it once more.

Each act takes one mail, locked, and refuses what was settled meanwhile. All raise NoSuchMail and PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from accounts import access as acts
from accounts.access import Act
from accounts.models import Account, Person
from cases import access, numbers, writing
from cases.intake import giving_account, joining, opening, processing, settling
from cases.intake.joining import Joining, Opened
from cases.intake.reading import Letter, Unreadable
from cases.intake.senders import NOBODY, Match, match
from cases.models import Case, History, JoinedBy, MailFate, MatchedBy, Origin, RawMail, ReceivedMail, Verb
from cases.writing import Change
from smbcases.lib.refusal import Refusal
from smbcases.lib.wake import wake


class NoSuchMail(Refusal):
    name = "no-such-mail"
    status = 404
    title = "There is no such mail"


class MailIsSettled(Refusal):
    """Somebody else has decided, or there was nothing to decide."""

    name = "mail-is-settled"
    status = 409
    title = "The mail needs no such decision"


class NoCaseOpened(Refusal):
    """The triggers open no case for it; says why."""

    name = "no-case-opened"
    status = 409
    title = "No case was opened"


@transaction.atomic
def choose_account(*, mail_id: int, account: Account, by: Person, now: datetime) -> ReceivedMail:
    """Say whose a mail is. Its case is routed then; a held mail is read again with this account.

    Later mails of the sender go to the account by themselves. Raises MailIsSettled where its case has an account.
    """
    mail = _find(mail_id, by=by, also=_open_on(account))
    who = _match(mail.from_address)
    contact = who.contact if who.contact and who.contact.account_id == account.pk else None
    if _waits_for_account(mail):
        chosen = Match(by=MatchedBy.CHOICE, account_id=account.pk, contact=contact)
        _place(mail, chosen, by=by, now=now)
        ReceivedMail.objects.filter(pk=mail.pk).update(settled_by=by)
    elif mail.state == MailFate.HELD:
        mail.account, mail.matched_by = account, MatchedBy.CHOICE
        mail.save(update_fields=["account", "matched_by"])
        _read_again(mail, by=by)
    else:
        raise MailIsSettled("Its account needs no choice any more.")
    return ReceivedMail.objects.get(pk=mail.pk)


@transaction.atomic
def let_through(*, mail_id: int, by: Person) -> ReceivedMail:
    """Say that a person wrote a mail that was held or filed: it is read again, and no sort or rate holds it up."""
    mail = _find(mail_id, by=by)
    if mail.state not in {MailFate.HELD, MailFate.FILED}:
        raise MailIsSettled("Only a mail that is held or filed is let through.")
    return _read_again(mail, by=by)


@transaction.atomic
def try_again(*, mail_id: int, by: Person) -> ReceivedMail:
    """Read a mail once more that could not be read. Raises MailIsSettled for any other."""
    mail = _find(mail_id, by=by)
    if mail.state != MailFate.UNREADABLE:
        raise MailIsSettled("It was read.")
    return _read_again(mail, by=by, let_through=mail.let_through)


@transaction.atomic
def put_on_case(*, mail_id: int, case: Case, by: Person, now: datetime) -> ReceivedMail:
    """Put a mail that is on no case, or on one that waits for its account, on `case`. Raises MailIsSettled."""
    mail = _find(mail_id, by=by, also=[case.pk])
    before = mail.case if _waits_for_account(mail) else None
    _check_may_be_put(mail, waits=before is not None)
    mails = list(ReceivedMail.objects.filter(case=before).order_by("id")) if before else [mail]
    joinings = _joinings(mails, case)
    if before is None:  # it may never have got so far that its sender and its words were noted
        settling.note(mail, joinings[0].letter, _match(joinings[0].letter.from_address))
    joining.join(joinings, now=now)
    settling.write(mails)
    if before is not None and before.pk != case.pk:
        locked = writing.lock_one(before.pk, version=None)
        writing.write([giving_account.ended(locked, "duplicate", by=by, now=now, duplicate_of=case)], now=now)
    ReceivedMail.objects.filter(pk=mail.pk).update(settled_by=by)
    return mail


def _check_may_be_put(mail: ReceivedMail, *, waits: bool) -> None:
    if mail.state == MailFate.WAITING:
        raise MailIsSettled("It is being read. Look again in a moment.")
    if mail.state == MailFate.ON_CASE and not waits:
        raise MailIsSettled(f"It is on {mail.case.number if mail.case else 'a case'} already.")


def _joinings(mails: list[ReceivedMail], case: Case) -> list[Joining]:
    try:
        return giving_account.joinings([(one, case.pk) for one in mails], by=JoinedBy.HAND)
    except Unreadable as error:
        raise MailIsSettled(f"It cannot be read. {error}") from error


@transaction.atomic
def file_away(*, mail_id: int, by: Person, now: datetime) -> ReceivedMail:
    """Say that a mail needs no case. A case that waits for its account ends with it, and so do its other mails."""
    mail = _find(mail_id, by=by)
    mails = [mail]
    if _waits_for_account(mail):
        case = writing.lock_one(mail.case_id or 0, version=None)
        mails = list(ReceivedMail.objects.filter(case=case))
        status = "not_applicable" if "not_applicable" in case.rules.statuses else "resolved"
        writing.write([giving_account.ended(case, status, by=by, now=now)], now=now)
    elif mail.state not in {MailFate.HELD, MailFate.UNREADABLE}:
        raise MailIsSettled("There is nothing to decide about it.")
    for one in mails:
        one.state, one.settled_by, one.processed_at = MailFate.FILED, by, now
        one.reason = f"{by.name}: no case needed."[:500]
        one.save(update_fields=["state", "settled_by", "processed_at", "reason"])
    return mail


@transaction.atomic
def open_new_case(*, case_id: int, mail_id: int, by: Person, now: datetime) -> Case:
    """Open a case of its own from a mail that came after `case_id` was closed, by the triggers as for any mail.

    It goes to who had the closed one, if there is room. Raises NoSuchMail, MailIsSettled where that was done before or
    the closed one is open again, NoCaseOpened with what stands in the way.
    """
    closed = writing.lock_one(case_id, version=None)
    access.check_may_work(by, closed)
    mail = _come_to(closed, mail_id)
    if mail.case_id != closed.pk:
        raise MailIsSettled(f"{Case(pk=mail.case_id).number} was opened from it already.")
    if not mail.came_after_closing:
        raise NoSuchMail("There is no such mail that came after the closing.")
    if closed.is_open:
        raise MailIsSettled(f"{closed.number} is open again; the mail is answered there.")
    letter = _letter(mail)
    mail.account_id = closed.account_id or mail.account_id
    asked = settling.request(mail, letter, key=f"{mail.pk}.{get_random_string(8)}")
    outcome = opening.ask([asked], now=now)[asked.key]
    if not outcome.is_new or outcome.case_id is None:
        there = (
            f"{numbers.say(outcome.case_id)} is open for the account’s mail."
            if outcome.case_id
            else outcome.why
        )
        raise NoCaseOpened(f"No case was opened: {there}")
    case = writing.lock_one(outcome.case_id, version=None)
    _prefer_former_owner(case, closed, now=now)
    told = History.objects.filter(case=case, verb=Verb.OPENED).first()
    joining.open_with([Opened(mail=mail, letter=letter, case=case, history=told)], now=now)
    mail.came_after_closing, mail.settled_by, mail.event_id = False, by, outcome.event_id
    mail.save()
    return case


def _come_to(closed: Case, mail_id: int) -> ReceivedMail:
    """The mail, locked, that is on this case, or was until another was opened from it. Raises NoSuchMail."""
    mail = ReceivedMail.objects.select_for_update().filter(pk=mail_id, case__isnull=False).first()
    came = mail and (mail.case_id == closed.pk or closed.history.filter(data__received=mail_id).exists())
    if mail is None or not came:
        raise NoSuchMail("There is no such mail that came after the closing.")
    return mail


def _prefer_former_owner(case: Case, closed: Case, *, now: datetime) -> None:
    if closed.owner_id is not None:
        writing.write([Change(case=case, columns={"meant_for_id": closed.owner_id}, entries=[])], now=now)


def _letter(mail: ReceivedMail) -> Letter:
    raw = RawMail.objects.get(mail=mail)
    try:
        return processing.read_again(mail, bytes(raw.content))
    except Unreadable as error:
        raise MailIsSettled(f"It cannot be read. {error}") from error


def _match(address: str) -> Match:
    return match({address}).get(address.lower(), NOBODY)


def _open_on(account: Account) -> list[int]:
    """The cases of which its mail may go to one."""
    return list(
        Case.objects.open().filter(account=account, origin=Origin.TRIGGER).values_list("pk", flat=True)
    )


def _find(mail_id: int, *, by: Person, also: Sequence[int] = ()) -> ReceivedMail:
    """The mail, locked, after its case and those that it may go to, all at once: in this order everybody locks them."""
    acts.check(by, Act.SORT_MAIL)
    own = ReceivedMail.objects.filter(pk=mail_id, case__isnull=False).values_list("case_id", flat=True)
    writing.lock([*own, *also])
    locked = ReceivedMail.objects.select_for_update(of=("self",)).select_related("case")
    mail = locked.filter(pk=mail_id).first()
    if mail is None:
        raise NoSuchMail("There is no such mail.")
    return mail


def _place(mail: ReceivedMail, chosen: Match, *, by: Person, now: datetime) -> None:
    """Where the account gets its own case at this very moment, the second look sees it."""
    place = partial(giving_account.place, {mail.case_id or 0: chosen}, by=by, now=now)
    try:
        try:
            with transaction.atomic():
                place()
        except IntegrityError:
            place()
    except Unreadable as error:
        raise MailIsSettled(f"It cannot be read. {error}") from error


def _waits_for_account(mail: ReceivedMail) -> bool:
    case = mail.case
    return bool(mail.state == MailFate.ON_CASE and case and case.is_open and case.account_id is None)


def _read_again(mail: ReceivedMail, *, by: Person, let_through: bool = True) -> ReceivedMail:
    mail.state, mail.processed_at, mail.reason, mail.attempts = MailFate.WAITING, None, "", 0
    mail.let_through, mail.settled_by = let_through, by
    mail.save(update_fields=["state", "processed_at", "reason", "attempts", "let_through", "settled_by"])
    wake("received_mails")
    return mail
