"""The book as it was at a moment, in temporary tables that shadow the real ones."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import records
from accounts.arrivals import Arrived
from accounts.models import Account, Contact, Event
from accounts.references import MODELS
from tests.accounts.sending import NOW, event, record, take_in

TABLES = [model._meta.db_table for model in MODELS.values()]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(statement.format(table=table))


@pytest.mark.django_db
def test_the_events_up_to_a_moment_fill_a_copy_and_leave_the_book_alone() -> None:
    take_in(
        event(external_id="A", name="Then", gitlab_admin="C", carr=5_000, minute=1),
        record("contact", external_id="C", account="A", name="Ada", minute=2),
    )
    take_in(event(external_id="A", name="Now", carr=50_000, minute=9), event(external_id="B", minute=8))
    moment = NOW - timedelta(days=1) + timedelta(minutes=5)
    known = Event.objects.filter(time__lte=moment).order_by("id")
    events = [Arrived(id=each.pk, type=each.type, time=each.time, data=each.data) for each in known]
    run("CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
    became = records.apply_records(events=events, now=moment)
    assert {each.outcome for each in became.values()} == {"applied"}
    then = Account.objects.get()
    assert (then.name, then.outgrew_on, then.gitlab_admin) == ("Then", None, Contact.objects.get())
    run("DROP TABLE pg_temp.{table}")
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Acme", "Now"]
