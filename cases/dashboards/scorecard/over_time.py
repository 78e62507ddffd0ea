"""What was done week by week, and what cases were closed as. Pure."""

from __future__ import annotations

from cases.dashboards import drilling
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Share, Table
from cases.dashboards.periods import Bucket
from cases.dashboards.scorecard.doing import Done
from cases.dashboards.scorecard.loading import Found
from cases.dashboards.scorecard.measures import target_help
from cases.statuses import action_name, status_name


def trends(found: Found) -> tuple[Table, ...]:
    points = list(zip(found.asked.buckets, found.trend, strict=True))
    flow = (Column("when", "From", "text"), Column("opened", "Opened"), Column("closed", "Closed"))
    kept = (
        Column("when", "From", "text"),
        Column("in_time", "Picked up in time", "share"),
        Column("on_target", "Target kept", "share", target_help()),
    )
    return (
        Table(
            key="flow",
            name="Opened and closed over time",
            columns=flow,
            rows=tuple(_flow(found.asked, bucket, done) for bucket, done in points),
            chart="line",
            empty="The period has not begun.",
        ),
        Table(
            key="kept",
            name="In time over time",
            columns=kept,
            rows=tuple(_kept(found.asked, bucket, done) for bucket, done in points),
            chart="line",
            empty="The period has not begun.",
        ),
    )


def _url(asked: Asked, **filters: object) -> str:
    return drilling.cases_url(asked, **({} if asked.owner is not None else {"state": "owned"}), **filters)


def _flow(asked: Asked, bucket: Bucket, done: Done) -> tuple[Cell, ...]:
    edges = bucket.edges(asked.zone)
    return (
        Cell(bucket.name),
        Cell(done.opened, _url(asked, **drilling.opened(asked, *edges))),
        Cell(done.closed, _url(asked, **drilling.closed(asked, *edges))),
    )


def _kept(asked: Asked, bucket: Bucket, done: Done) -> tuple[Cell, ...]:
    edges = bucket.edges(asked.zone)
    return (
        Cell(bucket.name),
        Cell(done.in_time, _url(asked, **drilling.picked_up(asked, *edges), pick_up="kept")),
        Cell(done.on_target, _url(asked, **drilling.closed(asked, *edges), target="kept")),
    )


def resolutions(found: Found) -> Table:
    closed = sum(many for _, _, many in found.resolutions)
    return Table(
        key="resolutions",
        name="Closed as what",
        columns=(
            Column("how", "How", "text"),
            Column("closed", "Closed"),
            Column("share", "Of all", "share", drawn=False),
        ),
        rows=tuple(
            (
                Cell(f"{status_name(status)}: {action_name(action)}"),
                Cell(
                    many,
                    _url(
                        found.asked,
                        **drilling.closed(found.asked),
                        closed_as=status,
                        resolution=action,
                    ),
                ),
                Cell(Share(many, closed)),
            )
            for status, action, many in found.resolutions
        ),
        chart="bar",
        empty="Nothing was closed.",
    )
