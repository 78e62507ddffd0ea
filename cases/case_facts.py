"""Everything that a case's page shows, loaded in a fixed number of queries and put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import Person, Subscription
from accounts.models.book import CLOSED_STAGES
from cases import access, cadence, required_ten, subscriptions, telling, touches
from cases import moves as open_moves
from cases.models import Case
from cases.telling import Told
from smbcases.playbook import Category, Status

HISTORY_ROWS = 20
ALSO_OPEN_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Move:
    """A status that the playbook allows from here."""

    key: str
    name: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of the Required 10 as it is shown; `fix_url` leads to where it is put right."""

    name: str
    done: bool
    due: bool
    hint: str
    at_closing: bool = False
    fix_url: str = ""
    fix_word: str = ""
    in_dialog: bool = False


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of the history, newest first; `older_than` is where the next one begins, None at the end."""

    rows: tuple[Told, ...]
    older_than: int | None


@dataclass(frozen=True, kw_only=True)
class May:
    """What the reader may do with the case."""

    work: bool
    hand_over: bool
    pick_up: bool
    close: bool
    reopen: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A case with its page's worth of facts. `age` is its day, counted from 1."""

    case: Case
    type_name: str
    heading: str
    who_works_it: str
    resolution: str
    endings: tuple[str, ...]
    status: Status
    category: Category
    age: int
    limit: int | None
    is_stale: bool
    may: May
    moves: tuple[Move, ...]
    checks: tuple[Check, ...]
    checks_done: int
    cadence: tuple[cadence.Step, ...]
    history: Stretch
    also_open: tuple[Case, ...]
    also_open_more: bool
    subscription: Subscription | None


def load(case: Case, *, person: Person, now: datetime, older_than: int | None = None) -> Facts:
    """The facts of `case` for `person`. `older_than`: show the history before this row."""
    rules = case.rules
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    logged = touches.load_logged([case])[case.pk]
    may = what_may(person, case)
    also_open = _load_also_open(case, person)
    checks = _checks(case, logged, today=today, may=may)
    limit = rules.clocks.limit_days if case.limit_at else None
    return Facts(
        case=case,
        type_name=telling.case_type_name(case),
        heading=_heading(case),
        who_works_it=_who_works_it(case),
        resolution=rules.closing.resolution_actions.get(case.resolution_action, ""),
        endings=endings(case, by=person),
        status=rules.statuses[case.status],
        category=rules.categories[case.category],
        age=((case.closed_at or now) - case.opened_at).days + 1,
        limit=limit,
        is_stale=case.is_stale(now=now),
        may=may,
        moves=moves(case, by=person) if case.owner_id else (),
        checks=checks,
        checks_done=sum(check.done for check in checks),
        cadence=touches.read(case, logged, today=today),
        history=load_history(case, older_than=older_than),
        also_open=also_open[:ALSO_OPEN_ROWS],
        also_open_more=len(also_open) > ALSO_OPEN_ROWS,
        subscription=subscriptions.of_case(case, today=today),
    )


def _heading(case: Case) -> str:
    """PO Required · Northpeak Robotics GmbH; without an account its subject says more."""
    return f"{telling.case_type_name(case)} · {case.account.name if case.account else case.subject}"


def _who_works_it(case: Case) -> str:
    if not case.is_open:
        return "It is closed. You can read it, and comment on it."
    if case.owner is not None:
        return f"{case.owner.name} works this case. You can read it, and comment on it."
    return "Nobody has this case yet. You can read it, and comment on it."


def endings(case: Case, *, by: Person | None = None) -> tuple[str, ...]:
    """The closed statuses that the playbook allows from where the case is; of `by` alone where it is given."""
    statuses = case.rules.statuses
    reached = open_moves.open_to(by, case) if by else tuple(statuses[case.status].moves)
    return tuple(key for key in reached if statuses[key].stage == "closed")


def what_may(person: Person, case: Case) -> May:
    work = access.may_work(person, case)
    in_hand = case.is_open and case.owner_id is not None
    picked_up = case.stage == "in_progress"
    return May(
        work=work and case.is_open,
        hand_over=case.is_open and access.may_hand_over(person, case),
        pick_up=in_hand and case.owner_id == person.pk and not picked_up,
        close=in_hand and bool(endings(case, by=person)),
        reopen=not case.is_open and "open" in open_moves.open_to(person, case),
    )


