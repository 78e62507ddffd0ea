"""The room as a dashboard: of one person, line by line; of a team, as figures by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.access import Act, Reach, may
from accounts.models import Person
from cases.dashboards import drilling, registry
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Dashboard, Figure, Table
from cases.models import Case
from cases.room import counting, lines
from cases.room.counting import Counted
from cases.room.kinds import OF_CASES, OF_THE_BOOK, WORDS, Kind, counted
from cases.room.lines import Part
from cases.room.narrowing import When

KEY = "clean_room"
NAME = "Clean your room"
_DRAWN = frozenset(OF_CASES) - {Kind.LATER}  # as many as have a colour of their own


@dataclass(frozen=True, kw_only=True)
class Room(Dashboard):
    """One person's room has `parts`; `is_own`: the reader's. `here` is the address that forms lead back to."""

    parts: tuple[Part, ...] = ()
    person_name: str = ""
    is_own: bool = False
    is_clean: bool = False
    here: str = ""


def load(asked: Asked, reader: Person, now: datetime) -> Room:
    when = When(now=now, today=asked.today)
    if asked.owner is not None:
        return _of_one(asked, asked.owner, reader=reader, when=when)
    return _of_many(asked, when=when)


def address(asked: Asked, **changes: object) -> str:
    query = asked.query(**changes)
    return f"{reverse(KEY)}?{query}" if query else reverse(KEY)


def _has_book(asked: Asked) -> bool:
    """What stands in a name, and tasks, have no case type: asked for one, they are left out."""
    return not (asked.category or asked.case_type)


def _of_one(asked: Asked, owner: int, *, reader: Person, when: When) -> Room:
    is_own = owner == reader.pk
    cases = asked.narrow(Case.objects.all())
    found = counting.count_cases(cases, when=when).get(owner, Counted(by_kind=dict.fromkeys(OF_CASES, 0)))
    if _has_book(asked):
        book = counting.count_book([owner]).get(owner, Counted())
        found += Counted(by_kind={kind: book.of(kind) for kind in OF_THE_BOOK})
    if _has_book(asked) and is_own:
        found += counting.count_tasks(owner, when=when)
    here = address(asked)
    parts = tuple(
        Part(
            kind=kind,
            count=found.of(kind),
            lines=_lines(kind, asked, owner, reader=reader, when=when, back=here),
            all_url=_list_of(asked, kind),
        )
        for kind in Kind
        if found.of(kind)
    )
    colleague = asked.staff.by_pk.get(owner)
    name = colleague.name if colleague else ""
    return Room(
        key=KEY,
        name=NAME if is_own else f"{name}’s room",
        answer=_answer_of_one(found, is_own=is_own, name=name),
        figures=_figures(found, asked),
        tables=(_things(parts),),
        parts=parts,
        person_name=name,
        is_own=is_own,
        is_clean=not found.total,
        here=here,
    )


def _lines(
    kind: Kind, asked: Asked, owner: int, *, reader: Person, when: When, back: str
) -> tuple[lines.Line, ...]:
    if kind is Kind.TASKS:
        return lines.load_tasks(reader, when=when)
    if kind in OF_THE_BOOK:
        may_give = owner == reader.pk or may(reader, Act.CHANGE_BOOK)
        return lines.load_of_book(owner, kind, may_give=may_give)
    return lines.load_of_cases(asked.narrow(Case.objects.all()), kind, when=when, reader=reader, back=back)


def _list_of(asked: Asked, kind: Kind) -> str:
    """The list of exactly these."""
    if kind in OF_CASES:
        return drilling.cases_url(asked, tab="open", untidy=str(kind))
    return reverse("tasks") if kind is Kind.TASKS else ""


def _answer_of_one(found: Counted, *, is_own: bool, name: str) -> Answer:
    if not found.total:
        whose = "Your room" if is_own else f"{name}’s room"
        return Answer(words=f"{whose} is clean.", tone="done", icon="sparkles")
    first = [counted(kind, found.of(kind)) for kind in (Kind.STALE, Kind.STEP) if found.of(kind)]
    words = f"{_things_to_tidy(found.total)}, first {' and '.join(first)}" if first else ""
    return Answer(
        words=f"{words or _things_to_tidy(found.total)}.",
        tone="late" if first else "soon",
        icon="exclamation-triangle",
    )


def _things_to_tidy(count: int) -> str:
    return f"{count:,} thing{'s' if count != 1 else ''} to tidy"


def _figures(found: Counted, asked: Asked) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            key=str(kind),
            name=WORDS[kind].name,
            value=many,
            url=_list_of(asked, kind) if kind in OF_CASES else "",
            tone=WORDS[kind].tone if many else "",
            hint=WORDS[kind].about,
        )
        for kind, many in found.by_kind.items()
    )


def _things(parts: tuple[Part, ...]) -> Table:
    """The lines as a file; of a part with more than it shows, All cases has them all."""
    columns = ("What is untidy", "Case", "What", "Customer", "Why")
    return Table(
        key="things",
        name="What is to tidy",
        columns=tuple(Column(name.lower().replace(" ", "_"), name, "text") for name in columns),
        rows=tuple(
            tuple(Cell(words) for words in (part.words.name, line.number, line.what, line.whom, line.why))
            for part in parts
            for line in part.lines
        ),
        empty="Nothing is untidy.",
    )


def _of_many(asked: Asked, *, when: When) -> Room:
    by_owner = dict(counting.count_cases(asked.narrow(Case.objects.all()), when=when))
    people = {one.pk for one in asked.people} | by_owner.keys()
    if _has_book(asked):
        for pk, book in counting.count_book(people).items():
            by_owner[pk] = by_owner.get(pk, Counted()) + book
    kinds = [*OF_CASES, *(OF_THE_BOOK if _has_book(asked) else ())]
    total = sum(by_owner.values(), Counted(by_kind=dict.fromkeys(kinds, 0)))
    clean = sum(1 for one in asked.people if not by_owner.get(one.pk, Counted()).total)
    return Room(
        key=KEY,
        name=NAME,
        answer=_answer_of_many(total, clean=clean, rooms=len(asked.people)),
        figures=_figures(total, asked),
        tables=(_people(by_owner, people, kinds, total, asked),),
        is_clean=not total.total,
        here=address(asked),
    )


def _answer_of_many(total: Counted, *, clean: int, rooms: int) -> Answer:
    if not total.total:
        return Answer(words="Every room is clean.", tone="done", icon="sparkles")
    return Answer(
        words=f"{_things_to_tidy(total.total)}; {clean} of {rooms} rooms {'is' if clean == 1 else 'are'} clean.",
        tone="late" if total.of(Kind.STALE) else "soon",
        icon="exclamation-triangle",
    )


def _people(
    by_owner: Mapping[int, Counted], people: set[int], kinds: list[Kind], total: Counted, asked: Asked
) -> Table:
    names = _names(people, asked)
    order = sorted(people, key=lambda pk: (names[pk].casefold(), pk))
    return Table(
        key="people",
        name="Rooms",
        columns=(
            Column("person", "Advocate", "text"),
            *(
                Column(
                    str(kind),
                    WORDS[kind].name,
                    help=WORDS[kind].about.removesuffix("."),  # the page ends it
                    drawn=kind in _DRAWN,
                )
                for kind in kinds
            ),
            Column("total", "In all", drawn=False),
        ),
        rows=tuple(
            (
                Cell(names[pk]),
                *(_cell(kind, by_owner.get(pk, Counted()).of(kind), asked, owner=pk) for kind in kinds),
                Cell(by_owner.get(pk, Counted()).total, url=address(asked, owner=pk)),
            )
            for pk in order
        ),
        total=(Cell("All"), *(_cell(kind, total.of(kind), asked) for kind in kinds), Cell(total.total)),
        chart="stacked",
        empty="Nobody has a desk here.",
    )


def _names(people: set[int], asked: Asked) -> dict[int, str]:
    known = {pk: one.name for pk, one in asked.staff.by_pk.items() if pk in people}
    if missing := people - known.keys():
        known |= dict(Person.objects.filter(pk__in=missing).order_by("id").values_list("pk", "name"))
    return known


def _cell(kind: Kind, many: int, asked: Asked, owner: int | None = None) -> Cell:
    return Cell(many, url=_where(kind, asked, owner) if many else "", tone=WORDS[kind].tone if many else "")


def _where(kind: Kind, asked: Asked, owner: int | None) -> str:
    """All cases has those of a kind; what stands in somebody's own name, their room alone."""
    if kind in OF_CASES:
        return drilling.cases_url(
            asked, tab="open", untidy=str(kind), **({} if owner is None else {"owner": owner})
        )
    return f"{address(asked, owner=owner)}#room-{kind}" if owner is not None else ""


KIND = registry.Kind(
    key=KEY,
    name=NAME,
    load=load,
    about="What is stale, overdue or lacking, by person, each put in order in place.",
    icon="sparkles",
    place=15,
    open_to=frozenset({Reach.OWN, Reach.TEAM, Reach.ALL}),
    timed=False,
    template="cases/room/page.html",
    page="clean_room",
)


def offer() -> None:
    registry.offer(KIND)
