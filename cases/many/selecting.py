"""Which cases an act is meant for: those ticked, or all that a list's address matches, up to a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Person
from cases import access
from cases.lists import Kind, Listing
from cases.models.case import Cases

Seen = Callable[[Person], Cases]
_lists: dict[str, tuple[Kind, Seen]] = {}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Ids of cases with the versions seen, in the order of the list. `more`: the bound left some out; `left_out`:
    how many of those named do not exist or may not be seen."""

    versions: dict[int, int]
    more: bool = False
    left_out: int = 0


def offer(kind: Kind, seen: Seen) -> None:
    """Let all of a list's matches be chosen; `seen` says what of it a person may see at all."""
    _lists[kind.url] = (kind, seen)


def ticked(case_ids: Iterable[int], *, by: Person) -> Chosen:
    """The cases named, as far as `by` may see them, in the order named."""
    asked = list(dict.fromkeys(case_ids))
    wanted = asked[: settings.BULK_MOST]
    found = dict(access.visible(by).filter(pk__in=wanted).values_list("pk", "version"))
    return Chosen(
        versions={pk: found[pk] for pk in wanted if pk in found},
        more=len(asked) > len(wanted),
        left_out=len(wanted) - len(found),
    )


def matching(kind_url: str, asked: Mapping[str, str], *, by: Person, now: datetime) -> Chosen:
    """All cases of the list's view that the address `asked` describes, in its order; none of an unknown list."""
    if kind_url not in _lists:
        return Chosen(versions={})
    kind, seen = _lists[kind_url]
    listing = Listing(kind=kind, asked=asked, seen=seen(by), now=now)
    return first(listing.filterset.qs.order_by(*listing.order.fields))


def first(cases: Cases) -> Chosen:
    """The first of `cases`, in their order, up to the bound."""
    found = list(cases.values_list("pk", "version")[: settings.BULK_MOST + 1])
    return Chosen(versions=dict(found[: settings.BULK_MOST]), more=len(found) > settings.BULK_MOST)
