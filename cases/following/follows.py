"""Being told of changes of a case: who wishes it, and the telling, in the transaction of the change itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from accounts.models import Person
from cases import access, telling
from cases.models import Case, Follow, History, NoticeKind, Verb
from cases.talk import notices
from cases.talk.notices import Telling
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
    told = [change for change in changes if any(entry.verb in TOLD for entry in change.entries)]
    followers = _load_followers({change.case.pk for change in told}) if told else {}
    if followers:
        notices.send_all(pair for change in told for pair in _pairs(change, followers, now=now))


def _load_followers(case_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The followers of each case that has some.

    Every assignment asks this: the ids go as one array, a quarter of what thousands of parameters cost.
    """
    followers: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, person_id FROM cases_follow WHERE case_id = ANY(%s)", [list(case_ids)]
        )
        for case_id, person_id in cursor.fetchall():
            followers[case_id].append(person_id)
    return followers


def _pairs(
    change: Change, followers: Mapping[int, Sequence[int]], *, now: datetime
) -> Iterator[tuple[int, Telling]]:
    for entry in change.entries if change.case.pk in followers else ():
        if entry.verb in TOLD:
            telling = Telling(
                kind=NoticeKind.FOLLOWED,
                case_id=change.case.pk,
                by=entry.person,
                now=now,
                text=_sentence(change.case, entry, now=now),
            )
            yield from ((person_id, telling) for person_id in followers[change.case.pk])


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
