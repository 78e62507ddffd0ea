"""Rows as instances that know some of their fields."""

import pytest
from django.db import transaction

from accounts.models import Person
from smbcases.lib.loading import load
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_knows_what_was_asked_for_and_loads_the_rest_when_it_is_asked(django_assert_num_queries):
    manager = PersonFactory(name="Ana Lind")
    PersonFactory(name="Bo Berg", manager=manager)
    with django_assert_num_queries(1):
        [bo] = load(Person.objects.filter(name="Bo Berg"), "id", "name", "manager", chief="manager__name")
        assert (bo.name, bo.manager_id, bo.chief) == ("Bo Berg", manager.pk, "Ana Lind")
        assert bo.pk
    with django_assert_num_queries(2):
        assert bo.email == Person.objects.values_list("email", flat=True).get(pk=bo.pk)


def test_saves_what_it_knows_and_nothing_else():
    PersonFactory(name="Bo Berg", email="bo@example.com")
    [bo] = load(Person.objects.filter(name="Bo Berg"), "id", "name")
    Person.objects.update(email="new@example.com")
    bo.name = "Bo Berger"
    bo.save()
    assert Person.objects.values_list("name", "email").get(pk=bo.pk) == ("Bo Berger", "new@example.com")


def test_locks_as_the_query_says(django_assert_num_queries):
    PersonFactory(name="Bo Berg")
    with transaction.atomic(), django_assert_num_queries(1) as asked:
        load(Person.objects.select_for_update(of=("self",)), "id", chief="manager__name")
    assert 'FOR UPDATE OF "accounts_person"' in asked[0]["sql"]
