"""What a notice says, on the page, in the mail and by API, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Person
from cases import access
from cases.models import Case, Notice, NoticeKind

_ICONS: dict[str, str] = {
    NoticeKind.MENTIONED: "at-symbol",
    NoticeKind.ASKED: "question-mark-circle",
    NoticeKind.ANSWERED: "chat-bubble-left-right",
    NoticeKind.UNANSWERED: "x-circle",
    NoticeKind.COMMENTED: "chat-bubble-left",
    NoticeKind.MAIL_CAME: "envelope",
    NoticeKind.MAIL_FAILED: "exclamation-triangle",
    NoticeKind.HANDED_OVER: "arrow-right-circle",
    NoticeKind.ASSIGNED: "inbox-arrow-down",
    NoticeKind.REMINDER: "bell",
    NoticeKind.DUE_SOON: "clock",
    NoticeKind.OVERDUE: "clock",
    NoticeKind.ESCALATED: "exclamation-triangle",
    NoticeKind.NOBODY_FREE: "users",
    NoticeKind.NOMINATED: "star",
    NoticeKind.DECIDED: "check-circle",
    NoticeKind.CARRIED: "arrow-path",
    NoticeKind.FOLLOWED: "eye",
    NoticeKind.CLEAN_ROOM: "sparkles",
    NoticeKind.SEGMENT: "arrow-up-right",
    NoticeKind.SWEPT: "arrow-uturn-left",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A notice in words. `about` names its case; all but the kind is left out where the reader may see it no more."""

    id: int
    at: datetime
    kind: str
    icon: str
    sentence: str
    about: str
    text: str
    url: str
    is_read: bool


def tell(notices: Iterable[Notice], *, reader: Person) -> list[Row]:
    """The notices in words, with one look at which of their cases the reader may see."""
    rows = list(notices)
    ids = {row.case_id for row in rows if row.case_id is not None}
    seen = access.visible(reader).select_related("account").filter(pk__in=ids) if ids else []
    cases = {case.pk: case for case in seen}
    return [_row(notice, cases) for notice in rows]


def _row(notice: Notice, cases: dict[int, Case]) -> Row:
    case = cases.get(notice.case_id) if notice.case_id else None
    hidden = notice.case_id is not None and case is None
    return Row(
        id=notice.pk,
        at=notice.at,
        kind=notice.kind,
        icon=_ICONS[notice.kind],
        sentence=_SENTENCES[NoticeKind(notice.kind)](notice),
        about="A case that you may no longer see" if hidden else _about(case),
        text="" if hidden else notice.text,
        url="" if hidden else notice.url or (reverse("case", args=[case.pk]) if case else ""),
        is_read=notice.read_at is not None,
    )


def _about(case: Case | None) -> str:
    if case is None:
        return ""
    return f"{case.number} {case.account.name if case.account else case.subject}"


def _by(did: str, otherwise: str) -> Callable[[Notice], str]:
    return lambda notice: f"{notice.by.name} {did}" if notice.by else otherwise


def _counted(one: str, many: str) -> Callable[[Notice], str]:
    return lambda notice: one if notice.tally == 1 else many.format(notice.tally)


_SENTENCES: dict[NoticeKind, Callable[[Notice], str]] = {
    NoticeKind.MENTIONED: _by("mentioned you", "You were mentioned"),
    NoticeKind.ASKED: _by("asked a question", "A question was asked"),
    NoticeKind.ANSWERED: _by("answered your question", "Your question was answered"),
    NoticeKind.UNANSWERED: _by("closed it without your answer", "It was closed without your answer"),
    NoticeKind.COMMENTED: _by("commented", "A comment was written"),
    NoticeKind.MAIL_CAME: _by("wrote a mail", "The customer wrote"),
    NoticeKind.MAIL_FAILED: _by("could not send a mail", "Your mail was not sent, or perhaps was"),
    NoticeKind.HANDED_OVER: _by("handed a case over to you", "A case was handed over to you"),
    NoticeKind.ASSIGNED: _by("gave you a case", "A case came to you"),
    NoticeKind.REMINDER: _by("reminds you", "Reminder"),
    NoticeKind.DUE_SOON: _counted("Due soon", "{} due soon"),
    NoticeKind.OVERDUE: _counted("Overdue", "{} overdue"),
    NoticeKind.ESCALATED: _by("escalated a case", "A case was escalated"),
    NoticeKind.NOBODY_FREE: _by("found nobody free", "Nobody is free"),
    NoticeKind.NOMINATED: _by("nominated an account", "An account was nominated"),
    NoticeKind.DECIDED: _by("decided on your nomination", "Your nomination was decided"),
    NoticeKind.CARRIED: _by("carried cases over", "Cases were carried over"),
    NoticeKind.FOLLOWED: _by("changed a case that you follow", "A case that you follow has changed"),
    NoticeKind.CLEAN_ROOM: _by("asks you to clean your room", "Your week: clean your room"),
    NoticeKind.SEGMENT: _by("moved an account to another segment", "An account changes segment"),
    NoticeKind.SWEPT: _by("swept ownership", "Ownership was swept"),
}
