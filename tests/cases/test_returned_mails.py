"""A mail of ours comes back: it says so on its case and by API, and who wrote it is told, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts import keys
from accounts.models import Activity
from accounts.models.keys import Scope
from cases import touches
from cases.intake import reading, reports
from cases.intake.reports import Failure
from cases.mail import mailing, outbox, threading
from cases.mail.letters import Letter
from cases.mail.recipients import Recipient
from cases.models import Case, Mail, MailFate, MailSort, MailState, Notice, NoticeKind
from routing.triggers import catalogue
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.cases.mails_in import take, take_one
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ZOE, ANA = "zoe@northpeak.example", "ana@northpeak.example"
NO_SUCH_USER = "550 5.1.1 <zoe@northpeak.example>: No such user"


@pytest.fixture
def case() -> Case:
    catalogue.load(now=NOW)
    account = factories.account(name="Northpeak")
    zoe = factories.contact(account, name="Zoë Ångström", email=ZOE)
    maya = factories.person(name="Maya Stone")
    columns = {"picked_up_at": NOW, "status": "attempting_contact"}
    return factories.case(owner=maya, account=account, contact_id=zoe.pk, columns=columns)


@pytest.fixture
def maya(case: Case) -> Desk:
    assert case.owner
    return at_desk(case.owner)


@pytest.fixture
def mail(case: Case) -> Mail:
    return sent(case)


def sent(case: Case, *, to: str = ZOE, cc: tuple[str, ...] = (), subject: str = "Your quote") -> Mail:
    to_whom = Recipient(key="x", contact_id=None, name="Zoë Ångström", address=to, what="")
    letter = Letter(to=to_whom, cc=cc, subject=subject, body="Hi Zoë, here it is.")
    assert case.owner
    made = mailing.send(case_id=case.pk, letter=letter, by=case.owner, now=NOW)
    outbox.send_waiting(clock=lambda: NOW)
    made.refresh_from_db()
    return made


def report(
    case: Case, *blocks: str, names: str = "", action: str = "failed", message_id: str = "<r1@mx.example>"
) -> bytes:
    """A delivery status as servers write it."""
    told = blocks or (
        f"Final-Recipient: rfc822; {ZOE}\nAction: {action}\nDiagnostic-Code: smtp; {NO_SUCH_USER}",
    )
    status = "\n\n".join(("Reporting-MTA: dns; mx.example", *told))
    original = f"Message-ID: {names}\nSubject: Your quote\n" if names else "Subject: Your quote\n"
    return f"""\
From: Mail Delivery System <mailer-daemon@mx.example>
To: {threading.reply_address(case)}
Subject: Undelivered Mail Returned to Sender
Message-ID: {message_id}
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.
--b
Content-Type: message/delivery-status

{status}

--b
Content-Type: text/rfc822-headers

