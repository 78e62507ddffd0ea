"""What the history says, in sentences: for the case's page, its API, and for who comes with a stale page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models.book import ActivityKind
from cases.models import Case, DueKind, EscalationKind, History, Mail, Origin, ReceivedMail, Verb
from cases.models.history import Actor
from cases.talk import mentions
from smbcases import playbook

_ICONS = {
    "gear": "cog-6-tooth",
    "clock": "clock",
    "note": "chat-bubble-left",
    "closed": "check",
    "email": "envelope",
    "call": "phone",
    "meeting": "user-group",
    "linkedin": "chat-bubble-oval-left",
    "iqm": "user-group",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One row of the history: **who** did it **what**, and below it the words that somebody wrote.

    `icon` names a picture; `initials` stand in its place where a person acted. `quote` is `text` as it is read, with
    the names of the `people` that it refers to.
    """

    at: datetime
    who: str
    did: str
    what: str = ""
    quote: str = ""
    icon: str = "person"
    initials: str = ""
    verb: str = ""
    text: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    mail: Mail | None = None
    received: ReceivedMail | None = None

    @property
    def face_initials(self) -> str:
        return self.initials if self.icon == "person" else ""

    @property
    def face_icon(self) -> str:
        return "" if self.face_initials else _ICONS.get(self.icon, "user")

    @property
    def is_gift(self) -> bool:
        """Whether the case was given to somebody here, so that there is a reason to look up."""
        return self.verb in {Verb.ASSIGNED, Verb.HANDED_OVER, Verb.TAKEN}

    @property
    def sentence(self) -> str:
        """Maya Stone moved it to In Progress: Engaged."""
        return f"{' '.join(part for part in (self.who, self.did, self.what) if part)}."


@dataclass(frozen=True, kw_only=True)
class _Row:
    history: History
    case: Case

    def get(self, key: str) -> str:
        return str(self.history.data.get(key) or "")


@dataclass(frozen=True, kw_only=True)
class _Words:
    did: str
    what: str = ""
    icon: str = "person"
    quote: str | None = None


def tell(row: History, *, case: Case) -> Told:
    """The row as a sentence, in the words of the playbook that the case was opened under."""
    words = _TELLERS[Verb(row.verb)](_Row(history=row, case=case))
    people: Mapping[str, str] = row.data.get("people") or {}
    return Told(
        at=row.at,
        who=_who(row, case),
        did=words.did,
        what=words.what,
        quote=mentions.plain(row.text, people) if words.quote is None else words.quote,
        text=row.text if words.quote is None else words.quote,
        people=people,
        icon=words.icon,
        initials=row.person.initials if row.person else "",
        verb=row.verb,
        mail=row.mail if row.verb == Verb.MAILED and row.data.get("kind") == ActivityKind.EMAIL else None,
        received=_received(row),
    )


def _received(row: History) -> ReceivedMail | None:
    """The mail that came in, where it was loaded with the row."""
    field: Any = History._meta.get_field("received_mail")
    found: ReceivedMail | None = field.get_cached_value(row, default=None)
    return found


def _who(row: History, case: Case) -> str:
    if row.verb == Verb.LOGGED and row.data.get("inbound"):
        if row.data.get("from"):
            return str(row.data["from"])
        return case.contact.name if case.contact else "The customer"
    if row.person is not None:
        return row.person.name
    if row.verb == Verb.MAILED and row.data.get("kind") == "returned":
        return "A mail server"
    if row.verb == Verb.OPENED and case.origin == Origin.EMAIL:
        return "A mail"
    return {
        Actor.ROUTING: "Routing",
        Actor.CLOCK: "The clock",
        Actor.TRIGGER: "Trigger",
    }.get(Actor(row.actor), "Somebody")


def _opened(row: _Row) -> _Words:
    name = case_type_name(row.case)
    if row.history.actor == Actor.TRIGGER:
        version = f", version {row.case.trigger_version}" if row.case.trigger_version else ""
        return _Words(did="opened it:", what=f"{name}{version}", icon="gear")
    return _Words(did="opened it:", what=name)


def _given(row: _Row) -> _Words:
    icon = "gear" if row.history.actor == Actor.ROUTING else "person"
    return _Words(did="gave it to", what=row.get("to"), icon=icon)


def _handed_over(row: _Row) -> _Words:
    return _Words(did="handed it over to", what=row.get("to"))


def _moved(row: _Row) -> _Words:
    return _Words(did="moved it to", what=status_name(row.case, row.get("to")))


def _next_steps(row: _Row) -> _Words:
    on = _day(row.get("on"))
    return _Words(did=f"set the next step for {on}" if on else "set the next step")


def _deferred(row: _Row) -> _Words:
    return _Words(did="put it off until", what=_day(row.get("until")))


def _changed(row: _Row) -> _Words:
    field, to = row.get("field"), row.get("to")
    if row.get("made"):
        return _Words(did="made the opportunity", what=to)
    if field == "ticket":
        return _Words(did="said in the ticket who has it")
    if field == "close date":
        to = _day(to)
    if not to:
        return _Words(did=f"took the {field} away")
    return _Words(did=f"set the {field} to", what=to)


def _logged(row: _Row) -> _Words:
    kind = ActivityKind(row.get("kind") or ActivityKind.EMAIL)
    if row.get("inbound"):
        return _Words(did="answered", what=_ANSWERED[kind], icon=str(kind))
    with_whom = f"with {row.case.contact.name}" if row.case.contact else ""
    return _Words(did=f"logged {_LOGGED[kind]}", what=with_whom, icon=str(kind))


