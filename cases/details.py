"""Whom and what a case is about, and what was done for it: contact, account, opportunity, touches."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Account, Activity, Contact, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import access, moves, writing
from cases.models import Case, Verb
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NotOfThisAccount(Refusal):
    name = "not-of-this-account"
    status = 422
    title = "That record belongs to another account"


@transaction.atomic
def set_contact(
    *,
    case_id: int,
    contact: Contact,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Name whom the case is worked with. Raises NotOfThisAccount for another account's contact."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    _check_account(case, contact.account_id, contact.name)
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "contact", "to": contact.name})
    writing.write(
        [Change(case=case, columns={"contact_id": contact.pk}, entries=[entry])],
        now=now,
    )
    return case


@transaction.atomic
def set_account(
    *,
    case_id: int,
    account: Account,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Name the account of a case that came without one; its region then says which territory it is routed in.

    Raises NotOfThisAccount where the case has another account already, IllegalMove where its trigger has a case open
    there.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    _check_account(case, account.pk, account.name)
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "account", "to": account.name})
    columns = {
        "account_id": account.pk,
        "territory": case.rules.territory_of(account.region) or "",
    }
    with moves.alone_there(case, account_id=account.pk, opportunity_id=case.opportunity_id):
        writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


@transaction.atomic
def link_opportunity(
    *,
    case_id: int,
    opportunity: Opportunity | None,
    by: Person,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Link the opportunity that the case is about, or take the link away. Raises NotOfThisAccount, IllegalMove."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    if opportunity is not None:
        _check_account(case, opportunity.account_id, opportunity.name)
    opportunity_id = opportunity.pk if opportunity else None
    name = opportunity.name if opportunity else ""
    columns = {"opportunity_id": opportunity_id}
    entry = Entry(verb=Verb.CHANGED, person=by, data={"field": "opportunity", "to": name})
    with moves.alone_there(case, account_id=case.account_id, opportunity_id=opportunity_id):
        writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return case


@transaction.atomic
def log_activity(
    *,
    case_id: int,
    kind: ActivityKind,
    what: str,
    by: Person,
    now: datetime,
    inbound: bool = False,
    version: int | None = None,
) -> Activity:
    """Log a touch on the case's account and contact; the customer's own answer stops the cadence.

    Raises NotOfThisAccount where the case has no account yet to log it on.
    """
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    if case.account_id is None:
        raise NotOfThisAccount("The case has no account yet; add the account first.")
    activity = Activity.objects.create(
        account_id=case.account_id,
        contact_id=case.contact_id,
        opportunity_id=case.opportunity_id,
        person=by,
        kind=kind,
        inbound=inbound,
        subject=what.strip()[:255],
        happened_at=now,
        as_of=now,
    )
    data = {"kind": str(kind), "inbound": inbound, "activity": activity.pk}
    entry = Entry(verb=Verb.LOGGED, person=by, data=data, text=what.strip())
    columns = {"answered": case.answered or inbound}
    writing.write([Change(case=case, columns=columns, entries=[entry])], now=now)
    return activity


def _check_account(case: Case, account_id: int | None, name: str) -> None:
    if case.account_id is not None and account_id != case.account_id:
        raise NotOfThisAccount(f"{name} belongs to another account than {case.number}.")
