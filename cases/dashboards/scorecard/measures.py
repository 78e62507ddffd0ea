"""The columns of the scorecard: what each measures, and the cases that it leads to. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.dashboards import drilling, record
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column
from cases.dashboards.scorecard.doing import Done
from cases.dashboards.scorecard.loading import Found, Now
from cases.statuses import closed_keys, status_name, usual_closed_keys
from smbcases import playbook


@dataclass(frozen=True)
class Line:
    """One row of the scorecard: whose, how they stand and what they did; no `owner`: everybody's together."""

    name: str
    now: Now
    done: Done
    addresses: drilling.Addresses
    owner: int | None = None
    hint: str = ""

    @property
    def asked(self) -> Asked:
        return self.addresses.asked

    def url(self, **filters: object) -> str:
        if self.owner is not None:
            return self.addresses.of(self.owner, **filters)
        return drilling.cases_url(self.asked, state="owned", **filters)

    def record(self, name: str, *span: datetime) -> str:
        if self.owner is not None:
            return self.addresses.record_of(self.owner, name, *span)
        return record.address(name, self.asked, *span)


@dataclass(frozen=True)
class Measure:
    """A column of the scorecard: how a line's cell is made, and which number of it is compared."""

    column: Column
    cell: Callable[[Line], Cell]


def did(found: Found) -> tuple[Measure, ...]:
    """What was done. Ways of closing that are another playbook's stand where something was closed so."""
    return (
        Measure(
            Column("held", "Places taken"),
            lambda line: Cell(
                line.now.held,
                line.url(tab="open", place="taken"),
                tone="late" if line.now.held >= line.now.places > 0 else "",
                hint=f"of {line.now.places:,}" if line.now.places else "",
            ),
        ),
        Measure(
            Column("opened", "Opened"),
            lambda line: Cell(line.done.opened, line.url(**drilling.opened(line.asked))),
        ),
        Measure(
            Column("closed", "Closed"),
            lambda line: Cell(line.done.closed, line.url(**drilling.closed(line.asked))),
        ),
        *(_closed_as(key) for key in _ways(found)),
        Measure(
            Column("touches", "Touches"),
            lambda line: Cell(line.done.touches, line.record("touches", line.asked.start, line.asked.end)),
        ),
        Measure(
            Column("won", "Won net ARR", "money"),
            lambda line: Cell(
                line.done.won,
                line.url(**drilling.closed(line.asked), won_arr="net_new") if line.done.won_cases else "",
                of=line.done.won_cases,
            ),
        ),
    )


def _ways(found: Found) -> list[str]:
    usual = usual_closed_keys()
    return [key for key in closed_keys() if key in usual or found.all_done.by_status.get(key)]


def _closed_as(key: str) -> Measure:
    return Measure(
        Column(key, status_name(key)),
        lambda line: Cell(
            line.done.by_status.get(key, 0), line.url(**drilling.closed(line.asked), closed_as=key)
        ),
    )


def target_help() -> str:
    days = playbook.active().clocks.target_days
    return f"Within {days} days, of those that have a target"


def went() -> tuple[Measure, ...]:
    return (
        Measure(
            Column("pick_up", "Time to pick-up", "duration", "The middle one, from being given"),
            lambda line: Cell(
                line.done.pick_up,
                line.url(**drilling.picked_up(line.asked), timed="pick_up") if line.done.timed else "",
                of=line.done.timed,
            ),
        ),
        Measure(
            Column("in_time", "Picked up in time", "share"),
            lambda line: Cell(line.done.in_time, line.url(**drilling.picked_up(line.asked), pick_up="kept")),
        ),
        Measure(
            Column("close", "Time to close", "days", "The middle one, from being opened"),
            lambda line: Cell(line.done.close, line.url(**drilling.closed(line.asked)), of=line.done.closed),
        ),
        Measure(
            Column("on_target", "Target kept", "share", target_help()),
            lambda line: Cell(line.done.on_target, line.url(**drilling.closed(line.asked), target="kept")),
        ),
        Measure(
            Column("stale", "Stale", help="Open for longer than a case may be, and not put off"),
            lambda line: Cell(
                line.now.stale,
                line.url(tab="open", limit="passed"),
                tone="late" if line.now.stale else "",
            ),
        ),
        Measure(
            Column("required", "Required 10", "share", "Lines that are due on what is in hand, and met"),
            lambda line: Cell(
                line.now.required, line.record("required_ten") if line.now.required.whole else ""
            ),
        ),
    )