def moves(case: Case, *, by: Person) -> tuple[Move, ...]:
    """The working statuses to which the playbook lets `by` move the case; closing has a dialog of its own."""
    statuses = case.rules.statuses
    return tuple(
        Move(key=key, name=statuses[key].short, hint=statuses[key].hint)
        for key in open_moves.open_to(by, case)
        if statuses[key].stage == "in_progress"
    )


def load_history(case: Case, *, older_than: int | None = None) -> Stretch:
    """The newest rows of the history, or the newest of those before `older_than`."""
    rows = (
        case.history.select_related("person", "mail", "received_mail")
        .defer("received_mail__html")
        .order_by("-id")
    )
    if older_than is not None:
        rows = rows.filter(id__lt=older_than)
    found = list(rows[: HISTORY_ROWS + 1])
    shown = found[:HISTORY_ROWS]
    return Stretch(
        rows=tuple(telling.tell(row, case=case) for row in shown),
        older_than=shown[-1].pk if len(found) > HISTORY_ROWS else None,
    )


def _load_also_open(case: Case, person: Person) -> tuple[Case, ...]:
    """Other open cases of the account that `person` may see, the ones due first in front."""
    if case.account_id is None:
        return ()
    others = access.visible(person).open().filter(account=case.account_id)
    others = others.exclude(pk=case.pk).select_related("owner")
    return tuple(others.order_by("due_at", "id")[: ALSO_OPEN_ROWS + 1])


def _checks(case: Case, logged: Sequence[cadence.Logged], *, today: date, may: May) -> tuple[Check, ...]:
    checklist = required_ten.read(
        case,
        has_activity=bool(logged),
        today=today,
        could_link=_could_link(case),
    )
    return tuple(_check(line, case, may=may) for line in checklist.asked)


def _could_link(case: Case) -> bool:
    """Whether the account has an open opportunity that could be linked."""
    if case.opportunity_id is not None or case.account is None:
        return case.opportunity_id is not None
    return case.account.opportunities.exclude(stage__in=CLOSED_STAGES).exists()


def _check(line: required_ten.Line, case: Case, *, may: May) -> Check:
    wanted = may.work and not line.done and line.item.when != "closing"
    if line.item.key == "status":
        wanted = may.pick_up
    elif line.item.key in _OF_AN_ACCOUNT:
        wanted = wanted and case.account_id is not None
    fix = _FIXES.get(line.item.key) if wanted else None
    word, url_name = fix or ("", "")
    url, in_dialog = _fix_url(url_name, case)
    return Check(
        name=_named(line, case),
        done=line.done,
        due=line.due,
        hint=line.item.fix,
        at_closing=line.item.when == "closing",
        fix_url=url,
        fix_word=word if url else "",
        in_dialog=in_dialog,
    )


def _named(line: required_ten.Line, case: Case) -> str:
    if line.item.key == "contact" and case.contact is not None:
        return f"{line.item.name}: {case.contact.name}"
    return line.item.name


_OF_AN_ACCOUNT = frozenset({"contact", "activity", "related_opportunity"})
_FIXES = {
    "status": ("pick up", "#act-pick-up"),
    "contact": ("choose", "case_contact"),
    "next_steps": ("write", "#next-step"),
    "gitlab_admin": ("choose", "case_gitlab_admin"),
    "related_opportunity": ("link", "case_opportunity"),
    "opportunity_close_date": ("set", "case_opportunity_close_date"),
    "renewal_risk": ("choose", "case_renewal_risk"),
    "activity": ("log", "case_touch"),
}


def _fix_url(name: str, case: Case) -> tuple[str, bool]:
    """Where the line is put right, and whether that is a dialog of this page."""
    if not name or name.startswith("#"):
        return name, False
    if name == "account":
        url = reverse("account", args=[case.account_id]) if case.account_id else ""
        return url, False
    return reverse(name, args=[case.pk]), True
