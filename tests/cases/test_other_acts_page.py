"""Status, touches, notes, reopening, and the records beside a case, on its page."""

from __future__ import annotations

import pytest

from accounts.models import Activity, Role
from cases import details, lifecycle
from cases.models import Case, Verb
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person())


@pytest.fixture
def case(maya: Desk) -> Case:
    return factories.case(owner=maya.person)


class TestStatus:
    def test_a_legal_move_goes_through(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "status", status="blocked").status_code == 302
        case.refresh_from_db()
        assert case.status == "blocked"

    @pytest.mark.parametrize("status", ["resolved", "nowhere"])
    def test_others_are_refused_in_a_sentence(self, maya: Desk, case: Case, status: str) -> None:
        response = maya.send(case, "status", status=status)
        assert response.status_code == 409
        assert case.number in text(response) or "is not a status" in text(response)

    def test_a_stale_page_is_told(self, maya: Desk, case: Case) -> None:
        seen = case.version
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
        response = maya.send(case, "status", version=seen, status="blocked")
        assert response.status_code == 412
        assert "picked it up." in text(response)


class TestTouch:
    def test_it_is_logged_on_the_account_and_contact(self, maya: Desk, case: Case) -> None:
        contact = factories.contact(case.account)
        details.set_contact(case_id=case.pk, contact=contact, by=maya.person, now=NOW)
        assert maya.send(case, "touch", kind="call", what="Agreed on 40 seats").status_code == 302
        touch = Activity.objects.get(account=case.account)
        assert (touch.kind, touch.contact, touch.person, touch.inbound) == (
            "call",
            contact,
            maya.person,
            False,
        )

    def test_an_answer_stops_the_cadence(self, maya: Desk, case: Case) -> None:
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
        maya.send(case, "touch", kind="email", what="Thank you", inbound="answered")
        case.refresh_from_db()
        assert case.answered
        assert "not needed: answered" in text(maya.open(case))

    def test_it_needs_a_few_words_and_a_known_kind(self, maya: Desk, case: Case) -> None:
        assert "Say in a few words" in text(maya.send(case, "touch", kind="call", what=" "))
        assert maya.send(case, "touch", kind="fax", what="Sent a fax").status_code == 422
        assert not Activity.objects.exists()

    def test_without_an_account_it_says_so(self, maya: Desk) -> None:
        (case,) = factories.cases(1)
        factories.give([case], maya.person)
        response = maya.send(case, "touch", kind="call", what="Called them")
        assert "add the account first" in text(response)


class TestNote:
    def test_whoever_sees_the_case_may_add_one(self, case: Case) -> None:
        colleague = at_desk(factories.person(name="Luis Prado"))
        assert colleague.send(case, "comment", text="They moved office.").status_code == 302
        assert "They moved office." in text(colleague.open(case))

    def test_who_does_not_cannot(self, case: Case) -> None:
        outsider = at_desk(factories.person(Role.STAKEHOLDER, department="support"))
        assert outsider.send(case, "comment", text="Hello?").status_code == 404

    def test_an_empty_one_is_refused(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "comment", text="  ").status_code == 422
        assert not case.history.filter(verb=Verb.NOTE).exists()


class TestReopen:
    @pytest.fixture
    def closed(self, maya: Desk) -> Case:
        ended = {"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
        return factories.case(owner=maya.person, columns=ended)

    def test_it_waits_for_its_turn_with_its_former_owner_first(self, maya: Desk, closed: Case) -> None:
        assert 'id="act-reopen"' in text(maya.open(closed))
        assert maya.send(closed, "reopen", reason="The order was cancelled").status_code == 302
        closed.refresh_from_db()
        assert closed.is_open
        assert closed.meant_for == maya.person

    def test_it_needs_a_reason(self, maya: Desk, closed: Case) -> None:
        assert maya.send(closed, "reopen", reason="").status_code == 422

    def test_another_case_of_the_same_trigger_stands_in_the_way(self, maya: Desk, closed: Case) -> None:
        other = factories.case(account=closed.account, case_type=closed.case_type)
        response = maya.send(closed, "reopen", reason="The order was cancelled")
        assert response.status_code == 409
        assert other.number in text(response)


class TestRecordsBeside:
    def test_a_contact_of_the_account_is_chosen(self, maya: Desk, case: Case) -> None:
        contact = factories.contact(case.account, name="Jonas Weber")
        assert "Jonas Weber" in text(maya.open(case, "contact"))
        assert maya.send(case, "contact", contact=contact.pk).status_code == 302
        case.refresh_from_db()
        assert case.contact == contact

    def test_another_account_s_contact_is_not_offered(self, maya: Desk, case: Case) -> None:
        stranger = factories.contact(factories.account(), name="Stranger")
        assert "Stranger" not in text(maya.open(case, "contact"))
        assert maya.send(case, "contact", contact=stranger.pk).status_code == 422

    def test_an_opportunity_is_linked_and_taken_away(self, maya: Desk, case: Case) -> None:
        opportunity = factories.opportunity(case.account)
        maya.send(case, "opportunity", opportunity=opportunity.pk)
        case.refresh_from_db()
        assert case.opportunity == opportunity
        maya.send(case, "opportunity", opportunity="")
        assert Case.objects.get(pk=case.pk).opportunity is None
        assert "took the opportunity away" in text(maya.open(case))

    def test_an_account_is_found_by_its_beginning_and_places_the_case(self, maya: Desk) -> None:
        (case,) = factories.cases(1, region="")
        factories.give([case], maya.person)
        account = factories.account(name="Northpeak Robotics", region="EMEA")
        factories.account(name="Tidewater Labs")
        page = text(maya.open(case, "account", q="north"))
        assert "Northpeak Robotics" in page
        assert "Tidewater Labs" not in page
        assert maya.send(case, "account", account=account.pk).status_code == 302
        case.refresh_from_db()
        assert (case.account, case.territory) == (account, "emea-apj")


def test_every_act_refuses_whoever_does_not_work_the_case(case: Case) -> None:
    colleague = at_desk(factories.person())
    contact = factories.contact(case.account)
    opportunity = factories.opportunity(case.account)
    for form, fields in {
        "status": {"status": "blocked"},
        "touch": {"kind": "call", "what": "Called them"},
        "contact": {"contact": contact.pk},
        "opportunity": {"opportunity": opportunity.pk},
        "reopen": {"reason": "Because"},
    }.items():
        assert colleague.send(case, form, **fields).status_code == 403, form
    case.refresh_from_db()
    assert case.history.count() == 2
