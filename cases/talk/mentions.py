"""@mentions in what people write: found while it is saved, kept by the person's id, shown by name.

Typed is `@Maya Stone`, `@Maya`, `@MS`, `@maya.stone` or the whole address; stored is `@{17}`, beside the names of those
mentioned. A name that changes hands, or is borne by two, thus never points at somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from smbcases.lib.refusal import Refusal

MOST = 30

_AT = re.compile(r"(?<![\w@.+\-])@(?=[^\W\d_])")
_WORD = re.compile(r"[\w.+\-'’]+(?:@[\w.\-]+)?")
_STORED = re.compile(r"@\{(\d{1,18})\}")


class UnclearMention(Refusal):
    """Somebody mentioned is not known, may be several, or may not see the case."""

    name = "mention-unclear"
    status = 422
    title = "It is not clear who is meant"


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody who may be meant; `may_see` says whether they can be."""

    id: int
    name: str
    initials: str
    email: str
    may_see: bool = True

    def is_called(self, word: str) -> bool:
        """By first name, initials, address, or what stands in it before the @."""
        word = word.casefold()
        names = {self.name.split(" ")[0], self.initials, self.email, self.email.partition("@")[0]}
        return word in {name.casefold() for name in names}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was written, as it is stored; `people` are those mentioned, id to name."""

    text: str
    people: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a text; with an `id` it is a mention."""

    text: str
    id: int | None = None


def words(text: str) -> list[str]:
    """The first word behind each @ that may begin a mention, at most `MOST` different ones."""
    found = (_word(text, match.end()) for match in _AT.finditer(text))
    return list(dict.fromkeys(found))[:MOST]


def _word(text: str, start: int) -> str:
    match = _WORD.match(text, start)
    return match[0].rstrip(".-'’+") if match else ""


def resolve(text: str, *, known: Sequence[Known], case: str) -> Said:
    """Turn the mentions of `text` into references. `case` is the case's number, for the refusal.

    Raises UnclearMention, which names every mention that could not be resolved.
    """
    people: dict[int, str] = {}
    wrong: list[str] = []
    stored, end = "", 0
    for match in _AT.finditer(text):
        if match.start() < end:
            continue
        length, meant = _meant(text, match.end(), known)
        may = [person for person in meant if person.may_see]
        if len(may) != 1:
            wrong.append(_said_back(text[match.start() : match.end() + length], meant, may, case=case))
            continue
        people[may[0].id] = may[0].name
        stored += f"{text[end : match.start()]}@{{{may[0].id}}}"
        end = match.end() + length
    if wrong:
        raise UnclearMention(" ".join(dict.fromkeys(wrong)))
    return Said(text=stored + text[end:], people=people)


def _meant(text: str, start: int, known: Sequence[Known]) -> tuple[int, list[Known]]:
    """How many characters name somebody, and whom: a whole name before a single word."""
    named = [person for person in known if _begins(text, start, person.name)]
    longest = max((len(person.name) for person in named), default=0)
    if longest:
        return longest, [person for person in named if len(person.name) == longest]
    word = _word(text, start)
    for called in (word, re.split("['’]", word)[0]):
        if meant := [person for person in known if person.is_called(called)]:
            return len(called), meant
    return len(word), []


def _begins(text: str, start: int, name: str) -> bool:
    end = start + len(name)
    return text[start:end].casefold() == name.casefold() and not text[end : end + 1].isalnum()


def _said_back(typed: str, meant: Iterable[Known], may: Sequence[Known], *, case: str) -> str:
    if may:
        either = " or ".join(f"@{person.email} ({person.name})" for person in may)
        return f"“{typed}” may be several people: write {either}."
    if meant:
        names = " and ".join(person.name for person in meant)
        return f"{names} may not see {case}, so “{typed}” would reach nobody. Write the name without @."
    return f"Nobody is called “{typed}”. Choose a name from the list, or write it without @."


def parts(text: str, people: Mapping[str, str]) -> Iterator[Part]:
    """The stored text in stretches, mentions by themselves. `people` has the ids as text, as JSON keeps them."""
    end = 0
    for match in _STORED.finditer(text):
        if match[1] in people:
            if match.start() > end:
                yield Part(text=text[end : match.start()])
            yield Part(text=f"@{people[match[1]]}", id=int(match[1]))
            end = match.end()
    if end < len(text):
        yield Part(text=text[end:])


def plain(text: str, people: Mapping[str, str]) -> str:
    """The stored text as a person reads it, mentions as @Maya Stone."""
    return "".join(part.text for part in parts(text, people))
