"""The cases with the tag of a language barrier in their Feedback that were closed in the period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import Person
from cases import case_territory
from cases.counted_filters import spoken, tagged
from cases.dashboards import sets, settled
from cases.dashboards.asked import Asked
from cases.dashboards.counting import WhichBucket, median_of, took
from cases.dashboards.staff import DESK
from cases.models import Case, History, Verb
from cases.models.case import Cases

TAG = "language_barrier"
LANGUAGE, PLACE, BUCKET, ALL = ("spoken",), ("place",), ("bucket",), ()


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """`handed` of `many` cases changed hands; `close` is the median time from opening to closing."""

    many: int = 0
    handed: int = 0
    close: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """`pairs`: cases by who gave and who took them. `speakers`: people at desks by language."""

    asked: Asked
    by_language: Mapping[str, Tagged]
    by_place: Mapping[str, Tagged]
    trend: tuple[Tagged, ...]
    whole: Tagged
    before: int
    closed: int
    pairs: tuple[tuple[int, int, int], ...]
    names: Mapping[int, str]
    speakers: Mapping[str, int]


def load(asked: Asked) -> Found:
    found = _load_tagged(asked)
    pairs = _load_pairs(asked)
    return Found(
        asked=asked,
        by_language={group[0]: one for group, one in found[LANGUAGE].items()},
        by_place={group[0]: one for group, one in found[PLACE].items()},
        trend=tuple(found[BUCKET].get((at,), Tagged()) for at in range(1, len(asked.buckets) + 1)),
        whole=found[ALL].get((), Tagged()),
        before=_closed(asked, *asked.before).filter(tagged(TAG)).count(),
        closed=settled.count(asked, _closed(asked, asked.start, asked.end).values("closed_at")),
        pairs=pairs,
        names=_load_names(pairs),
        speakers=_load_speakers(asked),
    )


def _closed(asked: Asked, start: Any, end: Any) -> Cases:
    return asked.narrow(Case.objects.closed().filter(closed_at__gte=start, closed_at__lt=end))


def _theirs(asked: Asked) -> Cases:
    return _closed(asked, asked.start, asked.end).filter(tagged(TAG))


def _load_tagged(asked: Asked) -> dict[tuple[str, ...], dict[tuple[Any, ...], Tagged]]:
    moved = History.objects.filter(case=OuterRef("pk"), verb=Verb.HANDED_OVER)
    part = _theirs(asked).values(
        "id",
        spoken=spoken(),
        place=case_territory.where(),
        bucket=WhichBucket("closed_at", edges=asked.edges),
        is_handed=Exists(moved),
        took=took("opened_at", "closed_at"),
    )
    figures = {
        "many": "count(*)",
        "handed": "count(*) FILTER (WHERE is_handed)",
        "close": median_of("took"),
    }
    counted = sets.tally([part], by=[LANGUAGE, PLACE, BUCKET, ALL], figures=figures)
    return {
        grouping: {group: Tagged(**row) for group, row in groups.items() if row["many"]}
        for grouping, groups in counted.items()
    }


def _load_pairs(asked: Asked) -> tuple[tuple[int, int, int], ...]:
    """Giver, taker, and how many cases, most first; a case counts once for each two."""
    rows = History.objects.filter(verb=Verb.HANDED_OVER, case__in=_theirs(asked), data__from_id__isnull=False)
    counted = (
        rows.annotate(
            giver=Cast(KT("data__from_id"), IntegerField()), taker=Cast(KT("data__to_id"), IntegerField())
        )
        .values_list("giver", "taker")
        .annotate(many=Count("case", distinct=True))
    )
    return tuple(counted.order_by("-many", "giver", "taker"))


def _load_names(pairs: tuple[tuple[int, int, int], ...]) -> dict[int, str]:
    people = {pk for giver, taker, _ in pairs for pk in (giver, taker)}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _load_speakers(asked: Asked) -> Counter[str]:
    here = Person.objects.filter(pk__in=[one.pk for one in asked.people], role__in=DESK)
    return Counter(language for known in here.values_list("languages", flat=True) for language in known)
