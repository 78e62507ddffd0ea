"""The tables of the Team dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from cases import numbers
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Column, Table, Tone
from routing.dashboards import fairness, links
from routing.dashboards.crews import Crew
from routing.dashboards.filling import Filling, Flow
from routing.dashboards.flow import Band, ComingAndGoing
from routing.dashboards.given import Given, Overage
from routing.ranking import Candidate, Need, is_full

STATES = {"waiting": "Waiting", "to_pick_up": "To pick up", "in_hand": "In hand", "later": "Later"}


def of_flow(going: ComingAndGoing, given: Given, asked: Asked) -> Table:
    rows = []
    for place, bucket in enumerate(asked.buckets):
        span = bucket.span.start(asked.zone), bucket.span.end(asked.zone)
        rows.append(
            (
                Cell(bucket.name),
                Cell(going.opened[place], url=links.opened(asked, *span)),
                Cell(given.by_part[place], url=links.given(asked, *span)),
                Cell(going.closed[place], url=links.closed(asked, *span)),
            )
        )
    is_any = going.opened or going.closed or given.total
    return Table(
        key="flow",
        name="Flow in and out",
        columns=(
            Column("on", "From", "text"),
            Column("opened", "Opened"),
            Column("given", "Assigned", help="By turn, by claim, from the queue or by hand"),
            Column("closed", "Closed"),
        ),
        rows=tuple(rows) if is_any else (),
        total=(
            Cell("All"),
            Cell(going.opened.total(), url=links.opened(asked)),
            Cell(given.total, url=links.given(asked)),
            Cell(going.closed.total(), url=links.closed(asked)),
        ),
        chart="line",
        empty="Nothing came or went in this period.",
        note="A case that changes hands is assigned more than once.",
    )


def of_backlog(
    bands: Sequence[Band], backlog: Mapping[tuple[int, str], int], asked: Asked, *, is_of_people: bool
) -> Table:
    """What waits is nobody's: of some people alone there is no such column."""
    states = {key: name for key, name in STATES.items() if key != "waiting" or not is_of_people}
    rows = []
    for place, band in enumerate(bands):
        span = {"opened_from": band.opened_from, "opened_before": band.opened_before}
        numbers = [backlog.get((place, state), 0) for state in states]
        cells = [
            Cell(number, url=links.open_now(asked, stands=state, **span))
            for state, number in zip(states, numbers, strict=True)
        ]
        whole = sum(numbers)
        tone: Tone = "soon" if band.is_over and whole else ""
        rows.append((Cell(band.name), *cells, Cell(whole, url=links.open_now(asked, **span), tone=tone)))
    totals = [sum(backlog.get((place, state), 0) for place in range(len(bands))) for state in states]
    return Table(
        key="backlog",
        name="What is open, by age",
        columns=(
            Column("age", "Open for", "text"),
            *(Column(state, name) for state, name in states.items()),
            Column("all", "All", drawn=False),
        ),
        rows=tuple(rows) if sum(totals) else (),
        total=(
            Cell("All"),
            *(
                Cell(number, url=links.open_now(asked, stands=state))
                for state, number in zip(states, totals, strict=True)
            ),
            Cell(sum(totals), url=links.open_now(asked)),
        ),
        chart="stacked",
        empty="Nothing is open.",
    )


def of_room(rooms: Sequence[tuple[Crew, Flow, Filling]], asked: Asked, *, is_of_people: bool) -> Table:
    """When the places are full rests on all that waits and comes: of some people alone it is not said."""
    return Table(
        key="room",
        name="Places taken and free" if is_of_people else "When the places are full",
        columns=(
            Column("territory", "Territory", "text"),
            Column("held", "Taken", help="By everybody, here or away"),
            Column("places", "Places", drawn=False),
            Column("here", "Here", drawn=False),
            Column("away", "Away", drawn=False),
            Column("free", "Free", help="Places of who is here", drawn=False),
            *(
                []
                if is_of_people
                else [Column("waiting", "Waiting", help="Cases that will take a place", drawn=False)]
            ),
            Column("opened", "Opened, 4 weeks", drawn=False),
            Column("closed", "Closed, 4 weeks", drawn=False),
            *([] if is_of_people else [Column("full", "At this pace", "text")]),
        ),
        rows=tuple(
            _room(crew, flow, filling, asked, is_of_people=is_of_people) for crew, flow, filling in rooms
        ),
        empty="There is no team here.",
        note=""
        if is_of_people
        else "If cases that take a place open and close as in the last 4 weeks, and who is here today stays here. "
        "Places of who is away do not fill.",
    )


def _room(crew: Crew, flow: Flow, filling: Filling, asked: Asked, *, is_of_people: bool) -> tuple[Cell, ...]:
    held_url = links.held(asked, crew=crew.territory)
    waiting = flow.taken - (crew.places_here - crew.free_here)
    return (
        Cell(crew.name, url=reverse("team", args=[crew.territory])),
        Cell(crew.held, url=held_url, tone="late" if filling.is_full and not is_of_people else ""),
        Cell(crew.places),
        Cell(len(crew.here)),
        Cell(crew.away),
        Cell(crew.free_here),
        *([] if is_of_people else [Cell(waiting)]),
        Cell(flow.opened),
        Cell(flow.closed),
        *([] if is_of_people else [Cell(filling.words)]),
    )


