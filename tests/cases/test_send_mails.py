"""Sending what waits in the outbox, against a real mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused

from accounts.models import Activity, Person
from cases import ending, lifecycle
from cases.mail import mailing, outbox, recipients, retrying, threading
from cases.mail.letters import Letter
from cases.mail.retrying import Fate
from cases.models import Case, Mail, Notice, Verb
from cases.tasks import send_mails
from tests import factories
from tests.cases import mail_server
from tests.cases.mail_server import Inbox
from tests.factories import NOW
from tests.reading_flowed import unflow

pytestmark = pytest.mark.django_db
BODY = (
    "Hi Zoë,\n\nthank you for your patience with this, the quote for forty seats is attached to the opportunity as"
    " of this morning and stays valid until the end of the month.\n\nMaya"
)


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    with mail_server.running(settings) as inbox:
        yield inbox


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


@pytest.fixture
def case(maya: Person) -> Case:
    account = factories.account(name="Nørdic Söftware")
    contact = factories.contact(account, name="Zoë Ångström", email="zoe@customer.example")
    return factories.case(owner=maya, account=account, contact_id=contact.pk)


def write(case: Case, by: Person, **fields: Any) -> Mail:
    letter: dict[str, Any] = {"subject": "Your quote – 40 seats", "body": BODY, **fields}
    letter.setdefault("to", recipients.choose(case, ""))
    return mailing.send(case_id=case.pk, letter=Letter(**letter), by=by, now=NOW)


def send(later: timedelta = timedelta(0)) -> int:
    return outbox.send_waiting(clock=lambda: NOW + later)


def settled(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


class TestSent:
    def test_the_customer_gets_what_was_written(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya, cc=("boss@customer.example",))
        assert send() == 1
        (got,) = inbox.mails
        assert got["Subject"] == "Your quote – 40 seats"
        assert got["To"] == "Zoë Ångström <zoe@customer.example>"
        assert got["Cc"] == "boss@customer.example"
        assert got["From"] == "Maya Stone <smb@cases.example.com>"
        assert got["Message-ID"] == mail.message_id
        assert got.get_content_type() == "text/plain"
        assert got["Content-Type"].params["format"] == "flowed"
        assert unflow(got.get_content().replace("\r\n", "\n").rstrip("\n")) == BODY
        assert inbox.envelopes[0].rcpt_tos == ["zoe@customer.example", "boss@customer.example"]
        held = settled(mail)
        assert (held.state, held.sent_at, held.try_at, held.attempts) == ("sent", NOW, None, 1)

    def test_lines_are_short_on_the_wire(self, inbox: Inbox, case: Case, maya: Person) -> None:
        write(case, maya)
        send()
        assert max(len(line) for line in inbox.envelopes[0].content.split(b"\r\n")) <= 78

    def test_nothing_is_sent_twice(self, inbox: Inbox, case: Case, maya: Person) -> None:
        write(case, maya)
        assert [send(), send(timedelta(hours=1))] == [1, 0]
        assert len(inbox.mails) == 1

    def test_answer_and_bounce_come_back_to_the_case(self, inbox: Inbox, case: Case, maya: Person) -> None:
        write(case, maya)
        send()
        assert threading.case_of(inbox.mails[0]["Reply-To"]) == case.pk
        assert threading.case_of(inbox.envelopes[0].mail_from) == case.pk

    def test_a_later_mail_goes_on_with_the_thread(self, inbox: Inbox, case: Case, maya: Person) -> None:
        first, second = write(case, maya), write(case, maya)
        third = write(case, maya)
        send()
        got = inbox.mails[2]
        assert got["In-Reply-To"] == second.message_id
        assert got["References"].split() == [first.message_id, second.message_id]
        assert "In-Reply-To" not in inbox.mails[0]
        assert third.message_id not in got["References"]

    def test_the_task_does_it(self, inbox: Inbox, case: Case, maya: Person) -> None:
        write(case, maya)
        send_mails()
        assert len(inbox.mails) == 1


class TestRefused:
    def test_a_server_that_is_busy_is_asked_again_later(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        inbox.says = "451 Come back later"
        assert send() == 0
        held = settled(mail)
        assert (held.state, held.attempts, held.problem) == ("waiting", 1, "451 Come back later")
        assert held.try_at == NOW + retrying.DELAYS[0]
        inbox.says = ""
        assert [send(), send(timedelta(minutes=1))] == [0, 1]

    def test_a_server_that_says_no_ends_it(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        inbox.to["zoe@customer.example"] = "550 No such user here"
        send()
        held = settled(mail)
        assert (held.state, held.try_at) == ("failed", None)
        assert "550 No such user here" in held.problem
        last = case.history.order_by("-id")[0]
        assert (last.verb, last.data["kind"], last.actor) == (Verb.MAILED, "failed", "clock")
        assert "550" in last.text
        notice = Notice.objects.get(person=maya)
        assert notice.url == f"/cases/{case.pk}/mails/{mail.pk}/"
        assert "550" in notice.text

    def test_what_did_not_go_out_was_no_touch(self, inbox: Inbox, case: Case, maya: Person) -> None:
        lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
        write(case, maya)
        case.refresh_from_db()
        assert ending.load_tries([case])[case.pk] == (NOW,)
        inbox.says = "554 Spam"
        send()
        assert not Activity.objects.exists()
        assert ending.load_tries([case])[case.pk] == ()

    def test_after_the_last_try_it_is_given_up(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        inbox.says = "451 Come back later"
        later = timedelta(0)
        for delay in retrying.DELAYS:
            assert settled(mail).state == "waiting"
            send(later)
            later += delay
        send(later)
        assert settled(mail).state == "failed"

    def test_a_person_sends_it_again(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        inbox.says = "554 Spam"
        send()
        inbox.says = ""
        mailing.send_again(case_id=case.pk, mail_id=mail.pk, by=maya, now=NOW)
        assert send() == 1
        assert inbox.mails[0]["Message-ID"] == mail.message_id
        assert Activity.objects.count() == 1

    def test_what_is_on_its_way_is_not_sent_again(self, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        with pytest.raises(mailing.NothingToSettle):
            mailing.send_again(case_id=case.pk, mail_id=mail.pk, by=maya, now=NOW)

    def test_one_that_is_refused_does_not_hold_up_the_next(
        self, inbox: Inbox, case: Case, maya: Person
    ) -> None:
        inbox.to["zoe@customer.example"] = "550 No such user here"
        write(case, maya)
        other = factories.contact(case.account, name="Jo", email="jo@customer.example")
        write(case, maya, to=recipients.choose(case, f"contact-{other.pk}"))
        assert send() == 1


class TestNobodyKnows:
    def test_a_server_that_hangs_up_in_the_middle_leaves_it_to_a_person(
        self, inbox: Inbox, case: Case, maya: Person
    ) -> None:
        mail = write(case, maya)
        inbox.hangs_up = True
        send()
        assert settled(mail).state == "unclear"
        assert Notice.objects.get(person=maya).kind == "mail_failed"
        assert send(timedelta(days=1)) == 0
        assert len(inbox.mails) == 1
        mailing.settle(case_id=case.pk, mail_id=mail.pk, by=maya, now=NOW)
        assert settled(mail).state == "sent"

    def test_a_sender_that_died_leaves_it_to_a_person(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        outbox._claim(now=NOW)
        assert send(timedelta(minutes=1)) == 0
        assert settled(mail).state == "sending"
        assert send(retrying.LEASE) == 0
        assert settled(mail).state == "unclear"
        assert "may have gone out" in settled(mail).problem
        assert not inbox.mails

    def test_a_late_sender_still_says_that_it_went_out(self, inbox: Inbox, case: Case, maya: Person) -> None:
        mail = write(case, maya)
        claimed = outbox._claim(now=NOW)
        outbox.give_lost_ones_up(now=NOW + retrying.LEASE)
        outbox._of_claim(claimed).update(state="sent", sent_at=NOW, try_at=None)
        assert settled(mail).state == "sent"


class TestServerAway:
    def test_the_mails_wait(self, settings: Any, case: Case, maya: Person) -> None:
        with mail_server.running(settings):
            pass
        first, second = write(case, maya), write(case, maya)
        assert send() == 0
        assert settled(first).state == "waiting"
        assert settled(first).attempts == 1
        assert settled(second).attempts == 0, "the others need not be tried while nobody answers"


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (smtplib.SMTPDataError(451, b"busy"), Fate.AGAIN),
        (smtplib.SMTPDataError(554, b"no"), Fate.GIVE_UP),
        (smtplib.SMTPSenderRefused(421, b"too many", "us"), Fate.AGAIN),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"busy"), "b": (550, b"no")}), Fate.AGAIN),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), Fate.GIVE_UP),
        (smtplib.SMTPServerDisconnected("gone"), Fate.UNCLEAR),
        (TimeoutError("timed out"), Fate.UNCLEAR),
        (AnymailAPIError("bad", status_code=400), Fate.GIVE_UP),
        (AnymailAPIError("slow", status_code=429), Fate.AGAIN),
        (AnymailAPIError("down", status_code=503), Fate.AGAIN),
        (AnymailAPIError("no answer"), Fate.UNCLEAR),
        (AnymailRecipientsRefused(), Fate.GIVE_UP),
        (ValueError("bad header"), Fate.GIVE_UP),
    ],
)
def test_what_an_error_means(error: Exception, fate: Fate) -> None:
    if isinstance(error, AnymailAPIError) and error.status_code:
        error.response = type("Response", (), {"reason": "said", "text": ""})()
    assert retrying.decide(error, attempts=1, reached=True, now=NOW).fate is fate


def test_who_was_never_reached_is_always_tried_again() -> None:
    outcome = retrying.decide(ConnectionRefusedError("no"), attempts=2, reached=False, now=NOW)
    assert (outcome.fate, outcome.try_at) == (Fate.AGAIN, NOW + retrying.DELAYS[1])
