"""Where in a text a merge field is wrong: line and column, with what was meant."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from smbcases.playbook import merge
from smbcases.playbook.wording import did_you_mean

_BRACED = re.compile(r"\{[^{}\n]*\}|[{}]")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A brace that will not be filled; lines and columns count from 1."""

    line: int
    column: int
    found: str
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.sentence}"


def faults(text: str, *, known: Collection[str]) -> Iterator[Fault]:
    """Every field that nobody fills and every brace that belongs to no field, in the order of the text."""
    for at, line in enumerate(text.split("\n"), 1):
        for braced in _BRACED.finditer(line):
            sentence = _wrong(braced[0], known)
            if sentence:
                yield Fault(line=at, column=braced.start() + 1, found=braced[0], sentence=sentence)


def _wrong(braced: str, known: Collection[str]) -> str:
    """What is wrong with it; empty where nothing is."""
    names = merge.fields(braced)
    if not names:
        return f"“{braced}” belongs to no merge field; they look like {{account}}."
    (name,) = names
    hint = did_you_mean(name, sorted(known))
    return "" if name in known else f"there is no merge field “{name}”{hint}{'?' if hint else '.'}"
