"""Lengths of time in few characters."""

from datetime import date, timedelta

import pytest

from smbcases.lib import spans


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "under 1 m"),
        (timedelta(seconds=59), "under 1 m"),
        (timedelta(minutes=1), "1 m"),
        (timedelta(minutes=59, seconds=59), "59 m"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=3, minutes=12), "3 h 12 m"),
        (timedelta(hours=10, minutes=12), "10 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_says_a_span(span: timedelta, words: str) -> None:
    assert spans.in_words(span) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 22), "tomorrow"),
        (date(2026, 11, 20), "20 Nov"),
        (date(2027, 1, 4), "4 Jan 2027"),
    ],
)
def test_says_a_day(day: date, words: str) -> None:
    assert spans.day_in_words(day, today=date(2026, 11, 21)) == words
