"""The three content modes of CloudEvents over HTTP, and what is none of them."""

import pytest

from accounts import envelopes
from accounts.envelopes import BATCH, STRUCTURED, BatchTooLong, NotJson, Sent, WrongMediaType


def read(body: bytes, **headers: str) -> Sent:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return envelopes.read(headers=named, body=body, at_most=2)


def test_a_structured_event() -> None:
    assert read(b'{"id": "1"}', Content_Type=f"{STRUCTURED}; charset=UTF-8") == Sent(
        events=[{"id": "1"}], is_batch=False
    )


def test_a_batch_up_to_its_limit() -> None:
    assert read(b"[{}, 3]", Content_Type=BATCH) == Sent(events=[{}, 3], is_batch=True)
    assert read(b"[]", Content_Type=BATCH).events == []
    with pytest.raises(BatchTooLong, match="up to 2 events; 3 were sent"):
        read(b"[1, 2, 3]", Content_Type=BATCH)


def test_binary_mode_reads_attributes_from_headers() -> None:
    sent = read(b'{"a": 1}', Content_Type="application/json", Ce_Id="1", CE_Specversion="1.0", Accept="*/*")
    assert sent.events == [{"id": "1", "specversion": "1.0", "data": {"a": 1}}]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ("100%25", "100%"),
        ("%2525", "%25"),
        ("a+b", "a+b"),
        ('"quoted \\"text\\" %41"', 'quoted "text" A'),
        ("  spaced  ", "spaced"),
        ("50%", "50%"),
    ],
)
def test_header_values_are_decoded_once(value: str, meant: str) -> None:
    assert read(b"{}", Ce_Subject=value).events[0]["subject"] == meant


@pytest.mark.parametrize("value", ["%FF", "caf\xe9", "%C3%28"])
def test_header_values_are_utf8(value: str) -> None:
    with pytest.raises(NotJson, match="not UTF-8"):
        read(b"{}", Ce_Subject=value)


@pytest.mark.parametrize(
    "media_type", ["application/json", "", "text/plain", "application/cloudevents", "application/x"]
)
def test_anything_else_is_told_the_three_ways(media_type: str) -> None:
    with pytest.raises(WrongMediaType) as refusal:
        read(b"{}", Content_Type=media_type)
    for way in (STRUCTURED, BATCH, "ce- headers"):
        assert way in refusal.value.detail


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "application/cloudevents+avro", "Ce_Id": "1"},
        {"Content_Type": "text/xml", "Ce_Id": "1"},
        {"Content_Type": STRUCTURED, "Content_Encoding": "gzip"},
        {"Content_Type": f"{STRUCTURED}; charset=utf-16"},
        {"Content_Type": f'{STRUCTURED}; charset="latin-1"'},
    ],
)
def test_other_formats_and_encodings_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WrongMediaType):
        read(b"{}", **headers)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'"\xed\xa0\x80"', b'{"a": NaN}', b"[" * 5000])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson, match="Reading stopped"):
        read(body, Content_Type=STRUCTURED)


def test_a_batch_is_an_array() -> None:
    with pytest.raises(NotJson, match="array"):
        read(b"{}", Content_Type=BATCH)
