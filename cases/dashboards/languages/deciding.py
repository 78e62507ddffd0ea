"""Language barriers as blocks: pure."""

from __future__ import annotations

from django.utils.translation import get_language_info

from cases.counted_filters import NONE
from cases.dashboards import drilling
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Answer, Cell, Column, Dashboard, Figure, Share, Table
from cases.dashboards.languages.loading import TAG, Found, Tagged
from smbcases import playbook

KEY, NAME = "languages", "Language barriers"


def decide(found: Found) -> Dashboard:
    return Dashboard(
        key=KEY,
        name=NAME,
        answer=_answer(found),
        figures=_figures(found),
        tables=(_by_language(found), _pairs(found), _by_place(found), _over_time(found)),
        note=f"Cases closed in the period with {playbook.active().tags.language_barrier} in their Feedback.",
    )


def language_name(code: str) -> str:
    """`German` for de; the code itself where nobody knows it."""
    if code == NONE:
        return "Not said"
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def _answer(found: Found) -> Answer:
    if not found.whole.many:
        return Answer(words="No case was tagged for its language.", tone="done", icon="check-circle")
    most = max(found.by_language, key=lambda code: (found.by_language[code].many, code))
    cases = "case" if found.whole.many == 1 else "cases"
    words = f"{found.whole.many:,} {cases} met a language barrier, most often: {language_name(most)}."
    unspoken = [
        language_name(code) for code in sorted(found.by_language) if code != NONE and not found.speakers[code]
    ]
    if unspoken:
        return Answer(
            words=f"{words} Nobody here speaks {', '.join(unspoken)}.",
            tone="soon",
            icon="exclamation-triangle",
        )
    return Answer(words=words, icon="language")


def _url(asked: Asked, **filters: object) -> str:
    return drilling.cases_url(asked, **{**drilling.closed(asked), "tag": TAG, **filters})


def _figures(found: Found) -> tuple[Figure, ...]:
    asked, whole = found.asked, found.whole
    return (
        Figure(
            key="cases",
            name="Tagged cases",
            value=whole.many,
            url=_url(asked),
            before=found.before or None,
        ),
        Figure(
            key="share",
            name="Of all that were closed",
            value=Share(whole.many, found.closed),
            kind="share",
            url=_url(asked),
        ),
        Figure(key="handed", name="Handed over", value=whole.handed, url=_url(asked, hands="changed")),
        Figure(
            key="close",
            name="Time to close",
            value=whole.close,
            kind="days",
            of=whole.many,
            url=_url(asked) if whole.many else "",
        ),
        Figure(key="languages", name="Languages", value=len(set(found.by_language) - {NONE})),
    )


_COUNTED = (
    Column("cases", "Cases"),
    Column("handed", "Handed over"),
    Column("close", "Time to close", "days", "The middle one", drawn=False),
)


def _cells(asked: Asked, one: Tagged, **more: object) -> tuple[Cell, ...]:
    return (
        Cell(one.many, _url(asked, **more)),
        Cell(one.handed, _url(asked, hands="changed", **more)),
        Cell(one.close, _url(asked, **more) if one.many else "", of=one.many),
    )


def _by_language(found: Found) -> Table:
    rows = sorted(found.by_language.items(), key=lambda row: (-row[1].many, language_name(row[0])))
    return Table(
        key="by_language",
        name="By language",
        columns=(
            Column("language", "Language", "text"),
            *_COUNTED,
            Column("speakers", "Speak it", help="People at desks here", drawn=False),
        ),
        rows=tuple(
            (
                Cell(language_name(code)),
                *_cells(found.asked, one, language=code),
                Cell(None)
                if code == NONE
                else Cell(found.speakers[code], tone="" if found.speakers[code] else "soon"),
            )
            for code, one in rows
        ),
        chart="bar",
        empty="No case was tagged.",
        note="The case’s own language, else its contact’s, else its account’s.",
    )


def _pairs(found: Found) -> Table:
    return Table(
        key="pairs",
        name="From whom to whom",
        columns=(Column("pair", "From and to", "text"), Column("cases", "Cases")),
        rows=tuple(
            (
                Cell(f"{found.names.get(giver, 'Somebody')} → {found.names.get(taker, 'somebody')}"),
                Cell(many, _url(found.asked, handed_by=giver, handed_to=taker)),
            )
            for giver, taker, many in found.pairs
        ),
        chart="bar",
        empty="No tagged case changed hands.",
    )


def _by_place(found: Found) -> Table:
    names = {key: one.name for key, one in playbook.active().territories.items()}
    rows = sorted(found.by_place.items(), key=lambda row: names.get(row[0], row[0]))
    return Table(
        key="by_place",
        name="By territory",
        columns=(Column("territory", "Territory", "text"), *_COUNTED),
        rows=tuple(
            (
                Cell(names.get(key, key) or "Region not known"),
                *_cells(found.asked, one, territory=key or "unknown"),
            )
            for key, one in rows
        ),
        chart="bar",
        empty="No case was tagged.",
    )


def _over_time(found: Found) -> Table:
    asked = found.asked
    return Table(
        key="over_time",
        name="Over time",
        columns=(Column("when", "From", "text"), *_COUNTED),
        rows=tuple(
            (Cell(bucket.name), *_cells(asked, one, **drilling.closed(asked, *bucket.edges(asked.zone))))
            for bucket, one in zip(asked.buckets, found.trend, strict=True)
        ),
        chart="line",
        empty="The period has not begun.",
    )
