"""SMB Ops look at what would move, move it, read the report, and take it back; nobody else may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, OwnershipSweep, Person, Role
from accounts.ownership import sweeping
from accounts.segments import crossing
from tests import factories
from tests.accounts.sending import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops() -> Person:
    factories.person(Role.SALES_USER, region="AMER", name="Sales AMER")
    return factories.person(Role.OPS, name="Olu Park")


@pytest.fixture
def desk(ops: Person) -> Client:
    client = Client()
    client.force_login(ops)
    return client


@pytest.fixture
def account(ops: Person) -> Account:
    return factories.account(name="Northpeak", owner=factories.person(name="Maya Stone"))


def page(client: Client, name: str, *args: object, **query: str) -> str:
    return " ".join(client.get(reverse(name, args=args), query).content.decode().split())


def test_the_preview_says_what_would_move_from_whom_to_whom(desk: Client, account: Account) -> None:
    factories.account(name="Lost", owner=account.owner, region="APJ")
    shown = page(desk, "ownership")
    for words in ("1 would go back; 1 can go to nobody yet", "Northpeak", "Maya Stone", "Sales AMER"):
        assert words in shown
    assert "APJ has no Sales User." in shown
    account.refresh_from_db()
    assert account.owner is not None
    assert account.owner.name == "Maya Stone"


def test_run_moves_it_and_shows_the_report(desk: Client, account: Account, ops: Person) -> None:
    shown = desk.post(reverse("ownership_run"), follow=True).content.decode()
    assert "Northpeak" in shown
    assert "1 given back to the Sales Users." in shown
    made = OwnershipSweep.objects.get()
    assert (made.by, made.accounts) == (ops, 1)


def test_run_twice_says_that_there_is_nothing(desk: Client, account: Account) -> None:
    desk.post(reverse("ownership_run"))
    shown = desk.post(reverse("ownership_run"), follow=True).content.decode()
    assert "Nothing stands in a person&#x27;s name." in shown


def test_it_is_taken_back_and_says_what_stays(desk: Client, account: Account, ops: Person) -> None:
    other = factories.account(name="Kept", owner=account.owner)
    made = sweeping.sweep(by=ops, now=NOW)
    Account.objects.filter(pk=other.pk).update(owner=ops)
    shown = desk.post(reverse("ownership_undo", args=[made.pk]), follow=True).content.decode()
    assert "1 went to whom they were with. 1 stay: the report says why." in shown
    assert "It is with Olu Park by now." in shown
    only = page(desk, "ownership_sweep", made.pk, show="stays")
    assert "Kept" in only
    assert "Northpeak" not in only
    again = desk.post(reverse("ownership_undo", args=[made.pk]), follow=True).content.decode()
    assert "It was taken back already" in again


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_report_is_a_file_too(desk: Client, account: Account, ops: Person, ending: str) -> None:
    Account.objects.update(name='=HYPERLINK("x")')
    made = sweeping.sweep(by=ops, now=NOW)
    response = desk.get(reverse("ownership_sweep", args=[made.pk]), {"format": ending})
    body = b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    if ending == "csv":
        assert "\"'=HYPERLINK" in body.decode()


def test_there_is_no_other_kind_of_file(desk: Client, account: Account, ops: Person) -> None:
    made = sweeping.sweep(by=ops, now=NOW)
    assert desk.get(reverse("ownership_sweep", args=[made.pk]), {"format": "exe"}).status_code == 404


def test_a_long_report_has_pages(desk: Client, account: Account, ops: Person) -> None:
    for number in range(60):
        factories.account(name=f"Account no {number:02}", owner=account.owner)
    made = sweeping.sweep(by=ops, now=NOW)
    first = page(desk, "ownership_sweep", made.pk)
    assert "Account no 59" not in first
    assert 'rel="next"' in first


def test_an_empty_book_is_said_to_be(desk: Client) -> None:
    assert "Nothing stands in a person’s name." in page(desk, "ownership")


@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.TEAM_LEAD, Role.MANAGER, Role.STAKEHOLDER])
def test_others_may_not(account: Account, ops: Person, role: str) -> None:
    made = sweeping.sweep(by=ops, now=NOW)
    client = Client()
    client.force_login(factories.person(role))
    for name, args in (("ownership", []), ("ownership_sweep", [made.pk])):
        assert client.get(reverse(name, args=args)).status_code == 403
    for name, args in (("ownership_run", []), ("ownership_undo", [made.pk])):
        assert client.post(reverse(name, args=args)).status_code == 403


class TestRoom:
    """From their own room people give back what stands in their own name."""

    @pytest.fixture
    def maya(self, account: Account) -> Client:
        client = Client()
        assert account.owner is not None
        client.force_login(account.owner)
        return client

    def test_one_row(self, maya: Client, account: Account) -> None:
        sent = {"kind": "accounts", "id": account.pk, "back": "/clean-your-room/"}
        assert maya.post(reverse("clean_room_give_back"), sent)["Location"] == "/clean-your-room/"
        account.refresh_from_db()
        assert account.owner is not None
        assert account.owner.name == "Sales AMER"

    def test_all_of_a_kind(self, maya: Client, account: Account) -> None:
        mine = factories.opportunity(account, owner=account.owner)
        factories.account(owner=account.owner)
        maya.post(reverse("clean_room_give_back"), {"kind": "accounts", "all": "1"})
        assert Account.objects.filter(owner__name="Sales AMER").count() == 2
        mine.refresh_from_db()
        assert mine.owner is not None
        assert mine.owner.name == "Maya Stone"

    def test_not_what_stands_in_another_name(self, maya: Client, account: Account) -> None:
        theirs = factories.account(owner=factories.person())
        assert (
            maya.post(
                reverse("clean_room_give_back"), {"kind": "accounts", "all": "1", "owner": theirs.owner_id}
            ).status_code
            == 403
        )
        maya.post(reverse("clean_room_give_back"), {"kind": "accounts", "id": theirs.pk})
        theirs.refresh_from_db()
        assert theirs.owner is not None
        assert theirs.owner.name != "Sales AMER"

    @pytest.mark.parametrize(
        "sent",
        [
            {"kind": "accounts"},
            {"kind": "accounts", "id": ""},
            {"kind": "accounts", "id": "12x"},
            {"kind": "accounts", "id": "12x", "all": "1"},
            {"kind": "accounts", "id": "9" * 5000},
            {"kind": "accounts", "all": "1", "owner": "me"},
            {"kind": "tasks", "all": "1"},
            {"all": "1"},
        ],
    )
    def test_nothing_where_it_is_not_said_what(
        self, maya: Client, account: Account, sent: dict[str, str]
    ) -> None:
        mine = factories.opportunity(account, owner=account.owner)
        assert maya.post(reverse("clean_room_give_back"), sent).status_code == 400
        for one in (account, mine):
            one.refresh_from_db()
            assert one.owner is not None
            assert one.owner.name == "Maya Stone"


def test_the_page_of_segment_moves_lists_who_moves(desk: Client) -> None:
    account = factories.account(name="Grown", carr=40_000, outgrew_on=NOW.date())
    assert "No account is over the line." in page(desk, "segment_moves")
    crossing.settle(now=NOW)
    shown = page(desk, "segment_moves")
    assert "Grown" in shown
    assert "1 account on 1 May 2026" in shown
    crossing.settle(now=NOW + timedelta(days=100))
    assert "Mid-Market" in page(desk, "segment_moves", tab="moved")
    body = b"".join(desk.get(reverse("segment_moves"), {"tab": "moved", "format": "csv"}).streaming_content)
    assert account.external_id in body.decode()
    book = b"".join(desk.get(reverse("segment_moves"), {"tab": "moved", "format": "xlsx"}).streaming_content)
    assert book.startswith(b"PK")
    assert desk.get(reverse("segment_moves"), {"tab": "nonsense"}).status_code == 404
