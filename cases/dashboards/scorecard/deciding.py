"""The scorecard's blocks from what was counted: pure.

Advocates stand by name, never by rank; each figure beside the team's middle one and the volume behind it. Somebody
who may see only themselves is shown beside the team's average, and only where a team is large enough that an average
tells of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from accounts.access import Reach
from cases.dashboards import drilling
from cases.dashboards.blocks import Answer, Cell, Column, Dashboard, Figure, Money, Share, Table, Tone, Value
from cases.dashboards.drilling import Addresses
from cases.dashboards.scorecard import over_time
from cases.dashboards.scorecard.comparing import by_head, middle
from cases.dashboards.scorecard.doing import MOST_PEOPLE, Done, is_wide
from cases.dashboards.scorecard.loading import Found, Now
from cases.dashboards.scorecard.measures import Line, Measure, did, went
from cases.dashboards.staff import Colleague

KEY, NAME = "scorecard", "Advocate scorecard"
UNNAMED = "Somebody"
FEWEST = 4  # people in a team whose average tells of nobody
NOTE = (
    "Opened, closed and picked up count cases by whom they belong to now. Won: opportunities other than renewals of "
    "the cases closed in the period, each once; a renewal’s net part is not known here. Time to pick-up runs from "
    "when a case was given; one that changed hands later or was put off is left out. Stale, places and Required 10 "
    "are as of now."
)
TOO_MANY = (
    f"Of more than {MOST_PEOPLE} people neither the Required 10 nor the period before are read: "
    "choose a team or a region."
)


def decide(found: Found) -> Dashboard:
    addresses = drilling.Addresses(found.scope)
    lines = [_line(found, one, addresses) for one in found.people]
    whole = _whole(found, lines, addresses)
    shown = whole if found.asked.owner is None else _own(found, lines, addresses)
    measures = did(found), went()
    if found.asked.reach is Reach.OWN:
        tables = _beside_the_average(shown, lines, found.all_done, measures)
    else:
        tables = _by_name(shown, lines, measures)
    return Dashboard(
        key=KEY,
        name=NAME,
        answer=_answer(shown, lines),
        figures=_figures(shown, found.before, measures),
        tables=(*tables, *over_time.trends(found), over_time.resolutions(found)),
        note=f"{NOTE} {TOO_MANY}" if is_wide(found.scope) else NOTE,
    )


def _line(found: Found, one: Colleague, addresses: Addresses) -> Line:
    return Line(
        name=one.name,
        now=found.now.get(one.pk, Now()),
        done=found.done.get(one.pk, Done()),
        addresses=addresses,
        owner=one.pk,
        hint="" if one.has_desk else "not at a desk now",
    )


def _own(found: Found, lines: Sequence[Line], addresses: Addresses) -> Line:
    """Of who is asked about; where the other filters leave nothing of theirs, an empty one."""
    owner = found.asked.owner
    own = next((line for line in lines if line.owner == owner), None)
    if own is None:
        one = found.asked.staff.by_pk.get(owner or 0)
        own = Line(
            name=one.name if one else UNNAMED, now=Now(), done=Done(), addresses=addresses, owner=owner
        )
    return own


def _whole(found: Found, lines: Sequence[Line], addresses: Addresses) -> Line:
    now = Now(
        held=sum(line.now.held for line in lines),
        in_hand=sum(line.now.in_hand for line in lines),
        stale=sum(line.now.stale for line in lines),
        places=sum(line.now.places for line in lines),
        required=sum((line.now.required for line in lines), Share(0, 0)),
    )
    return Line(name="All together", now=now, done=found.all_done, addresses=addresses)


# Tables by name, and for one person


def _by_name(
    shown: Line, lines: Sequence[Line], measures: tuple[tuple[Measure, ...], ...]
) -> tuple[Table, ...]:
    """Everybody by name and all together, or the one who is asked about; beside them the middle one."""
    return tuple(
        _table_by_name(key, name, group, lines=lines, shown=shown)
        for key, name, group in zip(("did", "went"), _TITLES, measures, strict=True)
    )


def _table_by_name(
    key: str,
    name: str,
    group: tuple[Measure, ...],
    *,
    lines: Sequence[Line],
    shown: Line,
) -> Table:
    everybody = [_row(line, group) for line in lines]
    is_of_all = shown.owner is None
    rows = everybody if is_of_all else [_row(shown, group)]
    columns = list(zip(*everybody, strict=True))[1:]
    middles = (Cell(middle([cell.value for cell in column])) for column in columns)
    return Table(
        key=key,
        name=name,
        columns=(Column("advocate", "Advocate", "text"), *(one.column for one in group)),
        rows=(*rows, (Cell(f"The middle of {len(lines)}"), *middles)) if lines else (),
        total=_row(shown, group) if is_of_all and lines else None,
        empty="Nobody here has a desk.",
    )


_TITLES = ("What was done", "How it went")


def _row(line: Line, measures: Iterable[Measure]) -> tuple[Cell, ...]:
    cells = (one.cell(line) for one in measures)
    return (Cell(line.name, hint=line.hint), *cells)


def _beside_the_average(
    shown: Line, lines: Sequence[Line], all_done: Done, measures: tuple[tuple[Measure, ...], ...]
) -> tuple[Table, ...]:
    own = [line for line in lines if line.owner == shown.owner]
    team = [line for line in lines if not line.hint]
    enough = len(team) >= FEWEST
    note = "" if enough else f"A team of fewer than {FEWEST} has no average that tells of nobody in it."
    return tuple(
        Table(
            key=key,
            name=name,
            columns=(Column("who", "Who", "text"), *(one.column for one in group)),
            rows=tuple(_row(line, group) for line in own)
            + ((_average(team, all_done, group),) if enough and own else ()),
            empty="You have no desk, so there is nothing to count.",
            note=note,
        )
        for key, name, group in zip(("did", "went"), _TITLES, measures, strict=True)
    )


def _average(team: Sequence[Line], done: Done, measures: Iterable[Measure]) -> tuple[Cell, ...]:
    """Counts and money by head; medians and shares over all cases of the team. Without addresses."""
    pooled = {
        "pick_up": done.pick_up,
        "close": done.close,
        "in_time": done.in_time,
        "on_target": done.on_target,
    }
    cells = [
        Cell(pooled.get(one.column.key, by_head([one.cell(line).value for line in team]))) for one in measures
    ]
    return (Cell(f"Average of your team of {len(team)}"), *cells)


# At one glance


def _figures(line: Line, before: Done, measures: tuple[tuple[Measure, ...], ...]) -> tuple[Figure, ...]:
    """The line as figures, each beside the period before."""
    was: dict[str, Value] = {
        "opened": before.opened,
        "closed": before.closed,
        "touches": before.touches,
        "won": before.won,
        "in_time": before.in_time,
        "on_target": before.on_target,
    }
    done, well = measures
    chosen = [one for one in done if one.column.key in {"held", *was}] + list(well)
    return tuple(_figure(one, line, was.get(one.column.key)) for one in chosen)


def _figure(one: Measure, line: Line, before: Value) -> Figure:
    cell = one.cell(line)
    known = before not in {None, 0, Share(0, 0), Money()}
    return Figure(
        key=one.column.key,
        name=one.column.name,
        value=cell.value,
        kind=one.column.kind,
        url=cell.url,
        tone=cell.tone,
        hint=one.column.help or cell.hint,
        of=cell.of if one.column.kind in {"money", "duration", "days"} else None,
        before=before if known else None,
    )


def _answer(line: Line, lines: Sequence[Line]) -> Answer:
    """Whether it is well: what is full and what is stale, and how pick-ups are kept."""
    if not lines:
        return Answer(words="Nobody here has a desk.", tone="plain", icon="users")
    now, kept = line.now, line.done.in_time.percent
    in_time = f" {kept:.1f} % picked up in time." if kept is not None else " Nothing was picked up."
    full = [one for one in lines if one.now.held >= one.now.places > 0]
    room = f" of {now.places:,}" if now.places else ""
    told = [f"{now.held:,}{room} places taken"]
    if line.owner is None and full:
        told.append(f"{len(full)} of {len(lines)} full")
    if now.stale:
        told.append(f"{now.stale:,} stale")
    tone: Tone = "late" if now.stale or (full and line.owner is None) else "done"
    icon = "exclamation-triangle" if tone == "late" else "check-circle"
    return Answer(words=f"{', '.join(told)}.{in_time}", tone=tone, icon=icon)
