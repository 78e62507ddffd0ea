"""The lines of a room: what is untidy, why, and the forms that put it in order, which lead back to the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Person
from accounts.ownership import strays
from accounts.ownership.strays import Stray
from cases import access, compliance, next_steps, telling
from cases.dashboards.blocks import Tone
from cases.models import Case, Task
from cases.models.case import Cases
from cases.required_ten import Checklist
from cases.room import narrowing
from cases.room.kinds import WORDS, Kind, Words
from cases.room.narrowing import OF_ITS_OWN, When

MOST = 25
_READ = (
    "id playbook case_type category subject status territory owner owner__manager next_steps next_steps_on"
    " deferred_until picked_up_at opened_at closed_at target_at limit_at contact resolution_action feedback account"
    " account__name account__gitlab_admin opportunity opportunity__name opportunity__stage opportunity__close_on"
    " opportunity__risk"
).split()


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A form that puts it in order."""

    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """`why` in words, from when on (`at`, if there is a moment). `fixes` are empty for who may only look."""

    key: str
    what: str
    url: str
    whom: str
    number: str
    why: str
    tone: Tone
    at: datetime | date | None = None
    fixes: tuple[Fix, ...] = ()
    task_id: int | None = None
    gives: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of a room: how many there are, the first of them, and where all are listed."""

    kind: Kind
    count: int
    lines: tuple[Line, ...]
    all_url: str = ""

    @property
    def words(self) -> Words:
        return WORDS[self.kind]


def load_of_cases(cases: Cases, kind: Kind, *, when: When, reader: Person, back: str) -> tuple[Line, ...]:
    """The first of this kind, longest waiting first."""
    found = narrowing.narrow(cases, kind, when=when).select_related("account", "opportunity", "owner")
    rows = list(found.only(*_READ).order_by(*_ORDERS[kind])[:MOST])
    checklists = compliance.load_checklists(rows, today=when.today) if kind is Kind.REQUIRED else {}
    return tuple(
        _line(case, kind, when=when, checklist=checklists.get(case.pk), reader=reader, back=back)
        for case in rows
    )


_ORDERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.STALE: ("limit_at", "id"),
    Kind.TARGET: ("target_at", "id"),
    Kind.STEP: ("next_steps_on", "id"),
    Kind.CLOSE_DATE: ("opportunity__close_on", "id"),
    Kind.REQUIRED: ("picked_up_at", "id"),
    Kind.LATER: ("deferred_until", "id"),
}


def _line(
    case: Case, kind: Kind, *, when: When, checklist: Checklist | None, reader: Person, back: str
) -> Line:
    missing = lacking(checklist) if checklist else ()
    why, at = _why(case, kind, missing=[name for _, name in missing], when=when)
    may_fix = access.may_work(reader, case)
    pages = [_FIXES_OF_LINE[key] for key, _ in missing if key in _FIXES_OF_LINE] or _FIXES.get(kind, [])
    return Line(
        key=f"{kind}-{case.pk}",
        what=telling.case_type_name(case),
        url=reverse("case", args=[case.pk]),
        whom=case.account.name if case.account else case.subject,
        number=case.number,
        why=why,
        at=at,
        tone=WORDS[kind].tone,
        fixes=tuple(_fix(page, words, case, back=back) for page, words in pages) if may_fix else (),
    )


def lacking(checklist: Checklist) -> tuple[tuple[str, str], ...]:
    """Key and name of what is due and missing, but for what is a kind by itself."""
    return tuple(
        (line.item.key, line.item.name) for line in checklist.missing if line.item.key not in OF_ITS_OWN
    )


def _why(case: Case, kind: Kind, *, missing: Sequence[str], when: When) -> tuple[str, datetime | date | None]:
    if kind is Kind.REQUIRED:
        return ", ".join(missing), None
    return _WHY[kind](case, when)


def _stale(case: Case, when: When) -> tuple[str, datetime | None]:
    days = (when.now - case.limit_at).days if case.limit_at else 0
    return f"Stale for {days} d" if days else "Stale since today", case.limit_at


def _past_target(case: Case, when: When) -> tuple[str, datetime | None]:
    return _ago("Target passed", case.target_at, now=when.now), case.target_at


def _step(case: Case, _when: When) -> tuple[str, date | None]:
    words = next_steps.strip(case.next_steps)
    return f"{words}, for {_day(case.next_steps_on)}", case.next_steps_on


def _close_date(case: Case, _when: When) -> tuple[str, date | None]:
    deal = case.opportunity
    return (f"{deal.name}, {_day(deal.close_on)}", deal.close_on) if deal else ("", None)


def _later(case: Case, _when: When) -> tuple[str, date | None]:
    return f"Put off until {_day(case.deferred_until)}", case.deferred_until


_WHY: Mapping[Kind, Callable[[Case, When], tuple[str, datetime | date | None]]] = {
    Kind.STALE: _stale,
    Kind.TARGET: _past_target,
    Kind.STEP: _step,
    Kind.CLOSE_DATE: _close_date,
    Kind.LATER: _later,
}


def _ago(what: str, at: datetime | None, *, now: datetime) -> str:
    days = (now - at).days if at else 0
    return f"{what} {days} d ago" if days else f"{what} today"


def _day(day: date | None) -> str:
    return f"{day:%-d %b %Y}" if day else "no day"


_STEP_FIX = ("case_next_steps", "Next step…")
_CLOSE_FIX = ("case_close", "Close…")
_FIXES: Mapping[Kind, list[tuple[str, str]]] = {
    Kind.STALE: [_CLOSE_FIX, _STEP_FIX, ("case_later", "Later…")],
    Kind.TARGET: [_CLOSE_FIX, _STEP_FIX],
    Kind.STEP: [_STEP_FIX, _CLOSE_FIX],
    Kind.CLOSE_DATE: [
        ("case_opportunity_close_date", "Close date…"),
        ("case_opportunity_won", "Won…"),
        ("case_opportunity_lost", "Lost…"),
    ],
    Kind.LATER: [("case_later", "Later…"), _CLOSE_FIX],
}
_FIXES_OF_LINE = {
    "status": ("case_status", "Status…"),
    "contact": ("case_contact", "Contact…"),
    "next_steps": _STEP_FIX,
    "gitlab_admin": ("case_gitlab_admin", "GitLab admin…"),
    "related_opportunity": ("case_opportunity", "Opportunity…"),
    "renewal_risk": ("case_renewal_risk", "Risk…"),
    "activity": ("case_touch", "Log a touch…"),
}


def _fix(page: str, words: str, case: Case, *, back: str) -> Fix:
    return Fix(words=words, url=f"{reverse(page, args=[case.pk])}?{urlencode({'back': back})}")


def load_of_book(owner_id: int, kind: Kind, *, may_give: bool) -> tuple[Line, ...]:
    """The first that stand in the person's name."""
    of = strays.Kind.ACCOUNT if kind is Kind.ACCOUNTS else strays.Kind.OPPORTUNITY
    users = strays.sales_users()
    return tuple(
        _of_book(stray, kind, takes=stray.region in users, may_give=may_give)
        for stray in strays.load_first([owner_id], kind=of, most=MOST)
    )


def _of_book(stray: Stray, kind: Kind, *, takes: bool, may_give: bool) -> Line:
    why = f"In {stray.region}" if takes else strays.why_not(stray)
    return Line(
        key=f"{kind}-{stray.id}",
        what=stray.name,
        url=reverse("account", args=[stray.account_id]),
        whom=stray.account_name if kind is Kind.OPPORTUNITIES else "",
        number="",
        why=why,
        tone="" if takes else "soon",
        gives=(str(kind), stray.id) if takes and may_give else None,
    )


def load_tasks(person: Person, *, when: When) -> tuple[Line, ...]:
    """The reader's own tasks whose day is over, oldest first."""
    overdue = Task.objects.open().filter(person=person, due_on__lt=when.today)
    return tuple(map(_of_task, overdue.select_related("case", "account").order_by("due_on", "id")[:MOST]))


def _of_task(task: Task) -> Line:
    return Line(
        key=f"task-{task.pk}",
        what=task.what,
        url=reverse("task", args=[task.pk]),
        whom=task.account.name if task.account else "",
        number=task.case.number if task.case else "",
        why=f"For {_day(task.due_on)}",
        at=task.due_on,
        tone="soon",
        task_id=task.pk,
    )
