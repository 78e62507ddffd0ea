"""The figures and tables of the Triggers dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts import access
from accounts.access import Act
from accounts.models import Person
from cases.dashboards import drilling
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Figure, Table
from cases.dashboards.drilling import cases_url
from cases.dashboards.wording import say
from routing.dashboards import links
from routing.models import Verdict
from smbcases import playbook

if TYPE_CHECKING:
    from routing.dashboards.triggers import Found, Line

ENOUGH = 10
HALF = 50
SHORT = {
    Verdict.SEGMENT: "Not SMB",
    Verdict.TIER: "Tier",
    Verdict.RENEWALS_TEAM: "Renewals team’s",
    Verdict.HIGH_VALUE_STOPPED: "High Value stopped",
    Verdict.ALREADY_OPEN: "Still open",
    Verdict.SAME_OCCURRENCE: "Had its case",
}
STATUSES = ("resolved", "unresponsive", "duplicate", "not_applicable")


def name_of(key: str) -> str:
    spec = playbook.active().triggers.get(key)
    return spec.name if spec else key.replace("_", " ")


def wasteful(found: Found) -> list[Line]:
    """Triggers with something wasted, the most first; those alike by the larger share."""
    lines = [line for line in found.by_trigger if line.wasted.part]
    return sorted(lines, key=lambda line: (-line.wasted.part, line.closed, line.key))


def answer(found: Found) -> Answer:
    """The trigger that wastes most, where enough of its cases closed to say so."""
    if not found.opened and not found.closed:
        return Answer(words="No trigger opened or closed a case in this period.")
    worst = next((line for line in wasteful(found) if line.closed >= ENOUGH), None)
    if worst is None:
        return Answer(words="No trigger wastes time that one could name.", tone="done", icon="check-circle")
    share = worst.wasted
    words = f"{name_of(worst.key)}: {share.part:,} of {share.whole:,} closed came to nothing ({say(share)})."
    is_half = (share.percent or 0) >= HALF
    return Answer(words=words, tone="soon" if is_half else "plain", icon="bolt")


def figures(found: Found, asked: Asked) -> tuple[Figure, ...]:
    won = sum(line.won for line in found.lines)
    return (
        Figure(
            key="opened",
            name="Opened by triggers",
            value=found.opened,
            url=_opened(asked),
        ),
        Figure(key="closed", name="Closed", value=found.closed, url=_closed(asked)),
        Figure(
            key="wasted",
            name="Closed for nothing",
            value=found.wasted,
            kind="share",
            url=_closed(asked, idle="yes"),
            hint="No Action Required, or Unresponsive",
        ),
        Figure(key="won", name="Opportunity won", value=won, url=_closed(asked, won="yes")),
        Figure(
            key="suppressed",
            name="Looks that were held back",
            value=sum(found.suppressed.values()),
            url=links.looks(asked),
        ),
    )


def tables(found: Found, asked: Asked, reader: Person) -> tuple[Table, ...]:
    return (
        of_waste(found, asked, reader),
        of_versions(found, asked, reader),
        of_endings(found, asked),
        of_suppressed(found, asked),
    )


def _opened(asked: Asked, **more: object) -> str:
    return cases_url(asked, **{**drilling.opened(asked), "version": "0", **more})


def _closed(asked: Asked, **more: object) -> str:
    return cases_url(asked, **{**drilling.closed(asked), "version": "0", **more})


def of_waste(found: Found, asked: Asked, reader: Person) -> Table:
    may_change = access.may(reader, Act.CHANGE_RULES)
    return Table(
        key="waste",
        name="Which triggers waste time",
        columns=(
            Column("trigger", "Trigger", "text"),
            Column("wasted", "Closed for nothing"),
            Column("closed", "Of all closed"),
            Column("share", "Share", "share", drawn=False),
            Column("median", "Half closed within", "duration", drawn=False),
        ),
        rows=tuple(_waste(line, found, asked, may_change=may_change) for line in wasteful(found)),
        chart="bar",
        empty="Nothing was closed for nothing.",
        note="Closed with No Action Required, or as Unresponsive. A share of few says little.",
    )


def _waste(line: Line, found: Found, asked: Asked, *, may_change: bool) -> tuple[Cell, ...]:
    edit = _admin("change", line, found) if may_change else ""
    is_half = (line.wasted.percent or 0) >= HALF and not line.wasted.is_few
    return (
        Cell(name_of(line.key), url=edit),
        Cell(line.wasted.part, url=_closed(asked, case_type=line.key, idle="yes")),
        Cell(line.closed, url=_closed(asked, case_type=line.key)),
        Cell(line.wasted, tone="soon" if is_half else ""),
        Cell(line.median, of=line.closed),
    )


def of_versions(found: Found, asked: Asked, reader: Person) -> Table:
    """Who may change the rules is led to each trigger and to its trial."""
    may_change = access.may(reader, Act.CHANGE_RULES)
    statuses = [key for key in STATUSES if key in playbook.active().statuses]
    return Table(
        key="versions",
        name="Cases of each trigger, by version",
        columns=(
            Column("trigger", "Trigger", "text"),
            Column("version", "Version", "text"),
            Column("opened", "Opened"),
            Column("still_open", "Of them open"),
            Column("closed", "Closed"),
            *(Column(key, playbook.active().statuses[key].short, drawn=False) for key in statuses),
            Column("won", "Won", help="Its opportunity is Closed Won", drawn=False),
            Column("idle", "For nothing", "share", drawn=False),
            Column("median", "Half closed within", "duration", drawn=False),
            *([Column("trial", "For SMB Ops", "text")] if may_change else []),
        ),
        rows=tuple(
            (
                *_version(line, statuses, asked, edit=_admin("change", line, found) if may_change else ""),
                *([Cell("Try it", url=_admin("try", line, found))] if may_change else []),
            )
            for line in found.lines
        ),
        empty="No trigger opened or closed a case in this period.",
        note="Each playbook counts the versions of its own triggers.",
    )


def _admin(page: str, line: Line, found: Found) -> str:
    pk = found.ids.get(line.key)
    return reverse(f"admin:routing_trigger_{page}", args=[pk]) if pk else ""


def _version(line: Line, statuses: list[str], asked: Asked, *, edit: str) -> tuple[Cell, ...]:
    one = {"case_type": line.key, "version": line.version}
    return (
        Cell(name_of(line.key), url=edit),
        Cell(f"{line.version}"),
        Cell(line.opened, url=_opened(asked, **one)),
        Cell(line.still_open, url=_opened(asked, **one, tab="open")),
        Cell(line.closed, url=_closed(asked, **one)),
        *(Cell(line.closed_as(key), url=_closed(asked, **one, closed_as=key)) for key in statuses),
        Cell(line.won, url=_closed(asked, **one, won="yes")),
        Cell(line.wasted, url=_closed(asked, **one, idle="yes")),
        Cell(line.median, of=line.closed),
    )


def of_endings(found: Found, asked: Asked) -> Table:
    actions = playbook.active().closing.resolution_actions
    return Table(
        key="endings",
        name="Closed with",
        columns=(
            Column("trigger", "Trigger", "text"),
            *(Column(key, name) for key, name in actions.items()),
        ),
        rows=tuple(
            (
                Cell(name_of(line.key)),
                *(
                    Cell(line.closed_with(key), url=_closed(asked, case_type=line.key, resolution=key))
                    for key in actions
                ),
            )
            for line in found.by_trigger
            if line.closed
        ),
        total=(
            Cell("All"),
            *(
                Cell(sum(line.closed_with(key) for line in found.lines), url=_closed(asked, resolution=key))
                for key in actions
            ),
        ),
        empty="Nothing was closed in this period.",
    )


def of_suppressed(found: Found, asked: Asked) -> Table:
    keys = list(dict.fromkeys(key for key, _ in found.suppressed))
    keys.sort(key=lambda key: (-_looks(found, key), key))
    return Table(
        key="suppressed",
        name="Looks that were held back, and by what",
        columns=(
            Column("trigger", "Trigger", "text"),
            *(Column(str(verdict), short, help=verdict.label) for verdict, short in SHORT.items()),
            Column("all", "All", drawn=False),
        ),
        rows=tuple(
            (
                Cell(name_of(key)),
                *(
                    Cell(
                        found.suppressed.get((key, verdict), 0),
                        url=links.looks(asked, case_type=key, verdict=verdict),
                    )
                    for verdict in SHORT
                ),
                Cell(_looks(found, key), url=links.looks(asked, case_type=key)),
            )
            for key in keys
        ),
        empty="Nothing stood in a trigger’s way.",
        note="The condition held, and a rule kept the case from being opened.",
    )


def _looks(found: Found, key: str) -> int:
    return sum(number for (one, _), number in found.suppressed.items() if one == key)
