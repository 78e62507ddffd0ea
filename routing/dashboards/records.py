"""The lists behind figures that count no cases: what was given to whom, and looks that were held back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from cases.dashboards import record
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Table
from routing.dashboards import given as giving
from routing.dashboards import triggers
from routing.dashboards.trigger_blocks import name_of
from routing.models import Assignment, Evaluation, Rule, Verdict
from routing.models.triggers import HELD_BACK
from smbcases import playbook
from smbcases.lib import ids

HOW = {"turn": Q(turn__isnull=False), "other": Q(turn__isnull=True)}
NOBODY = "nobody"


def given(asked: Asked, wanted: Mapping[str, str]) -> QuerySet[Assignment]:
    """What was given, as the address asks: `how` in turn or otherwise, `over` capacity, of a `pool`, `by` somebody."""
    start, end = record.read_span(asked, wanted)
    found = giving.within(asked, start=start, end=end).filter(HOW.get(wanted.get("how", ""), Q()))
    if wanted.get("over") == "yes":
        found = found.filter(over_capacity=True)
    if wanted.get("pool") in playbook.active().territories:
        pool = {"territory": wanted["pool"], "playbook": playbook.active().key}
        found = found.filter(**{f"drain__pool__{name}": value for name, value in pool.items()})
    by = wanted.get("by", "")
    if by == NOBODY:
        return found.filter(by__isnull=True)
    pk = ids.read(by)
    return found if pk is None else found.filter(by=pk)


def looks(asked: Asked, wanted: Mapping[str, str]) -> QuerySet[Evaluation]:
    """Looks that were held back, all or by one `verdict`."""
    start, end = record.read_span(asked, wanted)
    found = triggers.looks(asked, start=start, end=end)
    verdict = wanted.get("verdict", "")
    return found.filter(verdict=verdict) if verdict in HELD_BACK else found


def table_of_given(rows: list[Assignment]) -> Table:
    return Table(
        key="given",
        name="What was assigned to whom",
        columns=tuple(
            Column(name.lower(), name, "text")
            for name in ("Case", "At", "To", "Because", "Held then", "Decided by", "Reason")
        ),
        rows=tuple(_given(one) for one in rows),
        empty="Nothing was assigned.",
    )


def _given(one: Assignment) -> tuple[Cell, ...]:
    over = ", over capacity" if one.over_capacity else ""
    return (
        Cell(one.case.number, url=reverse("case", args=[one.case_id])),
        Cell(record.moment(one.at)),
        Cell(one.person.name),
        Cell(f"{Rule(one.rule).label[:1].upper()}{Rule(one.rule).label[1:]}"),
        Cell(f"{one.load_before} of {one.places}{over}", tone="soon" if one.over_capacity else ""),
        Cell(one.by.name if one.by else "—"),
        Cell(one.reason or "—"),
    )


def table_of_looks(rows: list[Evaluation]) -> Table:
    return Table(
        key="looks",
        name="Looks that were held back",
        columns=tuple(
            Column(name.lower(), name, "text")
            for name in ("Account", "At", "Trigger", "Version", "Held back by")
        ),
        rows=tuple(_look(one) for one in rows),
        empty="Nothing was held back.",
    )


def _look(one: Evaluation) -> tuple[Cell, ...]:
    account: Any = one.account
    url = reverse("account", args=[account.pk]) if account else ""
    return (
        Cell(account.name if account else "—", url=url),
        Cell(record.moment(one.at)),
        Cell(name_of(one.trigger.key)),
        Cell(f"{one.version}"),
        Cell(Verdict(one.verdict).label),
    )


def words(asked: Asked, wanted: Mapping[str, str]) -> str:
    """What the list is narrowed to, in a line."""
    said = [record.span_words(asked, wanted), *record.narrowed(asked)]
    if wanted.get("pool") in playbook.active().territories:
        said.append(f"by the pool of {playbook.active().territories[wanted['pool']].name}")
    said += [note for key, note in _NOTED.items() if wanted.get(key.split("=")[0]) == key.split("=")[1]]
    if wanted.get("verdict") in HELD_BACK:
        said.append(Verdict(wanted["verdict"]).label)
    return " · ".join(said)


_NOTED = {"how=turn": "in turn", "how=other": "not in turn", "over=yes": "over capacity"}
