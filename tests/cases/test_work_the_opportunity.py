"""A case's opportunity, lead and GitLab admin, worked from its page and by API by the same domain calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact, Lead, Opportunity, Role
from cases.models import Case, Verb
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.cases.test_api_acting import by_key, post

pytestmark = pytest.mark.django_db
TODAY = factories.TODAY


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(factories.NOW, tick=False)


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person(name="Maya Stone"))


@pytest.fixture
def key(maya: Desk) -> Client:
    return by_key(maya.person)


@pytest.fixture
def case(maya: Desk) -> Case:
    account = factories.account(name="Northpeak", currency="EUR")
    renewal = factories.opportunity(account, name="Renewal 2026")
    return factories.case(owner=maya.person, account=account, opportunity_id=renewal.pk)


def changes(case: Case) -> list[tuple[str, str, str]]:
    rows = case.history.filter(verb=Verb.CHANGED).order_by("id")
    return [(row.data["field"], row.data.get("from", ""), row.data["to"]) for row in rows]


def renewal(case: Case) -> Opportunity:
    assert case.opportunity is not None
    return Opportunity.objects.get(pk=case.opportunity.pk)


class TestWon:
    def test_it_asks_for_the_gitlab_admin_and_names_them_in_the_same_step(
        self, maya: Desk, case: Case
    ) -> None:
        contact = factories.contact(case.account, name="Jonas Weber")
        assert "Jonas Weber" in text(maya.open(case, "opportunity_won"))
        assert maya.send(case, "opportunity_won").status_code == 422
        assert renewal(case).is_open
        assert maya.send(case, "opportunity_won", contact=contact.pk).status_code == 302
        assert renewal(case).stage == "closed_won"
        assert changes(case) == [
            ("GitLab admin", "", "Jonas Weber"),
            ("opportunity stage", "1 Discovery", "Closed Won"),
        ]
        assert "set the opportunity stage to <b>Closed Won</b>" in text(maya.open(case))

    def test_by_api_it_is_refused_without_one(self, key: Client, case: Case) -> None:
        response = post(key, case, "opportunity/won")
        assert response.status_code == 409
        assert response.json()["type"] == "urn:smbcases:problem:gitlab-admin-missing"
        contact = factories.contact(case.account)
        assert post(key, case, "opportunity/won", gitlab_admin=contact.external_id).status_code == 200
        assert renewal(case).stage == "closed_won"

    def test_where_the_admin_is_known_it_asks_nothing(self, maya: Desk, case: Case) -> None:
        assert case.account is not None
        case.account.gitlab_admin = factories.contact(case.account)
        case.account.save()
        assert maya.send(case, "opportunity_won").status_code == 302


class TestLost:
    def test_with_its_reason_and_the_risk(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "opportunity_lost", reason=" ").status_code == 422
        maya.send(case, "opportunity_lost", reason="They merge.", will_churn="on")
        lost = renewal(case)
        assert (lost.stage, lost.risk, lost.lost_reason) == ("closed_lost", "will_churn", "They merge.")

    def test_by_api(self, key: Client, case: Case) -> None:
        assert post(key, case, "opportunity/lost", reason="Gone").status_code == 200
        assert post(key, case, "opportunity/lost", reason="Gone").status_code == 409
        assert renewal(case).stage == "closed_lost"


class TestDateAndRisk:
    def test_the_date_is_never_past(self, maya: Desk, key: Client, case: Case) -> None:
        yesterday, soon = TODAY - timedelta(days=1), TODAY + timedelta(days=9)
        assert maya.send(case, "opportunity_close_date", close_on=yesterday).status_code == 422
        assert post(key, case, "opportunity/date", close_on=yesterday.isoformat()).status_code == 422
        assert maya.send(case, "opportunity_close_date", close_on=soon).status_code == 302
        assert renewal(case).close_on == soon
        assert "set the close date to <b>12 Mar 2026</b>" in text(maya.open(case))

    def test_the_risk_is_chosen(self, maya: Desk, key: Client, case: Case) -> None:
        assert maya.send(case, "renewal_risk", risk="high").status_code == 302
        assert post(key, case, "opportunity/risk", risk="medium").status_code == 200
        assert [to for field, _, to in changes(case)] == ["High", "Medium"]

    def test_without_an_opportunity_it_says_so(self, maya: Desk) -> None:
        case = factories.case(owner=maya.person)
        response = maya.send(case, "renewal_risk", risk="high")
        assert response.status_code == 409
        assert "Link one, or make one" in text(response)


class TestNew:
    def fields(self, **more: Any) -> dict[str, Any]:
        return {
            "kind": "growth",
            "name": "More seats",
            "amount": "9280.50",
            "currency": "EUR",
            "plan": "premium",
            "users": 40,
            "term_months": 12,
            "close_on": TODAY,
            **more,
        }

    def test_a_growth_is_made_and_linked_in_one_step(self, maya: Desk, case: Case) -> None:
        sales_user = factories.person(Role.SALES_USER, region="AMER")
        assert maya.send(case, "opportunity_new", **self.fields()).status_code == 302
        case.refresh_from_db()
        made = case.opportunity
        assert made is not None
        assert (made.name, made.amount, made.currency) == ("More seats", Decimal("9280.50"), "EUR")
        assert made.owner == sales_user
        assert "made the opportunity <b>More seats</b>" in text(maya.open(case))

    def test_an_upgrade_at_renewal_is_offered_the_renewal(self, maya: Desk) -> None:
        account = factories.account()
        factories.opportunity(account, name="Renewal 2027")
        case = factories.case(owner=maya.person, account=account)
        assert "Link Renewal 2027" in text(maya.open(case, "opportunity_new"))

    def test_where_the_renewal_is_linked_it_says_that_an_upgrade_goes_there(
        self, maya: Desk, case: Case
    ) -> None:
        assert "it goes into Renewal 2026, which is linked already" in text(
            maya.open(case, "opportunity_new")
        )

    def test_without_a_name_it_is_named_after_the_account_and_the_kind(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "opportunity_new", **self.fields(name="")).status_code == 302
        case.refresh_from_db()
        assert case.opportunity is not None
        assert case.opportunity.name == "Northpeak: Growth"

    def test_an_add_on_comes_from_the_last_renewal_that_was_won(
        self, maya: Desk, key: Client, case: Case
    ) -> None:
        assert case.account is not None
        body = {"kind": "add_on", "amount": "500", "close_on": TODAY.isoformat()}
        refused = post(key, case, "opportunity/new", **body)
        assert refused.status_code == 409
        assert "has none" in refused.json()["detail"]
        factories.opportunity(
            case.account,
            name="Won",
            stage="closed_won",
            plan="ultimate",
            users=55,
            currency="GBP",
            term_months=36,
        )
        assert "the last renewal that was won" in text(maya.open(case, "opportunity_new"))
        assert post(key, case, "opportunity/new", **body).status_code == 200
        case.refresh_from_db()
        made = case.opportunity
        assert made is not None
        assert (made.plan, made.users, made.currency, made.term_months) == ("ultimate", 55, "GBP", 36)

    def test_nothing_is_made_for_who_came_with_a_stale_page(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "opportunity_new", version=1, **self.fields()).status_code == 412
        assert Opportunity.objects.filter(kind="growth").count() == 0


class TestLead:
    @pytest.fixture
    def case(self, maya: Desk) -> Case:
        account = factories.account(name="Northpeak")
        lead = factories.lead(account, name="Ada Weber", email="Ada@northpeak.example")
        return factories.case(owner=maya.person, account=account, lead_id=lead.pk)

    def test_twice_yes_makes_a_contact(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "lead", works_there="yes", has_net_arr="yes").status_code == 302
        case.refresh_from_db()
        assert case.contact is not None
        assert (case.contact.name, case.contact.account) == ("Ada Weber", case.account)
        assert Lead.objects.get().status == "converted"

    def test_one_with_the_same_address_is_used_again(self, key: Client, case: Case) -> None:
        known = factories.contact(case.account, email="ada@northpeak.example")
        assert post(key, case, "lead", works_there=True, has_net_arr=True).status_code == 200
        case.refresh_from_db()
        assert case.contact == known
        assert Contact.objects.count() == 1

    @pytest.mark.parametrize(
        ("works", "arr", "said"),
        [("yes", "no", "No net ARR in it."), ("no", "yes", "Does not work at Northpeak.")],
    )
    def test_otherwise_it_is_disqualified_with_what_spoke_against_it(
        self, maya: Desk, case: Case, works: str, arr: str, said: str
    ) -> None:
        maya.send(case, "lead", works_there=works, has_net_arr=arr)
        lead = Lead.objects.get()
        assert (lead.status, lead.disqualified_because) == ("disqualified", said)
        assert not Contact.objects.exists()

    def test_it_is_decided_once(self, maya: Desk, case: Case) -> None:
        maya.send(case, "lead", works_there="no", has_net_arr="no")
        assert maya.send(case, "lead", works_there="yes", has_net_arr="yes").status_code == 409

    def test_both_questions_are_answered(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "lead", works_there="yes").status_code == 422
        assert Lead.objects.get().status == "new"


class TestGitlabAdmin:
    def test_page_and_api(self, maya: Desk, key: Client, case: Case) -> None:
        one, other = factories.contact(case.account), factories.contact(case.account)
        assert maya.send(case, "gitlab_admin", contact=one.pk).status_code == 302
        assert post(key, case, "gitlab-admin", contact=other.external_id).status_code == 200
        assert case.account is not None
        case.account.refresh_from_db()
        assert case.account.gitlab_admin == other

    def test_another_account_s_contact_is_refused(self, key: Client, case: Case) -> None:
        stranger = factories.contact(factories.account())
        assert post(key, case, "gitlab-admin", contact=stranger.external_id).status_code == 422


def test_who_does_not_work_the_case_does_none_of_it(case: Case) -> None:
    colleague = at_desk(factories.person())
    contact = factories.contact(case.account)
    for form, fields in {
        "gitlab_admin": {"contact": contact.pk},
        "opportunity_won": {"contact": contact.pk},
        "opportunity_lost": {"reason": "Gone"},
        "opportunity_close_date": {"close_on": TODAY},
        "renewal_risk": {"risk": "low"},
        "opportunity_new": TestNew().fields(),
        "lead": {"works_there": "no", "has_net_arr": "no"},
    }.items():
        assert colleague.send(case, form, **fields).status_code == 403, form
    assert changes(case) == []
