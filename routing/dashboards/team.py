"""The Team dashboard: what came and went, how old what is left is, how much room there is, and how turns were dealt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.models import Person
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Dashboard, Figure, Share, Table, Tone
from cases.dashboards.registry import Kind
from routing.dashboards import crews, fairness, filling, flow, given, links, team_tables, waits
from routing.dashboards.crews import Crew
from routing.dashboards.filling import Filling, Flow
from routing.dashboards.flow import Band, ComingAndGoing
from routing.dashboards.given import Given, Overage
from routing.dashboards.waits import Wait
from smbcases import playbook

KEY = "team"
NEARLY_FULL = 90
SOON_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Room:
    """A crew, what fills its places, and when it is full."""

    crew: Crew
    flow: Flow
    filling: Filling


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that the page says, before it is put into words."""

    going: ComingAndGoing
    given: Given
    bands: tuple[Band, ...]
    backlog: dict[tuple[int, str], int]
    rooms: tuple[Room, ...]
    waits: tuple[Wait, ...]
    shares: dict[str, tuple[fairness.Share, ...]]
    over: Overage
    is_of_people: bool

    @property
    def open(self) -> int:
        return sum(self.backlog.values())

    @property
    def waiting(self) -> int:
        return sum(number for (_, state), number in self.backlog.items() if state == "waiting")

    @property
    def past_limit(self) -> int:
        over = {place for place, band in enumerate(self.bands) if band.is_over}
        return sum(number for (place, _), number in self.backlog.items() if place in over)


def load(asked: Asked, now: datetime) -> Found:
    """Read it all: a fixed number of queries, whatever the number of cases and advocates."""
    clocks = playbook.active().clocks
    bands = flow.bands(now=now, target_days=clocks.target_days, limit_days=clocks.limit_days)
    crew = crews.load(asked, now=now)
    had = given.load(asked)
    return Found(
        going=flow.load(asked),
        given=had,
        bands=bands,
        backlog=flow.load_backlog(asked, bands),
        rooms=_rooms(crew, asked, now=now),
        waits=waits.load(asked),
        shares=_shares(crew, asked, had),
        over=given.load_over_capacity(asked),
        is_of_people=asked.team is not None or asked.owner is not None,
    )


def _rooms(found: Sequence[Crew], asked: Asked, *, now: datetime) -> tuple[Room, ...]:
    """Places are people's, whatever they work on: so category and case type do not narrow what fills them."""
    everything = replace(asked, category="", case_type="")
    pace = flow.load_pace(everything, [crew.territory for crew in found], now=now)
    return tuple(_room(crew, pace[crew.territory], today=asked.today) for crew in found)


def _room(crew: Crew, pace: Flow, *, today: date) -> Room:
    waiting = pace.taken
    taken = crew.places_here - crew.free_here + waiting
    full = replace(pace, taken=taken, places=crew.places_here)
    return Room(crew=crew, flow=full, filling=filling.project(full, today=today))


def _shares(found: Sequence[Crew], asked: Asked, had: Given) -> dict[str, tuple[fairness.Share, ...]]:
    """Dealt among the whole rotation of each pool, whoever is asked about; theirs alone are shown."""
    spans = [bucket.span for bucket in asked.buckets]
    takers = crews.load_takers(found, asked)
    turns = given.load_turns(asked, had, {one.id for people in takers.values() for one in people})
    several = crews.load_in_several(found)
    by_pool = given.load_turns_by_pool(asked, several)
    of_one = Counter({key: number for key, number in turns.items() if key[1] not in several})
    theirs = {one.pk for one in asked.people}
    dealt = {
        key: fairness.deal(people, spans=spans, turns=of_one + by_pool.get(key, Counter()))
        for key, people in takers.items()
    }
    return {
        key: tuple(
            replace(share, is_of_several=share.taker.id in several)
            for share in shares
            if share.taker.id in theirs
        )
        for key, shares in dealt.items()
    }


def show(asked: Asked, _reader: Person, now: datetime) -> Dashboard:
    found = load(asked, now)
    return Dashboard(
        key=KEY,
        name="Team",
        answer=answer(found, today=asked.today),
        figures=figures(found, asked),
        tables=(
            team_tables.of_flow(found.going, found.given, asked),
            team_tables.of_backlog(found.bands, found.backlog, asked, is_of_people=found.is_of_people),
            team_tables.of_room(
                [(room.crew, room.flow, room.filling) for room in found.rooms],
                asked,
                is_of_people=found.is_of_people,
            ),
            *(() if found.is_of_people else (waits.table(found.waits, asked),)),
            team_tables.of_people([room.crew for room in found.rooms], asked),
            team_tables.of_turns(found.shares, found.given, asked),
            *(_overage(found.over, asked) if found.over.total else ()),
        ),
        note="Places and pace count all cases that take a place, of every category.",
    )


