"""The middle one of many numbers that are kept, and some new ones."""

from array import array
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.dashboards.runs import Core, OutOfCore

numbers = st.lists(st.integers(-5, 5) | st.integers(-(10**13), 10**13))


@given(numbers, numbers)
def test_it_is_the_median_of_all_of_them(kept: list[int], new: list[int]) -> None:
    core = Core.of(array("q", sorted(kept)))
    if kept or new:
        assert core.middle_with(sorted(new)) == median_low([*kept, *new])


@given(st.integers(1, 4000), st.lists(st.integers(-10, 9000), max_size=300))
def test_the_core_of_many_answers_for_all_or_says_that_it_does_not(many: int, new: list[int]) -> None:
    kept = [2 * number for number in range(many)]
    core = Core.of(kept)
    assert len(core.numbers) <= max(401, many // 4 + 1)
    right = median_low([*kept, *new])
    assert Core.of(kept, whole=True).middle_with(sorted(new)) == right
    try:
        assert core.middle_with(sorted(new)) == right
    except OutOfCore:
        assert len(new) > many // 8


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        Core.of(array("q")).middle_with([])
