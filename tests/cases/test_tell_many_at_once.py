"""Telling many people of many cases asks the database as often as telling one of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from cases import writing
from cases.models import Case, Follow, Mailing, Notice, NoticeKind, NoticeSetting, Verb
from cases.talk import notices
from cases.talk.notices import Telling
from routing import draining
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def telling(case: Case | None = None, **fields: Any) -> Telling:
    told: dict[str, Any] = {"kind": NoticeKind.FOLLOWED, "case_id": case.pk if case else None, "by": None}
    return Telling(**{**told, "now": NOW, **fields})


def told(person: Person) -> list[tuple[str, int]]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("text", "tally"))


def queries(step: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        step()
    return len(asked)


def follow_all(cases: list[Case], people: list[Person]) -> None:
    rows = [Follow(case=case, person=person, since_at=NOW) for case in cases for person in people]
    Follow.objects.bulk_create(rows)


def test_many_pairs_cost_what_one_does() -> None:
    people = [factories.person(Role.OPS) for _ in range(5)]
    cases = factories.cases(8)
    pairs = [(person.pk, telling(case)) for case in cases for person in people]
    topics = [(person.pk, telling(topic=f"day {day}", again=True)) for day in range(3) for person in people]
    few = queries(lambda: notices.send_all([pairs[0], topics[0]]))
    assert queries(lambda: notices.send_all(pairs + topics)) == few
    assert few == 4, "the people, the cases, and an insert each"
    assert Notice.objects.filter(case=None).count() == 15
    assert queries(lambda: notices.send_all([])) == 0


def test_each_is_told_what_is_theirs_to_hear() -> None:
    maya, ops = factories.person(), factories.person(Role.OPS)
    gone = factories.person(Role.OPS, is_active=False)
    quiet = factories.person(Role.OPS)
    never = {"mail": Mailing.NEVER, "no_bell": [NoticeKind.FOLLOWED]}
    NoticeSetting.objects.create(person=quiet, **never)
    outsider = factories.person(Role.STAKEHOLDER, department="partner")
    case = factories.case(owner=maya)
    mine = telling(case, text="Mine", by=maya)
    others = telling(None, text="No case")
    people = (maya, ops, gone, quiet, outsider)
    notices.send_all((one.pk, each) for one in people for each in (mine, others))
    heard = {one: [text for text, _ in told(one)] for one in people}
    assert heard == {
        maya: ["No case"],
        ops: ["Mine", "No case"],
        gone: [],
        quiet: [],
        outsider: ["No case"],
    }


def test_a_topic_is_told_once_or_adds_up_also_within_one_telling() -> None:
    ops = factories.person(Role.OPS)
    once, again = telling(text="Once", topic="a"), telling(text="First", topic="b", again=True)
    notices.send_all([(ops.pk, once), (ops.pk, again), (ops.pk, once), (ops.pk, replace(again, tally=3))])
    assert told(ops) == [("Once", 1), ("First", 4)]
    Notice.objects.update(read_at=NOW)
    later = NOW + timedelta(minutes=5)
    notices.send_all([(ops.pk, once), (ops.pk, replace(again, text="Then", tally=2, now=later))])
    assert told(ops) == [("Once", 1), ("Then", 6)]
    assert list(Notice.objects.filter(read_at=None).values_list("text", "at")) == [("Then", later)]


def test_who_follows_many_changed_cases_is_told_of_all_at_once() -> None:
    people = [factories.person(Role.OPS) for _ in range(3)]
    counts = []
    for number in (1, 20):
        cases = [factories.case(owner=factories.person()) for _ in range(number)]
        follow_all(cases, people)
        entry = writing.Entry(verb=Verb.STATUS, data={"to": "engaged"})
        changes = [
            writing.Change(case=case, columns={"status": "engaged"}, entries=[entry, entry]) for case in cases
        ]
        counts.append(queries(lambda changes=changes: writing.write(changes, now=NOW)))  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert all(len(told(person)) == 42 for person in people)


def test_a_drain_asks_as_often_for_many_followed_cases_as_for_one(settings: Any) -> None:
    """Also where each goes to who works its account's open case, with a message."""
    settings.PLAYBOOK = "fy25"
    pool = factories.pool(playbook="fy25", territory="amer-apj")
    maya = factories.member(pool, places=100).person
    ops = [factories.person(Role.OPS) for _ in range(2)]
    counts = []
    for number in (1, 12):
        held = [factories.case(owner=maya, account=factories.account()) for _ in range(number)]
        new = [factories.case(account=case.account, case_type="customer_mql") for case in held]
        follow_all(new, ops)
        counts.append(queries(lambda: draining.drain(pool=pool, now=NOW)))
    assert counts[0] == counts[1]
    assert Notice.objects.filter(kind=NoticeKind.FOLLOWED).count() == 26
    assert Notice.objects.filter(kind=NoticeKind.ASSIGNED, person=maya).count() == 13
