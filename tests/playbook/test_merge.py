"""Filling merge fields: right for what is known, quiet about what is not, whatever comes in."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from smbcases.playbook import merge


class Broken:
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("account", "Acme", "Acme"),
        ("account", "  Acme \n", "Acme"),
        ("account", None, "—"),
        ("account", "", "—"),
        ("account", "{carr}", "{carr}"),
        ("account", Broken(), "—"),
        ("carr", Decimal("12500.00"), "$12,500"),
        ("carr", Decimal("1234.5"), "$1,234.50"),
        ("amount", 0, "$0"),
        ("amount", Decimal(-3), "-$3"),
        ("amount", Decimal("-0.001"), "$0"),
        ("seats", 1200, "1,200"),
        ("seats", -1, "-1"),
        ("pte", 4.50, "4.5"),
        ("seats_used_share", Decimal("33.3333"), "33.33"),
        ("seats_used_share", 0.1 + 0.2, "0.3"),
        ("seats", float("nan"), "—"),
        ("seats", float("inf"), "—"),
        ("seats", True, "yes"),
        ("close_on", date(2027, 1, 14), "14 Jan 2027"),
        ("close_on", datetime(2027, 12, 1, 23, 59, tzinfo=UTC), "1 Dec 2027"),
        ("contact", ["Ann", None, "Bob"], "Ann, Bob"),
    ],
)
def test_values_print_as_people_write_them(name: str, value: Any, printed: str) -> None:
    assert merge.render(f"<{{{name}}}>", {name: value}) == f"<{printed}>"


def test_an_unknown_field_is_a_dash() -> None:
    assert merge.render("{account} and {nonsense}", {}) == "— and —"


def test_a_field_may_bring_words_for_the_unknown() -> None:
    assert merge.render("Hi {contact_first_name|there},", {"contact_first_name": ""}) == "Hi there,"
    assert merge.render("Hi {contact_first_name|there},", {"contact_first_name": "Ann"}) == "Hi Ann,"


@pytest.mark.parametrize(
    "text", ["", "no fields", "{", "}", "{}", "{ account }", "{Account}", "{{x", "{0}", "{a.b}"]
)
def test_other_braces_stay(text: str) -> None:
    assert merge.render(text, {"account": "Acme"}) == text


def test_fields_are_named_once() -> None:
    assert merge.fields("{account} {carr|x} {account}") == {"account", "carr"}


@pytest.mark.parametrize(
    ("text", "stray"), [("{account}", False), ("{account|you}", False), ("{Account}", True)]
)
def test_stray_braces_are_found(text: str, stray: bool) -> None:
    assert merge.stray_braces(text) is stray


VALUES = some.one_of(
    some.none(), some.text(), some.booleans(), some.integers(), some.floats(), some.decimals(), some.dates(),
    some.datetimes(), some.binary(), some.lists(some.text()), some.builds(Broken), some.builds(object),
)  # fmt: skip


@given(template=some.text() | some.from_regex(r"(\{[a-z_]{0,6}(\|[a-z]*)?\}? ?){0,5}"), value=VALUES)
def test_rendering_never_raises(template: str, value: object) -> None:
    names = merge.fields(template) | {"amount"}
    assert isinstance(merge.render(template + "{amount}", dict.fromkeys(names, value)), str)


@given(value=some.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_money_reads_back(value: Decimal) -> None:
    printed = merge.render("{carr}", {"carr": value})
    assert Decimal(printed.replace("$", "").replace(",", "")) == value
