"""The lists behind the scorecard's figures that count no cases: touches, and the lines of the Required 10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models.book import ActivityKind
from cases import compliance
from cases.dashboards import record
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Share, Table
from cases.dashboards.scorecard import doing, touching
from cases.models import Case, History
from cases.models.case import Cases

OLDEST_IN_HAND = ("picked_up_at", "id")
_KINDS = dict(ActivityKind.choices)


def touches(asked: Asked, wanted: Mapping[str, str]) -> QuerySet[History]:
    """Each touch of the people asked about, between the instants that the address names."""
    start, end = record.read_span(asked, wanted)
    failed = touching.failed(asked, Q(history__at__gte=start, history__at__lt=end))
    told = touching.told(asked, Q(at__gte=start, at__lt=end))
    return told.exclude(pk__in=failed.values("history"))


def table_of_touches(rows: list[History]) -> Table:
    return Table(
        key="touches",
        name="Touches",
        columns=(
            Column("case", "Case", "text"),
            Column("at", "At", "text"),
            Column("what", "What", "text"),
            Column("by", "By", "text"),
            Column("account", "Account", "text"),
        ),
        rows=tuple(_touch(row) for row in rows),
        empty="Nobody was mailed, called or met.",
    )


def _touch(row: History) -> tuple[Cell, ...]:
    case: Any = row.case
    return (
        Cell(case.number, url=reverse("case", args=[case.pk])),
        Cell(record.moment(row.at)),
        Cell(_KINDS.get(row.data.get("kind"), ActivityKind.EMAIL.label)),
        Cell(row.person.name if row.person else "—"),
        Cell(case.account.name if case.account else "—"),
    )


def touches_words(asked: Asked, wanted: Mapping[str, str]) -> str:
    return " · ".join([record.span_words(asked, wanted), *record.narrowed(asked)])


def required(asked: Asked, _wanted: Mapping[str, str]) -> Cases:
    """The cases in hand, now, of whose lines the share is."""
    return doing.within(asked).in_hand()


def shares(cases: list[Case]) -> list[tuple[Case, Share, list[str]]]:
    """Each case with how many of its lines that are due are met, and what the others are called.

    `cases` come with account and opportunity; two queries.
    """
    checklists = compliance.load_checklists(cases, today=timezone.localdate())
    found = []
    for case in cases:
        share = compliance.share_of(checklists[case.pk])
        names = [line.item.name for line in checklists[case.pk].missing]
        found.append((case, Share(share.met, share.due), names))
    return found


def table_of_required(rows: list[Case]) -> Table:
    return Table(
        key="required",
        name="Required 10 of what is in hand",
        columns=(
            Column("case", "Case", "text"),
            Column("met", "Met", "text"),
            Column("missing", "Missing", "text"),
            Column("advocate", "Advocate", "text"),
            Column("account", "Account", "text"),
        ),
        rows=tuple(
            (
                Cell(case.number, url=reverse("case", args=[case.pk])),
                Cell(f"{share.part} of {share.whole}", tone="" if share.part == share.whole else "soon"),
                Cell(", ".join(missing) or "—"),
                Cell(case.owner.name if case.owner else "—"),
                Cell(case.account.name if case.account else "—"),
            )
            for case, share, missing in shares(rows)
        ),
        note="Lines that are due by now, case by case; the longest in hand stands first.",
        empty="Nothing is in hand.",
    )


def required_words(asked: Asked, _wanted: Mapping[str, str]) -> str:
    return " · ".join(["As of now", *record.narrowed(asked)])
