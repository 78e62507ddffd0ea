"""`manage.py demo`: when it makes a book, when it refuses, and that the same seed makes the same one."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Account, Activity, Event, Person
from cases.models import Case, History
from routing.models import Assignment, Evaluation
from smbcases.demo import making
from smbcases.demo.making import NotEmpty


def _digest(order) -> str:
    """Of all that shows, without ids, of a demo that is undone again."""
    digest = hashlib.sha256()
    with transaction.atomic():
        making.make(order, say=lambda _: None)
        for rows in _shown():
            digest.update(repr(list(rows)).encode())
        transaction.set_rollback(True)
    return digest.hexdigest()


def _shown():
    yield Event.objects.order_by("id").values_list(
        "event_id", "type", "time", "data", "outcome", "received_at"
    )
    yield Account.objects.order_by("id").values_list("name", "carr", "segment", "high_value", "owner__name")
    yield Activity.objects.order_by("id").values_list("kind", "subject", "happened_at", "person__name")
    yield Case.objects.order_by("id").values_list(
        "subject",
        "description",
        "status",
        "owner__name",
        "opened_at",
        "closed_at",
        "next_steps",
        "feedback",
        "due_at",
    )
    yield History.objects.order_by("id").values_list("verb", "at", "person__name", "text", "version")
    yield Assignment.objects.order_by("id").values_list("person__name", "rule", "turn", "at", "reason")
    yield Evaluation.objects.order_by("id").values_list("trigger__key", "verdict", "values", "at")


@pytest.mark.django_db
def test_the_same_seed_and_hour_make_the_same_book_and_another_seed_another(order):
    short = replace(order, days=2, accounts=80)
    first = _digest(short)
    assert _digest(short) == first
    assert _digest(replace(short, seed=2)) != first


@pytest.mark.django_db
def test_a_book_that_is_there_is_left_alone(order):
    Person.objects.create_user("ann@example.com", name="Ann", initials="A", role="advocate")
    call_command("demo", "--if-empty")
    with pytest.raises(CommandError, match="--fresh"):
        call_command("demo")
    with pytest.raises(NotEmpty):
        making.make(order, say=lambda _: None)
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_who_administers_does_not_count_as_a_book():
    Person.objects.create_superuser("root@example.com", "secret")
    assert making.is_empty()


@pytest.mark.django_db
def test_without_the_demo_switch_it_refuses(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("demo", "--days", "1")
    assert making.is_empty()


@pytest.mark.django_db
def test_forced_without_the_demo_switch_nobody_can_sign_in(settings, order):
    settings.DEMO = False
    until = (order.until - timedelta(hours=1)).isoformat()
    call_command("demo", "--force", "--days", "1", "--accounts", "30", "--until", until, stdout=_Silence())
    assert Person.objects.exists()
    assert not any(one.has_usable_password() for one in Person.objects.all())


@pytest.mark.django_db
def test_what_stops_it_leaves_nothing_behind(order, monkeypatch):
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        making.make(order, say=stop)
    assert making.is_empty()


class _Silence:
    def write(self, text: str) -> None: ...
