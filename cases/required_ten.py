"""The Required 10: what a case must have when it is picked up, worked and closed, as a live checklist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from cases.models import Case
from smbcases.playbook import Item


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the checklist; `applies` is false where it asks for an opportunity and there is none."""

    item: Item
    done: bool
    applies: bool
    due: bool


@dataclass(frozen=True, kw_only=True)
class Checklist:
    lines: tuple[Line, ...]

    @property
    def asked(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.applies)

    @property
    def done(self) -> int:
        return sum(line.done for line in self.asked)

    @property
    def missing(self) -> tuple[Line, ...]:
        """What should be there by now and is not."""
        return tuple(line for line in self.asked if line.due and not line.done)


def read(case: Case, *, has_activity: bool, today: date, could_link: bool = True) -> Checklist:
    """The checklist of `case` by its playbook. `has_activity`: a touch was logged since it was picked up;
    `could_link`: its account has an open opportunity, so that none linked means one is missing."""
    tests = _tests(case, has_activity=has_activity, today=today, could_link=could_link)
    due = {
        "picking_up": case.picked_up_at is not None,
        "managing": case.picked_up_at is not None,
    }
    return Checklist(
        lines=tuple(
            Line(
                item=item,
                done=tests[item.key](),
                applies=not item.with_opportunity or case.opportunity_id is not None,
                due=due.get(item.when, not case.is_open),
            )
            for item in case.rules.required_ten
        )
    )


def _tests(
    case: Case, *, has_activity: bool, today: date, could_link: bool
) -> Mapping[str, Callable[[], bool]]:
    opportunity, account = case.opportunity, case.account
    return {
        "status": lambda: case.stage != "open",
        "owner": lambda: case.owner_id is not None,
        "contact": lambda: case.contact_id is not None,
        "next_steps": lambda: bool(case.next_steps and case.next_steps_on),
        "gitlab_admin": lambda: account is not None and account.gitlab_admin_id is not None,
        "related_opportunity": lambda: opportunity is not None or not could_link,
        "opportunity_close_date": lambda: bool(
            opportunity
            and opportunity.close_on
            and (opportunity.close_on >= today or not opportunity.is_open)
        ),
        "renewal_risk": lambda: bool(opportunity and opportunity.risk),
        "activity": lambda: has_activity,
        "resolution_action": lambda: bool(case.resolution_action),
        "opportunity_status": lambda: bool(
            opportunity and opportunity.is_open == case.is_open and not case.is_open
        ),
        "feedback": lambda: bool(case.feedback.strip()),
    }
