"""The SLA dashboard in blocks: the clocks, why they were broken, where and when, and what comes close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Person, Role
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import FEW, Answer, Cell, Column, Dashboard, Figure, Share, Table, Tone
from cases.dashboards.registry import Kind
from routing.dashboards.sla import causes, counting, links
from routing.dashboards.sla.causes import Cause
from routing.dashboards.sla.counting import ELSEWHERE, Counts, Found, Tally
from routing.dashboards.sla.standards import Clock
from smbcases import playbook

KEY = "sla"
WELL = 90
MOST_TYPES = 12
_NOTHING = Tally()
_LATE = (
    ("pick_up_overdue", "pick-up overdue", "pick-ups overdue"),
    ("limit_past", "stale case", "stale cases"),
    ("question_late", "case with a late question", "cases with a late question"),
)
_LATE_TOO = ("target_past", "step_past", "touch_past")


def show(asked: Asked, _reader: Person, now: datetime) -> Dashboard:
    found = counting.load(asked, now)
    return Dashboard(
        key=KEY,
        name="SLA",
        answer=answer(found),
        figures=figures(found, asked),
        tables=(
            of_clocks(found, asked),
            of_causes(found, asked),
            of_parts(found, asked),
            _by(found.territories, asked, "territory", "By territory", _territories(asked)),
            _by(found.teams, asked, "team", "By team", _teams(asked)),
            _by(found.categories, asked, "category", "By category", _categories()),
            of_case_types(found, asked),
            of_close_calls(found, asked),
        ),
        note="A pick-up counts in the period in which it happened; target and longest open in that of the closing."
        " What is overdue and still open stands under “late now”, and in no period yet.",
    )


def answer(found: Found) -> Answer:
    """What is late now, or else how much was kept."""
    late = [
        f"{number:,} {one if number == 1 else many}"
        for name, one, many in _LATE
        if (number := found.now[name])
    ]
    if late:
        return Answer(words=f"Late now: {', '.join(late)}.", tone="late", icon="exclamation-triangle")
    is_all = not any(found.now[name] for name in _LATE_TOO)
    calm = "Nothing is late now" if is_all else "No pick-up is overdue, no case is stale, no question is late"
    shares = {clock.spec.name: found.all.get(clock, _NOTHING).share for clock in Clock}
    if not any(share.whole for share in shares.values()):
        return Answer(words=f"{calm}. No clock ran out in this period.", tone="plain")
    many = [(name, share) for name, share in shares.items() if share.whole >= FEW]
    if not many:
        return Answer(words=f"{calm}. Too few clocks ran out to say more.", tone="plain")
    name, worst = min(many, key=lambda one: one[1].percent or 0)
    if (worst.percent or 0) >= WELL:
        return Answer(
            words=f"{calm}. Every clock was kept {WELL} times in a hundred or more.",
            tone="done",
            icon="check-circle",
        )
    words = f"{calm}. {name} was kept {worst.percent} % of the time, the least of all clocks."
    return Answer(words=words, tone="soon", icon="exclamation-triangle")


def figures(found: Found, asked: Asked) -> tuple[Figure, ...]:
    kept = [
        Figure(
            key=f"{clock}_kept",
            name=f"{clock.spec.name} kept",
            value=found.all.get(clock, _NOTHING).share,
            kind="share",
            url=links.ended(asked, clock, "kept"),
            tone=_tone(found.all.get(clock, _NOTHING).share),
            before=found.before.get(clock, _NOTHING).share,
        )
        for clock in Clock
    ]
    late = [
        Figure(
            key=name,
            name=words,
            value=found.now[name],
            url=links.now(asked, name),
            tone="late" if found.now[name] else "",
        )
        for name, words in (
            ("pick_up_overdue", "Pick-ups overdue now"),
            ("limit_past", "Stale now"),
            ("question_late", "Cases with a late question"),
        )
    ]
    return (*kept, *late)


def _tone(share: Share) -> Tone:
    return "soon" if share.percent is not None and share.percent < WELL else ""


def of_clocks(found: Found, asked: Asked) -> Table:
    rows = [
        (
            Cell(clock.spec.name),
            Cell(count.share, links.ended(asked, clock, "kept"), tone=_tone(count.share)),
            Cell(count.kept, url=links.ended(asked, clock, "kept")),
            Cell(count.broken, url=links.ended(asked, clock, "broken")),
            _now(found, asked, late),
        )
        for clock, late in (
            (Clock.PICK_UP, "pick_up_overdue"),
            (Clock.TARGET, "target_past"),
            (Clock.LIMIT, "limit_past"),
        )
        for count in (found.all.get(clock, _NOTHING),)
    ]
    asking = found.questions
    share = Share(asking.kept, asking.kept + asking.broken)
    questions = (
        Cell("Questions answered", hint="Counted in questions; the lists show their cases."),
        Cell(share, tone=_tone(share)),
        Cell(asking.kept, url=links.questions(asked, "kept"), of=asking.kept_cases),
        Cell(asking.broken, url=links.questions(asked, "broken"), of=asking.broken_cases),
        _now(found, asked, "question_late"),
    )
    return Table(
        key="clocks",
        name="The clocks",
        columns=(
            Column("clock", "Clock", "text"),
            Column("share", "Kept, share", "share"),
            Column("kept", "Kept", drawn=False),
            Column("broken", "Broken", drawn=False),
            Column("now", "Late now", drawn=False, help="Open and overdue at this moment"),
        ),
        rows=(
            *rows,
            questions,
            _standing(found, asked, "Next step", "step_ahead", "step_past"),
            _standing(found, asked, "Cadence", "touch_ahead", "touch_past"),
        ),
        chart="bar",
        note="Next step and cadence are as of now: of the cases in hand, those whose day is not over and those whose"
        " is.",
    )


def _now(found: Found, asked: Asked, name: str) -> Cell:
    number = found.now[name]
    return Cell(number, url=links.now(asked, name), tone="late" if number else "")


def _standing(found: Found, asked: Asked, words: str, ahead: str, past: str) -> tuple[Cell, ...]:
    """A clock of which nothing is kept but how it stands: it is moved on before it runs out."""
    share = Share(found.now[ahead], found.now[ahead] + found.now[past])
    return (
        Cell(words, hint="As of now"),
        Cell(share, links.now(asked, ahead), tone=_tone(share)),
        Cell(found.now[ahead], url=links.now(asked, ahead)),
        _now(found, asked, past),
        _now(found, asked, past),
    )


def of_causes(found: Found, asked: Asked) -> Table:
    rows = []
    for cause in Cause:
        numbers = {clock: found.causes.get((clock, cause), 0) for clock in Clock}
        if any(numbers.values()):
            cells = [
                Cell(number, url=links.ended(asked, clock, cause) if number else "")
                for clock, number in numbers.items()
            ]
            rows.append((Cell(cause.words, hint=_sentence(cause.rule)), *cells))
    rows.sort(key=lambda row: -sum(cell.value for cell in row[1:] if isinstance(cell.value, int)))
    return Table(
        key="causes",
        name="Why they were broken",
        columns=(
            Column("cause", "Cause", "text"),
            *(Column(str(clock), f"{clock.spec.name} broken") for clock in Clock),
        ),
        rows=tuple(rows),
        chart="stacked",
        empty="No clock was broken in this period.",
        note=causes.order(),
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def of_parts(found: Found, asked: Asked) -> Table:
    rows = []
    for place, bucket in enumerate(asked.buckets, start=1):
        span = bucket.span.start(asked.zone), bucket.span.end(asked.zone)
        counts = found.parts.get(place, {})
        rows.append(
            (
                Cell(bucket.name),
                *(
                    cell
                    for clock in Clock
                    for count in (counts.get(clock, _NOTHING),)
                    for cell in (
                        Cell(count.share, links.ended(asked, clock, "kept", *span)),
                        Cell(count.broken, links.ended(asked, clock, "broken", *span)),
                    )
                ),
            )
        )
    return Table(
        key="parts",
        name="Over time",
        columns=(Column("on", "From", "text"), *_both()),
        rows=tuple(rows),
        chart="line",
        empty="The period has not begun.",
    )


def _both() -> tuple[Column, ...]:
    """For each clock how much was kept, and how often it was broken."""
    return tuple(
        column
        for clock in Clock
        for column in (
            Column(f"{clock}_share", f"{clock.spec.name} kept", "share"),
            Column(f"{clock}_broken", "Broken", drawn=False, help=f"{clock.spec.name} broken"),
        )
    )


Names = Mapping[str | int, tuple[str, str]]
"""A group's name, and how the address of a list spells it; empty: there is no such list."""


