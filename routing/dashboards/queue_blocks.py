"""The figures and tables of the Queues dashboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Figure, Table, Tone
from cases.models import Priority
from routing.dashboards import links
from smbcases import playbook

if TYPE_CHECKING:
    from routing.dashboards.queues import Found, Queue

LONG = timedelta(days=1)
WEEK = 7


def answer(found: Found) -> Answer:
    """How many wait, and the longest; else that nothing does."""
    if not found.waiting:
        return Answer(
            words="Nothing waits: each case was placed as it came.", tone="done", icon="check-circle"
        )
    longest = max(queue.longest for queue in found.queues if queue.longest is not None)
    verb = "case waits" if found.waiting == 1 else "cases wait"
    tone: Tone = "late" if is_long(longest) else "soon"
    return Answer(
        words=f"{found.waiting:,} {verb}, the longest for {_since(longest)}.", tone=tone, icon="clock"
    )


def is_long(waited: timedelta | None) -> bool:
    return waited is not None and waited >= LONG


def _since(waited: timedelta) -> str:
    days, hours = waited.days, waited.seconds // 3600
    if days:
        return f"{days} day{'s' if days > 1 else ''}"
    if hours:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return "less than an hour"


def figures(found: Found, asked: Asked) -> tuple[Figure, ...]:
    longest = max((queue.longest for queue in found.queues if queue.longest is not None), default=None)
    nowhere = sum(queue.number for queue in found.queues if queue.key == "unknown")
    soon = [
        back for back in found.back if back.last_on and back.last_on <= asked.today + timedelta(days=WEEK)
    ]
    shown = [
        Figure(
            key="waiting",
            name="Waiting",
            value=found.waiting,
            url=links.waiting(asked),
            tone="soon" if found.waiting else "",
        ),
        Figure(
            key="longest",
            name="Longest wait",
            value=longest,
            kind="duration",
            url=links.waiting(asked, sort="waited") if found.waiting else "",
            of=found.waiting or None,
            tone="late" if is_long(longest) else "",
        ),
        Figure(
            key="meant",
            name="Waiting, meant for somebody",
            value=sum(queue.meant for queue in found.queues),
            url=links.waiting(asked, meant="yes"),
        ),
        Figure(key="later", name="Put off", value=found.later, url=links.open_now(asked, stands="later")),
        Figure(
            key="back_soon",
            name="Of them back within a week",
            value=sum(back.number for back in soon),
            url=links.open_now(asked, stands="later", back_to=asked.today + timedelta(days=WEEK)),
        ),
    ]
    if not asked.territory and not asked.region:
        shown.insert(
            2,
            Figure(
                key="no_region",
                name="Waiting without a region",
                value=nowhere,
                url=links.waiting(asked, territory="unknown"),
            ),
        )
    if found.unmatched is not None:
        name = "Mail nobody has placed"
        shown.append(
            Figure(key="mail", name=name, value=found.unmatched, url=reverse("mail_in", args=["unmatched"]))
        )
    return tuple(shown)


def of_queues(found: Found, asked: Asked) -> Table:
    levels = tuple(reversed(Priority))
    return Table(
        key="queues",
        name="What waits, by territory",
        columns=(
            Column("queue", "Queue", "text"),
            Column("number", "Cases", drawn=False),
            *(Column(level.name.lower(), level.label) for level in levels),
            Column("meant", "Meant for somebody", drawn=False),
            Column("longest", "Longest", "duration", drawn=False),
            Column("median", "Half wait at most", "duration", drawn=False),
            Column("slowest", "Nine in ten at most", "duration", drawn=False),
            Column("next", "The next goes out", "text"),
        ),
        rows=tuple(_queue(queue, asked) for queue in found.queues),
        note=_how(),
    )


def _how() -> str:
    if playbook.active().routing == "pull":
        return "Taken from the queue: highest priority first, then the oldest. Without a region it is in every queue."
    return "Given out by themselves: highest priority first, then the oldest."


def _queue(queue: Queue, asked: Asked) -> tuple[Cell, ...]:
    def url(**more: object) -> str:
        return links.waiting(asked, territory=queue.key, **more) if queue.is_known else ""

    waited = url(sort="waited") if queue.number else ""
    return (
        Cell(queue.name),
        Cell(queue.number, url=url()),
        *(Cell(number, url=url(priority=level.name.lower())) for level, number in queue.by_priority.items()),
        Cell(queue.meant, url=url(meant="yes")),
        Cell(queue.longest, url=waited, of=queue.number, tone="late" if is_long(queue.longest) else ""),
        Cell(queue.median, url=waited, of=queue.number),
        Cell(queue.slowest, url=waited, of=queue.number),
        Cell(queue.next_out if queue.number else "—"),
    )


def of_back(found: Found, asked: Asked) -> Table:
    def url(**more: object) -> str:
        return links.open_now(asked, stands="later", **more)

    return Table(
        key="back",
        name="What comes back, and when",
        columns=(
            Column("on", "Day", "text"),
            Column("number", "Cases"),
            Column("owned", "With an advocate", drawn=False),
        ),
        rows=tuple(
            (
                Cell(back.name),
                Cell(back.number, url=url(back_from=back.first_on, back_to=back.last_on)),
                Cell(back.owned, url=url(back_from=back.first_on, back_to=back.last_on, state="owned")),
            )
            for back in found.back
        ),
        total=(
            Cell("All"),
            Cell(found.later, url=url()),
            Cell(sum(back.owned for back in found.back), url=url(state="owned")),
        ),
        chart="bar",
        empty="Nothing is put off.",
    )