def of_people(crews: Sequence[Crew], asked: Asked) -> Table:
    """Fullest first."""
    found = [(crew, one) for crew in crews for one in crew.working]
    found.sort(key=lambda pair: (pair[1].places - pair[1].load, pair[1].name, pair[1].id))
    addresses = {crew.territory: links.held(asked, crew=crew.territory, owner="") for crew in crews}
    return Table(
        key="people",
        name="Who has how much room",
        columns=(
            Column("advocate", "Advocate", "text"),
            Column("territory", "Territory", "text"),
            Column("held", "Taken"),
            Column("free", "Free"),
            Column("places", "Places", drawn=False),
            Column("now", "Now", "text"),
        ),
        rows=tuple(_person(crew, one, addresses[crew.territory]) for crew, one in found),
        empty="Nobody is in this team yet.",
    )


def _person(crew: Crew, one: Candidate, address: str) -> tuple[Cell, ...]:
    tone, words = _stands(one)
    return (
        Cell(one.name),
        Cell(crew.name),
        Cell(one.load, url=f"{address}&owner={one.id}", tone="late" if one.load > one.places else ""),
        Cell(max(0, one.places - one.load)),
        Cell(one.places),
        Cell(words, tone=tone),
    )


def _stands(one: Candidate) -> tuple[Tone, str]:
    if one.back_on:
        back = date.fromisoformat(one.back_on)
        return "soon", f"Away, back {back.day} {back:%b}"
    if not one.takes_turns:
        return "plain", "Takes no turns"
    return ("late", "At capacity") if is_full(one, need=Need()) else ("done", "Available")


def of_turns(shares: Mapping[str, Sequence[fairness.Share]], given: Given, asked: Asked) -> Table:
    address = links.given(asked, owner="", territory="")
    return Table(
        key="turns",
        name="Turns, and what was due",
        columns=(
            Column("advocate", "Advocate", "text"),
            Column("turns", "Turns"),
            Column("due", "Due"),
            Column("apart", "Difference", drawn=False),
            Column("weight", "Weight", drawn=False),
            Column("there", "Working days there", "share", drawn=False),
            Column("other", "Assigned otherwise", help="By claim or by hand; costs no turn", drawn=False),
        ),
        rows=tuple(
            _share(share, given, address, pool=key) for key, theirs in shares.items() for share in theirs
        ),
        chart="bar",
        empty="Nobody is in turn here.",
        note="Due goes by weight and working days there. Who is full or lacks a language is passed over, so a "
        "difference is no fault.",
    )


def _share(share: fairness.Share, given: Given, address: str, *, pool: str) -> tuple[Cell, ...]:
    """Who is in several pools has a row of each, with its turns alone."""
    owner = share.taker.id
    within, hint = (f"&pool={pool}", pool.upper()) if share.is_of_several else ("", "")
    return (
        Cell(share.taker.name, hint=hint),
        Cell(share.had, url=f"{address}&owner={owner}&how=turn{within}"),
        Cell(share.due),
        Cell(share.apart),
        Cell(share.taker.weight),
        Cell(share.there_of),
        Cell(given.by_person[owner] - given.turns_by_person[owner], url=f"{address}&owner={owner}&how=other"),
    )


def of_overage(over: Overage, asked: Asked) -> Table:
    return Table(
        key="over",
        name="Handed over beyond capacity, by who decided",
        columns=(
            Column("by", "Decided by", "text"),
            Column("number", "Hand-overs"),
            Column("people", "To how many", drawn=False),
        ),
        rows=tuple(
            (Cell(name), Cell(number, url=links.given(asked, over="yes", by=pk or "nobody")), Cell(people))
            for pk, name, number, people in over.by_manager
        ),
        chart="bar",
        empty="Nobody was given a case beyond their places.",
    )


def of_each_over(over: Overage, asked: Asked) -> Table:
    shown = len(over.latest)
    return Table(
        key="each_over",
        name="Handed over beyond capacity, and why",
        columns=(
            Column("case", "Case", "text"),
            Column("on", "On", "day"),
            Column("to", "To", "text"),
            Column("held", "Held then", "text"),
            Column("by", "Decided by", "text"),
            Column("reason", "Reason", "text"),
        ),
        rows=tuple(
            (
                Cell(numbers.say(one.case_id), url=reverse("case", args=[one.case_id])),
                Cell(one.at.astimezone(asked.zone).date()),
                Cell(one.person),
                Cell(f"{one.load_before} of {one.places}"),
                Cell(one.by or "Somebody"),
                Cell(one.reason),
            )
            for one in over.latest
        ),
        empty="Nobody was given a case beyond their places.",
        note=_cut(shown, over.total, asked),
    )


def _cut(shown: int, total: int, asked: Asked) -> str:
    if total <= shown:
        return ""
    return f"The latest {shown:,} of {total:,}.{'' if asked.whole else ' The file has more.'}"
