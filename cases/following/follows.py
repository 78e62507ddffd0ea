"""Being told of changes of a case: who wishes it, and the telling, in the transaction of the change itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import Person
from cases import access, telling
from cases.models import Case, Follow, History, NoticeKind, Verb
from cases.talk import notices
from smbcases.lib.refusal import Refusal

if TYPE_CHECKING:
    from cases.writing import Change, Entry

# What is said on a case, and mails, have notices of their own; files and touches are no change of where it stands.
TOLD = frozenset(
    {
        Verb.ASSIGNED,
        Verb.TAKEN,
        Verb.HANDED_OVER,
        Verb.PICKED_UP,
        Verb.STATUS,
        Verb.NEXT_STEPS,
        Verb.DEFERRED,
        Verb.WOKE,
        Verb.CLOSED,
        Verb.REOPENED,
    }
)


class NotYoursToFollow(Refusal):
    name = "no-such-case"
    status = 404
    title = "There is no such case"


@transaction.atomic
def follow(*, case_id: int, by: Person, now: datetime) -> Follow:
    """Tell `by` of changes from now on; twice is once. Raises NotYoursToFollow where they may not see the case."""
    case = access.visible(by).filter(pk=case_id).first()
    if case is None:
        raise NotYoursToFollow("There is no such case, or it is not yours to see.")
    made, _ = Follow.objects.get_or_create(case=case, person=by, defaults={"since_at": now})
    return made


def unfollow(*, case_id: int, by: Person) -> None:
    """Tell them no more. Nothing to do is no mistake."""
    Follow.objects.filter(case=case_id, person=by).delete()


def is_following(person: Person, case: Case) -> bool:
    return Follow.objects.filter(case=case, person=person).exists()


def tell(changes: Sequence[Change], *, now: datetime) -> None:
    """Tell who follows the changed cases: one look at who does, and nothing more where nobody does."""
    told = {
        change.case.pk: change for change in changes if any(entry.verb in TOLD for entry in change.entries)
    }
    if not told:
        return
    followers: dict[int, list[int]] = defaultdict(list)
    for case_id, person_id in Follow.objects.filter(case__in=told).values_list("case_id", "person_id"):
        followers[case_id].append(person_id)
    for case_id, people in followers.items():
        change = told[case_id]
        for entry in change.entries:
            if entry.verb in TOLD:
                _tell(change.case, entry, people=people, now=now)


def _tell(case: Case, entry: Entry, *, people: list[int], now: datetime) -> None:
    notices.tell(
        people=people,
        kind=NoticeKind.FOLLOWED,
        case_id=case.pk,
        by=entry.person,
        now=now,
        text=_sentence(case, entry, now=now),
    )


def _sentence(case: Case, entry: Entry, *, now: datetime) -> str:
    """What the history says of it, and the words that were written."""
    row = History(
        case=case,
        at=now,
        actor=entry.actor,
        person=entry.person,
        verb=entry.verb,
        data=entry.data,
        text=entry.text,
    )
    told = telling.tell(row, case=case)
    return f"{told.sentence} {told.quote}".strip()
