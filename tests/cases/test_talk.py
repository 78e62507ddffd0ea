"""Comments, questions and answers: who may, who is told, what is due, in the domain, on the page and by API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import DEFAULT, patch

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts import keys
from accounts.models import Person, Role
from accounts.models.keys import Scope
from cases import lifecycle, sweep
from cases.models import Case, DueKind, Mailing, Notice, NoticeKind, NoticeSetting, Question, Verb
from cases.talk import commenting, digest, overdue, questions, reading, told
from routing import by_hand, draining
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def tomas() -> Person:
    return factories.person(Role.STAKEHOLDER, name="Tomás Vega", department="support")


@pytest.fixture
def case(maya: Person, tomas: Person) -> Case:
    made = factories.case(owner=maya, columns={"filed_by_id": tomas.pk, "department": "support"})
    lifecycle.pick_up(case_id=made.pk, by=maya, now=NOW)
    return Case.objects.get(pk=made.pk)


def kinds(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


class TestComment:
    def test_those_concerned_are_told_once_and_the_writer_is_not(
        self, case: Case, maya: Person, tomas: Person
    ) -> None:
        theo = factories.person(name="Theo Brandt")
        commenting.comment(case_id=case.pk, text="@Theo Brandt, the PO is here.", by=tomas, now=NOW)
        assert (kinds(maya), kinds(theo), kinds(tomas)) == (["commented"], ["mentioned"], [])

    def test_markup_is_text_and_a_name_is_set_off(self, case: Case, maya: Person) -> None:
        commenting.comment(case_id=case.pk, text="<script>alert(1)</script> @MS", by=maya, now=NOW)
        page = text(at_desk(maya).open(case))
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page
        assert '<span class="at-name is-me">@Maya Stone</span>' in page

    def test_a_closed_case_takes_comments(self, case: Case, tomas: Person) -> None:
        ended = {"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
        closed = factories.case(columns={**ended, "filed_by_id": tomas.pk})
        assert at_desk(tomas).send(closed, "comment", text="Thank you").status_code == 302

    @pytest.mark.parametrize(
        ("typed", "words"), [("@Nobody", "Nobody is called"), ("x" * 10_001, "shorten it")]
    )
    def test_a_refusal_keeps_what_was_typed(self, case: Case, maya: Person, typed: str, words: str) -> None:
        response = at_desk(maya).send(case, "comment", text=typed)
        assert response.status_code == 422
        assert words in text(response)
        assert typed in text(response)

    def test_who_may_not_see_it_cannot_be_mentioned_nor_comment(self, case: Case, maya: Person) -> None:
        outsider = factories.person(Role.STAKEHOLDER, name="Dana Fox", department="partner")
        assert "Dana Fox may not see" in text(at_desk(maya).send(case, "comment", text="@Dana"))
        assert at_desk(outsider).send(case, "comment", text="Hello").status_code == 404

    def test_people_are_offered_to_whom_the_case_is_open(self, case: Case, maya: Person) -> None:
        factories.person(Role.STAKEHOLDER, name="Tom Hidden", department="partner")
        desk = at_desk(maya)
        found = desk.client.get(reverse("case_people", args=[case.pk]), {"q": "to"}).json()["people"]
        assert [person["insert"] for person in found] == ["Tomás Vega"]


class TestQuestion:
    def test_it_is_due_in_a_business_day_and_next_on_the_case(self, case: Case, tomas: Person) -> None:
        asked = questions.ask(case_id=case.pk, text="Has the quote gone out?", by=tomas, now=NOW)
        case.refresh_from_db()
        assert (asked.due_at - NOW) < timedelta(days=2)
        assert (case.answer_by, case.due_at, case.due_kind) == (asked.due_at, asked.due_at, DueKind.ANSWER)

    def test_an_answer_closes_it_and_tells_who_asked(self, case: Case, maya: Person, tomas: Person) -> None:
        asked = questions.ask(case_id=case.pk, text="Has it gone out?", by=tomas, now=NOW)
        page = at_desk(maya)
        assert "Open questions" in text(page.open(case))
        sent = page.client.post(
            reverse("case_answer", args=[case.pk, asked.pk]), {"text": "Yes.", "version": case.version}
        )
        assert sent.status_code == 302
        case.refresh_from_db()
        asked.refresh_from_db()
        assert (asked.answered_by, case.answer_by) == (maya, None)
        assert kinds(tomas) == ["answered"]
        assert "Open questions" not in text(page.open(case))
        assert "answered Tomás Vega’s question" in text(page.open(case))
        listed = at_desk(tomas).client.get(reverse("cases")).content.decode()
        assert "by Maya Stone" in listed

    def test_a_second_answer_is_told_of_the_first(self, case: Case, maya: Person, tomas: Person) -> None:
        asked = questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        questions.answer(case_id=case.pk, question_id=asked.pk, text="Yes.", by=maya, now=NOW)
        with pytest.raises(questions.AnsweredAlready):
            questions.answer(case_id=case.pk, question_id=asked.pk, text="No.", by=maya, now=NOW)

    def test_who_does_not_work_the_case_does_not_answer(self, case: Case, tomas: Person) -> None:
        asked = questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        with pytest.raises(PermissionDenied):
            questions.answer(case_id=case.pk, question_id=asked.pk, text="Yes.", by=tomas, now=NOW)

    def test_a_late_one_is_marked_once_and_owner_and_manager_told(
        self, case: Case, maya: Person, tomas: Person
    ) -> None:
        boss = factories.person(Role.MANAGER)
        asked = questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        late = asked.due_at + timedelta(minutes=1)
        assert (overdue.sweep_questions(now=late), overdue.sweep_questions(now=late)) == (1, 0)
        assert (kinds(maya), kinds(boss)) == (["asked", "overdue"], ["overdue"])
        assert Question.objects.get().missed_at == late
        assert "saw a question pass unanswered" in text(at_desk(maya).open(case))

    def test_my_cases_show_and_filter_it(self, case: Case, maya: Person, tomas: Person) -> None:
        factories.case(owner=maya)
        questions.ask(case_id=case.pk, text="Well?", by=tomas, now=NOW)
        page = at_desk(maya).client.get(reverse("my_cases"), {"question": "open"}).content.decode()
        assert ">Question late<" in page
        assert page.count("data-row") == 1


class TestNotices:
    def test_handing_over_tells_the_new_owner(self, case: Case, maya: Person) -> None:
        theo = factories.person()
        by_hand.hand_over(case_id=case.pk, to=theo, by=maya, reason="Speaks German", now=NOW)
        assert kinds(theo) == ["handed_over"]

    def test_many_overdue_make_one_notice(self, maya: Person) -> None:
        boss = factories.person(Role.MANAGER)
        for _ in range(3):
            factories.case(owner=maya)
        sweep.sweep(now=NOW + timedelta(days=3))
        notice = Notice.objects.get(person=maya)
        assert (notice.tally, notice.case) == (3, None)
        assert Notice.objects.get(person=boss).tally == 3

    def test_the_bell_counts_and_opening_reads(self, case: Case, maya: Person, tomas: Person) -> None:
        commenting.comment(case_id=case.pk, text="Hello", by=tomas, now=NOW)
        client = at_desk(maya).client
        assert "Notices, 1 unread" in client.get(reverse("notices")).content.decode()
        notice = Notice.objects.get(person=maya)
        assert client.get(reverse("notice", args=[notice.pk])).url == reverse("case", args=[case.pk])
        assert reading.count_unread(maya) == 0
        assert client.get(reverse("notices_bell"), {"count": "0"}).status_code == 204

    def test_nobody_opens_anothers(self, case: Case, maya: Person, tomas: Person) -> None:
        commenting.comment(case_id=case.pk, text="Hello", by=tomas, now=NOW)
        notice = Notice.objects.get(person=maya)
        assert at_desk(tomas).client.get(reverse("notice", args=[notice.pk])).status_code == 404
        at_desk(tomas).client.post(reverse("notices_read"), {"notice": notice.pk})
        assert reading.count_unread(maya) == 1

    def test_a_case_that_is_closed_to_its_reader_is_not_told_of(
        self, case: Case, maya: Person, tomas: Person
    ) -> None:
        commenting.comment(case_id=case.pk, text="A secret", by=maya, now=NOW)
        Person.objects.filter(pk=tomas.pk).update(role=Role.BDR)
        page = at_desk(Person.objects.get(pk=tomas.pk)).client.get(reverse("notices")).content.decode()
        assert "A secret" not in page
        assert case.number not in page

    def test_wishes_are_kept(self, maya: Person) -> None:
        client = at_desk(maya).client
        wished = {"mail": "at_once", "hour": "7", "bell": ["mentioned"], "mailed": ["asked"]}
        assert client.post(reverse("notice_settings"), wished).status_code == 302
        held = NoticeSetting.objects.get(person=maya)
        assert (held.mail, held.hour) == (Mailing.AT_ONCE, 7)
        assert NoticeKind.MENTIONED not in held.no_bell
        assert NoticeKind.COMMENTED in held.no_bell


class TestMail:
    def test_it_goes_once_at_the_hour_chosen(self, case: Case, maya: Person, tomas: Person) -> None:
        commenting.comment(case_id=case.pk, text="The PO is here", by=tomas, now=NOW)
        assert digest.mail_due(now=NOW) == 0
        tomorrow = NOW + timedelta(days=1)
        assert (digest.mail_due(now=tomorrow), digest.mail_due(now=tomorrow)) == (1, 0)
        (sent,) = mail.outbox
        assert sent.to == [maya.email]
        assert f"/cases/{case.pk}/" in sent.body
        assert "The PO is here" in sent.body

    def test_one_mail_that_fails_holds_up_no_other(self, case: Case, maya: Person, tomas: Person) -> None:
        commenting.comment(case_id=case.pk, text="The PO is here", by=tomas, now=NOW)
        Notice.objects.create(person=tomas, kind=NoticeKind.REMINDER, at=NOW, text="Call", mail_at=NOW)
        tomorrow = NOW + timedelta(days=1)
        with patch.object(
            told, "tell", side_effect=[KeyError("unheard of"), *[DEFAULT] * 9], wraps=told.tell
        ):
            assert digest.mail_due(now=tomorrow) == 1
        assert len(mail.outbox) == 1
        assert digest.mail_due(now=tomorrow + timedelta(minutes=6)) == 1
        assert {sent.to[0] for sent in mail.outbox} == {maya.email, tomas.email}

    def test_what_was_read_is_not_mailed(self, case: Case, maya: Person, tomas: Person) -> None:
        commenting.comment(case_id=case.pk, text="The PO is here", by=tomas, now=NOW)
        reading.mark_read(maya, now=NOW)
        assert digest.mail_due(now=NOW + timedelta(days=1)) == 0


class TestApi:
    def test_it_asks_answers_and_lists(self, case: Case, maya: Person, tomas: Person) -> None:
        asker, worker = Client(), Client()
        asker.force_login(tomas)
        worker.force_login(maya)
        sent = asker.post(
            f"/api/cases/{case.pk}/ask", {"text": "Well?"}, "application/json", headers={"If-Match": "*"}
        )
        assert sent.status_code == 200, sent.content
        (asked,) = worker.get(f"/api/cases/{case.pk}/questions").json()["results"]
        body = {"question": asked["id"], "text": "Yes, @Tomás."}
        path = f"/api/cases/{case.pk}/answer"
        assert worker.post(path, body, "application/json", headers={"If-Match": "*"}).status_code == 200
        said = asker.get(f"/api/cases/{case.pk}/comments").json()["results"]
        assert [line["kind"] for line in said] == [Verb.ANSWERED, Verb.ASKED]
        assert said[0]["text"] == "Yes, @Tomás Vega."
        (notice,) = asker.get("/api/notices?unread=true").json()["results"]
        assert notice["sentence"] == "Maya Stone answered your question"
        read = asker.post("/api/notices/read", {}, "application/json")
        assert read.json() == {"marked": 1}


class TestNobodyFree:
    def test_the_managers_are_told_once_an_hour(self) -> None:
        boss = factories.person(Role.MANAGER, region="AMER")
        factories.person(Role.MANAGER, region="EMEA")
        pool = factories.pool()
        for minutes in (0, 5, 61):
            factories.cases(2)
            draining.drain_until_settled(pool=pool, now=NOW + timedelta(minutes=minutes))
        assert kinds(boss) == ["nobody_free", "nobody_free"]
        assert Notice.objects.count() == 2


class TestOpenCaseOwner:
    def test_they_get_the_new_one_with_a_message(self, settings: Any) -> None:
        settings.PLAYBOOK = "fy25"
        maya = factories.member(factories.pool(playbook="fy25", territory="amer-apj")).person
        first = factories.case(owner=maya)
        new = factories.case(account=first.account, case_type="customer_mql")
        draining.drain_all(now=NOW)
        new.refresh_from_db()
        assert new.owner == maya
        assert kinds(maya) == ["assigned"]


def test_the_case_page_costs_the_same_however_much_is_said(
    case: Case, maya: Person, tomas: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = at_desk(maya)
    desk.open(case)
    with CaptureQueriesContext(connection) as quiet:
        desk.open(case)
    for number in range(5):
        commenting.comment(case_id=case.pk, text=f"@Tomás {number}", by=maya, now=NOW)
        questions.ask(case_id=case.pk, text=f"@MS {number}?", by=tomas, now=NOW)
    with django_assert_max_num_queries(len(quiet) + 1):  # the open questions
        desk.open(case)


def test_the_notices_cost_the_same_for_any_number(
    case: Case, maya: Person, tomas: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        commenting.comment(case_id=case.pk, text=f"{number}", by=tomas, now=NOW)
    desk = at_desk(maya)
    desk.client.get(reverse("notices"))
    with django_assert_max_num_queries(9):
        desk.client.get(reverse("notices"))
    with django_assert_max_num_queries(3):  # the session, its person, the count
        desk.client.get(reverse("notices_bell"))


class TestWishesByApi:
    def test_they_are_read_and_written_and_hold(self, case: Case, maya: Person, tomas: Person) -> None:
        _, secret = keys.create(name="Own", scopes=Scope.values, acts_for=maya, now=NOW)
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        held = client.get("/api/notices/wishes").json()
        assert (held["mail"], held["hour"]) == ("daily", 8)
        assert "commented" in held["bell"]
        wished = {"mail": "never", "hour": 7, "bell": ["mentioned"], "mailed": []}
        assert client.put("/api/notices/wishes", wished, "application/json").json() == wished
        assert client.get("/api/notices/wishes").json() == wished
        commenting.comment(case_id=case.pk, text="The PO is here.", by=tomas, now=NOW)
        assert kinds(maya) == []
        commenting.comment(case_id=case.pk, text="@MS, look.", by=tomas, now=NOW)
        assert kinds(maya) == ["mentioned"]

    @pytest.mark.parametrize("wrong", [{"mail": "hourly"}, {"hour": 24}, {"bell": ["gossip"]}])
    def test_what_cannot_be_wished_is_refused(self, maya: Person, wrong: dict[str, Any]) -> None:
        _, secret = keys.create(name="Own", scopes=Scope.values, acts_for=maya, now=NOW)
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        wished = {"mail": "never", "hour": 7, "bell": [], "mailed": [], **wrong}
        assert client.put("/api/notices/wishes", wished, "application/json").status_code == 400
