"""Mentions: whom a typed @ means, without a database."""

from __future__ import annotations

import pytest

from cases.talk.mentions import Known, UnclearMention, plain, resolve

MAYA = Known(id=1, name="Maya Stone", initials="MS", email="maya.stone@example.com")
MAYA_LEE = Known(id=2, name="Maya Lee", initials="ML", email="maya.lee@example.com")
THEO = Known(id=3, name="Theo Brandt", initials="TB", email="theo@example.com")
DANA = Known(id=4, name="Dana Fox", initials="DF", email="dana@example.com", may_see=False)
ALL = [MAYA, MAYA_LEE, THEO, DANA]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("@Theo Brandt please", "@{3} please"),
        ("@theo, please", "@{3}, please"),
        ("(@TB)", "(@{3})"),
        ("@maya.stone@example.com.", "@{1}."),
        ("@maya.lee and @MS", "@{2} and @{1}"),
        ("@Maya Stone's quote", "@{1}'s quote"),
        ("@Theo's quote", "@{3}'s quote"),
        ("write to jonas@north.example", "write to jonas@north.example"),
        ("@ 5 pm, @5", "@ 5 pm, @5"),
    ],
)
def test_a_mention_becomes_a_reference(typed: str, stored: str) -> None:
    said = resolve(typed, known=ALL, case="SMB-10001")
    assert said.text == stored


def test_a_reference_is_read_by_name_and_markup_stays_text() -> None:
    said = resolve("<b>@Theo</b>", known=ALL, case="SMB-10001")
    people = {str(pk): name for pk, name in said.people.items()}
    assert plain(said.text, people) == "<b>@Theo Brandt</b>"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("@Maya look", "“@Maya” may be several people"),
        ("@Nobody", "Nobody is called “@Nobody”"),
        ("@Dana", "Dana Fox may not see SMB-10001"),
    ],
)
def test_who_is_not_clear_is_said_back(typed: str, words: str) -> None:
    with pytest.raises(UnclearMention) as refused:
        resolve(typed, known=ALL, case="SMB-10001")
    assert words in refused.value.detail
