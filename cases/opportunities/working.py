"""Working a case's opportunity: its date, its risk, its end, and who administers the product at the customer's.

Each function locks the case, then what it changes in the book, and writes both and the history together. They raise
NoSuchCase, StaleCase, PermissionDenied, IllegalMove, NoOpportunity, or the refusal that their docstring names.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts import gitlab_admins, opportunities
from accounts.models import Contact, Opportunity, Person
from accounts.models.book import Risk
from cases import access, moves, writing
from cases.models import Case, Verb
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal

STAGE = "opportunity stage"
CLOSE_DATE = "close date"
RISK = "renewal risk"
GITLAB_ADMIN = "GitLab admin"


class NoOpportunity(Refusal):
    name = "no-opportunity"
    title = "The case has no opportunity yet"


class NoAccount(Refusal):
    name = "no-account"
    title = "The case has no account yet"


@transaction.atomic
def set_close_on(
    *, case_id: int, close_on: date, by: Person, now: datetime, version: int | None = None
) -> Case:
    """Set the day on which the opportunity is expected to close. Raises OpportunityClosed, PastCloseDate."""
    case, opportunity = _begin(case_id, by=by, version=version)
    before = opportunity.close_on
    opportunities.set_close_on(opportunity=opportunity, close_on=close_on, by=by, now=now)
    was = before.isoformat() if before else ""
    return _write(case, [_changed(CLOSE_DATE, was, close_on.isoformat(), by=by)], now=now)


@transaction.atomic
def set_risk(*, case_id: int, risk: Risk, by: Person, now: datetime, version: int | None = None) -> Case:
    """Say how likely the renewal is to be lost. Raises OpportunityClosed."""
    case, opportunity = _begin(case_id, by=by, version=version)
    before = _risk_of(opportunity)
    opportunities.set_risk(opportunity=opportunity, risk=risk, now=now)
    return _write(case, [_changed(RISK, before, _risk_of(opportunity), by=by)], now=now)


@transaction.atomic
def close_won(
    *,
    case_id: int,
    by: Person,
    now: datetime,
    gitlab_admin: Contact | None = None,
    version: int | None = None,
) -> Case:
    """Close the opportunity as won, naming the account's GitLab admin in the same step where one is given.

    Raises GitlabAdminMissing, OpportunityClosed, NotAContactOfTheAccount.
    """
    case, opportunity = _begin(case_id, by=by, version=version)
    entries = [_gitlab_admin(case, gitlab_admin, by=by, now=now)] if gitlab_admin else []
    before = opportunity.get_stage_display()
    opportunities.close_won(opportunity=opportunity, by=by, now=now)
    return _write(case, [*entries, _stage(opportunity, before, by=by)], now=now)


@transaction.atomic
def close_lost(
    *,
    case_id: int,
    reason: str,
    by: Person,
    now: datetime,
    will_churn: bool = False,
    version: int | None = None,
) -> Case:
    """Close the opportunity as lost; `will_churn`: because the customer certainly leaves, which its risk then says.

    Raises LostReasonNeeded, OpportunityClosed.
    """
    case, opportunity = _begin(case_id, by=by, version=version)
    stage, risk = opportunity.get_stage_display(), _risk_of(opportunity)
    opportunities.close_lost(opportunity=opportunity, reason=reason, by=by, now=now, will_churn=will_churn)
    entries = [_changed(RISK, risk, _risk_of(opportunity), by=by)] if will_churn else []
    entry = _stage(opportunity, stage, by=by, text=opportunity.lost_reason)
    return _write(case, [*entries, entry], now=now)


@transaction.atomic
def name_gitlab_admin(
    *, case_id: int, contact: Contact, by: Person, now: datetime, version: int | None = None
) -> Case:
    """Name the account's GitLab admin. Raises NoAccount, NotAContactOfTheAccount."""
    case = lock(case_id, by=by, version=version)
    return _write(case, [_gitlab_admin(case, contact, by=by, now=now)], now=now)


def lock(case_id: int, *, by: Person, version: int | None) -> Case:
    """The open case, locked for `by`, who works it."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    return case


def _begin(case_id: int, *, by: Person, version: int | None) -> tuple[Case, Opportunity]:
    case = lock(case_id, by=by, version=version)
    if case.opportunity is None:
        raise NoOpportunity(f"{case.number} has no opportunity. Link one, or make one.")
    return case, case.opportunity


def _gitlab_admin(case: Case, contact: Contact, *, by: Person, now: datetime) -> Entry:
    if case.account is None:
        raise NoAccount("The case has no account yet; add the account first.")
    before = case.account.gitlab_admin
    gitlab_admins.name_admin(account=case.account, contact=contact, now=now)
    return _changed(GITLAB_ADMIN, before.name if before else "", contact.name, by=by)


def _risk_of(opportunity: Opportunity) -> str:
    return opportunity.get_risk_display() if opportunity.risk else ""


def _stage(opportunity: Opportunity, before: str, *, by: Person, text: str = "") -> Entry:
    return _changed(STAGE, before, opportunity.get_stage_display(), by=by, text=text)


def _changed(field: str, before: str, after: str, *, by: Person, text: str = "") -> Entry:
    data = {"field": field, "from": before, "to": after}
    return Entry(verb=Verb.CHANGED, person=by, data=data, text=text)


def _write(case: Case, entries: list[Entry], *, now: datetime) -> Case:
    writing.write([Change(case=case, columns={}, entries=entries)], now=now)
    return case
