"""What must hold of every case after whatever was done: said anew here, not asked of the code that is under test."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cases.models import Case, History, Question
from tests.cases import clock_sums

ACTIONS = frozenset(
    "answered_question recommended_resource transferred_to_support growth_conversation"
    " directed_to_online_purchase completed_sales_assisted_order request_not_possible no_action_required"
    " failed_to_engage".split()
)
CLOSED_STAGES = {"closed_won", "closed_lost"}


def broken_rules(case: Case, rows: Sequence[History]) -> list[str]:
    """Which closing rules a closed case breaks; `rows` is its history, oldest first."""
    said = next(row for row in reversed(rows) if row.verb == "closed")
    lead, deal, broken = case.lead, case.opportunity, []
    dealt_with = lead is not None and lead.status == "disqualified"
    checks: dict[str, bool] = {
        "a resolution action": case.resolution_action in ACTIONS,
        "the time": case.closed_at == said.at,
        "feedback": case.playbook == "fy25" or bool(case.feedback.strip()),
        "not put off": case.deferred_until is None,
        "High Value stays": case.case_type != "high_value_account"
        or (case.resolution_action == "request_not_possible" and bool(said.data.get("will_churn")))
        or said.at >= _next_february(case.opened_at),
        "who asked was not forgotten": _open_questions(rows, until=said) == said.data.get("left_open", 0),
        "who churns loses": not said.data.get("will_churn") or deal is None or deal.stage in CLOSED_STAGES,
    }
    if case.status == "resolved":
        checks |= {
            "a contact": case.contact_id is not None or dealt_with,
            "the lead": lead is None or lead.status == "converted" or dealt_with,
            "no future step": case.next_steps_on is None or case.next_steps_on <= said.at.date(),
            "its opportunity": deal is None or deal.stage in CLOSED_STAGES,
            "the need": case.category != "inbound" or bool(said.data.get("need_met")),
        }
    if case.status == "duplicate":
        is_theirs = bool(said.data.get("mid_market")) and case.case_type == "fo_opp"
        checks["the original"] = case.duplicate_of_id is not None or is_theirs
        checks["no ring"] = case.pk not in _originals(case)
    if case.status == "unresponsive":
        tried = _tried(rows, until=said)
        checks["days of trying"] = len(tried) >= 2 and said.at - tried[0] >= timedelta(days=15)
    broken += [name for name, holds in checks.items() if not holds]
    return broken


def _open_questions(rows: Sequence[History], *, until: History) -> int:
    """How many questions nobody had answered when the case was closed."""
    before = rows[: rows.index(until)]
    answered = {row.data["question"] for row in before if row.verb == "answered"}
    return len({row.data["question"] for row in before if row.verb == "asked"} - answered)


def _next_february(opened_at: datetime) -> datetime:
    """When the fiscal year that the case was opened in is over."""
    year = opened_at.year + (opened_at.month >= 2)
    return datetime(year, 2, 1, tzinfo=UTC)


def _originals(case: Case) -> set[int]:
    found: set[int] = set()
    original = case.duplicate_of
    while original is not None and original.pk not in found:
        found.add(original.pk)
        original = original.duplicate_of
    return found


def _tried(rows: Sequence[History], *, until: History) -> list[datetime]:
    """When somebody tried since the case was last picked up anew and since the last answer."""
    before = rows[: rows.index(until)]
    since, lost = _picked_up_at(before), _lost(before)
    tried: list[datetime] = []
    for row in before:
        is_mail = row.verb == "mailed" and row.data["kind"] == "email" and row.data["subject"] not in lost
        if since is not None and row.at >= since and (row.verb == "logged" or is_mail):
            tried = [] if row.data["inbound"] else [*tried, row.at]
    return tried


def _picked_up_at(rows: Sequence[History]) -> datetime | None:
    """Since when the case is worked; put off, it is begun anew."""
    since: datetime | None = None
    is_put_off = False
    for row in rows:
        match row.verb:
            case "picked_up" | "status" | "closed":
                since, is_put_off = (row.at if since is None or is_put_off else since), False
            case "deferred":
                is_put_off = True
            case "reopened" | "woke":
                since, is_put_off = None, False
            case "undone":
                back = row.data["back_to"]
                since = _moment(back["picked_up_at"]) if "picked_up_at" in back else since
                is_put_off = bool(back["deferred_until"]) if "deferred_until" in back else is_put_off
    return since


def _lost(rows: Sequence[History]) -> set[str]:
    """The subjects of the mails that did not go out, and were not sent again."""
    kinds = {row.data["subject"]: row.data["kind"] for row in rows if row.verb == "mailed"}
    return {subject for subject, kind in kinds.items() if kind == "failed"}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def replay(case: Case, rows: Sequence[History]) -> dict[str, Any]:
    """What the history alone says the case is like now."""
    now: dict[str, Any] = {
        "status": "open",
        "owner_id": None,
        "closed_at": None,
        "deferred_until": None,
        "next_steps": "",
        "next_steps_on": None,
    }
    for row in rows:
        now |= _after(row, case, before=now)
    return now


def _after(  # noqa: PLR0911  one line a verb
    row: History, case: Case, *, before: dict[str, Any]
) -> dict[str, Any]:
    match row.verb:
        case "assigned" | "taken" | "handed_over":
            return {"owner_id": row.data["to_id"]}
        case "picked_up" | "status":
            assert row.data["from"] == before["status"]
            return {"status": row.data["to"], "deferred_until": None}
        case "next_steps":
            return {"next_steps": row.text, "next_steps_on": date.fromisoformat(row.data["on"])}
        case "deferred":
            return {"status": "open", "deferred_until": date.fromisoformat(row.data["until"])}
        case "woke":
            stays = case.playbook == "fy26" and not case.takes_place
            return {"deferred_until": None, "owner_id": before["owner_id"] if stays else None}
        case "closed":
            assert row.data["from"] == before["status"]
            return {"status": row.data["to"], "closed_at": row.at, "deferred_until": None}
        case "reopened":
            return {"status": "open", "closed_at": None, "owner_id": None}
        case "undone":
            return {
                name: _as_column(name, value) for name, value in row.data["back_to"].items() if name in before
            }
    return {}


def _as_column(name: str, value: Any) -> Any:
    """As JSON has it, for these columns."""
    if name == "closed_at":
        return _moment(value)
    return date.fromisoformat(value) if value and name in {"deferred_until", "next_steps_on"} else value


def present(case: Case) -> dict[str, Any]:
    names = "status owner_id closed_at deferred_until next_steps next_steps_on".split()
    return {name: getattr(case, name) for name in names}


def holds_place(case: Case) -> bool:
    is_worked = case.owner_id is not None and case.closed_at is None and case.deferred_until is None
    return is_worked and case.case_type != "high_value_account"


def check(case: Case, rows: Sequence[History]) -> None:
    """Raise AssertionError with what does not hold of `case`."""
    if case.closed_at is not None:
        assert broken_rules(case, rows) == []
    assert replay(case, rows) == present(case)
    assert case.holds_place == holds_place(case)
    assert {row.version for row in rows} == set(range(1, case.version + 1)), "one version a write"
    clock_sums.check(case)
    assert case.status in case.rules.statuses
    assert (case.stage == "closed") == (case.closed_at is not None)


def check_stops(cases: Sequence[Case]) -> None:
    """High Value is stopped on an account as long as a case that was closed so stays closed, and no longer."""
    stopping = {
        case.account_id
        for case in cases
        if case.case_type == "high_value_account"
        and case.closed_at is not None
        and case.resolution_action == "request_not_possible"
    }
    for case in cases:
        if case.account is not None:
            assert case.account.high_value_stopped == (case.account_id in stopping), case.account.name


def check_questions(cases: Sequence[Case], questions: Iterable[Question]) -> None:
    """A case says by when the first open question is to be answered; what was left open at its closing rests."""
    asked: dict[int, list[Question]] = defaultdict(list)
    for question in questions:
        if question.answered_at is None:
            asked[question.case_id].append(question)
    for case in cases:
        due = [
            one.due_at for one in asked[case.pk] if case.closed_at is None or one.asked_at > case.closed_at
        ]
        assert case.answer_by == min(due, default=None), case.number


def loads(cases: Sequence[Case]) -> Counter[int]:
    return Counter(case.owner_id for case in cases if case.owner_id and holds_place(case))
