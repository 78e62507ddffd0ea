"""SMB Ops decide about mail that waits, and owners about mail on what they have closed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Person
from cases.intake import by_hand, giving_account, processing, reading, receiving
from cases.intake.receiving import Arrived
from cases.mail import threading
from cases.models import Case, Door, MailFate, MatchedBy, Origin, ReceivedMail
from routing import draining
from routing.triggers import catalogue
from tests import factories
from tests.cases.desk import at_desk, text
from tests.cases.mails_in import take, take_one, write
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _triggers() -> None:
    catalogue.load(now=NOW)


@pytest.fixture
def otto() -> Person:
    return factories.person("ops", name="Otto Ops")


@pytest.fixture
def ops(client: Client, otto: Person) -> Client:
    client.force_login(otto)
    return client


def read() -> None:
    processing.process_pending(now=NOW + timedelta(minutes=1))


# Unmatched


def test_choosing_the_account_routes_the_case(otto: Person) -> None:
    (maya,) = factories.team(factories.pool("amer"), 1)
    account = factories.account(name="Acme")
    mail = take_one(write(sender="Ada <ada@nowhere.example>"))
    by_hand.choose_account(mail_id=mail.pk, account=account, by=otto, now=NOW)
    draining.drain_all(now=NOW)
    case = Case.objects.get()
    assert (case.account, case.territory, case.owner) == (account, "amer", maya)
    mail.refresh_from_db()
    assert (mail.account, mail.matched_by, mail.settled_by) == (account, MatchedBy.CHOICE, otto)


def test_the_next_mail_of_the_sender_goes_there_by_itself(otto: Person) -> None:
    account = factories.account()
    mail = take_one(write(sender="ada@gmail.com"))
    by_hand.choose_account(mail_id=mail.pk, account=account, by=otto, now=NOW)
    later = take_one(write(sender="ada@gmail.com", subject="And another thing"))
    assert (later.account, later.matched_by, later.case) == (account, MatchedBy.CHOICE, mail.case)


def test_it_joins_the_case_that_the_account_has_open_for_its_mail(otto: Person) -> None:
    account = factories.account(domain="acme.example")
    first = take_one(write())
    mail, more = take(write(sender="ada@gmail.com"), write(sender="ada@gmail.com", subject="More"))
    waited = mail.case
    by_hand.choose_account(mail_id=mail.pk, account=account, by=otto, now=NOW)
    assert waited
    waited.refresh_from_db()
    assert (waited.status, waited.duplicate_of, waited.closed_at) == ("duplicate", first.case, NOW)
    assert {one.case for one in ReceivedMail.objects.all()} == {first.case}
    assert more.pk


def test_chosen_twice_the_second_is_told(otto: Person) -> None:
    mail = take_one(write())
    by_hand.choose_account(mail_id=mail.pk, account=factories.account(), by=otto, now=NOW)
    with pytest.raises(by_hand.MailIsSettled):
        by_hand.choose_account(mail_id=mail.pk, account=factories.account(), by=otto, now=NOW)


def test_an_account_that_comes_into_the_book_gets_its_mail_by_itself() -> None:
    mail = take_one(write())
    assert giving_account.rematch(now=NOW) == 0
    account = factories.account(domain="acme.example")
    assert giving_account.rematch(now=NOW) == 1
    assert giving_account.rematch(now=NOW) == 0
    case = Case.objects.get()
    assert (case.account, case.territory) == (account, "amer")
    assert mail.case == case


def test_all_cases_that_wait_are_looked_at_and_those_of_one_account_become_one(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    def wait_and_place(mark: str, count: int) -> int:
        for number in range(count):
            take_one(write(sender=f"a{number}@{mark}.example", subject=f"{mark} {number}"))
        factories.account(domain=f"{mark}.example")
        with django_assert_max_num_queries(60) as asked:
            assert giving_account.rematch(now=NOW) == count
        open_ones = Case.objects.open().filter(subject__startswith=mark)
        assert [case.account.domain for case in open_ones if case.account] == [f"{mark}.example"]
        mails = ReceivedMail.objects.filter(subject__startswith=mark)
        assert {mail.case for mail in mails} == set(open_ones)
        return len(asked)

    few = wait_and_place("few", 2)
    assert wait_and_place("many", 12) == few
    monkeypatch.setattr(giving_account, "_AT_ONCE", 2)
    for number in range(5):
        take_one(write(sender=f"x@own{number}.example"))
        factories.account(domain=f"own{number}.example")
    assert giving_account.rematch(now=NOW) == 5


def test_one_that_cannot_be_placed_holds_up_no_other() -> None:
    first, second = take(write(sender="x@one.example"), write(sender="x@two.example"))
    for name in ("one", "two"):
        take_one(write(sender=f"y@{name}.example"))
    accounts = [factories.account(domain=f"{name}.example") for name in ("one", "two")]
    first.raw.content = b" "
    first.raw.save()
    taken = factories.case(account=accounts[0], case_type="email_to_case", origin=Origin.TRIGGER)
    assert giving_account.rematch(now=NOW) == 3
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.case != taken
    assert second.account == accounts[1]


def test_moving_a_mail_makes_no_acquaintance_of_a_stranger(otto: Person) -> None:
    account = factories.account(domain="acme.example")
    own = take_one(write())
    waits = take_one(write(sender="ada@gmail.com")).case
    assert waits
    stranger = take_one(write(sender="x@nowhere.example", to=threading.reply_address(waits)))
    assert stranger.is_stranger
    factories.contact(account, email="ada@gmail.com")
    giving_account.rematch(now=NOW)
    stranger.refresh_from_db()
    assert (stranger.case, stranger.is_stranger) == (own.case, True)


def test_mail_that_needs_no_case_ends_with_it(otto: Person) -> None:
    mail = take_one(write())
    by_hand.file_away(mail_id=mail.pk, by=otto, now=NOW)
    case = Case.objects.get()
    mail.refresh_from_db()
    assert (case.status, case.resolution_action, case.closed_at) == ("resolved", "no_action_required", NOW)
    assert mail.state == MailFate.FILED


def test_it_is_put_on_a_case_by_number(ops: Client) -> None:
    case = factories.case(owner=factories.person())
    mail = take_one(write())
    ops.post(f"/mail/{mail.pk}/case/", {"case": case.number})
    mail.refresh_from_db()
    assert (mail.case, mail.joined_by) == (case, "hand")
    assert Case.objects.exclude(pk=case.pk).get().duplicate_of == case


def test_a_mail_that_never_got_so_far_brings_its_words_and_its_sender(otto: Person) -> None:
    account = factories.account(domain="acme.example")
    case = factories.case(account=account, owner=factories.person())
    take_one(write(message_id="<one@acme.example>", body="First."))
    twin = take_one(write(message_id="<one@acme.example>", subject="Second", body="Quite another."))
    unread = take_one(b"Subject: x\r\n\r\nHello")
    unread.raw.content = write(sender="Bob <bob@acme.example>", subject="Third")
    unread.raw.save()
    for mail, subject, name in ((twin, "Second", "Ada Weber"), (unread, "Third", "Bob")):
        by_hand.put_on_case(mail_id=mail.pk, case=case, by=otto, now=NOW)
        mail.refresh_from_db()
        assert (mail.case, mail.subject, mail.from_name) == (case, subject, name)
        assert (mail.account, mail.matched_by, mail.settled_by) == (account, MatchedBy.DOMAIN, otto)
        assert mail.text
        assert mail.history
        assert mail.history.text == subject


def test_one_that_cannot_be_read_is_put_nowhere(otto: Person) -> None:
    case = factories.case()
    mail = take_one(b"Subject: x\r\n\r\nHello")
    with pytest.raises(by_hand.MailIsSettled, match="names no sender"):
        by_hand.put_on_case(mail_id=mail.pk, case=case, by=otto, now=NOW)


def test_whatever_is_wrong_with_its_bytes_is_a_refusal(otto: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = take_one(b"From: ada@acme.example\nTo: us@x.example\nAuto-Submitted: auto-replied\n\nAway.")
    case = factories.case(account=factories.account())

    def fail(*_args: Any, **_more: Any) -> None:
        raise TypeError("half a sign")

    monkeypatch.setattr(reading, "read", fail)
    with pytest.raises(by_hand.MailIsSettled, match="TypeError: half a sign"):
        by_hand.put_on_case(mail_id=mail.pk, case=case, by=otto, now=NOW)


def test_one_that_is_being_read_is_left_to_its_reader(otto: Person) -> None:
    case = factories.case()
    receipt = receiving.receive([Arrived(raw=write(), mailbox="team", door=Door.PIPE)], now=NOW)[0]
    with pytest.raises(by_hand.MailIsSettled, match="being read"):
        by_hand.put_on_case(mail_id=receipt.id or 0, case=case, by=otto, now=NOW)
    assert ReceivedMail.objects.get().state == MailFate.WAITING


# Held, filed, not read


def test_a_held_mail_is_let_through(otto: Person, settings: Any) -> None:
    settings.MAIL_MOST_AN_HOUR = 1
    _, held = take(write(), write(subject="Again"))
    by_hand.let_through(mail_id=held.pk, by=otto)
    read()
    held.refresh_from_db()
    assert held.state == MailFate.ON_CASE


def test_a_filed_mail_that_a_person_wrote_is_let_through(otto: Person) -> None:
    filed = take_one(write(Precedence="bulk"))
    by_hand.let_through(mail_id=filed.pk, by=otto)
    read()
    filed.refresh_from_db()
    assert filed.state == MailFate.ON_CASE


def test_a_held_mail_gets_another_account(otto: Person) -> None:
    factories.account(domain="acme.example", segment="enterprise")
    ours = factories.account()
    held = take_one(write())
    assert held.state == MailFate.HELD
    by_hand.choose_account(mail_id=held.pk, account=ours, by=otto, now=NOW)
    read()
    held.refresh_from_db()
    assert (held.state, Case.objects.get().account) == (MailFate.ON_CASE, ours)


def test_what_was_not_read_is_tried_again(otto: Person) -> None:
    mail = take_one(b"Subject: x\r\n\r\nHello")
    mail.raw.content = write()
    mail.raw.save()
    by_hand.try_again(mail_id=mail.pk, by=otto)
    read()
    mail.refresh_from_db()
    assert mail.state == MailFate.ON_CASE


def test_who_is_not_of_ops_decides_nothing() -> None:
    mail = take_one(write())
    anybody = factories.person()
    for act in (by_hand.let_through, by_hand.try_again, partial(by_hand.file_away, now=NOW)):
        with pytest.raises(PermissionDenied):
            act(mail_id=mail.pk, by=anybody)


# A mail on a closed case


@pytest.fixture
def closed() -> Case:
    case = factories.case(owner=factories.person(name="Maya Stone"))
    Case.objects.filter(pk=case.pk).update(
        closed_at=NOW, status="resolved", resolution_action="answered_question", picked_up_at=NOW
    )
    return case


def test_a_new_case_is_opened_from_it_in_one_click(closed: Case) -> None:
    mail = take_one(write(to=threading.reply_address(closed)))
    desk = at_desk(Person.objects.get(name="Maya Stone"))
    page = text(desk.open(closed))
    assert "Open a new case from this mail" in page
    response = desk.client.post(f"/cases/{closed.pk}/received/{mail.pk}/open/")
    mail.refresh_from_db()
    new = Case.objects.exclude(pk=closed.pk).get()
    assert response.url == f"/cases/{new.pk}/"
    assert (new.account, new.meant_for, mail.case) == (closed.account, desk.person, new)
    assert "Open a new case from this mail" not in text(desk.open(closed))


def test_clicked_twice_it_opens_one(closed: Case) -> None:
    mail = take_one(write(to=threading.reply_address(closed)))
    desk = at_desk(Person.objects.get(name="Maya Stone"))
    address = f"/cases/{closed.pk}/received/{mail.pk}/open/"
    desk.client.post(address)
    again = desk.client.post(address, follow=True)
    new = Case.objects.exclude(pk=closed.pk).get()
    assert again.redirect_chain[-1][0] == f"/cases/{closed.pk}/"
    assert f"{new.number} was opened from it already." in text(again)


def test_a_case_that_is_open_again_keeps_its_mail(closed: Case) -> None:
    mail = take_one(write(to=threading.reply_address(closed)))
    desk = at_desk(Person.objects.get(name="Maya Stone"))
    assert "Open a new case" in text(desk.client.get(f"/cases/{closed.pk}/received/{mail.pk}/"))
    Case.objects.filter(pk=closed.pk).update(closed_at=None, status="engaged", resolution_action="")
    assert "Open a new case" not in text(desk.client.get(f"/cases/{closed.pk}/received/{mail.pk}/"))
    with pytest.raises(by_hand.MailIsSettled, match="open again"):
        by_hand.open_new_case(case_id=closed.pk, mail_id=mail.pk, by=desk.person, now=NOW)
    mail.refresh_from_db()
    assert (Case.objects.count(), mail.case) == (1, closed)


def test_a_mail_of_another_case_opens_none(closed: Case) -> None:
    other = take_one(write(sender="Eve <eve@elsewhere.example>", subject="Whose am I"))
    desk = at_desk(Person.objects.get(name="Maya Stone"))
    assert desk.client.post(f"/cases/{closed.pk}/received/{other.pk}/open/").status_code == 404
    assert desk.client.post(f"/cases/{closed.pk}/received/0/open/").status_code == 404


# Pages


def test_the_lists_show_what_waits_and_suggest(ops: Client) -> None:
    near = factories.account(name="Acme Robotics")
    take(
        write(sender="Ada Weber <ada@acme.example>", subject="Whose am I"),
        write(sender="x@y.example", Precedence="bulk", subject="News"),
        b"Subject: nobody\r\n\r\nHello",
    )
    assert "Whose am I" in text(ops.get("/mail/unmatched/"))
    assert "News" in text(ops.get("/mail/filed/"))
    assert "It names no sender." in text(ops.get("/mail/unreadable/"))
    mail = ReceivedMail.objects.get(subject="Whose am I")
    page = text(ops.get(f"/mail/{mail.pk}/"))
    assert "Acme Robotics" in page
    assert "its name begins like acme.example" in page
    ops.post(f"/mail/{mail.pk}/account/", {"account": near.pk, "kind": "unmatched"})
    assert Case.objects.get().account == near
    assert "Whose am I" not in text(ops.get("/mail/unmatched/"))


@pytest.mark.parametrize("kind", ["unmatched", "held", "unreadable", "filed"])
def test_a_list_costs_the_same_queries_however_long(
    ops: Client, kind: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        mail = take_one(write(sender=f"a{number}@x{number}.example"))
        if kind != "unmatched":
            ReceivedMail.objects.filter(pk=mail.pk).update(state=kind)
    with django_assert_max_num_queries(14):
        ops.get(f"/mail/{kind}/")


def test_the_original_is_text_and_nothing_else(ops: Client) -> None:
    raw = write(html="<script>alert(1)</script>")
    mail = take_one(raw)
    for address in (f"/mail/{mail.pk}/original/", f"/cases/{mail.case_id}/received/{mail.pk}/original/"):
        response = ops.get(address)
        assert response.content == raw
        assert response["Content-Type"].startswith("text/plain")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in response["Content-Disposition"]
