"""A mail on its case: words folded, HTML harmless, its own images in place; nothing fetched from elsewhere."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest

from cases.intake import folding, markup, showing
from cases.mail import threading
from cases.models import Attachment, Case
from routing.triggers import catalogue
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.cases.mails_in import take_one, write
from tests.factories import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML = (
    '<p>Forty seats. <img src="cid:logo" alt="logo"><img src="https://tracker.example/x.gif"></p>'
    "<script>alert(1)</script><blockquote>the quote is ready</blockquote>"
)


@pytest.fixture
def case(db: None) -> Case:
    catalogue.load(now=NOW)
    return factories.case(owner=factories.person(name="Maya Stone"))


@pytest.fixture
def maya(case: Case) -> Desk:
    assert case.owner
    return at_desk(case.owner)


def with_files(case: Case) -> Any:
    made: Any = message_from_bytes(
        write(to=threading.reply_address(case), subject="Re: seats", html=HTML), policy=policy.default
    )
    made.get_payload()[1].add_related(PNG, "image", "png", cid="<logo>")
    made.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="page.html")
    made.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename="setup.exe")
    return take_one(made.as_bytes())


def test_it_stands_in_the_history_folded(case: Case, maya: Desk) -> None:
    body = "Forty seats are fine.\n\nOn Tue, 3 Mar 2026 Maya Stone wrote:\n> the quote is ready"
    take_one(write(to=threading.reply_address(case), subject="Re: seats", body=body))
    page = text(maya.open(case))
    assert "Ada Weber" in page
    assert "<summary>Re: seats</summary>" in page
    assert "<summary>Earlier mails</summary>" in page


def test_its_page_shows_html_without_harm_and_its_own_images(case: Case, maya: Desk) -> None:
    mail = with_files(case)
    page = text(maya.client.get(f"/cases/{case.pk}/received/{mail.pk}/"))
    logo = Attachment.objects.get(content_type="image/png")
    assert f'src="/cases/{case.pk}/files/{logo.pk}/image/"' in page
    assert "tracker.example" not in page
    assert "alert(1)" not in page
    assert "Images from elsewhere are not loaded" in page
    assert maya.client.get(f"/cases/{case.pk}/files/{logo.pk}/image/")["Content-Type"] == "image/png"


def test_its_files_come_to_the_case_and_html_is_never_shown(case: Case, maya: Desk) -> None:
    mail = with_files(case)
    assert [(part["name"], bool(part["attachment"])) for part in mail.parts][-2:] == [
        ("page.html", True),
        ("setup.exe", False),
    ]
    kept = Attachment.objects.get(name="page.html")
    assert kept.by is None
    assert maya.client.get(f"/cases/{case.pk}/files/{kept.pk}/image/").status_code == 404
    saved = maya.client.get(f"/cases/{case.pk}/files/{kept.pk}/")
    assert saved["Content-Type"] == "application/octet-stream"
    assert "attachment" in saved["Content-Disposition"]
    assert "Not kept: “setup.exe” is a program" in text(
        maya.client.get(f"/cases/{case.pk}/received/{mail.pk}/")
    )


def test_a_file_that_comes_with_every_mail_is_there_once(case: Case) -> None:
    first, second = with_files(case), with_files(case)
    assert first.parts == second.parts
    assert Attachment.objects.filter(case=case).count() == 2


def test_who_may_not_see_the_case_sees_no_mail_of_it(case: Case) -> None:
    mail = with_files(case)
    stranger = at_desk(factories.person("stakeholder", department="support"))
    for address in ("", "original/"):
        assert stranger.client.get(f"/cases/{case.pk}/received/{mail.pk}/{address}").status_code == 404


def test_a_mail_of_another_case_is_not_found(case: Case, maya: Desk) -> None:
    mail = with_files(case)
    other = factories.case(owner=maya.person)
    assert maya.client.get(f"/cases/{other.pk}/received/{mail.pk}/").status_code == 404


def test_many_mails_cost_the_case_page_no_more_queries(
    case: Case, maya: Desk, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(100) as counted:
            maya.open(case)
        return len(counted)

    take_one(write(to=threading.reply_address(case)))
    few = queries()
    for number in range(8):
        take_one(write(to=threading.reply_address(case), subject=f"Number {number}"))
    assert queries() <= few


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Yes.\n-- \nAda", ["said", "signature"]),
        ("Yes.\n\nSent from my iPhone", ["said", "signature"]),
        ("Ja.\n\nVon: Maya\nGesendet: Dienstag\nAn: Ada\n\nHallo", ["said", "quote"]),
        ("Oui.\n\nDe : Maya\nEnvoyé : mardi\n\nBonjour", ["said", "quote"]),
        ("Yes.\n\n-----Original Message-----\nFrom: Maya\nSent: x\n\nHi", ["said", "quote"]),
        ("thanks, forty seats are fine", ["said"]),
        ("> all\n> quoted", ["said"]),
        ("", []),
    ],
)
def test_quotes_and_signatures_are_folded(text: str, kinds: list[str]) -> None:
    assert [piece.kind for piece in folding.fold(text)] == kinds


def test_html_becomes_text_that_reads() -> None:
    html = (
        "<style>x</style><p>Hello&nbsp;Maya,</p><ul><li>one<li>two</ul><table><tr><td>a<td>b</table><br>bye"
    )
    assert markup.to_text(html).split("\n") == ["Hello Maya,", "", "- one", "- two", "", "a  b", "", "bye"]


@pytest.mark.django_db
def test_a_mail_without_a_case_shows_no_image_of_anybody() -> None:
    mail = take_one(write(html=HTML, Precedence="bulk"))
    assert "src=" not in showing.show(mail).html
