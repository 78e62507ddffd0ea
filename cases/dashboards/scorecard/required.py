"""How far the Required 10 are kept, by person, in one query over whatever is in hand.

The same lines as `cases.required_ten` reads on one case, said as filters; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Opportunity
from accounts.models.book import CLOSED_STAGES
from cases import touches
from cases.dashboards.blocks import Share
from cases.models import History
from cases.models.case import Cases
from smbcases import playbook
from smbcases.playbook import Item, Playbook

_WHILE_OPEN = ("picking_up", "managing")
_HAS_OPPORTUNITY = Q(opportunity__isnull=False)


def load(cases: Cases, *, today: date) -> Mapping[int, Share]:
    """The share of each owner over those of `cases` that are in hand, as `cases.compliance` has it."""
    in_hand = cases.in_hand().filter(owner__isnull=False)
    figures = {name: Count("pk", filter=condition) for name, condition in _conditions(today).items()}
    rows = in_hand.values("owner_id").annotate(**figures).order_by()
    return {row.pop("owner_id"): _share(row) for row in rows}


def _share(counted: Mapping[str, int]) -> Share:
    met = sum(count for name, count in counted.items() if name.startswith("met_"))
    due = sum(
        counted[f"all_{book.key}"] * sum(not item.with_opportunity for item in _items(book))
        + counted[f"linked_{book.key}"] * sum(item.with_opportunity for item in _items(book))
        for book in playbook.every()
    )
    return Share(met, due)


def _conditions(today: date) -> dict[str, Q]:
    """What is counted: the cases of each playbook, those of them with an opportunity, and where a line is met."""
    conditions: dict[str, Q] = {}
    for book in playbook.every():
        conditions[f"all_{book.key}"] = Q(playbook=book.key)
        conditions[f"linked_{book.key}"] = Q(playbook=book.key) & _HAS_OPPORTUNITY
    for key, books in _asked_by().items():
        conditions[f"met_{key}"] = _met(key, books, today=today)
    return conditions


def _items(book: Playbook) -> list[Item]:
    return [item for item in book.required_ten if item.when in _WHILE_OPEN]


def _asked_by() -> dict[str, list[Playbook]]:
    """The lines, each with the playbooks that ask for it."""
    keys = dict.fromkeys(item.key for book in playbook.every() for item in _items(book))
    return {
        key: [book for book in playbook.every() if key in {item.key for item in _items(book)}] for key in keys
    }


def _met(key: str, books: Sequence[Playbook], *, today: date) -> Q:
    met = _in_progress(books) if key == "status" else Q(playbook__in=[book.key for book in books])
    only_linked = all(item.with_opportunity for book in books for item in _items(book) if item.key == key)
    return met & (_HAS_OPPORTUNITY if only_linked else Q()) & _LINES[key](today)


def _in_progress(books: Sequence[Playbook]) -> Q:
    """Cases of a playbook in none of its open statuses."""
    either = Q()
    for book in books:
        opened = [name for name, status in book.statuses.items() if status.stage == "open"]
        either |= Q(playbook=book.key) & ~Q(status__in=opened)
    return either


def _linkable() -> Exists:
    of_account = Opportunity.objects.filter(account=OuterRef("account"))
    return Exists(of_account.exclude(stage__in=CLOSED_STAGES))


def _logged() -> Exists:
    return Exists(
        History.objects.filter(touches.TOUCHED, case=OuterRef("pk"), at__gte=OuterRef("picked_up_at"))
    )


_LINES: dict[str, Callable[[date], Q]] = {
    "status": lambda _: Q(),
    "owner": lambda _: Q(owner__isnull=False),
    "contact": lambda _: Q(contact__isnull=False),
    "next_steps": lambda _: ~Q(next_steps="") & Q(next_steps_on__isnull=False),
    "gitlab_admin": lambda _: Q(account__gitlab_admin__isnull=False),
    "related_opportunity": lambda _: _HAS_OPPORTUNITY | ~Q(_linkable()),
    "opportunity_close_date": lambda today: (
        Q(opportunity__close_on__gte=today)
        | Q(opportunity__close_on__isnull=False, opportunity__stage__in=CLOSED_STAGES)
    ),
    "renewal_risk": lambda _: ~Q(opportunity__risk=""),
    "activity": lambda _: Q(_logged()),
}
