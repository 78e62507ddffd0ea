"""Following what was filed: the list, its views and files, being told of changes, escalating a late pick-up."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, Person, Role
from cases import lifecycle, planning, writing
from cases.filing import filing
from cases.filing.asked import Asked
from cases.following import columns, exporting, follows, late
from cases.models import Case, Escalation, Follow, Notice, SavedView
from cases.talk import questions
from routing import draining
from smbcases.lib import sheets
from tests import factories
from tests.cases.desk import text
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LIST = "/cases/filed/"


def stakeholder(department: str = "support", **fields: Any) -> Person:
    return factories.person(Role.STAKEHOLDER, department=department, **fields)


@pytest.fixture
def noor() -> Person:
    return stakeholder(name="Noor Haddad")


@pytest.fixture
def adler() -> Account:
    return factories.account(name="Adler Optik")


def file(by: Person, account: Account, text: str = "They ask for more seats.") -> Case:
    subject = {"support": "support_ticket", "partner": "partner_opp"}.get(by.department, "support_ticket")
    asked = Asked(case_type=subject, description=text, account=account, web_email="jonas@example.com")
    return filing.file_case(asked=asked, by=by, now=NOW, anyway=True)


def listed(client: Client, person: Person, query: str = "") -> list[Case]:
    client.force_login(person)
    return list(client.get(f"{LIST}?{query}").context["listing"].rows)


# The list


def test_mine_my_departments_and_named_colleagues(client: Client, noor: Person, adler: Account) -> None:
    sam, pia = stakeholder(name="Sam Okoro"), stakeholder("partner")
    mine, his, theirs = file(noor, adler), file(sam, adler), file(pia, adler)
    assert listed(client, noor) == [mine]
    assert listed(client, noor, "tab=department") == [his, mine]
    assert listed(client, noor, f"tab=department&people={sam.pk}") == [his]
    assert listed(client, noor, f"tab=department&people={sam.pk},{noor.pk}") == [his, mine]
    assert listed(client, noor, f"tab=department&people={pia.pk}") == [], (
        "no other department's, whoever is named"
    )
    assert listed(client, noor, "tab=followed") == [mine]
    assert theirs not in listed(client, noor, "tab=department&people=nonsense")


def test_it_narrows_by_state_and_time(client: Client, noor: Person, adler: Account) -> None:
    maya = factories.person()
    case = file(noor, adler)
    with time_machine.travel(NOW, tick=False):
        assert listed(client, noor, "state=waiting&filed=7") == [case]
        assert listed(client, noor, "state=late") == []
    Case.objects.filter(pk=case.pk).update(owner=maya, assigned_at=NOW, pick_up_by=NOW + timedelta(hours=1))
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert listed(client, noor, "state=late") == [case]
        assert listed(client, noor, "state=waiting") == []
        assert listed(client, noor, "state=closed") == []


def test_columns_are_in_the_address(client: Client, noor: Person, adler: Account) -> None:
    file(noor, adler)
    client.force_login(noor)
    page = text(client.get(LIST, {"columns": "account,nonsense,resolution"}))
    assert "Resolution</th>" in page
    assert "Next step</th>" not in page
    assert "Adler Optik" in page


def test_a_column_that_was_chosen_stands_on_a_phone_s_card_under_its_name(
    client: Client, noor: Person, adler: Account
) -> None:
    file(noor, adler)
    client.force_login(noor)
    page = text(client.get(LIST, {"columns": "what,account,closed"}))
    assert '<td role="cell" class="cell-more cell-named" data-name="Account">Adler Optik</td>' in page
    assert '<td role="cell" class="cell-more cell-named is-blank" data-name="Closed">—</td>' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", columns.USUAL),
        ("account", ("what", "account")),
        ("closed,number", ("number", "what", "closed")),
        ("nonsense", columns.USUAL),
    ],
)
def test_unknown_columns_are_left_out(asked: str, shown: tuple[str, ...]) -> None:
    assert columns.chosen(asked) == shown


def test_a_list_asks_a_fixed_number_of_queries(
    client: Client, noor: Person, adler: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        case = file(noor, adler, f"Number {number}")
        questions.ask(case_id=case.pk, text="When?", by=noor, now=NOW)
    client.force_login(noor)
    every = ",".join(columns.COLUMNS)
    with django_assert_max_num_queries(9):
        client.get(LIST, {"columns": every})


# Views


def test_a_view_is_kept_and_opened_by_its_link(client: Client, noor: Person) -> None:
    client.force_login(noor)
    client.post(
        reverse("filed_views"),
        {"name": "Late ones", "query": "state=late&columns=number,what", "shared": "on"},
    )
    view = SavedView.objects.get()
    link = reverse("filed_view", args=[view.key])
    assert view.department == "support"
    client.force_login(stakeholder())
    opened = client.get(link, follow=True)
    assert opened.context["listing"].set_filters["state"] == "late"
    assert opened.context["listing"].set_filters["people"] == str(noor.pk), "mine is its maker's"
    assert "Late ones" in text(opened)
    client.force_login(stakeholder("partner"))
    assert client.get(link).status_code == 404
    assert "Late ones" not in text(client.get(LIST))


def test_a_view_of_ones_own_is_nobody_elses(client: Client, noor: Person) -> None:
    client.force_login(noor)
    client.post(reverse("filed_views"), {"name": "Mine", "query": ""})
    view = SavedView.objects.get()
    client.force_login(stakeholder())
    assert client.get(reverse("filed_view", args=[view.key])).status_code == 404
    assert client.post(reverse("filed_view_drop", args=[view.key])).status_code == 404
    client.force_login(noor)
    client.post(reverse("filed_view_drop", args=[view.key]))
    assert not SavedView.objects.exists()


def test_a_view_has_a_name_of_its_own(client: Client, noor: Person) -> None:
    client.force_login(noor)
    for name in ("", "x" * 81, "Late", "Late"):
        client.post(reverse("filed_views"), {"name": name, "query": ""})
    assert SavedView.objects.count() == 1


def test_who_shares_a_view_only_reads_what_they_may_see(client: Client, noor: Person, adler: Account) -> None:
    pia = stakeholder("partner")
    file(pia, adler)
    assert listed(client, noor, f"tab=department&people={pia.pk}") == []


# Files


def read_csv(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


def test_a_csv_streams_the_whole_list(client: Client, noor: Person, adler: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    cases = [file(noor, adler, f"Number {number}") for number in range(5)]
    client.force_login(noor)
    response: Any = client.get("/cases/filed/export.csv", {"columns": "number,what,subject"})
    assert response.streaming
    assert response["Content-Disposition"].endswith('.csv"')
    rows = read_csv(response)
    assert rows[0] == ["Case", "What", "Title"]
    assert [row[0] for row in rows[1:]] == [case.number for case in cases[::-1]]
    oldest = read_csv(client.get("/cases/filed/export.csv", {"columns": "number", "sort": "oldest"}))
    assert [row[0] for row in oldest[1:]] == [case.number for case in cases]


def test_a_csv_has_no_more_than_its_reader_may_see(client: Client, noor: Person, adler: Account) -> None:
    file(stakeholder("partner"), adler)
    client.force_login(noor)
    assert len(read_csv(client.get("/cases/filed/export.csv", {"tab": "department"}))) == 1


@pytest.mark.parametrize("begin", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_csv_cell_is_never_a_formula(begin: str) -> None:
    assert sheets.guarded(begin) == f"'{begin}"
    assert sheets.guarded(f"Adler {begin}") == f"Adler {begin}"


def test_a_workbook_has_texts_and_days_and_no_formulas(client: Client, noor: Person) -> None:
    file(noor, factories.account(name='=HYPERLINK("http://x","y")'))
    client.force_login(noor)
    response: Any = client.get("/cases/filed/export.xlsx", {"columns": "number,account,opened"})
    with ZipFile(io.BytesIO(b"".join(response))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert 's="' in sheet, "the moment is a moment"


def test_there_is_no_other_kind_of_file(client: Client, noor: Person) -> None:
    client.force_login(noor)
    assert client.get("/cases/filed/export.pdf").status_code == 404


# Being told


def told(person: Person) -> list[str]:
    return list(
        Notice.objects.filter(person=person, kind="followed").order_by("id").values_list("text", flat=True)
    )


def test_who_follows_is_told_who_has_it_and_what_they_promised(noor: Person, adler: Account) -> None:
    maya = factories.member(factories.pool(), person=factories.person(name="Maya Stone")).person
    case = file(noor, adler)
    draining.drain_all(now=NOW)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    day = NOW.date() + timedelta(days=1)
    planning.set_next_steps(case_id=case.pk, what="Send the quote for 40 seats", on=day, by=maya, now=NOW)
    said = told(noor)
    assert said[0] == "Routing gave it to Maya Stone."
    assert said[1].startswith("Maya Stone picked it up")
    assert "Send the quote for 40 seats" in said[2]


def test_who_does_it_is_not_told_nor_who_follows_no_more(noor: Person, adler: Account) -> None:
    maya = factories.person()
    case = file(noor, adler)
    follows.unfollow(case_id=case.pk, by=noor)
    follows.follow(case_id=case.pk, by=maya, now=NOW)
    follows.follow(case_id=case.pk, by=maya, now=NOW)
    Case.objects.filter(pk=case.pk).update(owner=maya, assigned_at=NOW)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    assert told(noor) == told(maya) == []


def test_who_may_not_see_it_any_more_is_told_nothing(noor: Person, adler: Account) -> None:
    maya = factories.person()
    case = file(noor, adler)
    Follow.objects.create(case=case, person=stakeholder("partner"), since_at=NOW)
    Case.objects.filter(pk=case.pk).update(owner=maya, assigned_at=NOW)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    assert set(Notice.objects.filter(kind="followed").values_list("person", flat=True)) == {noor.pk}


def test_nobody_follows_what_they_may_not_see(client: Client, noor: Person, adler: Account) -> None:
    hidden = file(stakeholder("partner"), adler)
    with pytest.raises(follows.NotYoursToFollow):
        follows.follow(case_id=hidden.pk, by=noor, now=NOW)
    client.force_login(noor)
    assert client.post(reverse("case_follow", args=[hidden.pk])).status_code == 404


def test_a_change_that_nobody_follows_costs_one_look(
    noor: Person, adler: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cases = [factories.case(owner=factories.person()) for _ in range(3)]
    entry = writing.Entry(verb=follows.Verb.STATUS)
    changes = [writing.Change(case=case, columns={}, entries=[entry]) for case in cases]
    with django_assert_num_queries(1):
        follows.tell(changes, now=NOW)


# Late


@pytest.fixture
def waits(noor: Person, adler: Account) -> Case:
    """Given to Maya a day ago and not picked up."""
    mona = factories.person(Role.MANAGER, name="Mona Reyes")
    factories.member(factories.pool(), person=factories.person(name="Maya Stone", manager=mona))
    case = file(noor, adler)
    draining.drain_all(now=NOW)
    case.refresh_from_db()
    return case


LATER = NOW + timedelta(hours=25)


def test_an_overdue_pick_up_is_brought_to_the_manager_once(waits: Case, noor: Person) -> None:
    late.escalate(case_id=waits.pk, words="They buy this week.", by=noor, now=LATER)
    notice = Notice.objects.get(kind="escalated")
    assert (notice.person.name, notice.text) == ("Mona Reyes", "Overdue pick-up: They buy this week.")
    with pytest.raises(late.EscalatedAlready):
        late.escalate(case_id=waits.pk, words="", by=noor, now=LATER)
    with pytest.raises(late.EscalatedAlready):
        late.escalate(case_id=waits.pk, words="", by=stakeholder(), now=LATER)
    assert Escalation.objects.count() == 1


def test_what_may_still_be_picked_up_in_time_is_not_escalated(waits: Case, noor: Person) -> None:
    with pytest.raises(late.NotLate):
        late.escalate(case_id=waits.pk, words="", by=noor, now=NOW + timedelta(hours=1))
    assert waits.owner
    lifecycle.pick_up(case_id=waits.pk, by=waits.owner, now=NOW)
    with pytest.raises(late.NotLate):
        late.escalate(case_id=waits.pk, words="", by=noor, now=LATER)


def test_only_who_filed_it_or_their_department_escalates(waits: Case) -> None:
    with pytest.raises(writing.NoSuchCase):
        late.escalate(case_id=waits.pk, words="", by=stakeholder("partner"), now=LATER)
    with pytest.raises(PermissionDenied):
        late.escalate(case_id=waits.pk, words="", by=factories.person(), now=LATER)


def test_the_page_offers_it_when_the_clock_has_run_out(client: Client, waits: Case, noor: Person) -> None:
    client.force_login(noor)
    page = reverse("case_filed", args=[waits.pk])
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert "Tell the manager" not in text(client.get(page))
    with time_machine.travel(LATER, tick=False):
        assert "Tell the manager" in text(client.get(page))
        said = text(
            client.post(reverse("case_escalate_late", args=[waits.pk]), {"words": "Soon"}, follow=True)
        )
    assert "The manager is told." in said
    assert "Noor Haddad brought it to the manager" in said
    case_page = text(client.get(reverse("case", args=[waits.pk])))
    assert "brought the overdue pick-up to the manager" in case_page
