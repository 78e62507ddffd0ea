"""Opportunities worked at the desk: made, closed, their date and risk; and how that stands beside the CRM's events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts import gitlab_admins, opportunities
from accounts.models import Account, Opportunity, Person, Role
from tests import factories
from tests.accounts.sending import record, take_in
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


@pytest.fixture
def account() -> Account:
    return factories.account()


@pytest.fixture
def opportunity(account: Account) -> Opportunity:
    return factories.opportunity(account, name="Renewal 2026")


def new(account: Account, by: Person, **fields: Any) -> Opportunity:
    given: dict[str, Any] = {
        "kind": "growth",
        "name": "40 more seats",
        "amount": Decimal("9280.50"),
        "currency": "EUR",
        "close_on": TODAY,
        **fields,
    }
    return opportunities.create(account=account, deal=opportunities.Deal(**given), by=by, now=NOW)


class TestMade:
    def test_it_belongs_to_the_sales_user_of_the_region(self, account: Account, maya: Person) -> None:
        sales_user = factories.person(Role.SALES_USER, region="AMER")
        made = new(account, maya)
        assert (made.owner, made.kind, made.is_open) == (sales_user, "growth", True)
        assert (made.amount, made.currency) == (Decimal("9280.50"), "EUR")

    def test_outside_the_segment_nobody_owns_it(self, maya: Person) -> None:
        factories.person(Role.SALES_USER, region="AMER")
        assert new(factories.account(segment="mid_market"), maya).owner is None

    def test_its_id_is_our_own(self, account: Account, maya: Person) -> None:
        one, other = new(account, maya), new(account, maya)
        assert one.external_id != other.external_id
        assert one.external_id.startswith(opportunities.MADE_HERE)

    def test_a_close_date_that_has_passed_is_refused(self, account: Account, maya: Person) -> None:
        with pytest.raises(opportunities.PastCloseDate):
            new(account, maya, close_on=TODAY - timedelta(days=1))

    def test_today_is_where_the_person_is(self, account: Account) -> None:
        in_auckland = factories.person(time_zone="Pacific/Auckland")  # 15:00 UTC is tomorrow there
        with pytest.raises(opportunities.PastCloseDate):
            new(account, in_auckland, close_on=TODAY)

    @pytest.mark.parametrize("kind", ["renewal", "first_order", "qsr"])
    def test_other_kinds_come_from_the_crm(self, account: Account, maya: Person, kind: str) -> None:
        with pytest.raises(opportunities.NotMadeByHand):
            new(account, maya, kind=kind)


class TestWon:
    def test_it_needs_the_account_s_gitlab_admin(self, opportunity: Opportunity, maya: Person) -> None:
        with pytest.raises(opportunities.GitlabAdminMissing, match="GitLab admin"):
            opportunities.close_won(opportunity=opportunity, by=maya, now=NOW)
        assert Opportunity.objects.get().is_open

    def test_with_one_it_is_closed(self, account: Account, opportunity: Opportunity, maya: Person) -> None:
        contact = factories.contact(account)
        gitlab_admins.name_admin(account=account, contact=contact, now=NOW)
        opportunities.close_won(opportunity=opportunity, by=maya, now=LATER)
        assert not opportunity.is_open
        opportunity.refresh_from_db()
        assert (opportunity.stage, opportunity.closed_by) == ("closed_won", maya)

    def test_another_account_s_contact_is_no_admin(self, account: Account) -> None:
        with pytest.raises(gitlab_admins.NotAContactOfTheAccount):
            gitlab_admins.name_admin(account=account, contact=factories.contact(factories.account()), now=NOW)


class TestItsDay:
    @pytest.mark.parametrize(("expected", "kept"), [(None, 0), (-40, 0), (0, 0), (12, 12)])
    def test_closed_late_it_has_the_day_on_which_it_was(
        self, account: Account, maya: Person, expected: int | None, kept: int
    ) -> None:
        day = None if expected is None else TODAY + timedelta(days=expected)
        late = factories.opportunity(account, close_on=day)
        opportunities.close_lost(opportunity=late, reason="They merge.", by=maya, now=NOW)
        late.refresh_from_db()
        assert late.close_on == TODAY + timedelta(days=kept)


class TestLost:
    def test_it_says_why(self, opportunity: Opportunity, maya: Person) -> None:
        opportunities.close_lost(opportunity=opportunity, reason=" They merge. ", by=maya, now=LATER)
        opportunity.refresh_from_db()
        assert (opportunity.stage, opportunity.lost_reason) == ("closed_lost", "They merge.")

    def test_without_a_reason_it_stays_open(self, opportunity: Opportunity, maya: Person) -> None:
        with pytest.raises(opportunities.LostReasonNeeded):
            opportunities.close_lost(opportunity=opportunity, reason="  ", by=maya, now=LATER)
        assert Opportunity.objects.get().is_open


Act = Callable[[Opportunity, Person], None]
ACTS: dict[str, Act] = {
    "won": lambda one, by: opportunities.close_won(opportunity=one, by=by, now=LATER),
    "lost": lambda one, by: opportunities.close_lost(opportunity=one, reason="Gone", by=by, now=LATER),
    "date": lambda one, by: opportunities.set_close_on(opportunity=one, close_on=TODAY, by=by, now=LATER),
    "risk": lambda one, _by: opportunities.set_risk(opportunity=one, risk="high", now=LATER),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_closed_stays_as_it_is_whatever_the_page_showed(
    opportunity: Opportunity, maya: Person, act: Act
) -> None:
    Opportunity.objects.update(stage="closed_won")
    with pytest.raises(opportunities.OpportunityClosed, match="Closed Won"):
        act(opportunity, maya)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_gone_is_said_to_be_gone(opportunity: Opportunity, maya: Person, act: Act) -> None:
    Opportunity.objects.all().delete()
    with pytest.raises(opportunities.NoSuchOpportunity):
        act(opportunity, maya)


def test_a_close_date_never_lies_in_the_past(opportunity: Opportunity, maya: Person) -> None:
    with pytest.raises(opportunities.PastCloseDate):
        opportunities.set_close_on(
            opportunity=opportunity, close_on=TODAY - timedelta(days=1), by=maya, now=NOW
        )


class TestBesideTheCrm:
    @pytest.fixture
    def lost(self, opportunity: Opportunity, maya: Person) -> Opportunity:
        opportunities.close_lost(opportunity=opportunity, reason="They merge.", by=maya, now=LATER)
        return opportunity

    def tell(self, opportunity: Opportunity, *, minutes: int) -> None:
        told = {
            "external_id": opportunity.external_id,
            "account": opportunity.account.external_id,
            "name": opportunity.name,
            "kind": "renewal",
            "stage": "4_proposal",
            "amount": 4711,
        }
        event = record("opportunity", **told) | {"time": (LATER + timedelta(minutes=minutes)).isoformat()}
        take_in(event, now=LATER)
        opportunity.refresh_from_db()

    def test_of_an_older_event_it_takes_what_was_not_changed_here(self, lost: Opportunity) -> None:
        self.tell(lost, minutes=-1)
        assert (lost.stage, lost.amount) == ("closed_lost", 4711)

    def test_a_newer_one_may_undo_it(self, lost: Opportunity) -> None:
        self.tell(lost, minutes=1)
        assert (lost.stage, lost.amount) == ("4_proposal", 4711)

    def test_what_the_crm_told_before_stays_the_measure_of_its_events(self, lost: Opportunity) -> None:
        self.tell(lost, minutes=-1)
        assert lost.as_of == LATER - timedelta(minutes=1)

    def test_whoever_changes_it_has_seen_what_a_clock_told_that_is_ahead(
        self, opportunity: Opportunity
    ) -> None:
        self.tell(opportunity, minutes=5)
        opportunities.set_risk(opportunity=opportunity, risk="low", now=NOW)
        self.tell(opportunity, minutes=4)
        assert opportunity.risk == "low"
