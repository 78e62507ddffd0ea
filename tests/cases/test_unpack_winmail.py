"""What Outlook packs into winmail.dat comes out whole: names, contents, words."""

from __future__ import annotations

import struct
from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases.intake import rtf, winmail
from cases.models import Attachment, MailFate, ReceivedMail
from routing.triggers import catalogue
from tests.cases import outlook
from tests.cases.mails_in import ADDRESS, take_one
from tests.factories import NOW

PDF = b"%PDF-1.7\n" + bytes(range(256))
PO, PLAN = ("PURCHA~1.PDF", "Purchase order 4711 für Köln.pdf", PDF), ("plan.txt", "", b"Forty seats.")
RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_files_come_out_with_their_long_names_and_their_contents() -> None:
    packed = winmail.unpack(outlook.pack(files=[PO, PLAN]))
    assert packed.files == (("Purchase order 4711 für Köln.pdf", PDF), ("plan.txt", b"Forty seats."))


@pytest.mark.parametrize(
    ("codepage", "name"), [(1252, "Angebot für Köln.txt"), (1251, "Договор.txt"), (932, "見積書.txt")]
)
def test_a_name_in_an_old_code_page_is_read_in_it(codepage: int, name: str) -> None:
    packed = winmail.unpack(outlook.pack(codepage=codepage, files=[(name, "", b"x"), PLAN]))
    assert [one for one, _ in packed.files] == [name, "plan.txt"]


@pytest.mark.parametrize(
    ("codepage", "said"),
    [(1252, "Grüße aus Köln"), (1251, "Нам нужно сорок мест"), (932, "席を四十に増やしたいです")],
)
def test_the_body_is_read_in_its_code_page(codepage: int, said: str) -> None:
    assert winmail.unpack(outlook.pack(codepage=codepage, body=said)).text == said


@pytest.mark.parametrize(
    ("props", "said"),
    [
        ([(outlook.UNICODE, outlook.BODY, "Grüße, 四十")], "Grüße, 四十"),
        (
            [
                (outlook.LONG, outlook.INTERNET_CODEPAGE, 65001),
                (outlook.BINARY, outlook.HTML, "<p>Grüße, <b>四十</b></p>".encode()),
            ],
            "Grüße, 四十",
        ),
        (
            [
                (outlook.LONG, outlook.INTERNET_CODEPAGE, 28591),
                (outlook.BINARY, outlook.HTML, "<p>Grüße</p>".encode("latin1")),
            ],
            "Grüße",
        ),
        ([(outlook.BINARY, outlook.HTML, "<p>Grüße</p>".encode())], "Grüße"),
        ([(outlook.BINARY, outlook.RTF, RTF)], "hello world"),
    ],
)
def test_the_words_are_found_wherever_outlook_puts_them(props: list[outlook.Prop], said: str) -> None:
    assert winmail.unpack(outlook.pack(props=props, files=[PLAN])).text == said


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par Ada}", "Grüße\nAda"),
        (rb"{\rtf1\ansi\ansicpg932\uc2 \u24109\'90\'c8 = \'90\'c8}", "席 = 席"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator x;}{\info{\author y}}\pard a\tab b\{c\}}", "a\tb{c}"),
        (
            rb"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello\htmlrtf }\htmlrtf0 \~there}",
            "Hello\xa0there",
        ),
        (rb"{\rtf1\ansi\uc1 Thanks \u-10179?\u-8704?!}", "Thanks \U0001f600!"),
        (rb"{\rtf1\ansi\uc0 \u55357 \u56832 \u0 \u55357 alone}", "\U0001f600\ufffdalone"),
        (b"no rtf at all", "no rtf at all"),
        (b"}}}{{{\\", ""),
    ],
)
def test_rtf_is_read_without_its_formatting(packed: bytes, said: str) -> None:
    assert rtf.to_text(packed).replace("\xa0", " ") == said.replace("\xa0", " ")


@given(some.binary(max_size=300))
def test_whatever_is_packed_ends_and_raises_nothing_else(junk: bytes) -> None:
    with suppress(rtf.NotRtf):
        rtf.to_text(rtf.unpack(RTF[:16] + junk))
    with suppress(rtf.NotRtf):
        rtf.unpack(junk)


def test_words_that_cannot_be_unpacked_keep_no_file_back() -> None:
    packed = winmail.unpack(outlook.pack(props=[(outlook.BINARY, outlook.RTF, b"torn")], files=[PLAN]))
    assert (packed.text, [name for name, _ in packed.files]) == ("", ["plan.txt"])


@pytest.mark.parametrize("end", [5, 60, 200])
def test_a_torn_one_is_damaged_or_gives_what_is_whole(end: int) -> None:
    try:
        packed = winmail.unpack(outlook.pack(body="Forty seats.", files=[PO])[:end])
    except winmail.Damaged:
        return
    assert packed.text in {"", "Forty seats."}


@pytest.mark.django_db
def test_a_mail_with_one_has_its_words_and_its_files_on_the_case() -> None:
    catalogue.load(now=NOW)
    mail = mailed(outlook.pack(body="Forty seats, please.\r\nAda", files=[PO, PLAN]))
    assert mail.text.replace("\r\n", "\n") == "Forty seats, please.\nAda"
    assert [(part["name"], part["kind"], part["why"]) for part in mail.parts] == [
        ("Purchase order 4711 für Köln.pdf", "application/pdf", ""),
        ("plan.txt", "text/plain", ""),
    ]
    kept = Attachment.objects.get(case=mail.case, name="Purchase order 4711 für Köln.pdf")
    assert kept.file.open("rb").read() == PDF
    assert not mail.notes


@pytest.mark.django_db
def test_an_emoji_in_its_rtf_keeps_no_mail_from_its_case() -> None:
    catalogue.load(now=NOW)
    said = rb"{\rtf1\ansi\uc1 Forty seats \u-10179?\u-8704? \u-10179? \u0?}"
    plain = struct.pack("<II4sI", len(said) + 12, len(said), b"MELA", 0) + said
    mail = mailed(outlook.pack(props=[(outlook.BINARY, outlook.RTF, plain)]))
    assert (mail.state, mail.text) == (MailFate.ON_CASE, "Forty seats \U0001f600 \ufffd")


def mailed(content: bytes) -> ReceivedMail:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ada Weber <ada@acme.example>", ADDRESS, "Order"
    made["Message-ID"] = "<winmail@acme.example>"
    made.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return take_one(made.as_bytes())
