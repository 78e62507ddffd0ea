"""A mail comes in: kept once, read once, and put where it belongs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Activity, Event
from cases.intake import processing, receiving, settling
from cases.intake.receiving import Arrived
from cases.mail import threading
from cases.models import (
    Case,
    Door,
    History,
    JoinedBy,
    MailFate,
    MailSort,
    MatchedBy,
    Notice,
    RawMail,
    ReceivedMail,
)
from routing import why
from routing.triggers import catalogue
from tests import factories
from tests.cases.mails_in import ADDRESS, take, take_one, write
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _triggers() -> None:
    catalogue.load(now=NOW)


@pytest.fixture
def acme() -> Any:
    return factories.account(name="Acme", domain="acme.example")


# Kept


def test_it_is_kept_as_it_came_before_anybody_reads_it() -> None:
    raw = write()
    (receipt,) = receiving.receive([Arrived(raw=raw, mailbox="team", door=Door.PIPE)], now=NOW)
    mail = ReceivedMail.objects.get()
    assert receipt.id == mail.pk
    assert (mail.state, mail.size, bytes(RawMail.objects.get().content)) == (MailFate.WAITING, len(raw), raw)


def test_the_same_mail_is_there_once() -> None:
    raw = write(message_id="<one@acme.example>")
    assert len(take(raw)) == 1
    assert take(raw) == []
    assert take(raw, raw) == []
    assert (ReceivedMail.objects.count(), Case.objects.count()) == (1, 1)


def test_the_same_mail_in_one_set_is_there_once() -> None:
    raw = write(message_id="<one@acme.example>")
    assert len(take(raw, raw)) == 1


def test_without_an_id_it_is_known_by_what_it_says() -> None:
    raw = write(message_id="")
    again = b"Received: from somewhere else\r\n" + raw
    take(raw, again)
    assert ReceivedMail.objects.get().key.startswith("sha256:")


def test_two_mailboxes_may_have_the_same_mail() -> None:
    raw = write(message_id="<one@acme.example>")
    take(raw)
    take(raw, mailbox="other")
    assert ReceivedMail.objects.count() == 2


def test_an_id_given_twice_to_other_words_keeps_no_mail_out() -> None:
    take(write(message_id="<one@acme.example>", body="First."))
    held = take_one(write(message_id="<one@acme.example>", body="Quite another."))
    assert held.state == MailFate.HELD
    assert "same Message-ID" in held.reason


# Opens a case


def test_a_known_contacts_mail_opens_a_case_through_the_triggers(acme: Any) -> None:
    ada = factories.contact(acme, name="Ada Weber", email="Ada@acme.example")
    mail = take_one(write(subject="More seats", body="Ten people come in May."))
    case = Case.objects.get()
    assert (case.case_type, case.account, case.contact, case.territory) == (
        "email_to_case",
        acme,
        ada,
        "amer",
    )
    assert (case.subject, case.description, case.web_email) == (
        "More seats",
        "Ten people come in May.",
        "ada@acme.example",
    )
    assert (mail.state, mail.case, mail.joined_by, mail.matched_by) == ("on_case", case, "opened", "contact")
    opening = why.explain_opening(case)
    assert opening
    assert opening.event == mail.event
    assert mail.history
    assert mail.history.verb == "opened"
    assert Event.objects.get().evaluated_at is not None


def test_no_subject_and_no_words_still_make_a_case(acme: Any) -> None:
    take(write(subject="", body=""))
    assert Case.objects.get().subject == "Mail from Ada Weber"


def test_nobody_is_named_as_contact_who_did_not_write(acme: Any) -> None:
    acme.gitlab_admin = factories.contact(acme, email="admin@acme.example")
    acme.save()
    take(write())
    assert Case.objects.get().contact is None


def test_a_mail_of_an_account_that_has_its_mail_case_open_joins_it(acme: Any) -> None:
    first = take_one(write())
    second = take_one(write(sender="Bob <bob@acme.example>", subject="Something else"))
    assert (second.case, second.joined_by) == (first.case, JoinedBy.ACCOUNT)
    assert Case.objects.count() == 1


def test_two_at_once_of_one_account_make_one_case(acme: Any) -> None:
    mails = take(write(), write(sender="bob@acme.example"), write(sender="cy@acme.example"))
    assert {mail.state for mail in mails} == {MailFate.ON_CASE}
    assert Case.objects.count() == 1


def test_one_that_no_case_type_takes_is_held_with_the_reason(acme: Any) -> None:
    acme.segment = "enterprise"
    acme.save()
    mail = take_one(write())
    assert (mail.state, Case.objects.count()) == (MailFate.HELD, 0)
    assert "not in the SMB segment" in mail.reason


# Who wrote


@pytest.mark.parametrize(
    ("sender", "matched"),
    [
        ("ada@acme.example", MatchedBy.CONTACT),
        ("lea@private.example", MatchedBy.LEAD),
        ("new@acme.example", MatchedBy.DOMAIN),
        ("new@mail.eu.acme.example", MatchedBy.DOMAIN),
        ("who@nowhere.example", MatchedBy.NOBODY),
        ("acme@gmail.com", MatchedBy.NOBODY),
    ],
)
def test_the_sender_is_matched_to_contact_then_lead_then_domain(acme: Any, sender: str, matched: str) -> None:
    factories.account(domain="gmail.com")
    factories.contact(acme, email="ADA@acme.example")
    factories.lead(acme, email="lea@private.example")
    mail = take_one(write(sender=sender))
    assert mail.matched_by == matched
    assert (mail.account == acme) is (matched != MatchedBy.NOBODY)


def test_an_address_of_two_accounts_is_nobodys(acme: Any) -> None:
    for one in (acme, factories.account()):
        factories.contact(one, email="ada@acme.example")
    assert take_one(write()).matched_by == MatchedBy.NOBODY


def test_a_domain_of_two_accounts_is_nobodys(acme: Any) -> None:
    factories.account(domain="ACME.example")
    assert take_one(write()).account is None


def test_unmatched_mail_makes_a_case_that_waits_and_ops_are_told_once_an_hour() -> None:
    ops = factories.person("ops")
    take(write())
    take(write(sender="x@y.example"), now=NOW + timedelta(minutes=5))
    assert [(case.account, case.territory) for case in Case.objects.all()] == [(None, "")] * 2
    (notice,) = Notice.objects.filter(person=ops)
    assert (notice.tally, notice.url) == (2, "/mail/unmatched/")


def test_the_same_unknown_sender_writes_on_one_case() -> None:
    first, second = take(write(), write(subject="I forgot"))
    assert second.case == first.case
    assert second.joined_by == JoinedBy.SENDER


# Threads


@pytest.fixture
def maya() -> Any:
    return factories.person(name="Maya Stone")


@pytest.fixture
def case(acme: Any, maya: Any) -> Case:
    ada = factories.contact(acme, name="Ada Weber", email="ada@acme.example")
    columns = {"picked_up_at": NOW, "status": "engaged"}
    return factories.case(account=acme, owner=maya, contact_id=ada.pk, columns=columns)


def test_the_reply_address_leads_to_its_case_and_the_answer_stops_the_cadence(case: Case, maya: Any) -> None:
    mail = take_one(write(to=threading.reply_address(case), subject="Re: your quote"))
    case.refresh_from_db()
    assert (mail.case, mail.joined_by, mail.is_stranger) == (case, JoinedBy.TOKEN, False)
    assert case.answered
    assert case.next_touch_on is None
    (activity,) = Activity.objects.all()
    assert (activity.inbound, activity.kind, activity.contact) == (True, "email", case.contact)
    (notice,) = Notice.objects.filter(person=maya, kind="mail_came")
    assert (notice.case, notice.text) == (case, "Ada Weber: Re: your quote")
    assert mail.history
    assert mail.history.data["received"] == mail.pk


def test_the_envelope_counts_where_no_header_names_the_reply_address(case: Case) -> None:
    mail = take_one(write(), envelope_to=threading.reply_address(case))
    assert mail.case == case


def test_a_made_up_reply_address_leads_nowhere(case: Case) -> None:
    forged = threading.reply_address(case).replace("-", "-a", 1)[:-1]
    mail = take_one(write(to=forged, sender="x@nowhere.example"))
    assert mail.case != case


def test_a_stranger_with_the_reply_address_is_marked_and_stops_nothing(case: Case) -> None:
    mail = take_one(write(to=threading.reply_address(case), sender="x@nowhere.example"))
    case.refresh_from_db()
    assert (mail.case, mail.is_stranger, case.answered) == (case, True, False)


def test_an_answer_to_a_mail_of_the_case_joins_it(case: Case) -> None:
    first = take_one(write(to=threading.reply_address(case), message_id="<q1@acme.example>"))
    second = take_one(
        write(References="<q0@acme.example> <q1@acme.example>", In_Reply_To="<q1@acme.example>")
    )
    assert (second.case, second.joined_by) == (first.case, JoinedBy.THREAD)


def test_an_answer_in_the_same_set_finds_the_case_of_the_first(acme: Any) -> None:
    first, second = take(
        write(sender="a@other.example", message_id="<q1@acme.example>", Cc="b@third.example"),
        write(sender="b@third.example", In_Reply_To="<q1@acme.example>"),
    )
    assert second.case == first.case
    assert second.joined_by == JoinedBy.THREAD


def test_who_does_not_belong_to_the_thread_does_not_join_it_by_its_ids(case: Case) -> None:
    take(write(to=threading.reply_address(case), message_id="<q1@acme.example>"))
    mail = take_one(write(sender="x@nowhere.example", In_Reply_To="<q1@acme.example>", subject=case.subject))
    assert mail.case != case
    assert mail.joined_by == JoinedBy.OPENED


def test_the_subject_alone_joins_nothing(case: Case) -> None:
    mail = take_one(write(sender="x@nowhere.example", subject=f"Re: [{case.number}] {case.subject}"))
    assert mail.case != case


def test_on_a_closed_case_it_is_put_there_and_the_owner_is_told(case: Case, maya: Any) -> None:
    Case.objects.filter(pk=case.pk).update(
        closed_at=NOW, status="resolved", resolution_action="answered_question"
    )
    mail = take_one(write(to=threading.reply_address(case)))
    assert (mail.case, mail.came_after_closing) == (case, True)
    assert Case.objects.count() == 1
    assert Case.objects.get().closed_at is not None
    assert "closed case" in Notice.objects.get(person=maya, kind="mail_came").text


def test_while_the_owner_is_away_the_cover_is_told_too(case: Case, maya: Any) -> None:
    cover = factories.person(name="Carl Cover")
    factories.time_off(maya, covered_by=cover)
    take(write(to=threading.reply_address(case)))
    assert {one.person for one in Notice.objects.filter(kind="mail_came")} == {maya, cover}


# Machines


@pytest.mark.parametrize(
    ("headers", "sort"),
    [
        ({"Auto_Submitted": "auto-replied"}, MailSort.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated; type=x"}, MailSort.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, MailSort.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, MailSort.AUTO_REPLY),
        ({"List_Id": "News <news.acme.example>"}, MailSort.LIST),
        ({"Precedence": "bulk"}, MailSort.LIST),
        ({"X_Failed_Recipients": "a@b.example"}, MailSort.BOUNCE),
        ({"sender": "MAILER-DAEMON@mx.example"}, MailSort.BOUNCE),
        ({"sender": f"SMB <{ADDRESS}>"}, MailSort.LOOP),
        ({"Auto_Submitted": "no"}, MailSort.PERSON),
    ],
)
def test_machines_are_filed_without_a_case(headers: dict[str, str], sort: str) -> None:
    mail = take_one(write(**headers))  # type: ignore[arg-type]
    assert mail.sort == sort
    assert (mail.state == MailFate.FILED) is (sort != MailSort.PERSON)
    assert Case.objects.exists() is (sort == MailSort.PERSON)


def test_our_own_group_is_no_mailing_list(settings: Any) -> None:
    settings.OWN_LIST_IDS = ["smb.cases.example.com"]
    assert take_one(write(List_Id="<smb.cases.example.com>")).state == MailFate.ON_CASE


def test_a_sender_above_the_rate_is_held(settings: Any) -> None:
    settings.MAIL_MOST_AN_HOUR = 3
    mails = take(*(write(subject=f"Number {number}") for number in range(5)))
    assert [mail.state for mail in mails] == ["on_case"] * 3 + ["held"] * 2
    later = take_one(write(), now=NOW + timedelta(hours=2))
    assert later.state == MailFate.ON_CASE


# Not readable


@pytest.mark.parametrize("raw", [b" \r\n", b"Subject: no sender\r\n\r\nHello"])
def test_what_cannot_be_read_waits_with_the_reason(raw: bytes) -> None:
    mail = take_one(raw)
    assert mail.state == MailFate.UNREADABLE
    assert mail.reason


def test_one_that_cannot_be_settled_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = settling.note

    def breaks(mail: Any, letter: Any, who: Any) -> None:
        if letter.subject == "poison":
            raise RuntimeError("It is poison.")
        whole(mail, letter, who)

    monkeypatch.setattr(settling, "note", breaks)
    mails = take(
        write(sender="a@a.example"),
        write(sender="b@b.example", subject="poison"),
        write(sender="c@c.example"),
    )
    assert [mail.state for mail in mails] == ["on_case", "unreadable", "on_case"]
    assert "It is poison." in mails[1].reason


def test_a_mail_at_which_workers_die_is_set_aside() -> None:
    receiving.receive([Arrived(raw=write(), mailbox="team", door=Door.PIPE)], now=NOW)
    ReceivedMail.objects.update(attempts=10)
    processing.process_pending(now=NOW)
    assert ReceivedMail.objects.get().state == MailFate.UNREADABLE


def test_a_set_costs_the_same_queries_however_many_mails(
    acme: Any, django_assert_max_num_queries: Any
) -> None:
    def arrive(count: int, mark: str) -> None:
        raws = [write(sender=f"{mark}{number}@x{number}{mark}.example") for number in range(count)]
        receiving.receive([Arrived(raw=raw, mailbox="team", door=Door.PIPE) for raw in raws], now=NOW)

    for count, mark in ((3, "a"), (60, "b")):
        arrive(count, mark)
        with django_assert_max_num_queries(60):
            processing.process_pending(now=NOW)
    assert History.objects.filter(verb="opened").count() == 63
