"""Cases by department as blocks: pure."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Department
from cases.dashboards import drilling
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Dashboard, Figure, Table
from cases.dashboards.departments.loading import Filed, Found, Open
from cases.statuses import case_type_name, closed_keys, status_name, usual_closed_keys

KEY, NAME = "departments", "Cases by department"
NOTE = "What was filed in the period, and what became of it since. Times run from filing; open cases are those of now."
_LABELS = dict(Department.choices)


def decide(found: Found) -> Dashboard:
    now = _together(found.open.values())
    return Dashboard(
        key=KEY,
        name=NAME,
        answer=_answer(found, now),
        figures=_figures(found, now),
        tables=(_filed(found), _open(found, now), _by_type(found), _over_time(found)),
        note=NOTE,
    )


def _name(department: str) -> str:
    return _LABELS.get(department, department)


def _together(counted: Iterable[Open]) -> Open:
    rows = list(counted)
    return Open(
        waiting=sum(one.waiting for one in rows),
        to_pick_up=sum(one.to_pick_up for one in rows),
        overdue=sum(one.overdue for one in rows),
        in_hand=sum(one.in_hand for one in rows),
        later=sum(one.later for one in rows),
    )


def _answer(found: Found, now: Open) -> Answer:
    if not found.whole.many and now == Open():
        return Answer(words="Nothing was filed, and nothing is open.", icon="inbox")
    late = f"{now.overdue:,} overdue to pick up" if now.overdue else "none overdue to pick up"
    words = f"{found.whole.many:,} filed, {now.waiting:,} waiting for an advocate, {late}."
    if now.overdue:
        return Answer(words=words, tone="late", icon="exclamation-triangle")
    if now.waiting:
        return Answer(words=words, tone="soon", icon="clock")
    return Answer(words=words, tone="done", icon="check-circle")


def _url(asked: Asked, **filters: object) -> str:
    """Of every department, unless the reader or the filter says which."""
    return drilling.cases_url(asked, **{"department": asked.department or "any", **filters})


def _picked(asked: Asked, **more: object) -> str:
    """Those filed in the period that are picked up."""
    return _url(asked, **drilling.opened(asked), picked_from=asked.start, **more)


def _stepped(asked: Asked, **more: object) -> str:
    """Those filed in the period that have had a next step."""
    return _url(asked, **drilling.opened(asked), stepped="once", **more)


def _figures(found: Found, now: Open) -> tuple[Figure, ...]:
    asked, whole = found.asked, found.whole
    filed = drilling.opened(asked)
    return (
        Figure(
            key="filed", name="Filed", value=whole.many, url=_url(asked, **filed), before=found.before or None
        ),
        Figure(
            key="waiting",
            name="Waiting for an advocate",
            value=now.waiting,
            url=_url(asked, tab="waiting"),
            tone="soon" if now.waiting else "",
        ),
        Figure(
            key="overdue",
            name="Overdue to pick up",
            value=now.overdue,
            url=_url(asked, tab="open", pick_up="overdue"),
            tone="late" if now.overdue else "",
        ),
        Figure(
            key="in_time",
            name="Picked up in time",
            value=whole.in_time,
            kind="share",
            url=_url(asked, **filed, pick_up="kept"),
        ),
        Figure(
            key="pick_up",
            name="Time to pick-up",
            value=whole.pick_up,
            kind="duration",
            of=whole.picked,
            url=_picked(asked) if whole.picked else "",
        ),
        Figure(
            key="step",
            name="Time to first next step",
            value=whole.step,
            kind="duration",
            of=whole.stepped,
            url=_stepped(asked) if whole.stepped else "",
        ),
        Figure(key="open", name="Still open", value=whole.open, url=_url(asked, **{**filed, "tab": "open"})),
        Figure(
            key="closed", name="Closed", value=whole.closed, url=_url(asked, **{**filed, "tab": "closed"})
        ),
    )


def _filed(found: Found) -> Table:
    ways = [key for key in closed_keys() if key in usual_closed_keys() or found.whole.by_status.get(key)]
    named = sorted(found.filed.items(), key=lambda one: _name(one[0]).casefold())
    return Table(
        key="filed",
        name="Filed by department",
        columns=(
            Column("department", "Department", "text"),
            Column("filed", "Filed", drawn=False),
            Column("open", "Still open"),
            *(Column(key, status_name(key)) for key in ways),
            Column("in_time", "Picked up in time", "share", drawn=False),
            Column(
                "pick_up",
                "Time to pick-up",
                "duration",
                "The middle one, from filing to the first pick-up",
                drawn=False,
            ),
            Column("step", "To first next step", "duration", "The middle one, from filing", drawn=False),
        ),
        rows=tuple(_row(found.asked, _name(key), one, ways, department=key) for key, one in named),
        total=_row(found.asked, "All together", found.whole, ways) if len(named) > 1 else None,
        chart="stacked",
        empty="Nothing was filed.",
    )


def _row(asked: Asked, name: str, one: Filed, ways: list[str], **more: object) -> tuple[Cell, ...]:
    filed = drilling.opened(asked)
    return (
        Cell(name),
        Cell(one.many, _url(asked, **filed, **more)),
        Cell(one.open, _url(asked, **{**filed, "tab": "open"}, **more)),
        *(
            Cell(one.by_status.get(key, 0), _url(asked, **{**filed, "tab": "closed"}, closed_as=key, **more))
            for key in ways
        ),
        Cell(one.in_time, _url(asked, **filed, pick_up="kept", **more)),
        Cell(one.pick_up, _picked(asked, **more) if one.picked else "", of=one.picked),
        Cell(one.step, _stepped(asked, **more) if one.stepped else "", of=one.stepped),
    )


def _open(found: Found, now: Open) -> Table:
    named = sorted(found.open.items(), key=lambda one: _name(one[0]).casefold())
    return Table(
        key="open",
        name="Open now",
        columns=(
            Column("department", "Department", "text"),
            Column("waiting", "Waiting", help="Nobody has it yet"),
            Column("to_pick_up", "To pick up"),
            Column("overdue", "Overdue", help="Of those to pick up", drawn=False),
            Column("in_hand", "In hand"),
            Column("later", "Put off"),
        ),
        rows=tuple(_open_row(found.asked, _name(key), one, department=key) for key, one in named),
        total=_open_row(found.asked, "All together", now) if len(named) > 1 else None,
        chart="stacked",
        empty="Nothing is open.",
    )


def _open_row(asked: Asked, name: str, one: Open, **more: object) -> tuple[Cell, ...]:
    return (
        Cell(name),
        Cell(one.waiting, _url(asked, tab="waiting", **more), tone="soon" if one.waiting else ""),
        Cell(one.to_pick_up, _url(asked, tab="open", state="given", **more)),
        Cell(
            one.overdue,
            _url(asked, tab="open", pick_up="overdue", **more),
            tone="late" if one.overdue else "",
        ),
        Cell(one.in_hand, _url(asked, tab="open", state="in_hand", **more)),
        Cell(one.later, _url(asked, tab="open", state="later", **more)),
    )


def _by_type(found: Found) -> Table:
    named = sorted(found.by_type.items(), key=lambda one: (-one[1].many, one[0]))
    return Table(
        key="case_types",
        name="What it was about",
        columns=(
            Column("case_type", "Case type", "text"),
            Column("filed", "Filed"),
            Column("open", "Still open", drawn=False),
            Column("pick_up", "Time to pick-up", "duration", drawn=False),
            Column("step", "To first next step", "duration", drawn=False),
        ),
        rows=tuple(
            (
                Cell(case_type_name(key)),
                Cell(one.many, _url(found.asked, **drilling.opened(found.asked), case_type=key)),
                Cell(
                    one.open,
                    _url(found.asked, **{**drilling.opened(found.asked), "tab": "open"}, case_type=key),
                ),
                Cell(one.pick_up, _picked(found.asked, case_type=key) if one.picked else "", of=one.picked),
                Cell(
                    one.step,
                    _stepped(found.asked, case_type=key) if one.stepped else "",
                    of=one.stepped,
                ),
            )
            for key, one in named
        ),
        chart="bar",
        empty="Nothing was filed.",
    )


def _over_time(found: Found) -> Table:
    asked = found.asked
    return Table(
        key="over_time",
        name="Filed over time",
        columns=(
            Column("when", "From", "text"),
            Column("filed", "Filed"),
            Column("in_time", "Picked up in time", "share", drawn=False),
        ),
        rows=tuple(
            (
                Cell(bucket.name),
                Cell(one.many, _url(asked, **drilling.opened(asked, *bucket.edges(asked.zone)))),
                Cell(
                    one.in_time,
                    _url(asked, **drilling.opened(asked, *bucket.edges(asked.zone)), pick_up="kept"),
                ),
            )
            for bucket, one in zip(asked.buckets, found.trend, strict=True)
        ),
        chart="line",
        empty="The period has not begun.",
    )
