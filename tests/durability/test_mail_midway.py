"""The worker is killed at random while awkward mails come by SMTP: none is lost, and none becomes two cases."""

from __future__ import annotations

import os
import random
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from smbcases.embedded import ports
from tests.cases.awkward_mails import all_of_them
from tests.durability.desk import ROOT, Desk
from tests.durability.waiting import wait_until

pytestmark = pytest.mark.durability
SENT_TWICE = 40
_ADDRESS = "smb@cases.example.com"
_WRONG = {
    "not read": "SELECT count(*) FROM cases_receivedmail WHERE processed_at IS NULL",
    "without its bytes": "SELECT count(*) FROM cases_receivedmail m"
    " WHERE NOT EXISTS (SELECT FROM cases_rawmail r WHERE r.mail_id = m.id)",
    "on a case without a line of its history": "SELECT count(*) FROM cases_receivedmail"
    " WHERE state = 'on_case' AND (case_id IS NULL OR history_id IS NULL)",
    "aside without a reason": "SELECT count(*) FROM cases_receivedmail WHERE state <> 'on_case' AND reason = ''",
    "cases that no mail opened": "SELECT count(*) FROM cases_case c WHERE c.case_type = 'email_to_case'"
    " AND (SELECT count(*) FROM cases_receivedmail m WHERE m.case_id = c.id AND m.joined_by = 'opened') <> 1",
    "told twice": "SELECT count(*) FROM (SELECT data->>'received' FROM cases_history"
    " WHERE verb = 'logged' AND data ? 'received' GROUP BY 1 HAVING count(*) > 1) AS twice",
    "events without a case": "SELECT count(*) FROM accounts_event WHERE source = '/mail' AND NOT EXISTS"
    " (SELECT FROM cases_receivedmail m WHERE m.event_id = accounts_event.id)",
}


@contextmanager
def door(desk: Desk) -> Iterator[int]:
    """The SMTP door on the desk's database; its port."""
    port = ports.choose(remembered=None)
    theirs = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PLAYBOOK")
    environment = {name: value for name, value in os.environ.items() if name not in theirs}
    environment |= {"DATA_DIR": str(desk.folder), "PORT": str(desk.port), "DEMO": "0"}
    command = [sys.executable, "manage.py", "smtp_door", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _answers(port), what="the door is open")
            yield port
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with suppress(OSError), smtplib.SMTP("127.0.0.1", port, timeout=5):
        return True
    return False


def send(raws: list[bytes], port: int) -> None:
    """As a mail server does: until each is taken."""
    for raw in raws:
        for _ in range(600):
            with (
                suppress(OSError, smtplib.SMTPException),
                smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
            ):
                client.sendmail("somebody@awkward.example", [_ADDRESS], raw)
                break
            time.sleep(0.2)
        else:
            raise AssertionError(f"Nobody took {raw[:200]!r}")


def test_the_worker_is_killed_while_mails_come(desk: Desk) -> None:
    chance = random.Random(5)
    corpus = [raw for name, raw in all_of_them().items() if raw.strip() and not name.startswith("noise")]
    raws = corpus + chance.sample(corpus, SENT_TWICE)
    chance.shuffle(raws)
    with door(desk) as port:
        senders = [threading.Thread(target=send, args=(raws[n::3], port)) for n in range(3)]
        for sender in senders:
            sender.start()
        killed = 0
        while any(sender.is_alive() for sender in senders) or killed < 3:
            time.sleep(chance.uniform(0.3, 1.5))
            desk.kill("worker")
            killed += 1
        for sender in senders:
            sender.join()
    wait_until(lambda: not desk.count(_WRONG["not read"]), what="all mails are read")
    assert {name: found for name, query in _WRONG.items() if (found := desk.count(query))} == {}
    keys = desk.count("SELECT count(DISTINCT key) FROM cases_receivedmail")
    assert keys == desk.count("SELECT count(*) FROM cases_receivedmail")
    assert len(corpus) * 0.97 <= keys <= len(corpus), "each once: SMTP makes some of the oddest ones alike"
