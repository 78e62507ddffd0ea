"""The calendar: opened by its secret alone, true to the cases, the same bytes until something changes."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import icalendar
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from cases import lifecycle, planning
from cases.agenda import calendar_page, feeds, tasks
from cases.agenda.tasks import Plan
from cases.models import CalendarFeed, Case
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS", time_zone="America/New_York")


@pytest.fixture
def case(maya: Person) -> Case:
    account = factories.account(name="Müller, Søn; & Co", country="US")
    made = factories.case(owner=maya, account=account)
    lifecycle.pick_up(case_id=made.pk, by=maya, now=NOW)
    return planning.set_next_steps(
        case_id=made.pk, what="Send the quote, and the order form", on=TODAY + DAY, by=maya, now=NOW
    )


def read(person: Person, **headers: str) -> HttpResponse:
    secret = feeds.make(person=person, now=NOW)
    return Client().get(reverse("calendar_feed", args=[secret]), headers=headers)


def events(person: Person) -> dict[str, Any]:
    parsed = icalendar.Calendar.from_ical(read(person).content)
    return {str(event["uid"]): event for event in parsed.walk("VEVENT")}


def test_it_has_the_next_step_and_the_touches_of_a_case(maya: Person, case: Case) -> None:
    found = events(maya)
    assert set(found) == {
        f"case-{case.pk}-next-step@smbcases",
        *(f"case-{case.pk}-touch-{day}@smbcases" for day in (1, 3, 5, 7)),
    }
    step = found[f"case-{case.pk}-next-step@smbcases"]
    assert step["summary"] == "Müller, Søn; & Co: Send the quote, and the order form"
    assert step.decoded("dtstart") == TODAY + DAY
    assert step.decoded("dtend") == TODAY + 2 * DAY
    assert step["url"] == f"http://testserver{reverse('case', args=[case.pk])}"
    assert step.decoded("dtstamp") == NOW
    touches = [found[f"case-{case.pk}-touch-{day}@smbcases"].decoded("dtstart") for day in (1, 3, 5, 7)]
    assert touches == [date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 10)]


def test_a_task_stands_on_its_day_and_its_reminder_at_its_time_there(maya: Person) -> None:
    plan = Plan(what="Call; then\nwrite", due_on=TODAY, remind_at=NOW)
    kept = tasks.add(plan=plan, by=maya, now=NOW)
    found = events(maya)
    assert found[f"task-{kept.pk}@smbcases"].decoded("dtstart") == TODAY
    reminder = found[f"task-{kept.pk}-reminder@smbcases"]
    assert reminder.decoded("dtstart") == NOW
    assert reminder["dtstart"].params["TZID"] == "America/New_York"
    tasks.set_done(task_id=kept.pk, done=True, by=maya, now=NOW)
    assert not events(maya)


def test_nothing_of_others_and_nothing_closed(maya: Person, case: Case) -> None:
    tasks.add(plan=Plan(what="Call", due_on=TODAY), by=maya, now=NOW)
    assert not events(factories.person())
    factories.give([Case.objects.get(pk=case.pk)], factories.person(), now=NOW)
    assert len(events(maya)) == 1


def test_the_same_calendar_is_the_same_bytes_and_is_not_sent_twice(maya: Person, case: Case) -> None:
    secret = feeds.make(person=maya, now=NOW)
    url = reverse("calendar_feed", args=[secret])
    first = Client().get(url)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, max-age=300"
    again = Client().get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    planning.set_next_steps(case_id=case.pk, what="Call them about it", on=TODAY, by=maya, now=NOW)
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == HTTPStatus.OK


def test_a_wrong_an_old_and_a_revoked_secret_open_nothing(maya: Person) -> None:
    old = feeds.make(person=maya, now=NOW)
    new = feeds.make(person=maya, now=NOW)
    assert _status(new) == HTTPStatus.OK
    assert _status(old) == _status("guessed") == HTTPStatus.NOT_FOUND
    feeds.revoke(person=maya)
    assert _status(new) == HTTPStatus.NOT_FOUND


def test_who_has_left_has_no_calendar(maya: Person) -> None:
    secret = feeds.make(person=maya, now=NOW)
    maya.is_active = False
    maya.save()
    assert _status(secret) == HTTPStatus.NOT_FOUND


def test_who_asks_without_end_is_asked_to_wait(maya: Person) -> None:
    secret = feeds.make(person=maya, now=NOW)
    answers = [_status(secret) for _ in range(calendar_page.A_MINUTE + 2)]
    assert answers[0] == HTTPStatus.OK
    assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS


def _status(secret: str) -> int:
    return Client().get(reverse("calendar_feed", args=[secret])).status_code


def test_the_address_is_shown_once_and_kept_as_a_digest(maya: Person) -> None:
    desk = at_desk(maya)
    made = desk.client.post(reverse("calendar_make"))
    address = made.context["address"]
    assert address in text(made)
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in CalendarFeed.objects.get().digest
    assert _status(secret) == HTTPStatus.OK
    assert secret not in text(desk.client.get(reverse("calendar")))
    desk.client.post(reverse("calendar_revoke"))
    assert _status(secret) == HTTPStatus.NOT_FOUND


def test_it_costs_the_same_however_many_cases(
    maya: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        made = factories.case(owner=maya)
        lifecycle.pick_up(case_id=made.pk, by=maya, now=NOW)
    secret = feeds.make(person=maya, now=NOW)
    with django_assert_max_num_queries(6):
        assert _status(secret) == HTTPStatus.OK
