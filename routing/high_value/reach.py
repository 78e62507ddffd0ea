"""Whose nominations somebody sees and decides: reaches of `accounts.access` as filters."""

from __future__ import annotations

from django.db.models import Q

from accounts.access import Act, Reach, reach
from accounts.models import Account, Person
from cases.talk import in_charge
from routing.models import Nomination
from routing.models.nominations import Nominations
from smbcases import playbook


def visible(person: Person) -> Nominations:
    """The nominations that `person` may see: their own, those of their region, or all."""
    return Nomination.objects.filter(within(person, Act.SEE_NOMINATIONS, whose="advocate"))


def decidable(person: Person) -> Nominations:
    """Those that `person` may decide, or could have decided."""
    return Nomination.objects.filter(within(person, Act.DECIDE_NOMINATIONS, whose="advocate", own=False))


def may_decide(person: Person, nomination: Nomination) -> bool:
    return decidable(person).filter(pk=nomination.pk).exists()


def within(person: Person, act: Act, *, whose: str, own: bool = True) -> Q:
    """The rows with an `account` on which `person` may do `act`: all, their region's and their team's, or their own.

    `whose`: the field that holds the person whose row it is. `own`: whether one's own are among them.
    """
    how_far = reach(person, act)
    if how_far is Reach.ALL:
        return Q()
    if how_far is Reach.REGION:
        return Q(account__region__in=regions_of(person)) | Q(**{f"{whose}__manager": person})
    return Q(**{whose: person}) if own and how_far is not Reach.NONE else Q(pk__in=[])


def regions_of(person: Person) -> tuple[str, ...]:
    """The regions of the territory that a person's region lies in."""
    rules = playbook.active()
    territory = rules.territory_of(person.region)
    return rules.territories[territory].regions if territory else ()


def deciders_of(account: Account) -> set[int]:
    """The ids of the managers of the account's territory."""
    return in_charge.of_territory(playbook.active().territory_of(account.region) or "")
