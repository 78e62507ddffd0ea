"""The columns of a list of filed cases: what each shows on the page, and what it says in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cases import next_steps, telling
from cases.models import Case, DueKind, Priority

Cell = str | int | date | datetime | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """`read` gives the value for a file; moments are in UTC, and a file shows them in its reader's zone."""

    key: str
    name: str
    read: Callable[[Case], Cell]
    width: int = 16


def _person(case: Case, name: str) -> str:
    person = getattr(case, name)
    return person.name if person else ""


def _reason(case: Case) -> str:
    return case.rules.case_reasons.get(case.case_reason, "")


def _resolution(case: Case) -> str:
    return case.rules.closing.resolution_actions.get(case.resolution_action, "")


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column(key="number", name="Case", read=lambda case: case.number, width=12),
        Column(key="what", name="What", read=telling.case_type_name, width=24),
        Column(key="subject", name="Title", read=lambda case: case.subject, width=48),
        Column(
            key="account",
            name="Account",
            read=lambda case: case.account.name if case.account else "",
            width=28,
        ),
        Column(
            key="contact",
            name="Contact",
            read=lambda case: case.contact.name if case.contact else "",
            width=22,
        ),
        Column(
            key="status", name="Status", read=lambda case: telling.status_name(case, case.status), width=26
        ),
        Column(key="owner", name="Owner", read=lambda case: _person(case, "owner"), width=20),
        Column(key="step", name="Next step", read=lambda case: next_steps.strip(case.next_steps), width=44),
        Column(key="step_on", name="Next step on", read=lambda case: case.next_steps_on, width=14),
        Column(key="due", name="Due", read=lambda case: case.due_at if case.is_open else None, width=18),
        Column(key="due_what", name="What is due", read=lambda case: DueKind(case.due_kind).label, width=18),
        Column(key="filed_by", name="Filed by", read=lambda case: _person(case, "filed_by"), width=20),
        Column(key="reason", name="Case reason", read=_reason, width=24),
        Column(key="priority", name="Priority", read=lambda case: Priority(case.priority).label, width=10),
        Column(key="opened", name="Filed", read=lambda case: case.opened_at, width=18),
        Column(key="picked_up", name="Picked up", read=lambda case: case.picked_up_at, width=18),
        Column(key="closed", name="Closed", read=lambda case: case.closed_at, width=18),
        Column(key="resolution", name="Resolution", read=_resolution, width=26),
    )
}
USUAL = ("number", "what", "status", "owner", "step", "due", "filed_by", "opened")
OF_MINE = tuple(key for key in USUAL if key != "filed_by")
ALWAYS = "what"  # it leads to the case


def chosen(asked: str, *, usual: Sequence[str] = USUAL) -> tuple[str, ...]:
    """`number,what,owner` as columns, in the house's order; what nobody knows is left out, and `what` stays."""
    wanted = {*asked.split(","), ALWAYS} if asked else {*usual}
    known = tuple(key for key in COLUMNS if key in wanted)
    return known if len(known) > 1 or not asked else tuple(usual)


def spell(keys: Sequence[str], *, usual: Sequence[str] = USUAL) -> str:
    """As an address says it; the usual ones are not spelt out."""
    ordered = tuple(key for key in COLUMNS if key in {*keys})
    return "" if set(ordered) == set(usual) else ",".join(ordered)


def row(case: Case, keys: Sequence[str], *, zone: ZoneInfo) -> list[Cell]:
    """The values of a case, its moments as they are in `zone`, without their zone."""
    return [_local(COLUMNS[key].read(case), zone) for key in keys]


def _local(value: Cell, zone: ZoneInfo) -> Cell:
    return (
        value.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value
    )
