"""Put a playbook together from its files and check it.

`every_year.yaml` and `handover_mails.yaml` hold what is the same each year, `case_types/1_inbound.yaml` and its like
all case types, `fy26.yaml` what that year sets: entries of its own (where the shared file has the same one, the year's
counts), which case types are on, and under `changes` what a case type says or asks otherwise that year.
"""

from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from smbcases.playbook import crosschecks, wording
from smbcases.playbook.book import Playbook
from smbcases.playbook.problems import Path, Place, PlaybookError, Problem, UnknownPlaybook
from smbcases.playbook.reading import Source, read

DATA = File(__file__).parent / "data"


def keys(folder: File = DATA) -> tuple[str, ...]:
    """The playbooks there are, oldest first."""
    return tuple(sorted(file.stem for file in folder.glob("fy[0-9][0-9].yaml")))


def load(key: str, folder: File = DATA) -> Playbook:
    """Read and check one playbook. Raises UnknownPlaybook, or PlaybookError with every mistake found."""
    if key not in keys(folder):
        raise UnknownPlaybook(key, keys(folder))
    source = _assemble(key, folder)
    try:
        playbook = Playbook.model_validate(source.values)
    except ValidationError as error:
        raise _refusal(wording.sentences(error), source) from error
    if mistakes := list(crosschecks.mistakes(playbook)):
        raise _refusal(mistakes, source)
    return playbook


def _assemble(key: str, folder: File) -> Source:
    year, shared, catalogue = read(folder, f"{key}.yaml"), read(folder, "every_year.yaml"), _catalogue(folder)
    handover = read(folder, "handover_mails.yaml")
    source = Source({"key": key}, {(): Place(file=f"{key}.yaml", line=1)})
    for origin in (shared, handover, year):
        for section in origin.values:
            _lay_over(source, origin, section)
    _spell_out_checks(source)
    switches, changes = source.values.pop("case_types", None), source.values.pop("changes", None) or {}
    _require_same_names(switches, catalogue.values, year)
    source.put(("triggers",), Source({"triggers": {}}), ("triggers",))
    for name in catalogue.values:
        source.put(("triggers", name), catalogue, (name,))
        source.put(("triggers", name, "enabled"), year, ("case_types", name))
    _apply(changes, year, source)
    return source


def _lay_over(source: Source, origin: Source, section: str) -> None:
    """Add a section to what earlier files say of it: entry by entry, the later one counts."""
    entries, earlier = origin.values[section], source.values.get(section)
    if not (isinstance(entries, dict) and isinstance(earlier, dict)):
        source.put((section,), origin, (section,))
        return
    for entry in entries:
        source.put((section, entry), origin, (section, entry))
    source.places[section,] = origin.places[section,]


def _spell_out_checks(source: Source) -> None:
    """Put the lines of the checklist in place of the keys under required_ten."""
    asked, checklist = source.values.get("required_ten"), source.values.pop("checklist", None)
    if not isinstance(asked, list) or not isinstance(checklist, dict):
        return
    lines = Source(
        checklist, {path[1:]: place for path, place in source.places.items() if path[0:1] == ("checklist",)}
    )
    for at, key in enumerate(asked):
        if not isinstance(checklist.get(str(key)), dict):
            hint = wording.did_you_mean(str(key), checklist)
            raise PlaybookError.at(
                source.places["required_ten", at], f"required_ten: the checklist has no line “{key}”{hint}."
            )
        source.put(("required_ten", at), lines, (key,))
        asked[at] = {"key": key, **asked[at]}


def _catalogue(folder: File) -> Source:
    """Every case type by key, in the order of the files' numbers; its category is the name of its file."""
    catalogue = Source()
    for file in sorted((folder / "case_types").glob("*.yaml")):
        origin = read(folder, f"case_types/{file.name}")
        category = file.stem.partition("_")[2]
        for name, fields in origin.values.items():
            place = origin.places[name,]
            if name in catalogue.values:
                first = catalogue.places[name,]
                raise PlaybookError.at(place, f"case type “{name}” is also at {first}.")
            if not isinstance(fields, dict):
                raise PlaybookError.at(place, f"expected the entries of case type “{name}”.")
            fields.update(key=name, category=category)
            catalogue.put((name,), origin, (name,))
    return catalogue


def _require_same_names(switches: Any, catalogue: dict[str, Any], year: Source) -> None:
    """Every case type is switched on or off by every year: forgetting one is not a decision."""
    place = _nearest(("case_types",), year.places)
    if not isinstance(switches, dict):
        raise PlaybookError.at(place, "expected “case_types: …” with each case type on or off.")
    problems = [
        Problem(place=place, sentence=f"case_types: “{name}” is missing; say on or off.")
        for name in catalogue
        if name not in switches
    ]
    for name in switches:
        if name not in catalogue:
            sentence = f"case_types: there is no case type “{name}”{wording.did_you_mean(name, catalogue)}."
            problems.append(Problem(place=year.places["case_types", name], sentence=sentence))
    if problems:
        raise PlaybookError(tuple(problems))


def _apply(changes: Any, year: Source, source: Source) -> None:
    """Lay over each case type what the year says of it otherwise."""
    if not isinstance(changes, dict):
        raise PlaybookError.at(
            year.places["changes",], "expected “changes: …” with case types and their entries."
        )
    for name, fields in changes.items():
        if name not in source.values["triggers"] or not isinstance(fields, dict):
            sentence = f"changes: expected a case type and its entries, but found “{name}”."
            raise PlaybookError.at(year.places["changes", name], sentence)
        for entry in fields:
            source.put(("triggers", name, entry), year, ("changes", name, entry))


def _refusal(mistakes: list[tuple[Path, str]], source: Source) -> PlaybookError:
    problems = {
        Problem(place=_nearest(path, source.places), sentence=sentence) for path, sentence in mistakes
    }
    return PlaybookError(
        tuple(sorted(problems, key=lambda one: (one.place.file, one.place.line, one.sentence)))
    )


def _nearest(path: Path, places: dict[Path, Place]) -> Place:
    """The line of the value itself or of the closest section around it."""
    return next(places[path[:length]] for length in range(len(path), -1, -1) if path[:length] in places)
