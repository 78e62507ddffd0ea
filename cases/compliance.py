"""How far the Required 10 are kept: for one case as its checklist, for people as a share of their cases in hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Opportunity
from accounts.models.book import CLOSED_STAGES
from cases import required_ten, touches
from cases.cadence import Logged
from cases.models import Case
from cases.required_ten import Checklist

Logs = Mapping[int, Sequence[Logged]]


@dataclass(frozen=True, kw_only=True)
class Share:
    """Of so many lines that are due, so many are met."""

    due: int = 0
    met: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(due=self.due + other.due, met=self.met + other.met)

    @property
    def percent(self) -> int | None:
        """Whole percent, never rounded up to 100; None where nothing is due."""
        return self.met * 100 // self.due if self.due else None


def share_of(checklist: Checklist) -> Share:
    due = [line for line in checklist.asked if line.due]
    return Share(due=len(due), met=sum(line.done for line in due))


def load_checklists(
    cases: Sequence[Case], *, today: date, logged: Logs | None = None
) -> dict[int, Checklist]:
    """The checklist of each case by its id, in two queries; `cases` come with account and opportunity.

    `logged` spares one of them, where the caller has what `touches.load_logged` loads.
    """
    logged = touches.load_logged(cases) if logged is None else logged
    linkable = _with_open_opportunity(cases)
    return {
        case.pk: required_ten.read(
            case,
            has_activity=bool(logged[case.pk]),
            today=today,
            could_link=case.opportunity_id is not None or case.account_id in linkable,
        )
        for case in cases
    }


def _with_open_opportunity(cases: Iterable[Case]) -> Collection[int]:
    """Which accounts of cases without an opportunity have an open one that could be linked."""
    asked = {case.account_id for case in cases if case.opportunity_id is None and case.account_id is not None}
    if not asked:
        return ()
    found = Opportunity.objects.filter(account__in=asked).exclude(stage__in=CLOSED_STAGES)
    return set(found.values_list("account_id", flat=True))


def load_shares(owner_ids: Collection[int], *, today: date) -> Mapping[int, Share]:
    """The share of each owner over their cases in hand: three queries however many they are."""
    held = Case.objects.in_hand().filter(owner__in=owner_ids).select_related("account", "opportunity")
    cases = list(held.only(*_READ).order_by("id"))
    shares: defaultdict[int, Share] = defaultdict(Share)
    checklists = load_checklists(cases, today=today)
    for case in cases:
        shares[case.owner_id or 0] += share_of(checklists[case.pk])
    return shares


_READ = (
    "id playbook status owner contact next_steps next_steps_on picked_up_at closed_at resolution_action feedback"
    " account account__gitlab_admin opportunity opportunity__stage opportunity__close_on opportunity__risk"
).split()