def _overage(over: Overage, asked: Asked) -> tuple[Table, Table]:
    return team_tables.of_overage(over, asked), team_tables.of_each_over(over, asked)


def answer(found: Found, *, today: date) -> Answer:
    """Whether the team is full, or will be; else how much room it has. Of some people alone only that: what waits
    is nobody's, and fills their places too."""
    if found.is_of_people:
        return _room_left(found)
    waiting = f"{found.waiting:,} case{'s wait' if found.waiting > 1 else ' waits'}." if found.waiting else ""
    full = [room for room in found.rooms if room.filling.is_full]
    if full:
        names = ", ".join(room.crew.name for room in full)
        more = f" {waiting}" if waiting else ""
        return Answer(words=f"Full now: {names}.{more}", tone="late", icon="exclamation-triangle")
    if waiting:
        return Answer(words=waiting, tone="soon", icon="exclamation-triangle")
    first = min(
        (room for room in found.rooms if room.filling.full_on),
        key=lambda room: room.filling.full_on or today,
        default=None,
    )
    if first is not None and first.filling.full_on is not None:
        soon = (first.filling.full_on - today).days <= SOON_DAYS
        words = f"{first.crew.name}: at this pace {_lower(first.filling.words)}. {first.filling.pace}"
        return Answer(words=words, tone="soon" if soon else "plain", icon="information-circle")
    return _room_left(found)


def _room_left(found: Found) -> Answer:
    if not any(room.crew.members for room in found.rooms):
        return Answer(words="There is no team here.")
    here = {one.id for room in found.rooms for one in room.crew.here}
    people = crews.people_of(room.crew for room in found.rooms)
    free = sum(max(0, one.places - one.load) for one in people if one.id in here)
    if not free:
        return Answer(words="Nobody who is here has a free place.", tone="soon", icon="exclamation-triangle")
    places = "place is" if free == 1 else "places are"
    begin = "" if found.is_of_people else "Nothing waits, and "
    return Answer(words=f"{begin}{free:,} {places} free.", tone="done", icon="check-circle")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def figures(found: Found, asked: Asked) -> tuple[Figure, ...]:
    opened, closed = found.going.opened.total(), found.going.closed.total()
    people = crews.people_of(room.crew for room in found.rooms)
    held = Share(sum(one.load for one in people), sum(one.places for one in people))
    apart = fairness.spread([share for shares in found.shares.values() for share in shares])
    return (
        Figure(key="opened", name="Opened", value=opened, url=links.opened(asked)),
        Figure(key="given", name="Assigned", value=found.given.total, url=links.given(asked)),
        Figure(key="closed", name="Closed", value=closed, url=links.closed(asked)),
        Figure(
            key="net",
            name="More opened than closed" if opened >= closed else "More closed than opened",
            value=abs(opened - closed),
        ),
        Figure(key="open", name="Open now", value=found.open, url=links.open_now(asked)),
        Figure(
            key="past_limit",
            name=f"Open {playbook.active().clocks.limit_days} days and more",
            value=found.past_limit,
            url=links.open_now(asked, opened_before=_limit_of(found.bands)),
            tone="soon" if found.past_limit else "",
            hint="Those that have no limit are among them.",
        ),
        *(() if found.is_of_people else (_waiting(found, asked),)),
        Figure(
            key="places",
            name="Places taken",
            value=held,
            kind="share",
            url=links.held(asked),
            tone="soon" if (held.percent or 0) >= NEARLY_FULL else "",
            hint=f"{held.part:,} taken",
        ),
        Figure(
            key="apart",
            name="Farthest from due turns",
            value="—" if apart is None else f"{apart} turns",
            kind="text",
            hint="Of one advocate, in the period",
        ),
        Figure(
            key="over",
            name="Handed over beyond capacity",
            value=found.over.total,
            url=links.given(asked, over="yes"),
        ),
    )


def _waiting(found: Found, asked: Asked) -> Figure:
    """What waits is nobody's: of some people alone there is none."""
    tone: Tone = "soon" if found.waiting else ""
    return Figure(key="waiting", name="Waiting", value=found.waiting, url=links.waiting(asked), tone=tone)


def _limit_of(bands: Sequence[Band]) -> datetime | None:
    return next((band.opened_before for band in bands if band.is_over), None)


KIND = Kind(
    key=KEY,
    name="Team",
    load=show,
    about="What comes and goes, how old what is open is, when the places are full, and how turns are dealt.",
    icon="users",
    place=30,
)
