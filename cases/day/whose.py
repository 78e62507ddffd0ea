"""Whose day it is: one's own, or for who looks at dashboards that of somebody within their reach."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import Act, Reach, reach
from accounts.models import Person, Role
from smbcases.lib import ids


def find(reader: Person, asked: str) -> Person:
    """Whose day is asked for by their number; nothing asked: the reader's own. Raises Http404 for who is not theirs to
    look at."""
    if asked in {"", str(reader.pk)}:
        return reader
    pk = ids.read(asked)
    found = None if pk is None else others(reader).filter(pk=pk).first()
    if found is None:
        raise Http404("There is nobody of that number whose day you may look at.")
    return found


def by_email(reader: Person, asked: str) -> Person:
    """The same by e-mail address. Raises Http404."""
    if asked.casefold() in {"", reader.email.casefold()}:
        return reader
    found = others(reader).filter(email__iexact=asked).first()
    if found is None:
        raise Http404("There is nobody of that address whose day you may look at.")
    return found


def others(reader: Person) -> QuerySet[Person]:
    """The people with a desk whose days `reader` may look at besides their own, by name."""
    at_desks = Person.objects.filter(role__in=[Role.ADVOCATE, Role.TEAM_LEAD], is_active=True)
    return at_desks.filter(_within(reader)).exclude(pk=reader.pk).order_by("name", "id")


def _within(reader: Person) -> Q:
    match reach(reader, Act.SEE_DASHBOARDS):
        case Reach.ALL:
            return Q()
        case Reach.TEAM if reader.manager_id is not None:
            return Q(manager=reader.manager_id)
    return Q(pk__in=[])
