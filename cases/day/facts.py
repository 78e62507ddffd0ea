"""What the list is decided from: what is known of cases, tasks and plans, without the database. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Question:
    id: int
    by: str
    text: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The customer's last mail, where nobody has written, called or planned anything since."""

    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Touch:
    """The next touch of the cadence: `day` of it, by `kind`."""

    kind: str
    day: int
    on: date


@dataclass(frozen=True, kw_only=True)
class OnCase:
    """An open case of theirs. `step_by` is the instant until which its next step is on time; `put_off`: it was put off
    once."""

    id: int
    version: int
    number: str
    type_name: str
    whom: str
    priority: int
    opened_at: datetime
    picked_up: bool
    put_off: bool
    back_on: date | None = None
    pick_up_by: datetime | None = None
    step: str = ""
    step_on: date | None = None
    step_by: datetime | None = None
    target_at: datetime | None = None
    limit_at: datetime | None = None
    touch: Touch | None = None
    mail: Mail | None = None
    questions: tuple[Question, ...] = ()
    account_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Todo:
    """A task of their own."""

    id: int
    what: str
    on: date
    remind_at: datetime | None = None
    case_id: int | None = None
    number: str = ""
    whom: str = ""


@dataclass(frozen=True, kw_only=True)
class Touchpoint:
    """A talk planned with a High Value Account. `is_task`: its day came, and a task was made of it."""

    account_id: int
    whom: str
    what: str
    on: date
    is_task: bool
    case_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class LateMail:
    """A mail that came to a closed case of theirs, and that nobody has done anything about."""

    id: int
    case_id: int
    number: str
    whom: str
    mail: Mail


@dataclass(frozen=True, kw_only=True)
class Facts:
    cases: tuple[OnCase, ...] = ()
    late_mails: tuple[LateMail, ...] = ()
    todos: tuple[Todo, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
