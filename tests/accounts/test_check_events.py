"""Which events are fit, and what the sender of others is told, by place."""

from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import checking
from accounts.checking import LARGEST, Unfit
from tests.accounts.sending import NOW, event, mail


def faults(sent: Any) -> dict[str, str]:
    with pytest.raises(Unfit) as unfit:
        checking.check(sent, now=NOW)
    return {fault.pointer: fault.detail for fault in unfit.value.faults}


def test_a_fit_event_comes_out_in_utc() -> None:
    fit = checking.check(
        {**event(name="Öl AG"), "time": "2026-03-03T01:00:00.5+02:00", "subject": None}, now=NOW
    )
    assert fit.time.isoformat() == "2026-03-02T23:00:00.500000+00:00"
    assert fit.time.tzinfo is UTC
    assert "Öl AG".encode() in fit.data
    assert fit.subject == ""


def test_extension_attributes_and_dataschema_are_accepted() -> None:
    checking.check({**event(), "traceparent": "00-af", "dataschema": "https://x.example", "n": 3}, now=NOW)


@pytest.mark.parametrize(
    ("change", "pointer", "words"),
    [
        ({"specversion": "0.3"}, "/specversion", "1.0"),
        ({"id": ""}, "/id", "some text"),
        ({"id": 7}, "/id", "some text"),
        ({"id": "x" * 256}, "/id", "at most 255"),
        ({"id": "a\x00b"}, "/id", "U+0000"),
        ({"source": None}, "/source", "some text"),
        ({"subject": 4}, "/subject", "some text"),
        ({"type": "crm.account.deleted"}, "/type", "crm.account.upserted, crm.contact.upserted"),
        ({"type": ["x"]}, "/type", "known types"),
        ({"time": None}, "/time", "is needed"),
        ({"time": 1700000000}, "/time", "offset"),
        ({"time": "2026-03-03T10:00:00"}, "/time", "offset"),
        ({"time": "2026-03-03"}, "/time", "offset"),
        ({"time": "2026-02-30T10:00:00Z"}, "/time", "offset"),
        ({"time": "2026-03-03T25:00:00Z"}, "/time", "offset"),
        ({"time": "1970-01-01T00:00:00Z"}, "/time", "1990"),
        ({"time": "2026-03-04T15:00:01Z"}, "/time", "in the future"),
        ({"datacontenttype": "text/xml"}, "/datacontenttype", "JSON"),
        ({"data_base64": "aGk="}, "/data_base64", "JSON"),
        ({"data": None}, "/data", "object"),
        ({"data": [1]}, "/data", "object"),
    ],
)
def test_an_attribute_that_does_not_fit_is_named(change: dict[str, Any], pointer: str, words: str) -> None:
    found = faults({**event(), **change})
    assert list(found) == [pointer]
    assert words in found[pointer]


@pytest.mark.parametrize(
    ("data", "pointer", "sentence"),
    [
        ({"carr": "8200"}, "/data/carr", 'Expected a number, not "8200".'),
        ({"carr": -1}, "/data/carr", "Expected at least 0."),
        ({"employees": 1.5}, "/data/employees", "Expected a whole number, not 1.5."),
        ({"employees": 3_000_000_000}, "/data/employees", "Expected at most 2147483647."),
        ({"pte": 6}, "/data/pte", "Expected at most 5."),
        ({"region": "MARS"}, "/data/region", "Expected one of AMER, EMEA, APJ."),
        ({"country": "Germany"}, "/data/country", "Expected a country in two capital letters, such as DE."),
        ({"name": "  "}, "/data/name", "Expected some text."),
        ({"name": "x" * 256}, "/data/name", "Expected at most 255 characters; these are 256."),
        ({"external_id": ""}, "/data/external_id", "Expected some text."),
        ({"carrr": 3}, "/data/carrr", "crm.account.upserted has no field “carrr”. Is it “carr”?"),
        ({"a/b~c": 3}, "/data/a~1b~0c", None),
        ({"name": "a\x00b"}, "/data/name", "The character U+0000 cannot be kept."),
    ],
)
def test_a_field_that_does_not_fit_is_named(data: dict[str, Any], pointer: str, sentence: str | None) -> None:
    found = faults(event(**data))
    assert list(found) == [pointer]
    assert sentence in {None, found[pointer]}


def test_a_field_that_is_needed_is_named() -> None:
    assert faults(event("crm.contact.upserted", name="Ada")) == {"/data/external_id": "This is needed."}


def test_dates_and_moments_are_real_ones() -> None:
    subscription: dict[str, Any] = {
        "external_id": "S",
        "account": "A",
        "starts_on": "2025-02-30",
        "renews_on": "0001-01-01",
    }
    assert faults(event("crm.subscription.upserted", **subscription)) == {
        "/data/starts_on": "There is no such day.",
        "/data/renews_on": "Expected a date such as 2025-01-31, between the years 1900 and 2199.",
    }
    activity: dict[str, Any] = {
        "external_id": "T",
        "account": "A",
        "kind": "call",
        "happened_at": "2025-01-01T10:00:00",
    }
    assert "offset" in faults(event("crm.activity.upserted", **activity))["/data/happened_at"]


def test_a_signal_that_is_about_nothing_is_refused() -> None:
    found = faults(event("billing.overage_found", message="7 seats"))
    assert found == {"/data": "Expected at least one of account, contact, lead, opportunity, subscription."}


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert set(faults({**event(carr="x", lam="y"), "id": "", "time": ""})) == {
        "/id",
        "/time",
        "/data/carr",
        "/data/lam",
    }


@pytest.mark.parametrize("sent", [None, 3, "x", [], [{}]])
def test_what_is_no_object_is_no_event(sent: Any) -> None:
    assert faults(sent) == {"": "Expected an event: a JSON object."}


def test_large_data_is_refused_with_its_size() -> None:
    found = faults(mail("a@b.example", body="x" * LARGEST))
    assert found == {"/data": "An event's data may have 256 KiB; this has 257."}
    checking.check(mail("a@b.example", body="x" * (LARGEST - 100)), now=NOW)


def test_the_character_that_postgresql_does_not_keep_is_found_anywhere() -> None:
    for details in ({"a": ["fine", {"b": "no\x00"}]}, {"k\x00": 1}, {"a": nested("\x00", levels=240)}):
        assert faults(event("billing.overage_found", account="A", details=details))
    checking.check(event("billing.overage_found", account="A", message=r"written \u0000"), now=NOW)


@pytest.mark.parametrize("levels", [253, 260, 5_000])
def test_data_that_is_nested_too_deeply_is_refused(levels: int) -> None:
    for place in ("details", "account"):
        data: dict[str, Any] = {"account": "A", place: {"a": nested(1, levels=levels)}}
        assert faults(event("billing.overage_found", **data)) == {
            "/data": "This is nested too deeply; 250 levels are taken."
        }


def nested(inner: Any, *, levels: int) -> Any:
    for _ in range(levels):
        inner = [inner]
    return inner


def test_a_clock_may_be_a_day_ahead() -> None:
    checking.check({**event(), "time": (NOW + timedelta(hours=24)).isoformat()}, now=NOW)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
_names = st.sampled_from(
    ["specversion", "id", "source", "type", "time", "subject", "data", "data_base64", "x"]
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine that does other work too
@given(st.dictionaries(_names, _json))
def test_whatever_is_sent_is_fit_or_refused(changes: dict[str, Any]) -> None:
    with suppress(Unfit):
        checking.check({**event(), **changes}, now=NOW)
