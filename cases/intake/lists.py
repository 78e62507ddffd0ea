"""The lists of mail that waits for SMB Ops, each by cursor, and how long each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Min, QuerySet
from django.urls import reverse

from cases.intake import giving_account
from cases.models import MailFate, ReceivedMail
from smbcases.lib import keyset
from smbcases.lib.keyset import Page

SIZE = 25
COUNTED = 100
KINDS = {
    "unmatched": "Unmatched",
    "held": "Held",
    "unreadable": "Not read",
    "filed": "Filed",
}
HINTS = {
    "unmatched": "Nobody knows whose they are. Choose the account, and the case is routed at once.",
    "held": "They were not let through by themselves. Let them through, put them on a case, or file them.",
    "unreadable": "They could not be read. The original is kept; try again once the reason is gone.",
    "filed": "Automatic replies, returned mail, lists. If a person wrote one, let it through.",
}


class NoSuchList(LookupError):
    """There is no list of this name."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    url: str
    count: int | None
    current: bool


def mails(kind: str) -> QuerySet[ReceivedMail]:
    """The mails of a list; of unmatched ones the first of each case. Raises NoSuchList."""
    if kind not in KINDS:
        raise NoSuchList(kind)
    if kind != "unmatched":
        return ReceivedMail.objects.filter(state=MailFate(kind))
    firsts = giving_account.unmatched().annotate(first=Min("received_mails")).values("first")
    return ReceivedMail.objects.filter(pk__in=firsts)


def page(kind: str, *, cursor: str = "") -> Page[ReceivedMail]:
    """Newest first. Raises NoSuchList, and BadCursor as `keyset.cut` does."""
    rows = mails(kind).select_related("case", "account", "lead").defer("html", "references", "parts")
    return keyset.cut(rows, order=["-id"], size=SIZE, cursor=cursor)


def tabs(current: str) -> list[Tab]:
    """Each list with its count; of filed mail, which nobody works off, without."""
    return [
        Tab(
            name=name,
            url=reverse("mail_in", args=[kind]),
            count=None if kind == "filed" else count(kind),
            current=kind == current,
        )
        for kind, name in KINDS.items()
    ]


def count(kind: str) -> int:
    """How many there are, up to a hundred. Of an unmatched case one mail is listed, so its cases are counted."""
    found: Any = giving_account.unmatched() if kind == "unmatched" else mails(kind)
    return int(found[: COUNTED + 1].count())
