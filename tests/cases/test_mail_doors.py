"""Mail comes by SMTP, by IMAP, by webhook and by a mail server's pipe; real servers where there are any."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
import json
import smtplib
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from cases import tasks
from cases.intake import imap_door, processing, receiving, smtp_door
from cases.mail import threading as threads
from cases.models import Case, Door, MailboxMark, RawMail, ReceivedMail
from routing.triggers import catalogue
from tests import factories
from tests.cases import imap_server
from tests.cases.imap_server import Mailbox
from tests.cases.mails_in import ADDRESS, take_one, write
from tests.factories import NOW

pytestmark = pytest.mark.django_db


# SMTP


@pytest.fixture
def smtp(transactional_db: None) -> Iterator[int]:
    """The door on a port of its own; its port."""
    catalogue.load(now=NOW)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(partial(smtp_door.make, loop), host="127.0.0.1", port=0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        _close_threads()


def _close_threads() -> None:
    """The executor's threads had connections of their own to the test database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def send(port: int, raw: bytes, *, to: str = ADDRESS, sender: str = "ada@acme.example") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail(sender, [to], raw)


def test_a_mail_sent_by_smtp_is_kept_before_it_is_acknowledged(smtp: int) -> None:
    send(smtp, write())
    mail = ReceivedMail.objects.get()
    assert (mail.door, mail.envelope_from, mail.envelope_to) == (Door.SMTP, "ada@acme.example", ADDRESS)
    processing.process_pending(now=NOW)
    assert Case.objects.get().web_email == "ada@acme.example"


def test_an_answer_to_the_reply_address_comes_by_smtp(smtp: int) -> None:
    case = factories.case(owner=factories.person())
    send(smtp, write(), to=threads.reply_address(case))
    processing.process_pending(now=NOW)
    assert ReceivedMail.objects.get().case == case


def test_mail_to_others_is_refused(smtp: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp, write(), to="somebody@elsewhere.example")


def test_what_cannot_be_kept_is_to_be_sent_again(smtp: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OperationalError("The disk is full.")

    monkeypatch.setattr(receiving, "receive", fails)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp, write())
    assert refused.value.smtp_code == 451


def test_a_large_mail_with_the_line_ends_of_unix_is_taken(smtp: int) -> None:
    raw = write(subject="Plans") + b"x" * 70 + b"\n" + base64.encodebytes(b"y" * 3 * 1024 * 1024)
    assert b"\r\n" not in raw
    send(smtp, raw)
    assert ReceivedMail.objects.get().size > 4 * 1024 * 1024


NUL_ID = write(message_id="<one@acme.example>", subject="Odd").replace(b"<one@", b"<o\0ne@")


def test_an_id_with_a_control_sign_is_no_id_and_the_mail_is_taken(smtp: int) -> None:
    send(smtp, NUL_ID)
    send(smtp, NUL_ID)
    processing.process_pending(now=NOW)
    mail = ReceivedMail.objects.get()
    assert (mail.message_id, mail.subject, mail.state) == ("", "Odd", "on_case")


# IMAP


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with imap_server.running() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(server: Mailbox, settings: Any) -> Mailbox:
    """The mailbox, read up to here."""
    settings.IMAP_URL = server.url
    imap_door.fetch(now=NOW)
    ReceivedMail.objects.all().delete()
    return server


def test_what_is_new_in_the_mailbox_comes_in_once(mailbox: Mailbox) -> None:
    raws = [write(subject=f"Number {number}") for number in range(3)]
    mailbox.put(*raws)
    assert imap_door.fetch(now=NOW) == 3
    assert imap_door.fetch(now=NOW) == 0
    assert {bytes(one.content).replace(b"\r\n", b"\n") for one in RawMail.objects.all()} == set(raws)
    mailbox.put(write(subject="One more"))
    assert imap_door.fetch(now=NOW) == 1


def test_a_mail_that_somebody_has_read_comes_in_all_the_same_and_stays(mailbox: Mailbox) -> None:
    mailbox.put(write())
    with mailbox.client() as person:
        uids = person.search(["UNSEEN"])
        person.set_flags(uids, [b"\\Seen"])
    assert imap_door.fetch(now=NOW) == 1
    with mailbox.client() as person:
        assert person.search(["ALL"])


