"""What two playbooks say differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smbcases.playbook.book import Playbook
from smbcases.playbook.sections import Section

_ABSENT: Any = object()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One entry that differs; `entry` is its path inside the section, both values in words."""

    section: str
    entry: str
    before: str
    after: str


def differences(before: Playbook, after: Playbook) -> Iterator[Difference]:
    """Entry by entry, in the order of the sections; a list is one entry."""
    for section in Playbook.model_fields:
        if section != "key":
            yield from _compare(section, (), getattr(before, section), getattr(after, section))


def _compare(section: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    left, right = _opened(before), _opened(after)
    if left is None or right is None:
        yield Difference(section=section, entry=" › ".join(path), before=_words(before), after=_words(after))
        return
    for key in dict.fromkeys([*left, *right]):
        yield from _compare(section, (*path, str(key)), left.get(key, _ABSENT), right.get(key, _ABSENT))


def _opened(value: Any) -> dict[Any, Any] | None:
    """What can be compared entry by entry, as entries; None for a plain value."""
    if isinstance(value, Section):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, tuple) and value and isinstance(value[0], Section):
        return {getattr(item, "key", at): item for at, item in enumerate(value, start=1)}
    return value if isinstance(value, dict) else None


def _words(value: Any) -> str:
    match value:
        case _ if value is _ABSENT:
            return "not there"
        case bool():
            return "on" if value else "off"
        case tuple():
            return ", ".join(map(_words, value)) or "none"
        case Section():
            return str(getattr(value, "name", "there"))
        case None | "":
            return "empty"
    return str(value)
