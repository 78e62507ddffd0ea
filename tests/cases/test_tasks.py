"""Tasks of a person's own: kept, ticked off, changed, taken away and put back; nobody else's business."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import visibility
from accounts.models import Person, Role
from cases import lifecycle
from cases.agenda import tasks
from cases.agenda.tasks import BadTask, NoSuchTask, Plan
from cases.models import Case, Task
from cases.writing import NoSuchCase
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person(name="Maya Stone", time_zone="America/New_York"))


@pytest.fixture
def case(maya: Desk) -> Case:
    return factories.case(owner=maya.person)


def task(person: Person, what: str = "Water the plants", *, days: int = 0, case: Case | None = None) -> Task:
    due_on = timezone.localdate(timezone=ZoneInfo(person.time_zone)) + days * DAY
    plan = Plan(what=what, due_on=due_on, case_id=case.pk if case else None)
    return tasks.add(plan=plan, by=person, now=timezone.now())


def post(desk: Desk, name: str, *args: int, **fields: str) -> int:
    return desk.client.post(reverse(name, args=args), fields).status_code


class TestKeeping:
    def test_with_a_case_its_account_is_the_tasks(self, case: Case, maya: Desk) -> None:
        kept = tasks.add(
            plan=Plan(what="  Ask   Jonas ", due_on=TODAY, case_id=case.pk), by=maya.person, now=NOW
        )
        assert (kept.what, kept.case_id, kept.account_id) == ("Ask Jonas", case.pk, case.account_id)

    def test_a_case_that_they_may_not_see_is_none(self, case: Case) -> None:
        partner = factories.person(Role.STAKEHOLDER, department="partner")
        with pytest.raises(NoSuchCase):
            tasks.add(plan=Plan(what="Look", due_on=TODAY, case_id=case.pk), by=partner, now=NOW)

    @pytest.mark.parametrize(
        "plan", [Plan(what=" ", due_on=TODAY), Plan(what="x", due_on=TODAY + 9999 * DAY)]
    )
    def test_nothing_to_do_and_no_such_day_are_refused(self, maya: Desk, plan: Plan) -> None:
        with pytest.raises(BadTask):
            tasks.add(plan=plan, by=maya.person, now=NOW)

    def test_ticking_off_twice_is_the_same_as_once(self, maya: Desk) -> None:
        kept = task(maya.person)
        first = tasks.set_done(task_id=kept.pk, done=True, by=maya.person, now=NOW)
        again = tasks.set_done(task_id=kept.pk, done=True, by=maya.person, now=NOW + DAY)
        assert first.done_at == again.done_at == NOW
        assert tasks.set_done(task_id=kept.pk, done=False, by=maya.person, now=NOW).done_at is None

    def test_what_was_removed_is_put_back_or_gone_after_a_day(self, maya: Desk) -> None:
        kept = task(maya.person)
        tasks.remove(task_id=kept.pk, by=maya.person, now=NOW)
        with pytest.raises(NoSuchTask):
            tasks.get(task_id=kept.pk, by=maya.person)
        assert tasks.restore(task_id=kept.pk, by=maya.person).is_open
        tasks.remove(task_id=kept.pk, by=maya.person, now=NOW)
        assert tasks.forget_removed(now=NOW + DAY) == 0
        assert tasks.forget_removed(now=NOW + DAY + timedelta(seconds=1)) == 1
        with pytest.raises(NoSuchTask):
            tasks.restore(task_id=kept.pk, by=maya.person)

    def test_another_time_reminds_anew(self, maya: Desk) -> None:
        kept = task(maya.person)
        Task.objects.update(remind_at=NOW, reminded_at=NOW)
        same = Plan(what="Something else", due_on=TODAY, remind_at=NOW)
        assert tasks.change(task_id=kept.pk, plan=same, by=maya.person, now=NOW).reminded_at == NOW
        later = Plan(what="Something else", due_on=TODAY, remind_at=NOW + DAY)
        assert tasks.change(task_id=kept.pk, plan=later, by=maya.person, now=NOW).reminded_at is None


class TestPage:
    def test_open_overdue_and_done_stand_apart(self, maya: Desk) -> None:
        late, ahead, done = (
            task(maya.person, "Late one", days=-2),
            task(maya.person, "Ahead", days=2),
            task(maya.person, "Past"),
        )
        tasks.set_done(task_id=done.pk, done=True, by=maya.person, now=timezone.now())
        assert self._shown(maya) == [late.pk, ahead.pk]
        assert self._shown(maya, view="overdue") == [late.pk]
        assert self._shown(maya, view="done") == [done.pk]
        assert "overdue, 2 d" in text(maya.client.get(reverse("tasks")))

    def _shown(self, desk: Desk, **query: str) -> list[int]:
        return [one.pk for one in desk.client.get(reverse("tasks"), query).context["page"].rows]

    def test_one_is_added_with_its_reminder_in_the_writers_zone(self, maya: Desk, case: Case) -> None:
        fields = {
            "what": "Call",
            "due_on": "2026-11-24",
            "remind_at": "2026-11-24T09:30",
            "case": case.number,
        }
        assert maya.client.post(reverse("task_add"), fields).status_code == HTTPStatus.FOUND
        kept = Task.objects.get()
        assert (kept.person, kept.case) == (maya.person, case)
        assert kept.remind_at is not None
        assert kept.remind_at.isoformat() == "2026-11-24T14:30:00+00:00"

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"what": "", "due_on": "2026-11-24"}, "Say what is to be done."),
            ({"what": "Call", "due_on": "soon"}, "Write the day as"),
            ({"what": "Call", "due_on": "2026-11-24", "case": "SMB-999999"}, "There is no such case"),
            ({"what": "Call", "due_on": "2026-11-24", "case": "that one"}, "number, such as SMB-10471"),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_the_reason(
        self, maya: Desk, fields: dict[str, str], said: str
    ) -> None:
        response = maya.client.post(reverse("task_add"), fields)
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert said in text(response)
        assert not Task.objects.exists()

    def test_an_account_is_chosen_by_its_name_or_its_id(self, maya: Desk) -> None:
        acme, other = (
            factories.account(name=name, external_id=key) for name, key in (("Acme", "A-1"), ("Acme", "A-2"))
        )
        factories.account(name="Zebra Labs")
        day = "2026-11-24"
        assert post(maya, "task_add", what="Call", due_on=day, account="zebra") == HTTPStatus.FOUND
        kept = Task.objects.get()
        assert kept.account is not None
        assert kept.account.name == "Zebra Labs"
        unclear = maya.client.post(reverse("task_add"), {"what": "Call", "due_on": day, "account": "Acme"})
        assert unclear.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Acme (A-1), Acme (A-2). Write the id in the CRM." in text(unclear)
        assert post(maya, "task", kept.pk, what="Call", due_on=day, account="A-2") == HTTPStatus.FOUND
        kept.refresh_from_db()
        assert kept.account == other
        assert 'value="Acme"' in text(maya.client.get(reverse("task", args=[kept.pk])))
        assert post(maya, "task", kept.pk, what="Call again", due_on=day, account="Acme") == HTTPStatus.FOUND
        kept.refresh_from_db()
        assert (kept.account, acme.tasks.count()) == (other, 0)
        assert post(maya, "task", kept.pk, what="Call", due_on=day, account="") == HTTPStatus.FOUND
        kept.refresh_from_db()
        assert kept.account is None

    def test_accounts_are_offered_while_one_types(self, maya: Desk) -> None:
        factories.account(name="Zebra Labs", external_id="Z-1")
        assert 'value="Zebra Labs">Z-1' in text(maya.client.get(reverse("task_accounts"), {"account": "zeb"}))
        assert text(maya.client.get(reverse("task_accounts"), {"account": ""})) == ""
        stakeholder = at_desk(factories.person(Role.STAKEHOLDER, department="support"))
        may_see = visibility.visible(stakeholder.person).exists()
        offered = text(stakeholder.client.get(reverse("task_accounts"), {"account": "zeb"}))
        assert ("Zebra" in offered) is may_see

    def test_it_is_changed_ticked_removed_and_put_back(self, maya: Desk) -> None:
        kept = task(maya.person)
        assert post(maya, "task", kept.pk, what="Ask Petra", due_on="2026-12-01") == HTTPStatus.FOUND
        assert post(maya, "task_done", kept.pk) == HTTPStatus.FOUND
        kept.refresh_from_db()
        assert (kept.what, kept.done_at is None) == ("Ask Petra", False)
        assert post(maya, "task_done", kept.pk, open="1") == HTTPStatus.FOUND
        removed = maya.client.post(reverse("task_remove", args=[kept.pk]), follow=True)
        assert "Removed: Ask Petra" in text(removed)
        assert post(maya, "task_restore", kept.pk) == HTTPStatus.FOUND
        kept.refresh_from_db()
        assert kept.is_open

    @pytest.mark.parametrize("name", ["task", "task_done", "task_remove", "task_restore"])
    @pytest.mark.parametrize("role", [Role.ADVOCATE, Role.MANAGER, Role.OPS])
    def test_anothers_is_not_there_not_even_for_their_manager(self, maya: Desk, name: str, role: str) -> None:
        manager = factories.person(role)
        maya.person.manager = manager
        maya.person.save()
        kept = task(maya.person)
        theirs = at_desk(manager)
        assert post(theirs, name, kept.pk, what="Mine now", due_on="2026-12-01") == HTTPStatus.NOT_FOUND
        assert kept.what not in text(theirs.client.get(reverse("tasks")))
        kept.refresh_from_db()
        assert kept.is_open

    def test_nobody_is_led_away(self, maya: Desk) -> None:
        kept = task(maya.person)
        url = reverse("task_done", args=[kept.pk])
        assert maya.client.post(url, {"back": "https://evil.example"})["Location"] == reverse("tasks")

    def test_a_page_costs_the_same_however_many(
        self, maya: Desk, case: Case, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(30):
            task(maya.person, days=number, case=case)
        maya.client.get(reverse("tasks"))
        with django_assert_max_num_queries(9):
            maya.client.get(reverse("tasks"))


class TestOnACase:
    def test_a_line_adds_one_in_place(self, maya: Desk, case: Case) -> None:
        response = maya.client.post(
            reverse("case_tasks", args=[case.pk]), {"what": "Ask for the PO", "due_on": "2026-11-24"}
        )
        assert Task.objects.get().case == case
        assert 'id="case-tasks"' in text(response)
        assert "Ask for the PO" in text(maya.open(case))

    def test_without_words_it_says_so(self, maya: Desk, case: Case) -> None:
        response = maya.client.post(reverse("case_tasks", args=[case.pk]), {"due_on": "2026-11-24"})
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Say what is to be done." in text(response)

    def test_the_panel_shows_the_readers_own_alone(self, maya: Desk, case: Case) -> None:
        task(maya.person, "Only for Maya", case=case)
        assert "Only for Maya" in text(maya.open(case))
        assert "Only for Maya" not in text(at_desk(factories.person(Role.OPS)).open(case))

    def test_ticked_off_it_leaves_the_panel(self, maya: Desk, case: Case) -> None:
        kept = task(maya.person, "Only for Maya", case=case)
        response = maya.client.post(
            reverse("task_done", args=[kept.pk]), headers={"HX-Request": "true", "HX-Target": "case-tasks"}
        )
        assert 'id="case-tasks"' in text(response)
        assert "Only for Maya" not in text(response)


class TestOnMyCases:
    def test_what_is_due_by_today_stands_above_the_list(self, maya: Desk) -> None:
        late = task(maya.person, "Late one", days=-2)
        task(maya.person, "Not yet", days=2)
        page = text(maya.client.get(reverse("my_cases")))
        assert "Late one" in page
        assert "1 overdue" in page
        assert "Not yet" not in page
        response = maya.client.post(
            reverse("task_done", args=[late.pk]), headers={"HX-Request": "true", "HX-Target": "my-tasks"}
        )
        assert text(response) == '<div id="my-tasks"></div>'

    def test_touches_have_a_view_a_filter_and_a_badge(self, maya: Desk, case: Case) -> None:
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=timezone.now() - 9 * DAY)
        page = maya.client.get(reverse("my_cases"), {"touch": "overdue"})
        assert [one.pk for one in page.context["listing"].rows] == [case.pk]
        assert "Touch overdue, " in text(page)
        tab = maya.client.get(reverse("my_cases"), {"tab": "touches"})
        assert [one.pk for one in tab.context["listing"].rows] == [case.pk]
