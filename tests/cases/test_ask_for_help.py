"""Asking a manager or Ops, handing a case to Support or Mid-Market, and the ticket that says who has it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Activity, Person, Role
from cases import lifecycle
from cases.models import Case, Escalation, Mail, Notice, Verb
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.cases.test_api_acting import by_key, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(factories.NOW, tick=False)


@pytest.fixture
def manager() -> Desk:
    return at_desk(factories.person(Role.MANAGER, name="Rosa Lind"))


@pytest.fixture
def maya(manager: Desk) -> Desk:
    return at_desk(factories.person(name="Maya Stone", manager=manager.person))


@pytest.fixture
def case(maya: Desk) -> Case:
    made = factories.case(owner=maya.person)
    lifecycle.pick_up(case_id=made.pk, by=maya.person, now=factories.NOW)
    made.refresh_from_db()
    return made


def answer(desk: Desk, asked: Escalation, granted: str, words: str = "") -> Any:
    return desk.client.post(reverse("request_answer", args=[asked.pk]), {"granted": granted, "words": words})


class TestArchitect:
    def test_the_manager_is_told_and_answers(self, maya: Desk, manager: Desk, case: Case) -> None:
        assert maya.send(case, "architect", reason="They want to see runners.").status_code == 302
        asked = Escalation.objects.get()
        assert Notice.objects.get().person == manager.person
        assert "They want to see runners." in text(manager.client.get(reverse("requests")))
        assert answer(manager, asked, "yes", "Noor has time.").status_code == 302
        asked.refresh_from_db()
        assert (asked.state, asked.answered_by) == ("granted", manager.person)
        assert Notice.objects.filter(person=maya.person, kind="escalated").exists()
        page = text(maya.open(case))
        assert "Noor has time." in page
        assert (
            maya.client.post(
                reverse("case_request_done", args=[case.pk, asked.pk]),
                {"version": Case.objects.get(pk=case.pk).version, "words": "The evaluation is set up."},
            ).status_code
            == 302
        )
        states = [row.data["state"] for row in case.history.filter(verb=Verb.ESCALATED).order_by("id")]
        assert states == ["asked", "granted", "done"]

    def test_declining_says_why(self, maya: Desk, manager: Desk, case: Case) -> None:
        maya.send(case, "architect", reason="Runners")
        asked = Escalation.objects.get()
        assert answer(manager, asked, "no").status_code == 422
        assert answer(manager, asked, "no", "Nobody is free.").status_code == 302
        assert answer(manager, asked, "yes").status_code == 422
        asked.refresh_from_db()
        assert asked.state == "declined"

    def test_it_is_asked_once_at_a_time(self, maya: Desk, case: Case) -> None:
        maya.send(case, "architect", reason="Runners")
        assert maya.send(case, "architect", reason="Runners").status_code == 409

    def test_nobody_answers_their_own(self, manager: Desk, case: Case) -> None:
        manager.send(case, "architect", reason="Runners")
        assert answer(manager, Escalation.objects.get(), "yes").status_code == 403

    def test_by_api(self, maya: Desk, manager: Desk, case: Case) -> None:
        mine, theirs = by_key(maya.person), by_key(manager.person)
        assert post(mine, case, "requests", kind="solutions_architect", reason="Runners").status_code == 200
        (line,) = theirs.get("/api/requests").json()["results"]
        assert (line["case"], line["state"]) == (case.number, "asked")
        body: dict[str, Any] = {"request_id": line["id"], "words": "Yes"}
        assert post(mine, case, "requests/answer", granted=True, **body).status_code == 403
        assert post(theirs, case, "requests/answer", granted=True, **body).status_code == 200
        assert post(mine, case, "requests/done", **body).status_code == 200
        assert [one["state"] for one in mine.get(f"/api/cases/{case.number}/requests").json()] == ["done"]

    def test_another_region_s_manager_has_no_part_in_it(self, maya: Desk, case: Case) -> None:
        maya.send(case, "architect", reason="Runners")
        other = at_desk(factories.person(Role.MANAGER, region="EMEA"))
        assert "Runners" not in text(other.client.get(reverse("requests")))
        assert answer(other, Escalation.objects.get(), "yes").status_code == 403


class TestMove:
    def test_ops_answer_and_the_manager_does_not(self, maya: Desk, manager: Desk, case: Case) -> None:
        ops = at_desk(factories.person(Role.OPS))
        maya.send(case, "move", reason="They have 300 people.")
        asked = Escalation.objects.get()
        assert Notice.objects.get().person == ops.person
        assert answer(manager, asked, "yes").status_code == 403
        assert answer(ops, asked, "yes").status_code == 302


class TestSupport:
    def test_it_is_handed_over_and_closed(self, maya: Desk, case: Case) -> None:
        contact = factories.contact(case.account)
        maya.send(case, "contact", contact=contact.pk)
        sent = maya.send(case, "support", words="Runners fail.", then="close", feedback="NA")
        assert sent.status_code == 302
        case.refresh_from_db()
        assert (case.status, case.resolution_action) == ("resolved", "transferred_to_support")
        assert "handed it to Support" in text(maya.open(case))
        mail = Mail.objects.get()
        assert (mail.to_address, mail.state, mail.activity) == ("support@example.com", "waiting", None)
        assert mail.history == case.history.get(verb=Verb.ESCALATED)
        assert mail.body.startswith("Runners fail.")
        assert contact.name in mail.body
        assert not Activity.objects.exists()

    def test_where_it_cannot_be_closed_nothing_was_done(self, maya: Desk, case: Case) -> None:
        response = maya.send(case, "support", words="Runners fail.", then="close", feedback="NA")
        assert response.status_code == 422
        assert "Add the contact" in text(response)
        assert not Escalation.objects.exists()
        assert not Mail.objects.exists()

    def test_it_may_stay_open(self, maya: Desk, case: Case) -> None:
        assert maya.send(case, "support", words="Runners fail.", then="open").status_code == 302
        assert post(by_key(maya.person), case, "support", words="Again", close=False).status_code == 200
        case.refresh_from_db()
        assert case.is_open
        mails = list(Mail.objects.order_by("id"))
        assert [mail.history.text for mail in mails] == ["Runners fail.", "Again"]
        assert all(re.fullmatch(rf"<{case.pk}\.[0-9a-f]{{32}}@.+>", mail.message_id) for mail in mails)


class TestMidMarket:
    @pytest.fixture
    def case(self, maya: Desk) -> Case:
        account = factories.account()
        opportunity = factories.opportunity(account, kind="first_order", stage="0_pending")
        made = factories.case(
            owner=maya.person, account=account, case_type="fo_opp", opportunity_id=opportunity.pk
        )
        lifecycle.pick_up(case_id=made.pk, by=maya.person, now=factories.NOW)
        return Case.objects.get(pk=made.pk)

    def test_a_first_order_is_closed_as_duplicate_without_an_original(self, maya: Desk, case: Case) -> None:
        assert "Have the SDR loop them in" in text(maya.open(case, "mid_market"))
        fields = {"resolution_action": "no_action_required", "feedback": "NA"}
        assert maya.send(case, "mid_market", executive=" ", **fields).status_code == 422
        assert maya.send(case, "mid_market", executive="Ida Nilsen", **fields).status_code == 302
        case.refresh_from_db()
        assert (case.status, case.duplicate_of) == ("duplicate", None)
        asked = Escalation.objects.get()
        assert (asked.named, asked.state) == ("Ida Nilsen", "done")
        assert "by the SDR" in asked.reason

    def test_by_api(self, maya: Desk, case: Case) -> None:
        key: Client = by_key(maya.person)
        assert post(key, case, "mid-market", executive="Ida Nilsen", feedback="NA").status_code == 200

    def test_other_cases_are_not(self, maya: Desk) -> None:
        other = factories.case(owner=maya.person)
        response = post(by_key(maya.person), other, "mid-market", executive="Ida", feedback="NA")
        assert response.status_code == 409


class TestTicket:
    def test_the_reminder_stays_until_it_was_said(self, maya: Desk) -> None:
        case = factories.case(
            owner=maya.person,
            case_type="support_ticket",
            category="inbound",
            link="https://support.example/tickets/4711",
        )
        page = text(maya.open(case))
        assert "View the support ticket first" in page
        assert "Say in the ticket" not in page
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=factories.NOW)
        assert "Say in the ticket" in text(maya.open(case))
        assert maya.send(case, "ticket_told").status_code == 302
        assert post(by_key(maya.person), case, "ticket-told").status_code == 200
        page = text(maya.open(case))
        assert "Say in the ticket" not in page
        assert page.count("said in the ticket who has it") == 1


def test_who_does_not_work_the_case_asks_for_nothing(case: Case) -> None:
    colleague = at_desk(factories.person())
    for form, fields in {
        "architect": {"reason": "Runners"},
        "move": {"reason": "Big"},
        "support": {"words": "Help", "then": "open"},
        "ticket_told": {},
    }.items():
        assert colleague.send(case, form, **fields).status_code == 403, form
    assert not Escalation.objects.exists()


def test_who_answers_nothing_has_no_such_page(maya: Desk) -> None:
    assert maya.client.get(reverse("requests")).status_code == 403


def test_the_rail_counts_what_waits_for_the_reader_s_answer(maya: Desk, case: Case) -> None:
    def rail(person: Person) -> str:
        page = text(at_desk(person).client.get(reverse("requests")))
        return page.split('id="rail"', 1)[1].split("</nav>", 1)[0].split(">Requests<", 1)[1]

    boss, elsewhere = (factories.person(Role.MANAGER, region=region) for region in ("AMER", "EMEA"))
    assert maya.send(case, "architect", reason="Runners").status_code == 302
    assert rail(boss).startswith('/span><span class="rail-count">1<')
    assert rail(elsewhere).startswith('/span><span class="rail-count">0<')
    mine = Escalation.objects.get()
    mine.asked_by = boss
    mine.save()
    assert rail(boss).startswith('/span><span class="rail-count">0<'), "one's own is for others to answer"
