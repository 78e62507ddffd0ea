"""The business's numbers, one table a year: a slip of the keyboard in a data file shows here."""

from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest

from smbcases import playbook

BOTH: dict[str, Any] = {
    "fiscal_year_starts": "02-01",
    "segment.carr_below": Decimal(30000),
    "segment.employees_below": 101,
    "segment.not_countries": ("JP",),
    "tiers.one_above": Decimal(7000),
    "tiers.two_above": Decimal(1000),
    "tiers.lam_above": 10,
    "clocks.target_days": 7,
    "clocks.limit_days": 15,
    "clocks.answer_business_days": 1,
    "clocks.counts.pick_up": "calendar",
    "clocks.counts.limit": "calendar",
    "clocks.counts.answer": "working",
    "clean_up.summary.runs": True,
    "clean_up.ownership_sweep.runs": False,
    "capacity.places": 50,
    "capacity.free_case_types": ("high_value_account",),
    "closing.unresponsive_after_days": 15,
    "closing.high_value_only_action": "request_not_possible",
    "closing.feedback_when_none": "NA",
    "high_value.check_in_days": (90, 180, 270),
    "tags.advocate": "#advocate",
    "tags.language_barrier": "#languagebarrier",
}
FY26: dict[str, Any] = {
    "name": "FY26",
    "routing": "push",
    "segment.not_plans": (),
    "tiers.enforced": False,
    "clocks.pick_up_from": "assigned",
    "clocks.pick_up_hours": {"high": 24, "medium": 24, "low": 24},
    "clocks.no_limit": ("high_value_account", "renewal_will_fail", "po_required", "fo_opp", "fo_opp_startup"),
    "clocks.no_limit_when_deferred": True,
    "clocks.pauses.limit": ("closed",),
    "sticky": ("high_value_owner", "iqm"),
    "later.returns_to": "owner",
    "closing.feedback_required": True,
    "case_reasons": {},
    "high_value.nominations": 50,
    "renewals_team.starts_on": date(2025, 5, 5),
    "renewals_team.carr_below": Decimal(3000),
    "renewals_team.lam_below": 20,
    "renewals_team.keeps": ("autorenewal_turned_off", "overage_qsr_off", "renewal_will_fail"),
}
FY25: dict[str, Any] = {
    "name": "FY25",
    "routing": "pull",
    "segment.not_plans": ("ultimate",),
    "tiers.enforced": True,
    "clocks.pick_up_from": "queued",
    "clocks.pick_up_hours": {"high": 24, "medium": 48, "low": 168},
    "clocks.no_limit": ("high_value_account",),
    "clocks.no_limit_when_deferred": False,
    "clocks.pauses.limit": ("put_off", "closed"),
    "sticky": ("high_value_owner", "iqm", "open_case_owner"),
    "later.returns_to": "queue",
    "closing.feedback_required": False,
    "renewals_team.case_types": (),
}
ALL = [
    *(("fy25", entry, value) for entry, value in (BOTH | FY25).items()),
    *(("fy26", entry, value) for entry, value in (BOTH | FY26).items()),
]


@pytest.mark.parametrize(("key", "entry", "value"), ALL, ids=lambda part: str(part)[:40])
def test_the_numbers_are_the_business_s(key: str, entry: str, value: Any) -> None:
    assert attrgetter(entry)(playbook.get(key)) == value


def test_fy26_joins_emea_and_apj(fy26: playbook.Playbook) -> None:
    assert {key: territory.regions for key, territory in fy26.territories.items()} == {
        "amer": ("AMER",),
        "emea-apj": ("EMEA", "APJ"),
    }


def test_fy25_joins_amer_and_apj(fy25: playbook.Playbook) -> None:
    assert {key: territory.regions for key, territory in fy25.territories.items()} == {
        "amer-apj": ("AMER", "APJ"),
        "emea": ("EMEA",),
    }


@pytest.mark.parametrize(
    ("region", "territory"),
    [("EMEA", "emea-apj"), ("apj", "emea-apj"), ("AMER", "amer"), ("Mars", None), (None, None)],
)
def test_a_region_belongs_to_one_territory(
    fy26: playbook.Playbook, region: str | None, territory: str | None
) -> None:
    assert fy26.territory_of(region) == territory