def _by(groups: Mapping[Any, Counts], asked: Asked, by: str, name: str, names: Names) -> Table:
    """Where it was broken most stands first."""
    rows = [
        _row(counts, asked, by, *names.get(key, (str(key).replace("_", " ").capitalize(), "")))
        for key, counts in sorted(groups.items(), key=lambda one: (-_broken(one[1]), str(one[0])))
    ]
    return Table(
        key=f"by_{by}",
        name=name,
        columns=(Column(by, name.removeprefix("By ").capitalize(), "text"), *_both()),
        rows=tuple(rows),
        empty="No clock ran out in this period.",
    )


def _row(counts: Counts, asked: Asked, by: str, name: str, spelt: str) -> tuple[Cell, ...]:
    cells = [Cell(name)]
    for clock in Clock:
        count = counts.get(clock, _NOTHING)
        within: dict[str, Any] = {by: spelt}
        kept, broken = (
            links.ended(asked, clock, which, **within) if spelt else "" for which in ("kept", "broken")
        )
        cells += [Cell(count.share, kept, tone=_tone(count.share)), Cell(count.broken, broken)]
    return tuple(cells)


def _broken(counts: Counts) -> int:
    return sum(count.broken for count in counts.values())


def of_case_types(found: Found, asked: Asked) -> Table:
    """The worst kept ones."""
    worst = sorted(found.case_types.items(), key=lambda one: (-_broken(one[1]), one[0]))[:MOST_TYPES]
    names: Names = {key: (one.name, key) for key, one in playbook.active().triggers.items()}
    return _by(dict(worst), asked, "case_type", "By case type", names)