_ANSWERED = {
    ActivityKind.EMAIL: "by mail",
    ActivityKind.CALL: "by phone",
    ActivityKind.MEETING: "in a meeting",
    ActivityKind.LINKEDIN: "on LinkedIn",
    ActivityKind.IQM: "in the qualifying meeting",
}
_LOGGED = {
    ActivityKind.EMAIL: "a mail",
    ActivityKind.CALL: "a call",
    ActivityKind.MEETING: "a meeting",
    ActivityKind.LINKEDIN: "a LinkedIn message",
    ActivityKind.IQM: "the qualifying meeting",
}


def _mailed(row: _Row) -> _Words:
    """A mail written, or what became of one that was written before."""
    kind, subject = row.get("kind"), f"“{row.get('subject')}”"
    if kind == ActivityKind.EMAIL:
        return _Words(did="wrote a mail to", what=row.get("to"), icon=kind)
    did, icon = _OF_A_MAIL.get(kind, ("wrote the mail", "email"))
    return _Words(did=did, what=subject, icon=icon)


_OF_A_MAIL = {
    "again": ("sent again the mail", "person"),
    "arrived": ("says that the customer has the mail", "person"),
    "failed": ("could not send the mail", "clock"),
    "returned": ("sent back the mail", "email"),
}


def _closed(row: _Row) -> _Words:
    actions = row.case.rules.closing.resolution_actions
    action = row.get("resolution_action")
    status = status_name(row.case, row.get("to")).removeprefix("Closed: ")
    said = f"{status}, {actions.get(action, action)}" if action else status
    deal = f"; its opportunity {row.get('opportunity')}" if row.get("opportunity") else ""
    left = int(row.get("left_open") or 0)
    questions = f"; {left} question{'s' if left != 1 else ''} left open" if left else ""
    return _Words(did="closed it:", what=f"{said}{deal}{questions}", icon="closed")


def _carried(row: _Row) -> _Words:
    key = row.get("playbook")
    name = next((book.name for book in playbook.every() if book.key == key), key)
    territory = playbook.territory(row.get("to"))
    where = f", to {territory.name}" if territory else ""
    return _Words(did="carried it over to the routing of", what=f"{name}{where}", icon="gear")


def _overdue(row: _Row) -> _Words:
    passed: dict[str, str] = {
        DueKind.PICK_UP: "saw the pick-up time pass",
        DueKind.ANSWER: "saw a question pass unanswered",
        DueKind.LIMIT: f"saw {row.case.rules.clocks.limit_days} days open pass",
    }
    kind = row.get("clock")
    return _Words(did=passed.get(kind, "saw a due date pass"), icon="clock")


def _answered(row: _Row) -> _Words:
    asker = row.get("asker")
    return _Words(did=f"answered {asker}’s question" if asker else "answered the question")


def _escalated(row: _Row) -> _Words:
    kind, state, named = row.get("kind"), row.get("state"), row.get("named")
    if kind == EscalationKind.SUPPORT:
        return _Words(did="handed it to Support")
    if kind == EscalationKind.MID_MARKET:
        return _Words(did="had Mid-Market looped in:", what=named)
    if kind == EscalationKind.LATE_PICK_UP:
        return _Words(did="brought the overdue pick-up to the manager")
    whom = _ASKED_FOR.get(kind, "help")
    asked = {"asked": "asked for", "granted": "granted", "declined": "declined", "done": "finished"}
    return _Words(did=asked.get(state, state), what=whom)


_ASKED_FOR: Mapping[str, str] = {
    EscalationKind.SOLUTIONS_ARCHITECT: "a Solutions Architect",
    EscalationKind.SALES_SUPPORT: "a move to Mid-Market or Enterprise",
}


def _plain(did: str, *, icon: str = "person") -> Callable[[_Row], _Words]:
    return lambda _row: _Words(did=did, icon=icon)


def _undone(row: _Row) -> _Words:
    return _Words(did="undid", what=row.get("name"))


def _attached(row: _Row) -> _Words:
    return _Words(did="attached", what=row.get("name"))


def _detached(row: _Row) -> _Words:
    return _Words(did="took away", what=row.get("name"))


_TELLERS: Mapping[Verb, Callable[[_Row], _Words]] = {
    Verb.OPENED: _opened,
    Verb.ASSIGNED: _given,
    Verb.TAKEN: _plain("took it from the queue"),
    Verb.HANDED_OVER: _handed_over,
    Verb.PICKED_UP: _plain("picked it up"),
    Verb.STATUS: _moved,
    Verb.NEXT_STEPS: _next_steps,
    Verb.DEFERRED: _deferred,
    Verb.WOKE: _plain("brought it back on its day", icon="clock"),
    Verb.CHANGED: _changed,
    Verb.LOGGED: _logged,
    Verb.MAILED: _mailed,
    Verb.NOTE: _plain("commented"),
    Verb.ASKED: _plain("asked"),
    Verb.ANSWERED: _answered,
    Verb.CLOSED: _closed,
    Verb.REOPENED: _plain("reopened it"),
    Verb.OVERDUE: _overdue,
    Verb.CARRIED: _carried,
    Verb.ESCALATED: _escalated,
    Verb.UNDONE: _undone,
    Verb.ATTACHED: _attached,
    Verb.DETACHED: _detached,
}


def case_type_name(case: Case) -> str:
    """PO Required; the key itself where its playbook no longer has the type."""
    spec = case.rules.triggers.get(case.case_type)
    return spec.name if spec else case.case_type


def status_name(case: Case, key: str) -> str:
    status = case.rules.statuses.get(key)
    return status.name if status else key


def _day(iso: str) -> str:
    """24 Nov 2026; empty where there is none."""
    return f"{date.fromisoformat(iso):%-d %b %Y}" if iso else ""