def test_a_mailbox_numbered_anew_doubles_nothing(mailbox: Mailbox) -> None:
    mailbox.put(write(), write())
    imap_door.fetch(now=NOW)
    before = ReceivedMail.objects.count()
    MailboxMark.objects.update(uid_validity=1, last_uid=0)
    imap_door.fetch(now=NOW)
    known = ReceivedMail.objects.values_list("key", flat=True)
    assert len(known) == len(set(known)) >= before


def test_more_than_fits_a_set_comes_in_sets(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_door, "AT_ONCE", 2)
    mailbox.put(*(write(subject=f"Number {number}") for number in range(5)))
    assert imap_door.fetch(now=NOW) == 5


def test_a_mail_with_an_odd_id_blocks_no_other(mailbox: Mailbox) -> None:
    mailbox.put(write(subject="Before"), NUL_ID, write(subject="After"))
    assert imap_door.fetch(now=NOW) == 3
    assert not MailboxMark.objects.get().problem


def test_one_that_the_database_refuses_is_kept_by_its_bytes_and_blocks_no_other(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = receiving._row

    def breaks(mail: receiving.Arrived, *, now: Any) -> Any:
        row = whole(mail, now=now)
        return row | {"message_id": "\0"} if b"poison" in mail.raw else row

    monkeypatch.setattr(receiving, "_row", breaks)
    mailbox.put(write(subject="Before"), write(subject="poison"), write(subject="After"))
    assert imap_door.fetch(now=NOW) == 3
    assert imap_door.fetch(now=NOW) == 0
    odd = ReceivedMail.objects.get(state="unreadable")
    assert "could not be kept" in odd.reason
    assert b"poison" in bytes(RawMail.objects.get(mail=odd).content)


def test_a_database_that_fails_is_told_and_the_mailbox_read_next_time(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OperationalError("The disk is full.")

    mailbox.put(write())
    with monkeypatch.context() as broken:
        broken.setattr(receiving, "receive", fails)
        assert imap_door.fetch(now=NOW) == 0
    assert "The disk is full." in MailboxMark.objects.get().problem
    assert imap_door.fetch(now=NOW) == 1
    assert not MailboxMark.objects.get().problem


def test_a_mailbox_that_is_named_wrongly_keeps_no_mail_from_its_account(settings: Any) -> None:
    catalogue.load(now=NOW)
    settings.IMAP_URL = "nonsense"
    take_one(write())
    account = factories.account(domain="acme.example")
    with pytest.raises(imap_door.NotAMailbox):
        tasks.fetch_mails()
    tasks.place_mails()
    assert Case.objects.get().account == account


def test_a_mailbox_that_cannot_be_read_is_told_to_ops(settings: Any, client: Client) -> None:
    settings.IMAP_URL = "imap://smb:sesame@127.0.0.1:1/INBOX"
    assert imap_door.fetch(now=NOW) == 0
    client.force_login(factories.person("ops"))
    page = client.get("/mail/unmatched/").content.decode()
    assert "The mailbox cannot be read." in page
    assert "sesame" not in page


def test_a_wrong_password_is_told_and_not_shown(server: Mailbox, settings: Any) -> None:
    settings.IMAP_URL = server.url.replace("sesame", "open")
    assert imap_door.fetch(now=NOW) == 0
    assert MailboxMark.objects.get().problem


@pytest.fixture(scope="module")
def secured(server: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port where the mailbox is behind TLS, and the certificate that it shows."""
    certificate = imap_server.make_certificate(tmp_path_factory.mktemp("tls"))
    with imap_server.over_tls(server, certificate) as port:
        yield port, certificate.with_name("certificate.pem")


def test_a_mailbox_is_read_over_tls_where_its_certificate_is_trusted(
    mailbox: Mailbox, secured: tuple[int, Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.IMAP_URL = f"imaps://smb:sesame@localhost:{port}/INBOX"
    mailbox.put(write(subject="By TLS"))
    assert imap_door.fetch(now=NOW) >= 1
    processing.process_pending(now=NOW)
    assert ReceivedMail.objects.filter(subject="By TLS", door=Door.IMAP).exists()
    assert not MailboxMark.objects.exclude(problem="").exists()


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("127.0.0.1", True)])
def test_a_certificate_that_is_unknown_or_another_server_s_is_shown_no_password(
    mailbox: Mailbox,
    secured: tuple[int, Path],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
) -> None:
    port, certificate = secured
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.IMAP_URL = f"imaps://smb:sesame@{host}:{port}/INBOX"
    mailbox.put(write())
    assert imap_door.fetch(now=NOW) == 0
    problem = MailboxMark.objects.exclude(problem="").get().problem
    assert "certificate verify failed" in problem
    assert "sesame" not in problem


# Webhooks


POSTMARK = {
    "FromFull": {"Email": "ada@acme.example", "Name": "Ada Weber"},
    "From": "Ada Weber <ada@acme.example>",
    "ToFull": [{"Email": ADDRESS, "Name": ""}],
    "To": ADDRESS,
    "OriginalRecipient": ADDRESS,
    "Subject": "By webhook",
    "MessageID": "73e6d360",
    "TextBody": "Forty seats, please.",
    "Headers": [{"Name": "Message-ID", "Value": "<w1@acme.example>"}],
    "Attachments": [
        {"Name": "po.txt", "Content": base64.b64encode(b"PO 4711").decode(), "ContentType": "text/plain"}
    ],
}


@pytest.fixture
def guarded(settings: Any) -> None:
    settings.MAIL_WEBHOOKS = ["postmark"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postie:sesame"}
    catalogue.load(now=NOW)


def post(client: Client, secret: str, provider: str = "postmark", body: Any = None) -> Any:
    headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    told = json.dumps(body or POSTMARK)
    return client.post(f"/mail/from/{provider}/", told, content_type="application/json", headers=headers)


@pytest.mark.usefixtures("guarded")
def test_a_provider_posts_a_mail_twice_and_it_is_there_once(client: Client) -> None:
    assert post(client, "postie:sesame").status_code == 200
    assert post(client, "postie:sesame").status_code == 200
    processing.process_pending(now=NOW)
    mail = ReceivedMail.objects.get()
    assert (mail.door, mail.message_id, mail.subject) == (Door.WEBHOOK, "<w1@acme.example>", "By webhook")
    assert mail.text == "Forty seats, please."
    assert [part["name"] for part in mail.parts] == ["po.txt"]


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("secret", ["postie:guess", ":"])
def test_who_has_no_secret_posts_nothing(client: Client, secret: str) -> None:
    assert post(client, secret).status_code == 400
    assert not ReceivedMail.objects.exists()


@pytest.mark.usefixtures("guarded")
def test_a_provider_that_is_not_named_posts_nothing(client: Client) -> None:
    assert post(client, "postie:sesame", provider="mailjet").status_code == 404


def test_without_a_secret_the_door_stays_shut(client: Client, settings: Any) -> None:
    settings.MAIL_WEBHOOKS = ["postmark"]
    settings.ANYMAIL = {}
    with pytest.raises(ImproperlyConfigured, match="ANYMAIL_WEBHOOK_SECRET"):
        post(client, "postie:sesame")


@pytest.mark.usefixtures("guarded")
def test_a_mail_of_25_mb_is_taken_and_one_beyond_all_measure_is_not(client: Client) -> None:
    large = {"Name": "plan.bin", "Content": base64.b64encode(b"y" * 25 * 1024 * 1024).decode()}
    posted = POSTMARK | {"Attachments": [large | {"ContentType": "application/octet-stream"}]}
    assert post(client, "postie:sesame", body=posted).status_code == 200
    assert ReceivedMail.objects.get().size > 25 * 1024 * 1024
    answer = client.generic("POST", "/mail/from/postmark/", "{}", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert answer.status_code == 413


SIGNING_KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
MAILGUN = {
    "sender": "bounce@acme.example",
    "recipient": ADDRESS,
    "message-headers": json.dumps(
        [
            ["From", "Ada Weber <ada@acme.example>"],
            ["To", ADDRESS],
            ["Subject", "By Mailgun, für Köln"],
            ["Message-Id", "<m1@acme.example>"],
            ["Date", "Tue, 3 Mar 2026 09:00:00 +0100"],
        ]
    ),
    "body-plain": "Forty seats, please. Grüße",
    "body-html": "<p>Forty seats, please.</p><script>alert(1)</script>",
    "attachment-count": "1",
}


@pytest.fixture
def by_mailgun(settings: Any) -> None:
    settings.MAIL_WEBHOOKS = ["mailgun"]
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}
    catalogue.load(now=NOW)


def signed(key: str = SIGNING_KEY, at: str = "1772528400", token: str = "a" * 50) -> dict[str, str]:
    made = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": at, "token": token, "signature": made}


def mailgun(client: Client, signature: dict[str, str], **more: Any) -> Any:
    file = SimpleUploadedFile("po für Köln.txt", b"PO 4711", content_type="text/plain")
    return client.post("/mail/from/mailgun/", {**MAILGUN, **signature, "attachment-1": file, **more})


@pytest.mark.usefixtures("by_mailgun")
def test_a_second_provider_signs_what_it_posts(client: Client) -> None:
    assert mailgun(client, signed()).status_code == 200
    assert mailgun(client, signed(token="b" * 50)).status_code == 200
    processing.process_pending(now=NOW)
    mail = ReceivedMail.objects.get()
    assert (mail.message_id, mail.subject, mail.from_address) == (
        "<m1@acme.example>",
        "By Mailgun, für Köln",
        "ada@acme.example",
    )
    assert (mail.envelope_from, mail.envelope_to) == ("bounce@acme.example", ADDRESS)
    assert mail.text == "Forty seats, please. Grüße"
    assert "alert" not in mail.html
    assert [part["name"] for part in mail.parts] == ["po für Köln.txt"]


@pytest.mark.usefixtures("by_mailgun")
@pytest.mark.parametrize(
    "signature",
    [
        {},
        signed("another key"),
        signed() | {"timestamp": "1772528401"},
        signed() | {"token": "c" * 50},
        signed() | {"signature": ""},
    ],
)
def test_what_it_did_not_sign_is_not_taken(client: Client, signature: dict[str, str]) -> None:
    assert mailgun(client, signature).status_code == 400
    assert not ReceivedMail.objects.exists()


@pytest.mark.usefixtures("by_mailgun")
def test_the_whole_mail_as_it_came_is_taken_too(client: Client) -> None:
    raw = write(subject="As it came", message_id="<m2@acme.example>").decode()
    posted = {"sender": "ada@acme.example", "recipient": ADDRESS, "body-mime": raw, **signed()}
    assert client.post("/mail/from/mailgun/", posted).status_code == 200
    processing.process_pending(now=NOW)
    mail = ReceivedMail.objects.get()
    assert (mail.subject, mail.message_id, mail.state) == ("As it came", "<m2@acme.example>", "on_case")


def test_without_its_key_it_posts_nothing(client: Client, settings: Any) -> None:
    settings.MAIL_WEBHOOKS, settings.ANYMAIL = ["mailgun"], {}
    with pytest.raises(ImproperlyConfigured):
        mailgun(client, signed())


# A mail server's pipe


class _Input:
    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def pipe(raw: bytes, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    monkeypatch.setattr("sys.stdin", _Input(raw))
    call_command("receive_mail", **options)


def test_a_piped_mail_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(write(), monkeypatch, sender="<>", recipient=ADDRESS)
    mail = ReceivedMail.objects.get()
    assert (mail.door, mail.envelope_from) == (Door.PIPE, "<>")


def test_one_that_cannot_be_kept_goes_back_to_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OperationalError("No database.")

    monkeypatch.setattr(receiving, "receive", fails)
    with pytest.raises(SystemExit) as ended:
        pipe(write(), monkeypatch)
    assert ended.value.code == 75


def test_the_door_is_slow_for_nobody() -> None:
    """25 MB are read within seconds of our own time, whatever else the machine has to do."""
    catalogue.load(now=NOW)
    raw = write(body="x" * 70 + "\n") + base64.encodebytes(b"y" * 18_000_000)
    began = time.process_time()
    receiving.receive([receiving.Arrived(raw=raw, mailbox="team", door=Door.PIPE)], now=NOW)
    processing.process_pending(now=NOW)
    assert ReceivedMail.objects.get().state == "on_case"
    assert time.process_time() - began < 20
