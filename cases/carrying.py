"""Carrying cases over to another playbook.

A case keeps the rules that it was opened under: its statuses, clocks and closing rules hold to its end. Only where it
is routed is the active playbook's matter: a case that waits in a territory which that one does not have goes to the
territory of its account's region. This is done whenever such a case waits, so that one that comes back to the queue
later, put off or reopened, is routed like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from accounts import standing
from cases import case_territory, writing
from cases.models import CarryOver, Case, NoticeKind, Verb
from cases.models.case import Cases
from cases.models.history import Actor
from cases.talk import notices
from cases.talk.notices import Telling
from cases.writing import Change, Entry
from smbcases import playbook

BATCH = 2000
_after: list[Callable[[Sequence[int]], None]] = []


def after(forget: Callable[[Sequence[int]], None]) -> None:
    """Have `forget` called with the cases, by id, in the transaction that carries them over: an app forgets why they
    waited where they did. Each app says so when it is ready."""
    _after.append(forget)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a carrying over does: waiting cases routed elsewhere, in-hand cases that keep the rules of another
    playbook, accounts with another segment or tier. `before` is the playbook the book stood under; empty: none yet."""

    before: str
    playbook: str
    waiting: int
    keeping: int
    accounts: int


def is_due() -> bool:
    """Whether the book stands under another playbook than the active one."""
    return stands_under() != playbook.active().key


def stands_under() -> str:
    """The playbook that the book was last brought in line with; empty where that was never done."""
    last = CarryOver.objects.order_by("-id").first()
    return last.playbook if last else ""


def preview(*, now: datetime) -> Outcome:
    """What `carry_all` would do now; writes nothing."""
    return _outcome(
        waiting=_misplaced().count(),
        accounts=standing.look_at_all(playbook=playbook.active(), now=now, write=False),
    )


def carry_all(*, now: datetime) -> Outcome:
    """Bring the whole book in line with the active playbook, and keep that it was done. Safe to repeat."""
    waiting = len(carry_waiting(now=now))
    done = _outcome(
        waiting=waiting, accounts=standing.look_at_all(playbook=playbook.active(), now=now, write=True)
    )
    with transaction.atomic():
        CarryOver.objects.create(
            playbook=done.playbook, before=done.before, at=now, cases=done.waiting, accounts=done.accounts
        )
        if done.before not in {"", done.playbook}:
            _tell_owners(now=now)
    return done


def _tell_owners(*, now: datetime) -> None:
    """Each advocate hears once how many of their cases keep other rules than those that route from now on."""
    active = playbook.active()
    in_hand = Case.objects.open().exclude(playbook=active.key).filter(owner__isnull=False)
    counted = in_hand.values("owner_id").annotate(count=Count("id")).order_by("owner_id")
    notices.send_all(
        (owner_id, _telling(count, name=active.name, now=now))
        for owner_id, count in counted.values_list("owner_id", "count")
    )


def _telling(count: int, *, name: str, now: datetime) -> Telling:
    whose = "One of your cases keeps" if count == 1 else f"{count} of your cases keep"
    return Telling(
        kind=NoticeKind.CARRIED,
        now=now,
        text=f"{name} routes from now on. {whose} the rules of before, to the end.",
        url=reverse("my_cases"),
    )


def _outcome(*, waiting: int, accounts: int) -> Outcome:
    active = playbook.active().key
    return Outcome(
        before=stands_under(),
        playbook=active,
        waiting=waiting,
        keeping=Case.objects.open().exclude(playbook=active).filter(owner__isnull=False).count(),
        accounts=accounts,
    )


def carry_waiting(*, now: datetime) -> list[int]:
    """Give each case that waits in no territory of the active playbook one of its; answer the cases by id.

    Costs a probe of an index where there is none.
    """
    carried: list[int] = []
    while batch := _carry_batch(now=now):
        carried += batch
    return carried


@transaction.atomic
def _carry_batch(*, now: datetime) -> list[int]:
    misplaced = _misplaced().select_related("account").order_by("id")
    cases = list(misplaced.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    writing.write([_carried(case) for case in cases], now=now)
    carried = [case.pk for case in cases]
    for forget in _after if carried else ():
        forget(carried)
    return carried


def _misplaced() -> Cases:
    return Case.objects.waiting().filter(territory__in=case_territory.foreign())


def _carried(case: Case) -> Change:
    rules = playbook.active()
    to = _territory_now(case, rules=rules)
    data = {"from": case.territory, "to": to, "playbook": rules.key}
    entry = Entry(verb=Verb.CARRIED, actor=Actor.ROUTING, data=data)
    return Change(case=case, columns={"territory": to}, entries=[entry])


def _territory_now(case: Case, *, rules: playbook.Playbook) -> str:
    """That of the account's region. Without one: the one that serves all regions of its old territory, else none."""
    known = rules.territory_of(case.account.region) if case.account else None
    if known:
        return known
    former = playbook.territory(case.territory)
    served = {rules.territory_of(region) or "" for region in former.regions} if former else set()
    return served.pop() if len(served) == 1 else ""
