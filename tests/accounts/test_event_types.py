"""What the schemas let through, the columns of the book can hold."""

from typing import Any

import jsonschema_rs
import pytest
from django.db import models

from accounts import event_types
from accounts.event_types import ALL, RECORD_TYPES, EventType
from accounts.payloads import Field
from accounts.references import MODELS
from smbcases.playbook import vocabulary

FIELDS = [(kind, field) for kind in RECORD_TYPES for field in kind.fields]


def column(kind: EventType, field: Field) -> Any:
    return MODELS[kind.record]._meta.get_field(field.name)


def test_every_type_that_a_playbook_may_name_is_known_and_no_other() -> None:
    assert set(ALL) == vocabulary.EVENT_TYPES


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_the_example_fits(kind: EventType) -> None:
    kind.validator.validate(kind.example)


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_the_schema_is_one_and_says_what_each_field_is(kind: EventType) -> None:
    jsonschema_rs.meta.validate(kind.schema)
    assert kind.title
    assert kind.description
    assert all(field.schema["description"] for field in kind.fields)


def longest(field: Field) -> int:
    """How long a text the schema lets through, by its choices, its codes or its limit."""
    codes = {r"^[A-Z]{2}$": 2, r"^[A-Z]{3}$": 3, r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$": 8}
    if "enum" in field.schema:
        return max(map(len, field.schema["enum"]))
    return codes.get(field.schema.get("pattern", "")) or int(field.schema.get("maxLength", 0))


@pytest.mark.parametrize(
    ("kind", "field"), FIELDS, ids=lambda value: getattr(value, "key", None) or value.name
)
def test_a_field_has_a_column_that_holds_it(kind: EventType, field: Field) -> None:
    held = column(kind, field)
    if isinstance(held, models.CharField):
        assert longest(field) <= (held.max_length or 0)
    if isinstance(held, models.PositiveSmallIntegerField):
        assert field.schema["maximum"] <= 32_767
    if field.empty is None and not field.needed:
        assert held.null


@pytest.mark.parametrize("kind", RECORD_TYPES, ids=lambda kind: kind.record)
def test_records_refer_only_to_kinds_that_are_written_before_them(kind: EventType) -> None:
    order = list(MODELS)
    for field in kind.references:
        assert field.soft or order.index(field.refers_to) < order.index(kind.record)


def test_a_signal_names_some_record_but_mail_need_not() -> None:
    assert not ALL["billing.overage_found"].validator.is_valid({"message": "7 over"})
    assert not ALL["billing.overage_found"].validator.is_valid({"account": None})
    assert ALL["billing.overage_found"].validator.is_valid({"lead": "00Q"})
    assert ALL["mail.received"].validator.is_valid({"from": "a@b.example"})


def test_null_means_left_out() -> None:
    nothing = dict.fromkeys((field.name for field in event_types.RECORD_TYPES[0].fields), None)
    assert ALL["crm.account.upserted"].validator.is_valid({**nothing, "external_id": "1", "name": "Acme"})
    assert not ALL["crm.account.upserted"].validator.is_valid({"external_id": "1", "name": None})
