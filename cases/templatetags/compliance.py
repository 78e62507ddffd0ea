"""How far the Required 10 are kept, by person. `{% load compliance %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.utils import timezone

from accounts.models import Person
from cases import compliance
from cases.compliance import Share

register = template.Library()


@register.simple_tag
def required_ten_shares(people: Iterable[Person]) -> Mapping[int, Share]:
    """By the id of each of `people`, in three queries."""
    return compliance.load_shares([person.pk for person in people], today=timezone.localdate())


@register.filter
def of_person(shares: Mapping[int, Share], person: Person) -> Share:
    return shares.get(person.pk, Share())
