"""Run your day in the server: what stands on it, who may look, how a line is done and leaves, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.models.book import ActivityKind
from cases import details, lifecycle, planning
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.day import loading
from cases.models import Case, History, ReceivedMail, Task
from cases.talk import questions
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mona() -> Person:
    return factories.person("manager", name="Mona Reyes")


@pytest.fixture
def maya(mona: Person) -> Person:
    return factories.person(name="Maya Stone", initials="MS", manager=mona)


@pytest.fixture
def desk(client: Client, maya: Person) -> Client:
    client.force_login(maya)
    return client


def new(maya: Person, *, hours: float = 1, **fields: Any) -> Case:
    fields.setdefault("account", factories.account(name="Northpeak Robotics"))
    return factories.case(owner=maya, now=timezone.now() - timedelta(hours=hours), **fields)


def in_hand(maya: Person, *, step: int | None = 30, hours: float = 1, **fields: Any) -> Case:
    """Picked up and planned `step` days from then."""
    case = new(maya, hours=hours, **fields)
    then = timezone.now() - timedelta(hours=hours)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=then)
    if step is not None:
        on = planning.local_day(maya, now=then) + step * DAY
        planning.set_next_steps(case_id=case.pk, what="Send the quote to Jonas", on=on, by=maya, now=then)
    case.refresh_from_db()
    return case


def keep(maya: Person, what: str, *, days: int = 0) -> Task:
    plan = Plan(what=what, due_on=timezone.localdate() + days * DAY)
    return tasks.add(plan=plan, by=maya, now=timezone.now())


def lines(response: Any) -> list[str]:
    return [thing.about.key for thing in response.context["reading"].day.things]


def done(response: Any) -> tuple[int, int]:
    reading = response.context["reading"]
    return reading.done, reading.all


def test_what_is_due_stands_there_by_what_it_is(desk: Client, maya: Person, mona: Person) -> None:
    asked, fresh, planned = in_hand(maya), new(maya), in_hand(maya, step=0)
    question = questions.ask(case_id=asked.pk, text="Has it gone out?", by=mona, now=timezone.now())
    task = keep(maya, "Ask for the PO")
    factories.case(owner=factories.person(), now=timezone.now())
    found = lines(desk.get("/day/"))
    wanted = [f"question-{question.pk}", f"case-{fresh.pk}-pick-up", f"case-{planned.pk}-step"]
    assert [key for key in found if "write" not in key and "call" not in key] == [*wanted, f"task-{task.pk}"]


def test_the_first_mail_of_the_cadence_is_a_line_until_it_is_logged(desk: Client, maya: Person) -> None:
    case = in_hand(maya)
    key = f"case-{case.pk}-write"
    assert key in lines(desk.get("/day/"))
    details.log_activity(
        case_id=case.pk, kind=ActivityKind.EMAIL, what="Wrote to them", by=maya, now=timezone.now()
    )
    found = lines(desk.get("/day/"))
    assert f"case-{case.pk}-call" in found
    assert key not in found


def test_a_case_is_picked_up_from_its_line_and_the_page_comes_back(desk: Client, maya: Person) -> None:
    case = new(maya)
    sent = {"version": case.version, "back": "/day/"}
    response = desk.post(f"/cases/{case.pk}/pick-up/", sent)
    assert response.headers["Location"] == "/day/"
    page = desk.get("/day/")
    assert f"case-{case.pk}-pick-up" not in lines(page)
    assert f"case-{case.pk}-step" in lines(page)
    assert "You picked" in page.content.decode()


def test_refused_from_its_line_it_says_so_in_a_sheet(desk: Client, maya: Person) -> None:
    case = new(maya)
    sent = {"version": case.version + 5, "back": "/day/"}
    headers = {"HX-Request": "true", "HX-Target": "sheet"}
    lifecycle.pick_up(case_id=case.pk, by=maya, now=timezone.now())
    response = desk.post(f"/cases/{case.pk}/pick-up/", sent, headers=headers)
    assert response.status_code == 412
    assert "<dialog" in response.content.decode()


def test_a_sheet_opened_from_here_leads_back_here(desk: Client, maya: Person) -> None:
    case = in_hand(maya, step=0)
    sheet = desk.get(f"/cases/{case.pk}/next-steps/?back=/day/", headers={"HX-Request": "true"})
    assert 'name="back" value="/day/"' in sheet.content.decode()
    sent = {
        "version": case.version,
        "what": "Ask whether the quote came",
        "pick": "other",
        "day": (timezone.localdate() + 3 * DAY).isoformat(),
        "back": "/day/",
    }
    response = desk.post(f"/cases/{case.pk}/next-steps/", sent, headers={"HX-Request": "true"})
    assert '"/day/"' in response.headers["HX-Location"]


def ended(maya: Person) -> Case:
    columns = {
        "closed_at": timezone.now() - DAY,
        "status": "resolved",
        "resolution_action": "answered_question",
    }
    return new(maya, hours=40, columns=columns)


def mail_after(case: Case, subject: str = "One more thing") -> ReceivedMail:
    return ReceivedMail.objects.create(
        mailbox="smb",
        key=f"{case.pk}-{subject}",
        door="imap",
        body_digest="",
        size=1,
        received_at=timezone.now(),
        processed_at=timezone.now(),
        state="on_case",
        joined_by="token",
        from_name="Jonas",
        subject=subject,
        case=case,
        came_after_closing=True,
    )


def answered(case: Case, maya: Person) -> None:
    History.objects.create(
        case=case,
        version=9,
        at=timezone.now(),
        actor="person",
        person=maya,
        verb="logged",
        data={"kind": "email", "inbound": False},
    )


def test_a_mail_after_the_closing_waits_until_somebody_writes(desk: Client, maya: Person) -> None:
    case = ended(maya)
    mail = mail_after(case)
    assert lines(desk.get("/day/")) == [f"mail-{mail.pk}"]
    answered(case, maya)
    assert lines(desk.get("/day/")) == []


def test_however_many_were_answered_one_that_waits_stands_there(
    desk: Client, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MOST_LATE_MAILS", 2)
    for _ in range(3):
        case = ended(maya)
        mail_after(case)
        answered(case, maya)
    waits = mail_after(ended(maya))
    assert lines(desk.get("/day/")) == [f"mail-{waits.pk}"]


def test_a_task_is_ticked_off_from_its_line(desk: Client, maya: Person) -> None:
    task = keep(maya, "Ask for the PO")
    before = done(desk.get("/day/"))
    page = desk.post(f"/tasks/{task.pk}/done/", {"back": "/day/"}, follow=True)
    assert lines(page) == []
    assert (before, done(page)) == ((0, 1), (1, 1))


def test_the_part_alone_comes_for_htmx(desk: Client, maya: Person) -> None:
    keep(maya, "Ask for the PO")
    part = desk.get("/day/", headers={"HX-Request": "true", "HX-Target": "main"}).content.decode()
    assert part.lstrip().startswith('<main id="main"')
    assert 'hx-swap-oob="true"' in part


def test_nothing_to_do_says_what_comes_tomorrow(desk: Client, maya: Person) -> None:
    assert "New cases arrive by themselves" in desk.get("/day/").content.decode()
    keep(maya, "Ask for the PO", days=1)
    keep(maya, "Call Petra", days=1)
    assert "Tomorrow: 2 tasks." in desk.get("/day/").content.decode()


def test_a_manager_looks_and_does_nothing(client: Client, maya: Person, mona: Person) -> None:
    case = new(maya)
    keep(maya, "A task that is nobody else's")
    client.force_login(mona)
    page = client.get(f"/day/?owner={maya.pk}")
    html = page.content.decode()
    assert lines(page) == [f"case-{case.pk}-pick-up"]
    assert "Maya Stone’s day" in html
    assert "data-act" not in html
    assert "data-pick" not in html


@pytest.mark.parametrize(
    ("role", "same_team", "may"),
    [
        ("manager", False, True),
        ("ops", False, True),
        ("team_lead", True, True),
        ("team_lead", False, False),
        ("advocate", True, False),
    ],
)
def test_who_may_look_at_a_day(
    client: Client, maya: Person, mona: Person, role: str, same_team: bool, may: bool
) -> None:
    manager = mona if same_team else factories.person("manager")
    client.force_login(factories.person(role, manager=manager))
    assert client.get(f"/day/?owner={maya.pk}").status_code == (200 if may else 404)


@pytest.mark.parametrize("asked", ["nonsense", "0", "²", "999999999999"])
def test_nobody_of_that_number_is_not_there(client: Client, mona: Person, asked: str) -> None:
    client.force_login(mona)
    assert client.get("/day/", {"owner": asked}).status_code == 404


def test_a_manager_without_a_desk_is_asked_whose(client: Client, maya: Person, mona: Person) -> None:
    client.force_login(mona)
    html = client.get("/day/").content.decode()
    assert "You have no desk of your own." in html
    assert "Maya Stone" in html


def test_it_costs_the_same_however_much_there_is(
    desk: Client, maya: Person, mona: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill() -> None:
        for step in (-1, 0, 3):
            case = in_hand(maya, hours=30, step=max(step, 0))
            questions.ask(case_id=case.pk, text="Has it gone out?", by=mona, now=timezone.now())
        in_hand(maya, case_type="high_value_account", category="high_value")
        new(maya)
        keep(maya, "Ask for the PO")

    fill()
    desk.get("/day/")
    with django_assert_num_queries(QUERIES):
        desk.get("/day/")
    fill()
    fill()
    with django_assert_num_queries(QUERIES):
        desk.get("/day/")


QUERIES = 17


def test_the_api_sends_the_same_list(desk: Client, maya: Person, mona: Person) -> None:
    case = new(maya)
    sent = desk.get("/api/my-day").json()
    assert (sent["done"], sent["left"]) == (0, 1)
    assert [thing["case"] for thing in sent["things"]] == [case.number]
    assert sent["things"][0]["reasons"][0]["words"].startswith("Pick up within")
    assert desk.get("/api/my-day", {"owner": mona.email}).status_code == 404
    desk.force_login(mona)
    theirs = desk.get("/api/my-day", {"owner": maya.email}).json()
    assert [thing["case"] for thing in theirs["things"]] == [case.number]
