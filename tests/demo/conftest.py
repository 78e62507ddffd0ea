"""A small demo: a few days with few accounts, made once for the tests that only look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction

from smbcases.demo import making
from smbcases.demo.making import Order
from smbcases.demo.replay import Played

SMALL = Order(until=datetime(2026, 11, 20, 21, tzinfo=UTC), days=4, accounts=150)


@pytest.fixture(scope="module")
def order() -> Order:
    return SMALL


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker) -> Iterator[Played]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield making.make(SMALL, say=lambda _: None)
        transaction.set_rollback(True)
