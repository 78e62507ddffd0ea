"""Mails of unknown senders get the same account at the same moment: one case stays, the other ends as its duplicate."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from cases import moves
from cases.intake import by_hand, giving_account
from cases.models import Case, ReceivedMail
from routing.triggers import catalogue
from tests import factories
from tests.cases.mails_in import take, take_one, write
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _triggers() -> None:
    catalogue.load(now=NOW)


def test_chosen_by_two_at_once_both_mails_are_on_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    account, otto = factories.account(), factories.person("ops")
    mails = take(write(sender="x@one.example"), write(sender="x@two.example"))
    both, look = Barrier(2, timeout=60), moves.find_others_open
    looked: Counter[int] = Counter()

    def look_and_wait(cases: Any) -> Any:
        found = look(cases)
        looked[get_ident()] += 1
        if looked[get_ident()] <= 2:
            both.wait()
        return found

    def choose(mail: ReceivedMail) -> None:
        try:
            by_hand.choose_account(mail_id=mail.pk, account=account, by=otto, now=NOW)
        finally:
            connection.close()

    monkeypatch.setattr(moves, "find_others_open", look_and_wait)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(choose, mails))
    stays = Case.objects.open().get()
    assert stays.account == account
    assert {mail.case for mail in ReceivedMail.objects.all()} == {stays}
    assert Case.objects.closed().get().duplicate_of == stays


def test_the_cases_are_locked_together_in_id_order() -> None:
    account, otto = factories.account(domain="acme.example"), factories.person("ops")
    first, second = take_one(write()).case, take_one(write(sender="ada@gmail.com"))
    assert first
    assert second.case
    with CaptureQueriesContext(connection) as asked:
        by_hand.choose_account(mail_id=second.pk, account=account, by=otto, now=NOW)
    locking = [
        one["sql"] for one in asked if "FOR UPDATE" in one["sql"] and 'FROM "cases_case"' in one["sql"]
    ]
    assert f"IN ({first.pk}, {second.case.pk})" in locking[0]


def test_a_deadlock_leaves_the_rest_to_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    take_one(write())
    factories.account(domain="acme.example")
    place = giving_account.place

    def fail(*_args: Any, **_more: Any) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(giving_account, "place", fail)
    assert giving_account.rematch(now=NOW) == 0
    monkeypatch.setattr(giving_account, "place", place)
    assert giving_account.rematch(now=NOW) == 1
