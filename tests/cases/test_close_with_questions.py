"""Closing and handing over a case on which questions are open: who asked is named, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Person, Role
from cases import closing, lifecycle, recounting
from cases.closing import Beside, Closure, NotReadyToClose
from cases.many import running, selecting, undoing
from cases.models import Case, Notice, Question
from cases.talk import asked as in_words
from cases.talk import overdue, questions
from cases.talk.asked import Asked
from routing import by_hand
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.cases.test_api_acting import by_key, post
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

CLOSURE = Closure(status="resolved", resolution_action="answered_question", feedback="NA")
ENDING = {"status": "resolved", "resolution_action": "answered_question", "feedback": "NA"}
SAID = "A question is open: Tomás Vega, due 4 Mar. Answer it first, or close anyway."


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person(name="Maya Stone"))


@pytest.fixture
def tomas() -> Person:
    return factories.person(Role.STAKEHOLDER, name="Tomás Vega", department="support")


@pytest.fixture
def case(maya: Desk, tomas: Person) -> Case:
    """Nothing stands between it and its closing but a question."""
    made = worked(maya, tomas)
    questions.ask(case_id=made.pk, text="Has the <b>quote</b> gone out?", by=tomas, now=NOW)
    return Case.objects.get(pk=made.pk)


def worked(maya: Desk, tomas: Person) -> Case:
    account = factories.account()
    made = factories.case(
        owner=maya.person,
        account=account,
        contact_id=factories.contact(account).pk,
        columns={"filed_by_id": tomas.pk, "department": "support"},
    )
    return lifecycle.pick_up(case_id=made.pk, by=maya.person, now=NOW)


def kinds(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def close(case: Case, by: Desk, closure: Closure = CLOSURE) -> Case:
    return lifecycle.close(case_id=case.pk, closure=closure, by=by.person, now=NOW)


BOTH = "Ann Lee, due 24 Nov; Bo Ek, due 25 Nov"
ANYWAY = replace(CLOSURE, leave_questions=True)


class TestDecided:
    ANN = Asked(by_id=1, by="Ann Lee", text="Well?", due_on=date(2026, 11, 24))
    BO = Asked(by_id=2, by="Bo Ek", text="And?", due_on=date(2026, 11, 25))

    @pytest.mark.parametrize(
        ("asked", "closure", "said"),
        [
            ([], CLOSURE, []),
            ([ANN], ANYWAY, []),
            (
                [ANN],
                CLOSURE,
                ["A question is open: Ann Lee, due 24 Nov. Answer it first, or close anyway."],
            ),
            (
                [ANN, BO],
                CLOSURE,
                [f"2 questions are open: {BOTH}. Answer them first, or close anyway."],
            ),
        ],
    )
    @pytest.mark.parametrize("status", ["resolved", "duplicate"])
    def test_each_ending_asks_for_the_answers(
        self, case: Case, asked: list[Asked], closure: Closure, said: list[str], status: str
    ) -> None:
        beside = Beside(today=TODAY, now=NOW, questions=asked)
        wanted = replace(closure, status=status, duplicate_of_id=7 if status == "duplicate" else None)
        gaps = closing.missing(case, wanted, beside=beside)
        assert [gap.sentence for gap in gaps] == said
        assert {gap.field for gap in gaps} <= {"leave_questions"}

    def test_no_question_has_no_words(self) -> None:
        assert in_words.sentence([]) == ""


class TestClosed:
    def test_it_is_refused_while_somebody_waits(self, case: Case, maya: Desk) -> None:
        with pytest.raises(NotReadyToClose, match="Tomás Vega, due 4 Mar"):
            close(case, maya)

    def test_answered_first_it_closes_and_nobody_is_told(self, case: Case, maya: Desk, tomas: Person) -> None:
        asked = Question.objects.get()
        questions.answer(case_id=case.pk, question_id=asked.pk, text="Yes.", by=maya.person, now=NOW)
        close(case, maya)
        assert kinds(tomas) == ["answered"]

    def test_closed_anyway_who_asked_is_told(self, case: Case, maya: Desk, tomas: Person) -> None:
        close(case, maya, ANYWAY)
        assert kinds(tomas) == ["unanswered"]
        page = text(at_desk(tomas).client.get(reverse("notices")))
        assert "Maya Stone closed it without your answer" in page
        assert "; 1 question left open" in text(maya.open(case))

    def test_who_asked_and_closes_is_not(self, case: Case, maya: Desk, tomas: Person) -> None:
        questions.ask(case_id=case.pk, text="And the PO?", by=maya.person, now=NOW)
        close(case, maya, ANYWAY)
        assert (kinds(maya.person), kinds(tomas)) == (["asked"], ["asked", "unanswered"])

    def test_no_clock_runs_for_it_any_more(self, case: Case, maya: Desk) -> None:
        close(case, maya, ANYWAY)
        case.refresh_from_db()
        assert case.answer_by is None
        assert overdue.sweep_questions(now=NOW + timedelta(days=9)) == 0
        assert "Open questions" not in text(maya.open(case))

    def test_reopened_it_is_due_again(self, case: Case, maya: Desk, tomas: Person) -> None:
        asked = Question.objects.get()
        close(case, maya, ANYWAY)
        lifecycle.reopen(case_id=case.pk, reason="They wrote again", by=maya.person, now=NOW)
        case.refresh_from_db()
        assert case.answer_by == asked.due_at
        assert overdue.sweep_questions(now=NOW + timedelta(days=9)) == 1

    def test_the_sweep_passes_by_no_question_of_a_closed_case(self, case: Case, maya: Desk) -> None:
        before = Question.objects.get().alert_at
        assert before is not None
        close(case, maya, ANYWAY)
        assert Question.objects.get().alert_at is None
        lifecycle.reopen(case_id=case.pk, reason="They wrote again", by=maya.person, now=NOW)
        assert Question.objects.get().alert_at == before

    def test_one_that_an_older_page_asked_is_found_by_the_recount(self, case: Case, maya: Desk) -> None:
        before = Question.objects.get().alert_at
        Question.objects.update(alert_at=None)
        assert recounting.recount_clocks() == 1
        assert Question.objects.get().alert_at == before
        assert recounting.recount_clocks() == 0
        close(case, maya, ANYWAY)
        assert recounting.recount_clocks() == 0
        assert Question.objects.get().alert_at is None
        Question.objects.update(alert_at=before)
        assert recounting.recount_clocks() == 1, "an older page closed it"
        assert Question.objects.get().alert_at is None

    def test_one_that_is_asked_after_the_closing_is_due_by_itself(
        self, case: Case, maya: Desk, tomas: Person
    ) -> None:
        close(case, maya, ANYWAY)
        later = questions.ask(case_id=case.pk, text="Why?", by=tomas, now=NOW + timedelta(hours=30))
        case.refresh_from_db()
        assert case.answer_by == later.due_at
        assert [one.pk for one in questions.load_open(case)] == [later.pk]


class TestOnThePage:
    def test_the_sheet_names_who_asked_what_and_until_when(self, case: Case, maya: Desk) -> None:
        sheet = text(maya.open(case, "close", htmx=True))
        assert "<b>Tomás Vega</b>: " in sheet
        assert "Has the &lt;b&gt;quote&lt;/b&gt; gone out?" in sheet
        assert f'href="{reverse("case", args=[case.pk])}#questions"' in sheet
        assert "Close it anyway, and tell who asked" in sheet
        assert SAID in sheet

    def test_sent_without_saying_so_it_stays_open(self, case: Case, maya: Desk) -> None:
        response = maya.send(case, "close", htmx=True, **ENDING)
        assert (response.status_code, SAID in text(response)) == (422, True)
        assert Case.objects.get(pk=case.pk).is_open

    def test_sent_with_it_it_is_closed(self, case: Case, maya: Desk, tomas: Person) -> None:
        assert maya.send(case, "close", **ENDING, leave_questions="on").status_code == 302
        assert kinds(tomas) == ["unanswered"]

    def test_the_check_takes_the_words_away(self, case: Case, maya: Desk) -> None:
        checked = text(maya.send(case, "close", htmx=True, check="1", **ENDING, leave_questions="on"))
        assert 'id="gap-leave_questions"' in checked
        assert SAID not in checked

    def test_without_a_question_nothing_of_it_is_asked(self, maya: Desk, tomas: Person) -> None:
        sheet = text(maya.open(worked(maya, tomas), "close"))
        assert "Close it anyway" not in sheet

    def test_handing_it_to_support_asks_the_same(self, case: Case, maya: Desk, tomas: Person) -> None:
        fields = {"words": "The runner stops.", "then": "close", "feedback": "NA"}
        assert SAID in text(maya.send(case, "support", **fields))
        assert maya.send(case, "support", **fields, leave_questions="on").status_code == 302
        assert kinds(tomas) == ["unanswered"]


class TestByApi:
    def test_it_says_which_field_closes_it_anyway(self, case: Case, maya: Desk, tomas: Person) -> None:
        client = by_key(maya.person)
        refused = post(client, case, "close", **ENDING)
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"pointer": "/leave_questions", "detail": SAID}]
        assert post(client, case, "close", **ENDING, leave_questions=True).status_code == 200
        assert kinds(tomas) == ["unanswered"]


class TestMany:
    def run(self, cases: list[Case], by: Desk, **given: Any) -> Any:
        chosen = selecting.ticked([case.pk for case in cases], by=by.person)
        run = running.choose(act="close", chosen=chosen, by=by.person, now=NOW)
        return running.preview(run_id=run.pk, given={**ENDING, **given}, by=by.person, now=NOW)

    def test_the_preview_names_them_and_tells_nobody(self, case: Case, maya: Desk, tomas: Person) -> None:
        other = worked(maya, tomas)
        run = self.run([case, other], maya)
        rows = {row.case_id: (row.verdict, row.detail) for row in run.rows.all()}
        assert rows == {case.pk: ("refused", SAID), other.pk: ("goes", "")}
        assert kinds(tomas) == []

    def test_done_anyway_they_are_told_and_an_undo_has_the_answer_due_again(
        self, case: Case, maya: Desk, tomas: Person
    ) -> None:
        due, looked_at = case.answer_by, Question.objects.get().alert_at
        assert looked_at is not None
        run = self.run([case], maya, leave_questions=True)
        running.carry_out(run_id=run.pk, by=maya.person, now=NOW)
        assert kinds(tomas) == ["unanswered"]
        undoing.undo(run_id=run.pk, by=maya.person, now=NOW)
        case.refresh_from_db()
        assert (case.is_open, case.answer_by) == (True, due)
        assert Question.objects.get().alert_at == looked_at


class TestHandedOver:
    def test_the_sheet_names_them(self, case: Case, maya: Desk) -> None:
        factories.member(factories.pool(), person=maya.person)
        factories.member(factories.pool())
        sheet = text(maya.open(case, "hand_over", htmx=True))
        assert "<b>Tomás Vega</b>: " in sheet

    def test_who_gets_it_hears_who_waits(self, case: Case, maya: Desk) -> None:
        theo = factories.person(name="Theo Brandt")
        by_hand.hand_over(case_id=case.pk, to=theo, by=maya.person, reason="Speaks German", now=NOW)
        (told,) = Notice.objects.filter(person=theo)
        assert told.text == "A question is open: Tomás Vega, due 4 Mar. Speaks German"
