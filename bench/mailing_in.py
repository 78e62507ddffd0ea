"""Mails from raw bytes to a case with an owner: kept one by one as the doors do, read and routed by real workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid

import django

django.setup()

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from accounts.models import Account
from bench import book, place, report
from cases.intake import processing, receiving
from cases.intake.receiving import Arrived
from cases.models import Case, Door, MailFate, ReceivedMail
from routing import draining
from routing.models import Assignment

MAILS = 4_000
MUST = 200
DOORS = 2


def main() -> None:
    place.prepare()
    book.hire(2 * MAILS // 50 + 40)
    accounts = book.stock(2 * MAILS + 400)
    Account.objects.update(domain=Concat(Lower("external_id"), Value(".example")))
    shares = _steps(_write(accounts[:MAILS]))
    rate = _through_workers(accounts[MAILS:])
    fates = ReceivedMail.objects.exclude(state=MailFate.ON_CASE).count()
    report.answer(
        f"{MAILS:,} mails from raw bytes → cases opened, assigned, explained",
        [
            report.row(
                f"{DOORS} doors, one transaction a mail, 2 workers",
                f"{rate:,.0f} mails/s",
                must=f"≥ {MUST}",
                kept=rate >= MUST,
            ),
            *shares,
            report.row("mails without a case", str(fates), must="0", kept=fates == 0),
            report.row("cases", f"{Case.objects.count():,}", must=f"{2 * MAILS + 400:,}", kept=_one_each()),
        ],
    )


def _one_each() -> bool:
    return (
        Case.objects.count() == Assignment.objects.count() == ReceivedMail.objects.count() == 2 * MAILS + 400
    )


def _write(accounts: Sequence[str]) -> list[bytes]:
    """A mail of somebody at each account: plain, or with HTML, every tenth with a file."""
    return [_mail(name, number) for number, name in enumerate(accounts)]


def _mail(account: str, number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Somebody Grün <somebody@{account.lower()}.example>"
    mail["To"], mail["Subject"] = "smb@cases.example.com", f"Größere Gruppe, Nummer {number}"
    mail["Message-ID"] = make_msgid(domain="mail.example")
    mail.set_content("We would like forty more seats before the end of the month.\n" * 5 + _QUOTE)
    if number % 2:
        mail.add_alternative(f"<p>We would like <b>forty</b> more seats.</p>{_QUOTED}", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(b"PO 4711\n" * 500, maintype="text", subtype="csv", filename="po.csv")
    return mail.as_bytes()


_QUOTE = "\nOn Tue, 3 Mar 2026 Maya Stone wrote:\n" + "> The quote is ready.\n" * 20
_QUOTED = f"<blockquote>{'<p>The quote is ready.</p>' * 20}</blockquote>"


def _keep(raws: Sequence[bytes]) -> None:
    for raw in raws:
        receiving.receive([Arrived(raw=raw, mailbox="team", door=Door.SMTP)], now=timezone.now())
    connection.close()


def _steps(raws: Sequence[bytes]) -> list[report.Row]:
    """Each step alone, in one process."""
    rows = []
    for name, step in (
        ("keep (one transaction a mail)", lambda: _keep(raws)),
        ("read, match and open", lambda: processing.process_pending(now=timezone.now())),
        ("assign (drain and record why)", draining.drain_all),
    ):
        began = time.perf_counter()
        step()
        rows.append(report.row(f"alone: {name}", f"{len(raws) / (time.perf_counter() - began):,.0f} mails/s"))
    return rows


def _through_workers(accounts: Sequence[str]) -> float:
    """Mails a second from the first that is kept to the last that is assigned."""
    raws = _write(accounts)
    warm_up, measured = raws[:400], raws[400:]
    with place.desk():
        _keep(warm_up)
        _wait(MAILS + len(warm_up))
        began = time.perf_counter()
        doors = [threading.Thread(target=_keep, args=(measured[n::DOORS],)) for n in range(DOORS)]
        for door in doors:
            door.start()
        for door in doors:
            door.join()
        _wait(MAILS + len(raws))
        return len(measured) / (time.perf_counter() - began)


def _wait(count: int) -> None:
    for _ in range(6000):
        if Assignment.objects.count() >= count:
            return
        time.sleep(0.02)
    raise TimeoutError(f"{Assignment.objects.count()} of {count} mails became an assigned case.")


if __name__ == "__main__":
    main()
