"""The filters of a dashboard as its page offers them: each choice is a link."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus

from cases.dashboards import asked as reading
from cases.dashboards import periods
from cases.dashboards.asked import LABELS, Asked
from cases.lists import Chip, Option


def period(asked: Asked) -> Chip:
    """The period; it is always set, and the form beside its choices asks for days of one's own."""
    return Chip(
        key="period",
        name=LABELS["period"],
        value=asked.period.key,
        words=asked.period.name,
        clear="" if asked.period.key == periods.USUAL else f"?{asked.query(period='')}",
        options=[
            Option(
                words=name,
                url=f"?{asked.query(period='' if key == periods.USUAL else key)}",
                current=key == asked.period.key,
            )
            for key, name in periods.names().items()
        ],
        kept=[(name, value) for name, value in asked.state.items() if name not in {"period", "from", "to"}],
    )


def offered(asked: Asked) -> Iterator[Chip]:
    for name in asked.offered:
        if name not in asked.fixed and (options := _options(asked, name)):
            value = str(getattr(asked, name) or "")
            yield Chip(
                key=name,
                name=LABELS[name],
                value=value,
                words=said(asked, name),
                clear=f"?{asked.query(**{name: ''})}",
                options=options,
                kept=[],
            )


def _options(asked: Asked, name: str) -> list[Option]:
    """Of people only those who may be chosen within the reader's team."""
    found = reading.choices(name, asked.staff)
    if name == "owner" and asked.team is not None:
        members = {str(one.pk) for one in asked.staff.team_of(asked.team)}
        found = {key: words for key, words in found.items() if key in members}
    value, rest = str(getattr(asked, name) or ""), asked.query(**{name: ""})
    before = f"?{rest}&{name}=" if rest else f"?{name}="
    return [
        Option(words=words, url=before + quote_plus(key), current=key == value)
        for key, words in found.items()
    ]


def said(asked: Asked, name: str) -> str:
    """To what a filter is set, in words; nothing where it is not."""
    value = str(getattr(asked, name) or "")
    if not value:
        return ""
    if name in reading.PEOPLE:
        return asked.staff.by_pk[int(value)].name
    return reading.choices(name, asked.staff)[value]
