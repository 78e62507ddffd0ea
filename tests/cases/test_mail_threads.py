"""The way back of an answer: by our own reply address, by the ids of the thread, and by nothing else."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as some

from cases.mail import mailing, outbox, recipients, retrying, threading
from cases.mail.letters import Letter
from cases.mail.threading import BadToken
from cases.models import Case, Mail
from tests import factories
from tests.cases import mail_server
from tests.durability.waiting import wait_until
from tests.factories import NOW

CASE = Case(pk=10471)


@pytest.mark.parametrize("changed", ["lower", "upper", "title", "swapcase"])
@pytest.mark.parametrize("around", ["{}", "Maya Stone <{}>", '"Stone, Maya" <{}>'])
def test_the_reply_address_leads_back_whatever_its_capitals(changed: str, around: str) -> None:
    address = getattr(threading.reply_address(CASE), changed)()
    assert threading.case_of(around.format(address)) == CASE.pk


@given(some.integers(min_value=1, max_value=10**15))
def test_every_case_has_its_own_and_it_is_short_enough_for_any_server(pk: int) -> None:
    address = threading.reply_address(Case(pk=pk))
    assert threading.case_of(address) == pk
    assert len(address.partition("@")[0]) <= 64


def test_another_cases_number_does_not_fit_the_token() -> None:
    forged = threading.reply_address(CASE).replace("10471", "10472")
    with pytest.raises(BadToken, match="not made by us"):
        threading.case_of(forged)


@given(some.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16))
def test_a_made_up_token_does_not_fit(token: str) -> None:
    real = threading.reply_address(CASE)
    forged = f"cases+10471-{token}@cases.example.com"
    if forged != real:
        with pytest.raises(BadToken):
            threading.case_of(forged)


@given(some.text(max_size=120))
def test_whatever_else_stands_there_is_no_address_of_ours(text: str) -> None:
    with pytest.raises(BadToken):
        threading.case_of(text)


def test_another_domain_is_not_ours() -> None:
    with pytest.raises(BadToken):
        threading.case_of(threading.reply_address(CASE).replace("cases.example.com", "evil.example"))


def test_addresses_survive_a_new_secret_for_as_long_as_the_old_one_is_named(settings: Any) -> None:
    address, old = threading.reply_address(CASE), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(BadToken):
        threading.case_of(address)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert threading.case_of(address) == CASE.pk


def written(case: Case, times: int = 1) -> list[Mail]:
    letter = Letter(to=recipients.choose(case, ""), subject="Hi", body="Hi")
    owner = case.owner
    assert owner
    return [mailing.send(case_id=case.pk, letter=letter, by=owner, now=NOW) for _ in range(times)]


def a_case() -> Case:
    account = factories.account()
    contact = factories.contact(account, email="zoe@customer.example")
    return factories.case(owner=factories.person(), account=account, contact_id=contact.pk)


@pytest.mark.django_db
def test_a_long_thread_names_its_first_and_its_latest_mails() -> None:
    mails = written(a_case(), times=25)
    last = mails[-1]
    assert len(last.references) == 20
    assert last.references[0] == mails[0].message_id
    assert last.references[-1] == last.in_reply_to == mails[-2].message_id


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_mail_once(settings: Any) -> None:
    mails = written(a_case(), times=30)
    with mail_server.running(settings) as inbox, ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: _send(), range(4)))
    assert sum(sent) == len(mails)
    assert sorted(got["Message-ID"] for got in inbox.mails) == sorted(one.message_id for one in mails)
    assert not Mail.objects.exclude(state="sent").exists()


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_in_the_middle_of_sending_makes_no_second_mail(settings: Any) -> None:
    (mail,) = written(a_case())
    with mail_server.running(settings) as inbox:
        inbox.holds = True
        connections.close_all()
        sender = os.fork()
        if sender == 0:
            _send()
            os._exit(0)
        wait_until(lambda: bool(inbox.mails), what="the server has the words")
        os.kill(sender, signal.SIGKILL)
        os.waitpid(sender, 0)
        inbox.holds = False
        assert Mail.objects.get().state == "sending"
        assert outbox.send_waiting(clock=lambda: NOW + retrying.LEASE) == 0
        assert len(inbox.mails) == 1
    assert Mail.objects.get().state == "unclear"
    mailing.send_again(case_id=mail.case_id, mail_id=mail.pk, by=mail.person, now=NOW)
    with mail_server.running(settings) as inbox:
        assert _send() == 1
    assert inbox.mails[0]["Message-ID"] == mail.message_id


def _send() -> int:
    try:
        return outbox.send_waiting(clock=lambda: NOW)
    finally:
        connections.close_all()