{original}
--b--
""".encode()


def test_it_says_from_whom_it_came_back_and_why(case: Case, mail: Mail) -> None:
    received = take_one(report(case, names=mail.message_id))
    mail.refresh_from_db()
    assert (received.state, received.sort, received.case) == (MailFate.FILED, MailSort.BOUNCE, None)
    (told,) = mail.returned
    assert (mail.state, told["address"], told["why"]) == (MailState.RETURNED, ZOE, NO_SUCH_USER)
    assert told["received"] == received.pk
    (notice,) = Notice.objects.filter(kind=NoticeKind.MAIL_FAILED)
    assert notice.person == case.owner
    assert notice.text == f"“Your quote” came back from {ZOE}: {NO_SUCH_USER}"


def test_what_reached_nobody_is_no_touch(case: Case, mail: Mail) -> None:
    assert Activity.objects.filter(kind="email").count() == 1
    take_one(report(case))
    mail.refresh_from_db()
    assert mail.activity is None
    assert not Activity.objects.exists()
    assert touches.load_logged([case])[case.pk] == []
    case.refresh_from_db()
    assert case.history.latest("id").data["kind"] == "returned"


def test_one_that_reached_somebody_else_stays_sent_and_says_whom_it_missed(case: Case) -> None:
    mail = sent(case, cc=(ANA,))
    take_one(report(case))
    mail.refresh_from_db()
    assert (mail.state, [one["address"] for one in mail.returned]) == (MailState.SENT, [ZOE])
    assert mail.activity
    take_one(report(case, f"Final-Recipient: rfc822; {ANA}\nAction: failed", message_id="<r2@mx.example>"))
    mail.refresh_from_db()
    assert (mail.state, [one["address"] for one in mail.returned]) == (MailState.RETURNED, [ZOE, ANA])


def test_told_twice_it_came_back_once(case: Case, mail: Mail) -> None:
    take(*(report(case, message_id=f"<r{number}@mx.example>") for number in range(3)))
    take_one(report(case, message_id="<again@mx.example>"))
    mail.refresh_from_db()
    assert len(mail.returned) == 1
    assert Notice.objects.filter(kind=NoticeKind.MAIL_FAILED).count() == 1
    assert case.history.filter(data__kind="returned").count() == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_that_it_is_late_or_has_arrived_is_no_return(case: Case, mail: Mail, action: str) -> None:
    received = take_one(report(case, action=action))
    mail.refresh_from_db()
    assert (received.sort, received.state) == (MailSort.REPORT, MailFate.FILED)
    assert (mail.state, mail.returned) == (MailState.SENT, [])
    assert not Notice.objects.filter(kind=NoticeKind.MAIL_FAILED).exists()


def test_without_its_id_it_is_the_latest_that_went_to_that_address(case: Case) -> None:
    first, second = sent(case), sent(case, to=ANA, subject="For Ana")
    take_one(report(case))
    states = {one.pk: one.state for one in Mail.objects.all()}
    assert states == {first.pk: MailState.RETURNED, second.pk: MailState.SENT}


def test_a_server_that_writes_no_report_is_understood_by_its_words(case: Case) -> None:
    mail = sent(case, cc=(ANA,))
    take_one(
        f"From: MAILER-DAEMON@mx.example\nTo: {threading.reply_address(case)}\nSubject: failure notice\n\n"
        f"Hi. This is the qmail-send program.\n<{ANA}>:\n550 no mailbox here by that name\n".encode()
    )
    mail.refresh_from_db()
    assert [one["address"] for one in mail.returned] == [ANA]


def test_an_older_header_names_whom_it_did_not_reach(case: Case, mail: Mail) -> None:
    head = f"From: mailer-daemon@mx.example\nTo: {threading.reply_address(case)}\n"
    take_one(f"{head}X-Failed-Recipients: {ZOE}\n\nNo.\n".encode())
    mail.refresh_from_db()
    assert mail.state == MailState.RETURNED


def test_by_the_reply_address_of_one_case_no_mail_of_another_comes_back(case: Case, mail: Mail) -> None:
    assert case.owner
    other = factories.case(owner=case.owner)
    take_one(report(other, names=mail.message_id))
    mail.refresh_from_db()
    assert (mail.state, mail.returned) == (MailState.SENT, [])


def test_the_case_and_the_mail_s_page_say_so_until_another_is_written(
    case: Case, mail: Mail, maya: Desk
) -> None:
    take_one(report(case))
    page = text(maya.open(case))
    assert "Your mail “Your quote” reached nobody." in page
    assert f"<b>{ZOE}</b>" in page
    assert "<b>A mail server</b> sent back the mail <b>“Your quote”</b>" in page
    page = text(maya.client.get(f"/cases/{case.pk}/mails/{mail.pk}/"))
    assert "Came back:" in page
    assert "No such user" in page
    assert "Send again" in page
    sent(case, to=ANA)
    assert "reached nobody" not in text(maya.open(case))


def test_sent_again_it_is_on_its_way_and_a_touch_once_more(case: Case, mail: Mail) -> None:
    take_one(report(case))
    assert case.owner
    mailing.send_again(case_id=case.pk, mail_id=mail.pk, by=case.owner, now=NOW)
    outbox.send_waiting(clock=lambda: NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.returned) == (MailState.SENT, [])
    assert mail.activity


def test_the_api_says_so_too(case: Case, mail: Mail, client: Any) -> None:
    take_one(report(case))
    scopes = (Scope.CASES_READ,)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=case.owner, now=timezone.now())
    answer = client.get(f"/api/cases/{case.number}/mails", headers={"Authorization": f"Bearer {secret}"})
    (line,) = answer.json()["results"]
    assert (line["state"], line["returned"][0]["address"]) == ("returned", ZOE)
    assert line["returned"][0]["why"] == NO_SUCH_USER


def test_many_returns_cost_no_more_queries(case: Case, django_assert_max_num_queries: Any) -> None:
    def come_back(count: int) -> int:
        raws = []
        for number in range(count):
            account = factories.account()
            one = factories.case(owner=case.owner, account=account)
            sent(one)
            raws.append(
                report(one, message_id=f"<{count}.{number}@mx.example>").replace(
                    b"mailer-daemon@", b"mailer-daemon@%d." % number
                )
            )
        with django_assert_max_num_queries(80) as asked:
            take(*raws)
        return len(asked) - count  # the test's own look at each mail

    few = come_back(2)
    assert come_back(12) == few


@pytest.mark.parametrize(
    ("block", "failure"),
    [
        ("Final-Recipient: rfc822; A@b.example\nStatus: 5.1.1", Failure(address="a@b.example", why="5.1.1")),
        (
            "Original-Recipient: rfc822;a@b.example\nFinal-Recipient: rfc822;x@c.example\nAction: FAILED",
            Failure(address="a@b.example"),
        ),
        ("Final-Recipient: nonsense\nAction: failed", None),
        ("", None),
    ],
)
def test_reports_are_read_as_they_come(block: str, failure: Failure | None) -> None:
    raw = report(Case(pk=1), block)
    found = reading.read(raw).report
    assert found.failures == ((failure,) if failure else ())
    assert reports.read(reading.parse(b"Subject: x\n\nHello"), {}) == reports.NOTHING_RETURNED


def test_a_mail_whose_charset_is_nonsense_is_no_report() -> None:
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\0\n\nHello"
    assert reading.read(raw).report == reports.NOTHING_RETURNED
