"""Plain text on the wire: short lines that a reader's program joins again."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from smbcases.lib import flowed
from tests.reading_flowed import unflow

LONG = "Thank you for getting in touch through our site, I am your contact on the small business team from today on."


def test_long_lines_end_in_a_space_where_they_go_on() -> None:
    first, second = flowed.flow(LONG).split("\n")
    assert first.endswith(" ")
    assert not second.endswith(" ")
    assert max(len(first), len(second)) <= flowed.WIDTH + 1


@pytest.mark.parametrize("line", ["> quoted", " indented", "From here on"])
def test_what_a_mail_program_would_misread_gets_a_space_in_front(line: str) -> None:
    assert flowed.flow(line) == f" {line}"


def test_a_signature_line_stays_as_it_is() -> None:
    assert flowed.flow("Bye\n-- \nMaya") == "Bye\n-- \nMaya"


@given(some.text(alphabet="ab >é\n", max_size=400))
def test_the_reader_sees_what_was_written_but_for_spaces_at_the_end(text: str) -> None:
    said = "\n".join(line if line == flowed.SIGNATURE else line.rstrip(" ") for line in text.split("\n"))
    assert unflow(flowed.flow(text)) == said


@given(some.lists(some.text(alphabet="abcdefgh", min_size=1, max_size=30), max_size=80))
def test_no_line_of_words_is_longer_than_it_may_be(words: list[str]) -> None:
    assert all(len(line) <= flowed.WIDTH + 1 for line in flowed.flow(" ".join(words)).split("\n"))
