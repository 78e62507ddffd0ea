"""Read a playbook file into plain values, remembering the line of each.

YAML, less its surprises: keys are always text, only `true`, `false`, `on`, `off` are switches (so the country
NO stays Norway), whole numbers are numbers, everything else is text, and a key given twice is an error.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import yaml

from smbcases.playbook.problems import Path, Place, PlaybookError, Problem

_SWITCHES = {"true": True, "on": True, "false": False, "off": False}
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Source:
    """Plain values and, for the path to each of them, the line it came from."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)

    def put(self, path: Path, other: "Source", at: Path) -> None:
        """Set `path` to what another source has at `at`, lines included. The section around `path` must exist."""
        into: Any = self.values
        found: Any = other.values
        for key in path[:-1]:
            into = into[key]
        for step in at[:-1]:
            found = found[step]
        into[path[-1]] = found[at[-1]]
        for old in [known for known in self.places if known[: len(path)] == path]:
            del self.places[old]
        for known, place in list(other.places.items()):
            if known[: len(at)] == at:
                self.places[path + known[len(at) :]] = place


def read(folder: File, name: str) -> Source:
    """Read one file, named relative to its folder.

    Raises PlaybookError where it is not YAML, repeats a key or is not made of named sections.
    """
    try:
        node = yaml.compose((folder / name).read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _mistake(name, line, f"this is not YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _mistake(name, 1, f"this is not a text file in UTF-8: {error}.") from error
    if not isinstance(node, yaml.MappingNode):
        raise _mistake(name, 1, "expected named sections (“name: …”), but found something else.")
    source, problems = Source(places={(): Place(file=name, line=1)}), list[Problem]()
    try:
        source.values.update(_section(node, (), name, source.places, problems))
    except RecursionError as error:
        raise _mistake(name, 1, "an alias (*name) contains itself; write the value out instead.") from error
    if problems:
        raise PlaybookError(tuple(problems))
    return source


def _mistake(file: str, line: int, sentence: str) -> PlaybookError:
    return PlaybookError.at(Place(file=file, line=line), sentence)


def _value(node: Any, path: Path, file: str, places: dict[Path, Place], problems: list[Problem]) -> Any:
    places.setdefault(path, Place(file=file, line=node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        return _section(node, path, file, places, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, at), file, places, problems) for at, item in enumerate(node.value)]
    return _scalar(node)


def _section(
    node: yaml.MappingNode, path: Path, file: str, places: dict[Path, Place], problems: list[Problem]
) -> dict[str, Any]:
    section: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = Place(file=file, line=key_node.start_mark.line + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(place=place, sentence="expected a name before the colon."))
            continue
        key = str(key_node.value)
        if key in section:
            first = places[(*path, key)].line
            problems.append(
                Problem(
                    place=place, sentence=f"“{key}” is given twice (first on line {first}); keep one of them."
                )
            )
            continue
        places[(*path, key)] = place
        section[key] = _value(value_node, (*path, key), file, places, problems)
    return section


def _scalar(node: Any) -> str | int | bool | None:
    text: str = node.value
    if node.style:  # quoted or a block
        return text
    if text in _SWITCHES:
        return _SWITCHES[text]
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return None if text in ("", "~", "null") else text
