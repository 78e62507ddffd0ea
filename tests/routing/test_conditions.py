"""Conditions: which texts are conditions, where a wrong one is wrong, and what a right one finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account, Opportunity
from routing.triggers.conditions import InvalidCondition, compile_condition
from routing.triggers.fields import ROOTS
from smbcases import playbook
from tests import factories
from tests.factories import TODAY


@pytest.mark.parametrize(
    ("text", "root", "place", "words"),
    [
        ("carr > ", "account", (1, 7), "end"),
        ("tier = 1 and\n  carr >", "account", (2, 9), "end"),
        ("carr >> 5", "account", (1, 7), ">"),
        ("password = 1", "account", (1, 1), "password"),
        ("tier = 1 and password = 1", "account", (1, 14), "password"),
        ("tier = 1\nand owner = 2", "account", (2, 5), "owner"),
        ('carr > "many"', "account", (1, 1), "carr"),
        ('region = "EMAE"', "account", (1, 10), "AMER, EMEA, APJ"),
        ('stage in ("closed_won", "lost")', "opportunity", (1, 25), "closed_lost"),
        ("account.password = 1", "opportunity", (1, 1), "password"),
        ('name ~ "carr" and carr > "carr"', "account", (1, 19), "carr"),
        ('name = "EMAE" and region = "EMAE"', "account", (1, 28), "AMER, EMEA, APJ"),
        ("account.tier = 1", "account", (1, 1), "account"),
        ("days_to_close <= soon", "opportunity", (1, 18), "soon"),
    ],
)
def test_what_is_no_condition_is_refused_at_its_place(
    text: str, root: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(InvalidCondition) as caught:
        compile_condition(text, root=root)
    assert words in str(caught.value.messages[0])
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize("root", ROOTS)
def test_no_text_always_holds(root: str) -> None:
    assert compile_condition("  ", root=root).tree is None


@pytest.mark.django_db
@pytest.mark.parametrize("root", ROOTS)
def test_every_field_can_be_asked_of_the_whole_book(root: str) -> None:
    samples = {"int": "1", "float": "1.5", "str": '"x"', "bool": "True", "date": '"2026-03-03"'}
    for name, field in ROOTS[root].fields.items():
        wanted = f'"{field.choices[0]}"' if field.choices else samples[field.kind]
        for operator in ("=", "!=") if field.kind in {"str", "bool"} else ("=", "!=", "<", ">="):
            condition = compile_condition(f"{name} {operator} {wanted}", root=root)
            rows = ROOTS[root].model._default_manager.all()
            assert list(condition.where(rows, today=TODAY)) == []
            assert list(condition.judge(rows, today=TODAY)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", playbook.keys())
def test_every_condition_of_the_playbooks_runs_on_the_book_and_on_one_account(key: str) -> None:
    account = factories.account()
    for spec in playbook.get(key).triggers.values():
        condition = compile_condition(spec.condition, root=spec.on)
        rows = condition.root.model._default_manager.all()
        of_account = {f"{condition.root.account_prefix}external_id": account.external_id}
        list(condition.where(rows, today=TODAY))
        list(condition.where(rows.filter(**of_account), today=TODAY))


def holds(row: Account | Opportunity, text: str) -> bool:
    root = "account" if isinstance(row, Account) else "opportunity"
    condition = compile_condition(text, root=root)
    rows = condition.root.model._default_manager.filter(pk=row.pk)
    found = condition.where(rows, today=TODAY).exists()
    assert condition.judge(rows, today=TODAY).get().holds is found, "both ways of asking agree"
    return bool(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("days_to_close = 30", True),
        ("days_to_close <= 30", True),
        ("days_to_close < 30", False),
        ("days_to_close in (29, 30)", True),
        ("days_since_close >= 0", False),
        ("days_since_close <= -30", True),
        ("days_since_close > -31", True),
        ('kind = "renewal" and not_there = 1', None),
        ('stage not in ("closed_won", "closed_lost") and is_open = True', True),
        ('name ~ "x"', None),
        ("account.tier = 2 or account.tier = 9", True),
        ("account.pte = 5", False),
        ("account.pte != 5", True),
        ("account.pte = None", True),
        ("account.pte > 0", False),
        ('account.name startswith "Acme"', True),
        ('account.name ~ "cme"', True),
        ('account.name !~ "cme"', False),
        ("(po_required = True or via_partner = True) and amount >= 100", True),
    ],
)
def test_what_holds_for_an_opportunity_thirty_days_before_it_closes(text: str, expected: bool | None) -> None:
    account = factories.account(name="Acme", tier=2)
    row = factories.opportunity(account, via_partner=True, amount=100, close_on=TODAY + timedelta(days=30))
    if expected is None:
        with pytest.raises(InvalidCondition):
            compile_condition(text, root="opportunity")
    else:
        assert holds(row, text) is expected


@pytest.mark.django_db
def test_an_unknown_date_is_neither_near_nor_far() -> None:
    row = factories.opportunity(factories.account(), close_on=None)
    assert not holds(row, "days_to_close <= 30")
    assert not holds(row, "days_to_close > 30")
    assert holds(row, "days_to_close = None")


@pytest.mark.django_db
def test_what_is_derived_from_an_account_s_surroundings() -> None:
    account = factories.account()
    assert holds(account, "is_customer = False and seats = None and days_since_touch = None")
    factories.subscription(account, renews_on=TODAY - timedelta(days=1), seats=9)
    factories.subscription(
        account, renews_on=TODAY + timedelta(days=20), plan="ultimate", seats=40, seats_used=10
    )
    factories.subscription(account, renews_on=TODAY + timedelta(days=300), seats=7)
    factories.activity(account, happened_at=factories.NOW - timedelta(days=12))
    factories.activity(account, happened_at=factories.NOW - timedelta(days=90))
    assert holds(
        account, "is_customer = True and seats = 40 and seats_used_share = 25 and days_to_renewal = 20"
    )
    assert holds(account, 'plan = "ultimate" and days_since_touch = 12')
    assert holds(account, "has_open_high_value_case = False")
    factories.case(account=account, case_type="high_value_account", category="high_value")
    assert holds(account, "has_open_high_value_case = True")


@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "theirs"), [({"carr": 2999, "lam": 19}, True), ({"lam": 19}, False)])
def test_small_accounts_are_the_renewals_team_s(facts: dict[str, Any], theirs: bool) -> None:
    assert holds(factories.account(**facts), f"in_renewals_team = {theirs}")


@pytest.mark.django_db
def test_the_values_that_were_seen_are_those_of_the_fields_asked() -> None:
    account = factories.account(tier=2)
    row = factories.opportunity(account, close_on=TODAY + timedelta(days=30))
    condition = compile_condition(
        "days_to_close <= 30 and account.tier = 2 and account.seats > 1", root="opportunity"
    )
    (seen,) = condition.judge(Opportunity.objects.filter(pk=row.pk), today=TODAY)
    assert condition.values(seen, today=TODAY) == {
        "days_to_close": 30,
        "account.tier": 2,
        "account.seats": None,
    }
