"""The history in sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases import telling
from cases.models import Case, History, Verb
from cases.models.history import Actor
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return factories.case(owner=factories.person(name="Maya Stone"), trigger_version=3)


def sentence(case: Case, verb: Verb, *, actor: Actor = Actor.PERSON, **data: Any) -> str:
    person = case.owner if actor is Actor.PERSON else None
    row = History(case=case, version=1, at=NOW, actor=actor, person=person, verb=verb, data=data)
    return telling.tell(row, case=case).sentence


@pytest.mark.parametrize(
    ("verb", "actor", "data", "said"),
    [
        (Verb.OPENED, Actor.TRIGGER, {}, "Trigger opened it: Duo Trial Started, version 3."),
        (Verb.OPENED, Actor.PERSON, {}, "Maya Stone opened it: Duo Trial Started."),
        (Verb.ASSIGNED, Actor.ROUTING, {"to": "Theo Brandt"}, "Routing gave it to Theo Brandt."),
        (Verb.HANDED_OVER, Actor.PERSON, {"to": "Theo"}, "Maya Stone handed it over to Theo."),
        (Verb.TAKEN, Actor.PERSON, {}, "Maya Stone took it from the queue."),
        (Verb.PICKED_UP, Actor.PERSON, {}, "Maya Stone picked it up."),
        (Verb.STATUS, Actor.PERSON, {"to": "engaged"}, "Maya Stone moved it to In Progress: Engaged."),
        (Verb.STATUS, Actor.PERSON, {"to": "gone"}, "Maya Stone moved it to gone."),
        (
            Verb.NEXT_STEPS,
            Actor.PERSON,
            {"on": "2026-03-04"},
            "Maya Stone set the next step for 4 Mar 2026.",
        ),
        (Verb.DEFERRED, Actor.PERSON, {"until": "2026-09-03"}, "Maya Stone put it off until 3 Sep 2026."),
        (Verb.WOKE, Actor.CLOCK, {}, "The clock brought it back on its day."),
        (Verb.CHANGED, Actor.PERSON, {"field": "contact", "to": "Jo"}, "Maya Stone set the contact to Jo."),
        (
            Verb.CHANGED,
            Actor.PERSON,
            {"field": "opportunity", "to": ""},
            "Maya Stone took the opportunity away.",
        ),
        (Verb.LOGGED, Actor.PERSON, {"kind": "call", "inbound": False}, "Maya Stone logged a call."),
        (Verb.LOGGED, Actor.PERSON, {"kind": "email", "inbound": True}, "The customer answered by mail."),
        (
            Verb.CLOSED,
            Actor.PERSON,
            {"to": "resolved", "resolution_action": "answered_question"},
            "Maya Stone closed it: Resolved, Answered Question.",
        ),
        (Verb.REOPENED, Actor.PERSON, {}, "Maya Stone reopened it."),
        (Verb.NOTE, Actor.PERSON, {}, "Maya Stone commented."),
        (Verb.OVERDUE, Actor.CLOCK, {"clock": "pick_up"}, "The clock saw the pick-up time pass."),
        (Verb.OVERDUE, Actor.CLOCK, {"clock": "limit"}, "The clock saw 15 days open pass."),
    ],
)
def test_each_row_is_a_sentence(
    case: Case, verb: Verb, actor: Actor, data: dict[str, Any], said: str
) -> None:
    assert sentence(case, verb, actor=actor, **data) == said


def test_every_verb_has_its_words(case: Case) -> None:
    for verb in Verb:
        assert sentence(case, verb)


def test_the_contact_is_named_where_they_answered(case: Case) -> None:
    case.contact = factories.contact(case.account, name="Jonas Weber")
    assert sentence(case, Verb.LOGGED, kind="call", inbound=True) == "Jonas Weber answered by phone."


def test_a_case_type_that_its_playbook_dropped_keeps_its_key(case: Case) -> None:
    case.case_type = "gone"
    assert telling.case_type_name(case) == "gone"


def test_rows_of_the_future_are_no_trouble(case: Case) -> None:
    row = History(
        case=case,
        version=9,
        at=NOW + timedelta(days=1),
        actor=Actor.PERSON,
        person=None,
        verb=Verb.NOTE,
        text="Hm",
    )
    told = telling.tell(row, case=case)
    assert (told.who, told.quote, told.face_icon) == ("Somebody", "Hm", "user")
