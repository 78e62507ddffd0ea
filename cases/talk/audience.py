"""Who can be spoken to on a case: those who may see it. And who listens: those who have to do with it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Person, Role
from cases import access
from cases.models import Case, History, Verb
from cases.talk import mentions
from cases.talk.mentions import Known

OFFERED = 8
_LOOKED_AT = 200
SAID = (Verb.NOTE, Verb.ASKED, Verb.ANSWERED)


def load_known(case: Case, text: str) -> list[Known]:
    """Everybody whom a mention in `text` may mean, those who may not see the case among them."""
    words = [word for word in mentions.words(text) if word]
    if not words:
        return []
    meant = Q()
    for word in words:
        meant |= _called(word)
    return [_known(person, case) for person in _people().filter(meant).order_by("name", "id")]


def _called(word: str) -> Q:
    begun = word.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0]
    return (
        Q(email__iexact=word)
        | Q(email__istartswith=f"{begun}@")
        | Q(name__istartswith=begun)
        | Q(initials__iexact=begun)
    )


def find(case: Case, words: str, *, by: Person) -> list[Person]:
    """Whom to offer while `by` types a mention: those who may see the case and have a name that begins so.

    Without a word yet, those who have to do with the case.
    """
    if words:
        named = (
            Q(name__istartswith=words)
            | Q(name__icontains=f" {words}")
            | Q(initials__iexact=words)
            | Q(email__istartswith=words)
        )
        people = _people().filter(named)
    else:
        people = _people().filter(pk__in=load_listeners(case))
    found = people.exclude(pk=by.pk).order_by("name", "id")[:_LOOKED_AT]
    return [person for person in found if access.may_see(person, case)][:OFFERED]


def load_listeners(case: Case) -> set[int]:
    """Its owner, who filed it, and everybody who said something on it."""
    spoke = History.objects.filter(case=case, verb__in=SAID, person__isnull=False)
    ids = set(spoke.values_list("person_id", flat=True).distinct())
    return {pk for pk in (*ids, case.owner_id, case.filed_by_id) if pk is not None}


def _people() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True).exclude(role=Role.SALES_USER)


def _known(person: Person, case: Case) -> Known:
    return Known(
        id=person.pk,
        name=person.name,
        initials=person.initials,
        email=person.email,
        may_see=access.may_see(person, case),
    )
