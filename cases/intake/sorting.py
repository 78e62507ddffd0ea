"""Who writes: a person, or a machine that nobody should answer (RFC 3834, and what programs do instead). Pure.

The sorts are asked in the order in which a mistake costs most: our own mail coming back first, then what was
returned, reports, automatic replies, lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cases.intake import headers
from cases.intake.headers import Named
from cases.models.received import MailSort

MOST_HOPS = 60
_DAEMONS = re.compile(r"^(mailer-daemon|mail-daemon|postmaster)@")
_MACHINES = re.compile(r"^(no-?reply|do-?not-?reply|noreply[-+.].*|bounces?([-+.].*)?)@")
_OWN_WAY = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply", "x-amazon-auto-reply")


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What is our own: the addresses we write from, and the lists that our address itself is one of."""

    addresses: Collection[str]
    domain: str
    lists: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Sorted:
    sort: MailSort
    why: str = ""


def sort(named: Named, *, from_address: str, envelope_from: str, ours: Ours) -> Sorted:
    """The first sort that the headers speak for, with the header that does; a person where none does."""
    found = (
        *_loops(named, from_address, ours),
        *_returned(named, from_address, envelope_from),
        *_replied(named),
        *_listed(named, ours),
    )
    return found[0] if found else Sorted(sort=MailSort.PERSON)


def _loops(named: Named, from_address: str, ours: Ours) -> Iterator[Sorted]:
    domain = from_address.rpartition("@")[2]
    if from_address in ours.addresses or (domain == ours.domain and from_address.startswith("cases+")):
        yield Sorted(sort=MailSort.LOOP, why="It comes from our own address.")
    hops = len(named.get("received", ()))
    if hops > MOST_HOPS:
        yield Sorted(sort=MailSort.LOOP, why=f"It has passed {hops} servers.")


def _returned(named: Named, from_address: str, envelope_from: str) -> Iterator[Sorted]:
    kind = headers.first(named, "content-type").lower()
    if "multipart/report" in kind:
        is_bounce = "delivery-status" in kind
        sort = MailSort.BOUNCE if is_bounce else MailSort.REPORT
        yield Sorted(sort=sort, why=f"It is a report: {headers.clean(kind)[:120]}.")
    if "x-failed-recipients" in named:
        yield Sorted(sort=MailSort.BOUNCE, why="X-Failed-Recipients")
    if _DAEMONS.match(from_address):
        yield Sorted(sort=MailSort.BOUNCE, why=f"{from_address} writes for a mail server.")
    if kind.startswith("message/disposition-notification"):
        yield Sorted(sort=MailSort.REPORT, why="It says that a mail was read.")
    path = headers.first(named, "return-path").strip()
    if "<>" in (envelope_from.strip(), path) and _MACHINES.match(from_address):
        yield Sorted(sort=MailSort.AUTO_REPLY, why="Its sender takes no answer.")


def _replied(named: Named) -> Iterator[Sorted]:
    said = headers.first(named, "auto-submitted").partition(";")[0].strip().lower()
    if said and said != "no":
        yield Sorted(sort=MailSort.AUTO_REPLY, why=f"Auto-Submitted: {headers.clean(said)[:60]}")
    for name in _OWN_WAY:
        value = headers.first(named, name).strip().lower()
        if value and value not in {"no", "false", "0"}:
            yield Sorted(sort=MailSort.AUTO_REPLY, why=name.title())
    if headers.first(named, "precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        yield Sorted(sort=MailSort.AUTO_REPLY, why="Precedence: auto_reply")
    suppressed = headers.first(named, "x-auto-response-suppress").strip().lower()
    if suppressed == "all" and headers.first(named, "x-ms-exchange-generated-message-source"):
        yield Sorted(sort=MailSort.AUTO_REPLY, why="X-Auto-Response-Suppress: All")


def _listed(named: Named, ours: Ours) -> Iterator[Sorted]:
    name = headers.clean(headers.first(named, "list-id"))
    if name and not any(own and own in name for own in ours.lists):
        yield Sorted(sort=MailSort.LIST, why=f"List-Id: {name[:120]}")
    precedence = headers.first(named, "precedence").strip().lower()
    if precedence in {"bulk", "list", "junk"} and not name:
        yield Sorted(sort=MailSort.LIST, why=f"Precedence: {precedence}")
