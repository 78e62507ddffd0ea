"""`manage.py scale`: rows that the domain itself could have written, in the numbers asked for."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.utils import timezone

from accounts.models import Account, Person
from cases import clocks, sweep
from cases.models import Case, History
from routing import draining
from routing.triggers import catalogue, evaluation
from smbcases.demo import scratch
from smbcases.playbook import active

pytestmark = pytest.mark.django_db
MEASURE = scratch.Measure(cases=2_000, advocates=30, accounts=500, open_each=40)


@pytest.fixture
def now():
    catalogue.load()
    moment = timezone.now()
    scratch.fill(MEASURE, now=moment, say=lambda _: None)
    return moment


def test_there_is_as_much_as_was_asked_for(now):
    assert Case.objects.count() == 2_000
    assert Case.objects.open().count() == 1_200
    assert Account.objects.count() == 500
    assert Person.objects.filter(role="advocate").count() == 30


def test_the_clocks_are_those_that_the_domain_reads(now):
    for case in Case.objects.all():
        assert clocks.read(case).columns() == {
            name: getattr(case, name) for name in clocks.read(case).columns()
        }


def test_nobody_is_over_capacity_and_everybody_has_work(now):
    held = Case.objects.filter(holds_place=True).values("owner").annotate(count=Count("id"))
    counts = [row["count"] for row in held]
    assert len(counts) == 30
    assert max(counts) <= 50
    assert max(counts) - min(counts) <= 1


def test_case_account_and_owner_are_of_one_region(now):
    assert not Case.objects.exclude(owner__region=F("account__region")).exists()
    for case in Case.objects.select_related("account")[:50]:
        assert case.territory == active().territory_of(case.account.region)


def test_history_ends_at_the_cases_version(now):
    recent = Case.objects.filter(history__isnull=False).distinct()
    assert recent.exists()
    for case in recent:
        assert case.history.order_by("id").last().version == case.version
    assert History.objects.filter(verb="opened").count() == recent.count()


def test_nothing_is_due(now):
    assert sweep.sweep(now=now) == 0
    assert draining.drain_all(now=now) == 0
    assert evaluation.look_at_book(now=now) == 0


def test_new_rows_take_ids_behind_its_own(now):
    again = Account.objects.create(external_id="new", name="New", as_of=now)
    assert again.pk == Account.objects.order_by("-pk").first().pk


def test_a_database_with_data_is_refused(now):
    with pytest.raises(CommandError, match="has data"):
        call_command("scale", "--cases", "100")
