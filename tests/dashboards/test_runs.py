"""The middle one of several sorted runs."""

from array import array
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.dashboards.runs import middle

numbers = st.lists(st.integers(-5, 5) | st.integers(-(10**13), 10**13))


@given(st.lists(numbers).filter(any))
def test_it_is_the_median_of_all_of_them(lists: list[list[int]]) -> None:
    runs = [array("q", sorted(one)) for one in lists]
    assert middle(runs) == median_low([number for one in lists for number in one])


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        middle([array("q"), array("q")])
