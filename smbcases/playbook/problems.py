"""What is wrong with a playbook, where, and what was expected instead."""

from dataclasses import dataclass
from typing import Self

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of a playbook file; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake: where it stands and a sentence that says what was expected."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class PlaybookError(Exception):
    """The playbook cannot be used. Carries every problem found, in the order of the files' lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def at(cls, place: Place, sentence: str) -> Self:
        """One mistake only."""
        return cls((Problem(place=place, sentence=sentence),))


class UnknownPlaybook(KeyError):
    """No playbook has this key."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        self.key, self.known = key, known
        super().__init__(f"There is no playbook {key!r}; there are {', '.join(known)}.")

    def __str__(self) -> str:
        return str(self.args[0])
