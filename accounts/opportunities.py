"""Opportunities worked at the desk: made, closed, and their date and risk kept true.

Each function locks the opportunity, checks, and writes within the caller's transaction; the record that was given is
brought up to date by it. A CRM event that tells of an earlier time does not undo what is changed here, one that tells
of a later time may (`accounts.desk_changes`). They raise NoSuchOpportunity, OpportunityClosed, or the refusal that
their docstring names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import desk_changes
from accounts.models import Account, Opportunity, Person, Role
from accounts.models.book import Kind, Risk, Segment, Stage
from smbcases.lib.refusal import Refusal

MADE_HERE = "desk:"  # what the ids begin with that we make ourselves; the CRM has none like them
BY_HAND = frozenset({Kind.GROWTH, Kind.ADD_ON})
ENDING = ("stage", "close_on", "lost_reason", "closed_by_id")
Ending = dict[str, Any]
"""The columns of `ENDING`, and the `risk` of one that is lost with its customer: how an opportunity is closed."""


class NoSuchOpportunity(Refusal):
    name = "no-such-opportunity"
    status = 404
    title = "There is no such opportunity"


class OpportunityClosed(Refusal):
    name = "opportunity-closed"
    title = "The opportunity is closed"


class GitlabAdminMissing(Refusal):
    """An opportunity is won only when it is known who administers the product at the customer's."""

    name = "gitlab-admin-missing"
    title = "The account has no GitLab admin yet"


class PastCloseDate(Refusal):
    name = "close-date-past"
    status = 422
    title = "That close date has passed"


class LostReasonNeeded(Refusal):
    name = "lost-reason-needed"
    status = 422
    title = "Say why it is lost"


class NotMadeByHand(Refusal):
    name = "kind-not-made-by-hand"
    status = 422
    title = "Such an opportunity is not made by hand"


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What a new opportunity is about; `amount` is money in `currency`."""

    kind: Kind
    name: str
    amount: Decimal
    currency: str
    close_on: date
    plan: str = ""
    users: int = 0
    term_months: int = 12


@transaction.atomic
def create(*, account: Account, deal: Deal, by: Person, now: datetime) -> Opportunity:
    """A Growth or Add-On opportunity of the account, owned by the region's Sales User: people own cases.

    Its id is our own. Raises NotMadeByHand for any other kind, PastCloseDate.
    """
    if deal.kind not in BY_HAND:
        raise NotMadeByHand(f"{Kind(deal.kind).label} opportunities come from the CRM.")
    _check_close_on(deal.close_on, by=by, now=now)
    return Opportunity.objects.create(
        external_id=f"{MADE_HERE}{uuid4()}",
        as_of=now,
        account=account,
        stage=Stage.DISCOVERY,
        owner=_sales_user_of(account),
        **asdict(deal),
    )


def _sales_user_of(account: Account) -> Person | None:
    """Who owns it within SMB; nobody where the account has no region, or has outgrown the segment."""
    if account.segment != Segment.SMB or not account.region:
        return None
    return Person.objects.filter(role=Role.SALES_USER, region=account.region).first()


@transaction.atomic
def close_won(*, opportunity: Opportunity, by: Person, now: datetime) -> None:
    """Close it as won. Raises GitlabAdminMissing where its account has no GitLab admin."""
    account = Account.objects.select_for_update(no_key=True).get(pk=opportunity.account_id)
    _lock_open(opportunity)
    desk_changes.write(opportunity, now=now, **win(opportunity, account=account, by=by, now=now))


@transaction.atomic
def close_lost(
    *, opportunity: Opportunity, reason: str, by: Person, now: datetime, will_churn: bool = False
) -> None:
    """Close it as lost; `will_churn`: because the customer certainly leaves. Raises LostReasonNeeded."""
    _lock_open(opportunity)
    ending = lose(opportunity, reason=reason, by=by, now=now, will_churn=will_churn)
    desk_changes.write(opportunity, now=now, **ending)


def win(opportunity: Opportunity, *, account: Account, by: Person, now: datetime) -> Ending:
    """What closing a locked opportunity as won sets. Raises GitlabAdminMissing."""
    if account.gitlab_admin_id is None:
        raise GitlabAdminMissing(
            f"Say who the GitLab admin of {account.name} is; without one nothing is closed as won."
        )
    return _ending(opportunity, Stage.CLOSED_WON, by=by, now=now)


def lose(
    opportunity: Opportunity, *, reason: str, by: Person, now: datetime, will_churn: bool = False
) -> Ending:
    """What closing a locked opportunity as lost sets; that the customer leaves is then its risk. Raises
    LostReasonNeeded."""
    if not reason.strip():
        raise LostReasonNeeded("Say in a few words why it is lost.")
    ending = _ending(opportunity, Stage.CLOSED_LOST, by=by, now=now)
    leaving = {"risk": Risk.WILL_CHURN.value} if will_churn else {}
    return {**ending, "lost_reason": reason.strip()[:500], **leaving}


def _ending(opportunity: Opportunity, stage: Stage, *, by: Person, now: datetime) -> Ending:
    """A day that it was expected to close on, and that has passed by now, gives way to the day on which it does."""
    today = _today(by, now=now)
    close_on = max(opportunity.close_on or today, today)
    return {"stage": stage.value, "close_on": close_on, "lost_reason": "", "closed_by_id": by.pk}


def lock_many(ids: Iterable[int]) -> dict[int, Opportunity]:
    """The opportunities by id, locked in id order until the transaction ends."""
    wanted = sorted(set(ids))
    locked = Opportunity.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
    return {one.pk: one for one in locked.order_by("pk")} if wanted else {}


@transaction.atomic
def set_close_on(*, opportunity: Opportunity, close_on: date, by: Person, now: datetime) -> None:
    """Set the day on which it is expected to close. Raises PastCloseDate for a day before today, where `by` is."""
    _lock_open(opportunity)
    _check_close_on(close_on, by=by, now=now)
    desk_changes.write(opportunity, now=now, close_on=close_on)


@transaction.atomic
def set_risk(*, opportunity: Opportunity, risk: Risk, now: datetime) -> None:
    """Say how likely the renewal is to be lost."""
    _lock_open(opportunity)
    desk_changes.write(opportunity, now=now, risk=risk)


def _lock_open(opportunity: Opportunity) -> None:
    """Lock the row and read it into `opportunity`."""
    locked = Opportunity.objects.select_for_update(of=("self",), no_key=True)
    try:
        opportunity.refresh_from_db(from_queryset=locked)
    except Opportunity.DoesNotExist as error:
        raise NoSuchOpportunity(f"{opportunity.name} is not there any more.") from error
    if not opportunity.is_open:
        raise OpportunityClosed(f"{opportunity.name} is {opportunity.get_stage_display()} already.")


def _check_close_on(close_on: date, *, by: Person, now: datetime) -> None:
    if close_on < _today(by, now=now):
        raise PastCloseDate("The close date lies in the past. Choose today or a later day.")


def _today(person: Person, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()
