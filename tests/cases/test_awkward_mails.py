"""Whatever a mail is made of: a case, or a clear reason; never a crash, never a lost mail."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.intake import folding, markup, reading, receiving
from cases.intake.processing import process_pending
from cases.intake.reading import Unreadable
from cases.intake.receiving import Arrived
from cases.models import Case, Door, MailFate, RawMail, ReceivedMail
from routing.triggers import catalogue
from tests.cases import awkward_mails
from tests.cases.desk import at_desk
from tests.factories import NOW, person

CORPUS = awkward_mails.all_of_them()


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 150
    assert len(set(CORPUS.values())) == len(CORPUS)


@pytest.mark.django_db
def test_each_becomes_a_case_or_says_why_not(caplog: pytest.LogCaptureFixture) -> None:
    catalogue.load(now=NOW)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            for raw in CORPUS.values():
                receiving.receive([Arrived(raw=raw, mailbox="team", door=Door.PIPE)], now=NOW)
            process_pending(now=NOW)
    assert not caplog.records, [record.getMessage() for record in caplog.records]
    mails = ReceivedMail.objects.select_related("case").order_by("id")
    kept = {bytes(one) for one in RawMail.objects.values_list("content", flat=True)}
    assert kept == set(CORPUS.values()), "none is lost, and none is there twice"
    assert len(mails) == len(CORPUS)
    for mail in mails:
        assert mail.state != MailFate.WAITING
        assert (mail.case is not None) if mail.state == MailFate.ON_CASE else mail.reason
    unread = {mail.key: mail.reason for mail in mails if mail.state == MailFate.UNREADABLE}
    assert len(unread) <= 20, unread
    assert Case.objects.count() >= len(CORPUS) * 2 // 3


@pytest.mark.django_db
def test_each_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    catalogue.load(now=NOW)
    for raw in CORPUS.values():
        receiving.receive([Arrived(raw=raw, mailbox="team", door=Door.PIPE)], now=NOW)
    process_pending(now=NOW)
    ops = at_desk(person("ops"))
    for mail in ReceivedMail.objects.order_by("id"):
        page = ops.client.get(f"/mail/{mail.pk}/")
        assert page.status_code == 200, mail
        said = page.content.decode().lower()
        assert "alert(1)" not in said or "&lt;" in said or "<script>alert" not in said
        for harm in (
            "<iframe",
            "onerror=",
            "onclick=",
            "javascript:",
            'src="http://e.example',
            "<base",
            "onload=",
        ):
            assert harm not in said, (mail.key, harm)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("charset-de-cp1252", "Grüße"),
        ("charset-ja-shift-jis", "席を四十"),
        ("charset-ru-koi8-r", "сорок"),
        ("charset-he-iso-8859-8-i", "ארבעים"),
        ("no-charset-0", "Grüße"),
        ("no-mime-at-all", "Grüße"),
        ("html-footer", "Formatted words."),
        ("no-end", "Plain words."),
        ("subject-split-char", "Hello"),
    ],
)
def test_its_words_are_read(name: str, said: str) -> None:
    assert said in reading.read(CORPUS[name]).text


def test_a_mail_within_a_mail_is_a_file_of_it() -> None:
    letter = reading.read(CORPUS["nested-mail"])
    assert [(part.name, part.kind) for part in letter.parts] == [("inside.eml", "message/rfc822")]
    assert letter.text == "Plain words."


def test_an_invitation_is_a_file_of_it() -> None:
    assert [part.name for part in reading.read(CORPUS["calendar"]).parts] == ["invitation.ics"]


@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_or_refused_by_name(raw: bytes) -> None:
    with suppress(Unreadable):
        assert reading.read(b"From: a@b.example\r\n" + raw).from_address


@given(st.text(max_size=2_000))
def test_folding_loses_no_word(text: str) -> None:
    said = "".join("".join(piece.text for piece in folding.fold(text)).split())
    assert said == "".join(text.split())


@given(st.text(alphabet="<>/\"'= abdivlockquteimgsrc:&;#x0", max_size=400))
def test_no_html_survives_that_acts(text: str) -> None:
    clean = markup.fold(markup.place_images(markup.sanitise(text), {"a": "/cases/1/files/1/image/"}))
    assert "<script" not in clean
    assert clean.count("<details") == clean.count("</details>")
