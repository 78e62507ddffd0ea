"""Views of filed cases that people keep under a name: their own, and those that their department shares."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Person
from cases.models import SavedView
from smbcases.lib.refusal import Refusal

LONGEST_NAME = 80
_LONGEST = 2000


class NameNeeded(Refusal):
    name = "name-needed"
    status = 422
    title = "The view needs a name"


class NameTaken(Refusal):
    name = "name-taken"
    title = "You have a view of that name"


class NoSuchView(Refusal):
    name = "no-such-view"
    status = 404
    title = "There is no such view"


def seen(person: Person) -> QuerySet[SavedView]:
    """Those of `person`, and those that somebody of their department shares."""
    shared = Q(department=person.department) if person.department else Q(pk__in=[])
    return SavedView.objects.filter(Q(person=person) | shared).select_related("person")


def get(key: UUID, *, by: Person) -> SavedView:
    """Raises NoSuchView, also where it is another department's."""
    found = seen(by).filter(key=key).first()
    if found is None:
        raise NoSuchView("There is no such view, or it is not shared with you.")
    return found


def keep(*, name: str, query: str, shared: bool, by: Person, now: datetime) -> SavedView:
    """Keep the view under a name. Shared, “mine” means its maker's to everybody.

    Raises NameNeeded, NameTaken.
    """
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise NameNeeded(f"Give it a name of up to {LONGEST_NAME} characters.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                person=by,
                name=called,
                query=_spelt(query, by=by, shared=shared),
                department=by.department if shared else "",
                made_at=now,
            )
    except IntegrityError as error:
        raise NameTaken(f"You have a view called “{called}” already.") from error


def _spelt(query: str, *, by: Person, shared: bool) -> str:
    """The view's query without its page; of a shared one with its maker's name where it says mine."""
    asked = {name: value for name, value in parse_qsl(query[:_LONGEST]) if name not in {"page", "view"}}
    if shared and asked.get("tab", "mine") == "mine":
        asked |= {"tab": "department", "people": str(by.pk)}
    return urlencode(asked)[:_LONGEST]


def drop(key: UUID, *, by: Person) -> SavedView:
    """Only its maker throws a view away. Raises NoSuchView."""
    found = get(key, by=by)
    if found.person_id != by.pk:
        raise NoSuchView("Only who made the view throws it away.")
    found.delete()
    return found
