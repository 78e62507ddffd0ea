"""Long streams in pieces."""

from __future__ import annotations

from smbcases.lib.batches import batched


def test_the_last_piece_may_be_shorter() -> None:
    assert list(batched(range(5), 2)) == [[0, 1], [2, 3], [4]]


def test_nothing_makes_no_piece() -> None:
    assert list(batched([], 3)) == []


def test_a_stream_is_read_as_it_is_asked_for() -> None:
    stream = iter(range(10))
    assert next(batched(stream, 3)) == [0, 1, 2]
    assert next(stream) == 3
