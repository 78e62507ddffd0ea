"""What the scorecard shows, in a handful of queries however many advocates and cases there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Q, Value

from accounts.access import Reach
from cases import kept, places
from cases.dashboards import settled, staff
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Share
from cases.dashboards.scorecard import doing, required
from cases.dashboards.scorecard.doing import ALL, BUCKET, NOTHING, OWNER, Done
from cases.dashboards.staff import Colleague


@dataclass(frozen=True, kw_only=True)
class Now:
    """What somebody has before them. `held` counts against `places`; 0: not asked, for only some cases are."""

    held: int = 0
    in_hand: int = 0
    stale: int = 0
    places: int = 0
    required: Share = NOTHING


@dataclass(frozen=True, kw_only=True)
class Found:
    """`scope` is what is asked without its advocate: the team beside whom they are shown. Figures by person's id;
    `all_done` over the scope, `own_before` and `own_trend` over what was asked itself."""

    asked: Asked
    scope: Asked
    people: tuple[Colleague, ...]
    now: Mapping[int, Now]
    done: Mapping[int, Done]
    all_done: Done
    before: Done
    trend: tuple[Done, ...]
    resolutions: tuple[tuple[str, str, int], ...]


def load(asked: Asked) -> Found:
    scope = beside(asked)
    whole = doing.load(scope, by=(OWNER, BUCKET, ALL))
    own = whole if scope is asked else doing.load(asked, by=(BUCKET, ALL))
    done = {owner: one for (owner, _), one in whole[OWNER].items()}
    standing = _load_now(scope)
    return Found(
        asked=asked,
        scope=scope,
        people=_people(scope, {*done, *standing}),
        now=standing,
        done=done,
        all_done=whole[ALL].get((False,), Done()),
        before=own[ALL].get((True,), Done()),
        trend=tuple(own[BUCKET].get((at,), Done()) for at in range(1, len(asked.buckets) + 1)),
        resolutions=_load_resolutions(asked),
    )


def beside(asked: Asked) -> Asked:
    """The same for the whole team of the advocate who is asked about; an advocate's own page is such a one too."""
    if asked.owner is None:
        return asked
    team = asked.team if asked.team is not None and asked.reach is not Reach.OWN else asked.owner
    return replace(asked, owner=None, team=team)


def _people(scope: Asked, counted: set[int]) -> tuple[Colleague, ...]:
    """Who has a desk now, and who has left it and yet has cases that are counted."""
    here = {one.pk for one in scope.people}
    return tuple(one for one in scope.staff.people if one.pk in here or one.pk in counted)


def _load_resolutions(asked: Asked) -> tuple[tuple[str, str, int], ...]:
    """Status, resolution action, and how many were closed so, most first."""
    by = ("status", "resolution_action")
    closed = doing.within(asked).filter(closed_at__gte=asked.start, closed_at__lt=asked.end)
    found = settled.tally(asked, closed.values(*by), by=[by], figures={"many": "count(*)"})[by]
    counted = [(status, action, row["many"]) for (status, action), row in found.items()]
    return tuple(sorted(counted, key=lambda one: (-one[2], one[0], one[1])))


def _load_now(scope: Asked) -> dict[int, Now]:
    cases = doing.within(scope)
    shares = {} if doing.is_wide(scope) else required.load(cases, today=scope.today)
    counted = {
        row.pop("owner_id"): row
        for row in cases.open()
        .values("owner_id")
        .annotate(
            held=Count(Value(1), filter=Q(holds_place=True)),
            in_hand=Count(Value(1), filter=Q(picked_up_at__isnull=False, deferred_until__isnull=True)),
            stale=Count(Value(1), filter=kept.stale(scope.now)),
        )
        .order_by()
    }
    keys = {*counted, *staff.pks(scope.people)}
    narrowed = scope.category or scope.case_type or scope.territory
    desks = [] if narrowed else [pk for pk in keys if scope.staff.has_desk(pk)]
    room = places.load(desks)  # of a part of the load it would say nothing, and who has no desk has none
    return {
        pk: Now(**counted.get(pk, {}), places=room.get(pk, 0), required=shares.get(pk, NOTHING))
        for pk in keys
    }
