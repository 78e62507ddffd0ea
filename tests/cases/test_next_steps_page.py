"""Writing the next step on a case's page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from cases import planning
from cases.models import Case, Verb
from cases.talk import commenting
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person(initials="MS"))


@pytest.fixture
def case(maya: Desk) -> Case:
    return factories.case(owner=maya.person)


def test_date_and_initials_are_put_in_front(maya: Desk, case: Case) -> None:
    response = maya.send(case, "next_steps", what="Send quote to customer", pick="2026-03-04")
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.next_steps == "2026-03-03 MS Send quote to customer"
    assert case.next_steps_on.isoformat() == "2026-03-04"


def test_today_is_today_where_the_writer_is(case: Case, maya: Desk) -> None:
    aiko = at_desk(factories.person(initials="AM", time_zone="Pacific/Auckland"))
    factories.give([Case.objects.get(pk=case.pk)], aiko.person)
    assert 'value="2026-03-04"' in text(aiko.open(case, "next_steps"))
    aiko.send(case, "next_steps", what="Send quote to customer", pick="2026-03-04")
    case.refresh_from_db()
    assert case.next_steps.startswith("2026-03-04 AM ")


def test_any_other_day_can_be_chosen(maya: Desk, case: Case) -> None:
    maya.send(case, "next_steps", what="Send quote to customer", pick="other", day="2026-04-20")
    case.refresh_from_db()
    assert case.next_steps_on.isoformat() == "2026-04-20"


@pytest.mark.parametrize(
    "words",
    ["contact", "Call.", "ok", "waiting on billing", "Contact the customer", "Follow up with them again."],
)
def test_words_that_say_nothing_are_refused_with_an_example_and_kept(
    maya: Desk, case: Case, words: str
) -> None:
    response = maya.send(case, "next_steps", htmx=True, what=words, pick="2026-03-03")
    assert response.status_code == 422
    page = text(response)
    assert case.rules.next_steps.example in page
    assert f'value="{words}"' in page
    case.refresh_from_db()
    assert case.next_steps == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "", "pick": "2026-03-03"}, "Write what happens next."),
        ({"what": "Send the quote"}, "Choose a day."),
        ({"what": "Send the quote", "pick": "other"}, "Choose a day."),
        ({"what": "Send the quote", "pick": "other", "day": "soon"}, "Write the day as"),
        ({"what": "Send the quote over", "pick": "2026-03-02"}, "lies in the past"),
    ],
)
def test_what_is_missing_is_said(maya: Desk, case: Case, fields: dict[str, str], said: str) -> None:
    response = maya.send(case, "next_steps", **fields)
    assert response.status_code == 422
    assert said in text(response)


def test_a_stale_page_is_told_what_changed_keeps_the_words_and_applies_with_one_click(
    maya: Desk, case: Case
) -> None:
    seen = case.version
    commenting.comment(case_id=case.pk, text="They called.", by=maya.person, now=NOW)
    told = maya.send(case, "next_steps", version=seen, what="Send quote to customer", pick="2026-03-04")
    assert told.status_code == 412
    page = text(told)
    assert f"{maya.person.name} commented." in page
    assert 'value="Send quote to customer"' in page
    assert "Apply anyway" in page
    assert f'name="version" value="{seen + 1}"' in page
    case.refresh_from_db()
    assert case.next_steps == ""
    maya.send(case, "next_steps", version=seen + 1, what="Send quote to customer", pick="2026-03-04")
    case.refresh_from_db()
    assert case.next_steps.endswith("Send quote to customer")


def test_each_step_is_kept_in_the_history(maya: Desk, case: Case) -> None:
    maya.send(case, "next_steps", what="Send quote to customer", pick="2026-03-03")
    maya.send(case, "next_steps", what="Ask about the quote", pick="2026-03-04")
    texts = case.history.filter(verb=Verb.NEXT_STEPS).order_by("id").values_list("text", flat=True)
    assert [text.split("MS ")[1] for text in texts] == ["Send quote to customer", "Ask about the quote"]


def test_the_page_proposes_what_is_planned(maya: Desk, case: Case) -> None:
    later = TODAY.replace(day=20)
    planning.set_next_steps(case_id=case.pk, what="Send quote to customer", on=later, by=maya.person, now=NOW)
    page = text(maya.open(case))
    assert 'value="Send quote to customer"' in page
    assert 'value="2026-03-20"' in page


def test_a_colleague_cannot(case: Case) -> None:
    colleague = at_desk(factories.person())
    response = colleague.send(case, "next_steps", what="Send quote to customer", pick="2026-03-04")
    assert response.status_code == 403


def test_a_version_that_is_missing_is_not_guessed(maya: Desk, case: Case) -> None:
    response = maya.client.post(
        maya.address(case, "next_steps"), {"what": "Send quote to customer", "pick": "2026-03-04"}
    )
    assert response.status_code == 422


def test_earlier_steps_are_kept_and_shown(maya: Desk, case: Case) -> None:
    for what in ("Send the first quote", "Send the second quote", "Call about the quote"):
        maya.send(case, "next_steps", what=what, pick="2026-03-04")
    panel = text(maya.open(case)).split("<summary>Earlier</summary>")[1].split("</details>")[0]
    assert panel.index("Send the second quote") < panel.index("Send the first quote")
    assert "Call about the quote" not in panel