def test_statuses_of_fy26(fy26: playbook.Playbook) -> None:
    assert {key: status.stage for key, status in fy26.statuses.items()} == {
        "open": "open",
        "attempting_contact": "in_progress",
        "blocked": "in_progress",
        "engaged": "in_progress",
        "resolved": "closed",
        "duplicate": "closed",
        "unresponsive": "closed",
    }


def test_statuses_of_fy25(fy25: playbook.Playbook) -> None:
    assert {key: status.stage for key, status in fy25.statuses.items()} == {
        "open": "open",
        "in_progress": "in_progress",
        "resolved": "closed",
        "duplicate": "closed",
        "unresponsive": "closed",
        "not_applicable": "closed",
    }


@pytest.mark.parametrize("key", ["fy25", "fy26"])
def test_moves_lead_from_open_over_work_to_closed_and_back(key: str) -> None:
    statuses = playbook.get(key).statuses
    stages = {name: {statuses[move].stage for move in status.moves} for name, status in statuses.items()}
    for name, status in statuses.items():
        expected = {"open": {"in_progress", "closed"}, "closed": {"open"}}.get(status.stage)
        assert expected is None or stages[name] == expected
        assert name not in status.moves
    assert "resolved" not in statuses["open"].moves, "a case is picked up before it can be resolved"
    assert "unresponsive" not in statuses["open"].moves


def test_required_ten_of_fy26(fy26: playbook.Playbook) -> None:
    assert [(item.when, item.key, item.with_opportunity) for item in fy26.required_ten] == [
        ("picking_up", "status", False),
        ("picking_up", "owner", False),
        ("picking_up", "contact", False),
        ("managing", "next_steps", False),
        ("managing", "gitlab_admin", True),
        ("managing", "related_opportunity", False),
        ("managing", "opportunity_close_date", True),
        ("managing", "renewal_risk", True),
        ("managing", "activity", False),
        ("closing", "resolution_action", False),
        ("closing", "opportunity_status", True),
        ("closing", "feedback", False),
    ]


def test_fy25_asks_neither_for_the_link_nor_for_feedback(
    fy25: playbook.Playbook, fy26: playbook.Playbook
) -> None:
    asked = {item.key for item in fy25.required_ten}
    assert {item.key for item in fy26.required_ten} - asked == {"related_opportunity", "feedback"}


@pytest.mark.parametrize("key", ["fy25", "fy26"])
def test_resolution_actions(key: str) -> None:
    assert list(playbook.get(key).closing.resolution_actions.values()) == [
        "Answered Question",
        "Recommended Resource",
        "Transferred To Support",
        "Growth Conversation",
        "Directed to Online Purchase",
        "Completed Sales Assisted Order",
        "Request Not Possible",
        "No Action Required",
        "Failed to Engage",
    ]


def test_fy25_has_twelve_case_reasons(fy25: playbook.Playbook) -> None:
    assert len(fy25.case_reasons) == 12
    assert "New High Engagement Account - Tier 1 Uptier" in fy25.case_reasons.values()


@pytest.mark.parametrize("key", ["fy25", "fy26"])
def test_cadence_and_form_subjects(key: str) -> None:
    found = playbook.get(key)
    assert [(touch.day, touch.kind) for touch in found.cadence] == [
        (1, "email"),
        (3, "call"),
        (5, "email"),
        (7, "email"),
    ]
    assert found.form_subjects == {
        "support": ("support_ticket",),
        "partner": ("partner_opp",),
        "sales": ("referral",),
        "community": ("fo_opp_startup",),
        "billing": ("ar_request",),
        "sdr": ("fo_opp", "sdr_created"),
    }


def test_priorities_rank_high_before_medium_before_low(fy26: playbook.Playbook) -> None:
    assert [fy26.priorities[name].rank for name in ("high", "medium", "low")] == [3, 2, 1]
    assert {key: category.priority for key, category in fy26.categories.items()} == {
        "inbound": "high",
        "churn": "medium",
        "expansion": "medium",
        "urgent_renewal": "medium",
        "high_value": "low",
    }


@pytest.mark.parametrize("said", ["contact", "waiting on billing"])
def test_next_steps_that_say_nothing_are_known(fy26: playbook.Playbook, said: str) -> None:
    assert said in fy26.next_steps.contentless
    assert all(words == words.lower() for words in fy26.next_steps.contentless)
