"""Once a week each is told of their room, at their hour: not who is clean, not who is away, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accounts.models import Person
from cases.models import Notice, NoticeKind, NoticeSetting, RoomSummary
from cases.room import weekly
from routing import rooms
from smbcases import playbook
from tests import factories
from tests.factories import NOW

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo(BERLIN))
LONG_AGO = NOW - timedelta(days=400)


def here(**fields: Any) -> Person:
    return factories.person(time_zone=BERLIN, joined_at=LONG_AGO, **fields)


@pytest.fixture
def manager(db: None) -> Person:
    return here(role="manager", name="Mo Vance")


@pytest.fixture
def maya(manager: Person) -> Person:
    return here(name="Maya Stone", manager=manager)


def mess(owner: Person, *, days: int = 20) -> None:
    factories.case(owner=owner, now=MONDAY - timedelta(days=days))


def told(person: Person) -> list[str]:
    found = Notice.objects.filter(person=person, kind=NoticeKind.CLEAN_ROOM).order_by("id")
    return list(found.values_list("text", flat=True))


def test_it_comes_at_the_hour_where_the_person_is(maya: Person) -> None:
    mess(maya)
    tokyo = factories.person(time_zone="Asia/Tokyo", joined_at=LONG_AGO)
    mess(tokyo)
    rooms.tell(now=MONDAY - timedelta(hours=7))  # ten in Tokyo, two in Berlin
    assert (told(maya), told(tokyo)) == ([], ["To tidy: 1 stale case."])
    rooms.tell(now=MONDAY)
    assert told(maya) == ["To tidy: 1 stale case."]


def test_however_often_and_late_it_is_asked_a_week_has_one(maya: Person) -> None:
    mess(maya)
    for hours in (0, 0, 1, 30, 100, 160):
        rooms.tell(now=MONDAY + timedelta(hours=hours))
    assert len(told(maya)) == 1
    rooms.tell(now=MONDAY + timedelta(days=9))
    assert len(told(maya)) == 2


def test_who_is_clean_is_told_nothing_that_week(maya: Person) -> None:
    rooms.tell(now=MONDAY)
    mess(maya)
    rooms.tell(now=MONDAY + timedelta(days=1))
    assert told(maya) == []
    assert RoomSummary.objects.get(person=maya).things == 0


def test_who_is_away_is_told_when_they_come_back_that_week(maya: Person) -> None:
    mess(maya)
    factories.time_off(maya, starts_on=MONDAY.date(), ends_on=MONDAY.date() + timedelta(days=2))
    for days in range(3):
        rooms.tell(now=MONDAY + timedelta(days=days))
    assert told(maya) == []
    rooms.tell(now=MONDAY + timedelta(days=3))
    assert len(told(maya)) == 1


def test_who_is_away_all_week_is_spared(maya: Person) -> None:
    mess(maya)
    factories.time_off(maya, starts_on=MONDAY.date(), ends_on=MONDAY.date() + timedelta(days=6))
    for days in range(7):
        rooms.tell(now=MONDAY + timedelta(days=days))
    assert told(maya) == []


def test_who_joined_after_the_hour_waits_for_the_next(maya: Person) -> None:
    mess(maya)
    Person.objects.filter(pk=maya.pk).update(joined_at=MONDAY + timedelta(hours=1))
    rooms.tell(now=MONDAY + timedelta(hours=2))
    assert told(maya) == []


def test_a_manager_is_told_of_the_team_and_a_lead_of_both(maya: Person, manager: Person) -> None:
    lead = here(role="team_lead", manager=manager)
    mess(maya)
    mess(maya, days=9)
    mess(lead)
    here(manager=manager)
    rooms.tell(now=MONDAY)
    assert told(manager) == ["In your team: 3 things to tidy in 2 rooms."]
    assert told(lead) == ["To tidy: 1 stale case. In your team: 2 things to tidy in 1 room."]
    assert Notice.objects.get(person=manager).url == f"/clean-your-room/?team={manager.pk}"
    assert Notice.objects.get(person=lead).url == "/clean-your-room/"


def test_their_own_tasks_count_and_nobody_elses(maya: Person, manager: Person) -> None:
    maya.tasks.create(
        what="Ring them", due_on=MONDAY.date() - timedelta(days=1), created_at=NOW, changed_at=NOW
    )
    rooms.tell(now=MONDAY)
    assert (told(maya), told(manager)) == (["To tidy: 1 task overdue."], [])


def test_who_wishes_to_hear_nothing_of_it_hears_nothing(maya: Person) -> None:
    mess(maya)
    NoticeSetting.objects.create(person=maya, no_bell=["clean_room"], no_mail=["clean_room"])
    rooms.tell(now=MONDAY)
    assert told(maya) == []


def test_the_playbook_may_switch_it_off(maya: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    mess(maya)
    rules = playbook.get("fy26")
    off = rules.clean_up.summary.model_copy(update={"runs": False})
    clean_up = rules.clean_up.model_copy(update={"summary": off})
    monkeypatch.setattr(playbook, "active", lambda: rules.model_copy(update={"clean_up": clean_up}))
    assert rooms.tell(now=MONDAY) == 0


def test_however_many_there_are_it_takes_as_many_queries(
    maya: Person, django_assert_max_num_queries: Any
) -> None:
    mess(maya)
    for _ in range(12):
        mess(here(manager=maya.manager))
    with django_assert_max_num_queries(16):
        assert rooms.tell(now=MONDAY) == 14


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once(django_db_serialized_rollback: None) -> None:
    maya = here()
    mess(maya)
    gate, sums = Barrier(2), []

    def one() -> None:
        gate.wait()
        sums.append(weekly.tell(now=MONDAY, away=lambda _: ()))
        connection.close()

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sums) == [0, 1]
    assert len(told(maya)) == 1
