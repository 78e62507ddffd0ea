"""What a request says instead of an id is no id, however long it is."""

import pytest

from smbcases.lib import ids


@pytest.mark.parametrize(("text", "pk"), [("17", 17), ("0", 0), ("017", 17), ("9" * 18, 10**18 - 1)])
def test_digits_are_an_id(text: str, pk: int) -> None:
    assert ids.read(text) == pk


@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "+1", "1 ", "1.0", "1e3", "1_0", "0x1", "x", "²", "١٧", "1\n", "9" * 19, "9" * 5000],
)
def test_anything_else_is_none(text: str) -> None:
    assert ids.read(text) is None


def test_of_several_those_that_are_ids_are_kept_in_their_order() -> None:
    assert ids.read_all(["3", "x", "", "1", "9" * 5000, "3"]) == [3, 1, 3]
