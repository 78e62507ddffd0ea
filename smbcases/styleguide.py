"""Every component in all its states, on one page: to look at, and for the tests that look for us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import access
from accounts.access import Act
from accounts.models import Account
from cases import clocks
from cases.dashboards.blocks import Cell, Column, Money, Share, Table
from cases.models import Case, Priority
from smbcases import playbook


class SampleForm(forms.Form):
    """One control of each kind."""

    what = forms.CharField(label="Next step", help_text="What will be done, and for whom.")
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    status = forms.ChoiceField(label="Status", choices=[("engaged", "Engaged"), ("blocked", "Blocked")])
    feedback = forms.CharField(label="Feedback", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    need_met = forms.BooleanField(label="The customer has what they asked for", required=False)


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    url: str
    count: int | None = None
    current: bool = False


TABS = [
    Tab(name="To pick up", url="#to-pick-up", count=4),
    Tab(name="In hand", url="#in-hand", count=37, current=True),
    Tab(name="Closed", url="#closed", count=1000),
    Tab(name="Without a count", url="#none"),
]
LONG_NAME = "The Very Long Name of a Customer That Was Merged Out of Several Others " * 3


@access.page(Act.SEE_COMPONENTS)
def styleguide(request: access.SignedInRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "cases": sample_cases(now=now),
        "form": SampleForm(initial={"what": "Send the quote for 25 seats"}),
        "wrong_form": SampleForm(data={"what": "", "on": "yesterday", "status": "engaged"}),
        "tabs": TABS,
        "tables": sample_tables(),
        "moments": [now - timedelta(minutes=3), now - timedelta(hours=7), now - timedelta(days=9), None],
        "amounts": [Decimal(11900), Decimal("0.50"), Decimal(-1200), None],
        "loads": [0, 37, 46, 50],
        "tones": ["info", "done", "soon", "late"],
        "badge_tones": ["info", "trying", "soon", "done", "late", "plain"],
        "long_name": LONG_NAME,
    }
    return render(request, "styleguide.html", context)


def sample_tables() -> list[Table]:
    """A dashboard's table in each of its states: as a line, stacked, long bars, with one row, with none."""
    weeks = ("2 Nov", "9 Nov", "16 Nov")
    counts = (Column("week", "From", "text"), Column("opened", "Opened"), Column("closed", "Closed"))
    kept = (
        Column("who", "Advocate", "text"),
        Column("open", "Open"),
        Column("resolved", "Resolved"),
        Column("kept", "In time", "share", drawn=False),
        Column("took", "Time to close", "days", drawn=False),
        Column("won", "Won", "money", drawn=False),
    )
    maya = (Cell("Maya Stone"), Cell(12, "#maya"), Cell(7), Cell(Share(5, 6)), Cell(timedelta(2.4), of=7))
    theo = (
        Cell("Theo Brandt", hint="not at a desk now"),
        Cell(0),
        Cell(31, "#theo", "late"),
        Cell(Share(0, 0)),
    )
    euros = Cell(Money((("EUR", Decimal(1200)), ("USD", Decimal(300)))), of=2)
    both = ((*maya, euros), (*theo, Cell(None), Cell(Money())))
    lines = tuple(
        (Cell(week), Cell(40 + 9 * at, "#week"), Cell(52 - 7 * at)) for at, week in enumerate(weeks)
    )
    long = tuple((Cell(f"{LONG_NAME[:60]} {at}"), Cell(at), Cell(3)) for at in range(3))
    return [
        Table(key="sample-line", name="A line over time", columns=counts, rows=lines, chart="line"),
        Table(
            key="sample-stacked", name="Stacked bars", columns=kept, rows=both, total=both[0], chart="stacked"
        ),
        Table(key="sample-long", name="Bars with long names", columns=counts, rows=long, chart="bar"),
        Table(
            key="sample-one", name="One point", columns=counts, rows=lines[:1], chart="line", note="Why so."
        ),
        Table(key="sample-none", name="Nothing", columns=counts, rows=(), empty="Nothing was opened."),
    ]


def sample_cases(*, now: datetime) -> list[Case]:
    """Unsaved cases, one for each thing that a badge can say."""
    today = now.date()

    def hours(number: int) -> datetime:
        return now - timedelta(hours=number)

    def days(number: int) -> datetime:
        return now - timedelta(days=number)

    facts: list[dict[str, object]] = [
        {"owner_id": None, "queued_at": hours(3)},
        {"assigned_at": hours(2)},
        {"assigned_at": hours(21), "priority": Priority.HIGH},
        {"assigned_at": hours(30)},
        _worked(days(3), on=today, status="attempting_contact"),
        _worked(days(6), on=today + timedelta(days=3), status="engaged"),
        _worked(days(11), on=today - timedelta(days=2), status="blocked"),
        _worked(days(2), on=None, status="engaged"),
        _worked(days(9), on=None, status="engaged"),
        _worked(days(14), on=today + timedelta(days=9), status="engaged"),
        _worked(days(17), on=today + timedelta(days=9), status="attempting_contact"),
        _worked(days(40), on=None, status="engaged") | {"case_type": "po_required"},
        {"assigned_at": days(5), "deferred_until": today + timedelta(days=180), "put_off": True},
        _worked(days(8), on=today, status="resolved") | {"closed_at": hours(1)},
    ]
    return [_sample(now, **fact) for fact in facts]


def _worked(opened: datetime, *, on: date | None, status: str) -> dict[str, object]:
    return {
        "opened_at": opened,
        "assigned_at": opened,
        "picked_up_at": opened,
        "next_steps_on": on,
        "status": status,
    }


def _sample(now: datetime, **facts: object) -> Case:
    given = {
        "id": 10471,
        "playbook": playbook.active().key,
        "territory": next(iter(playbook.active().territories)),
        "case_type": "duo_trial_started",
        "category": "expansion",
        "subject": "Duo Trial Started",
        "account": Account(name="Northpeak Robotics GmbH"),
        "status": "open",
        "priority": Priority.MEDIUM,
        "opened_at": facts.get("assigned_at") or now,
        "queued_at": now,
        "owner_id": 1,
    }
    given |= facts
    if given["status"] not in playbook.active().statuses:  # another year's playbook names fewer
        given["status"] = "in_progress"
    case = Case(**given)
    for name, value in clocks.read(case).columns().items():
        setattr(case, name, value)
    return case
