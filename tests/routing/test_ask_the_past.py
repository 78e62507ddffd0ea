"""Conditions asked of the book as it stood on a day in the past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts import applying, receiving
from accounts.models import Account
from routing.triggers import history
from routing.triggers.conditions import InvalidCondition
from tests.factories import NOW, account, case

pytestmark = pytest.mark.django_db


def _say(days_ago: int, **data: object) -> None:
    sent = {
        "specversion": "1.0",
        "id": f"{data['external_id']}-{days_ago}",
        "source": "/crm",
        "type": data.pop("of", "crm.account.upserted"),
        "time": (NOW - timedelta(days=days_ago)).isoformat(),
        "data": data,
    }
    (answer,) = receiving.receive([sent], now=NOW)
    assert not answer.faults
    applying.apply_pending(now=NOW)


def _count(
    condition: str, *, asked_of: str = "account", days_ago: int | None = None, account: str = ""
) -> int:
    at = None if days_ago is None else NOW - timedelta(days=days_ago)
    return history.try_condition(condition, asked_of=asked_of, now=NOW, at=at, account=account).count


def test_the_past_has_the_values_of_its_day() -> None:
    _say(20, external_id="A", name="Acme", carr=1000)
    _say(5, external_id="A", name="Acme", carr=9000)
    assert [_count("carr > 5000", days_ago=days) for days in (30, 10, 1)] == [0, 0, 1]
    assert [_count("carr > 500", days_ago=days) for days in (30, 10, 1)] == [0, 1, 1]


def test_days_are_counted_from_the_day_that_is_asked_about() -> None:
    _say(20, external_id="A", name="Acme")
    closing = (NOW + timedelta(days=40)).date().isoformat()
    _say(
        15,
        of="crm.opportunity.upserted",
        external_id="O",
        account="A",
        name="Renewal",
        kind="renewal",
        close_on=closing,
    )
    asked = 'kind = "renewal" and days_to_close <= 45'
    assert _count(asked, asked_of="opportunity") == 1
    assert _count(asked, asked_of="opportunity", days_ago=2) == 1
    assert _count(asked, asked_of="opportunity", days_ago=10) == 0


def test_cases_are_those_that_were_open_then() -> None:
    _say(20, external_id="A", name="Acme")
    acme = Account.objects.get(external_id="A")
    case(account=acme, case_type="high_value_account", category="high_value", now=NOW - timedelta(days=7))
    asked = "has_open_high_value_case = True"
    assert [_count(asked, days_ago=days) for days in (10, 3)] == [0, 1]


def test_one_account_can_be_asked_alone() -> None:
    _say(20, external_id="A", name="Acme", carr=1000)
    _say(20, external_id="B", name="Beta", carr=1000)
    assert _count("carr > 500", days_ago=1) == 2
    assert _count("carr > 500", days_ago=1, account="B") == 1


def test_nothing_of_the_past_stays() -> None:
    _say(20, external_id="A", name="Acme", carr=1000)
    _say(5, external_id="A", name="Acme", carr=9000)
    account(name="Made by hand, unknown to the past")
    _count("carr > 500", days_ago=10)
    assert Account.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname = 'accounts_account' AND relpersistence = 't'"
        )
        assert cursor.fetchone() == (0,)


def test_a_condition_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidCondition, match="Line 1, column 1"):
        _count("passwort = 1", days_ago=3)