def _territories(asked: Asked) -> Names:
    known: dict[str | int, tuple[str, str]] = {
        key: (one.name, key) for key, one in playbook.active().territories.items()
    }
    unknown = "" if asked.territory else "unknown"
    return {**known, "": ("Region not known", unknown), ELSEWHERE: ("Of another playbook", "")}


def _teams(asked: Asked) -> Names:
    managers = [one for one in asked.staff.managers if one.role == Role.MANAGER]
    named: dict[str | int, tuple[str, str]] = {
        one.pk: (f"{one.name}’s people", str(one.pk)) for one in managers
    }
    return {**named, 0: ("In no team", "")}


def _categories() -> Names:
    return {key: (one.name, key) for key, one in playbook.active().categories.items()}


def of_close_calls(found: Found, asked: Asked) -> Table:
    close = {clock: found.all.get(clock, _NOTHING).close for clock in Clock}
    return Table(
        key="close",
        name="Close calls",
        columns=(
            Column("clock", "Clock", "text"),
            Column("close", "Kept at the last moment"),
            Column("next", "Runs out soon", help="Open, and due within this time"),
        ),
        rows=(
            (
                Cell("Pick-up", hint="In the last 2 hours; due within 4"),
                Cell(close[Clock.PICK_UP], url=links.ended(asked, Clock.PICK_UP, "close")),
                Cell(found.now["pick_up_next"], url=links.now(asked, "pick_up_next")),
            ),
            (
                Cell("Target", hint="On the last day"),
                Cell(close[Clock.TARGET], url=links.ended(asked, Clock.TARGET, "close")),
                Cell(None),
            ),
            (
                Cell("Longest open", hint="On the last day; due within 2"),
                Cell(close[Clock.LIMIT], url=links.ended(asked, Clock.LIMIT, "close")),
                Cell(found.now["limit_next"], url=links.now(asked, "limit_next")),
            ),
        ),
    )


KIND = Kind(
    key=KEY,
    name="SLA",
    load=show,
    about="Which clocks were kept and which were broken, by what, where and when, and what comes close.",
    icon="clock",
    place=40,
)
