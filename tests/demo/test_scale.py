"""`manage.py scale`: rows that the domain itself could have written, in the numbers asked for."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import Account, Activity, Contact, Opportunity, Person
from cases import clocks, counted_filters, kept, recounting, sweep
from cases.dashboards.large_deals import are_large
from cases.models import Case, Filing, History, Question, SettledChange
from cases.models.history import OUR_TOUCH
from routing import draining
from routing.dashboards.sla.counting import BROKEN_QUESTION, KEPT_QUESTION
from routing.models import Assignment, Evaluation, Member, Pool, TimeOff, Trigger, TriggerVersion
from routing.models.triggers import HELD_BACK
from routing.triggers import catalogue, evaluation
from smbcases.demo import scratch
from smbcases.playbook import active

MEASURE = scratch.Measure(cases=2_000, advocates=30, accounts=500, open_each=40)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker) -> Iterator[datetime]:
    moment = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.load()
        scratch.fill(MEASURE, now=moment, say=lambda _: None)
        yield moment
        transaction.set_rollback(True)


@pytest.fixture
def now(filled, db):
    return filled


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


def test_recent_history_is_whole_and_ends_at_the_cases_version(now):
    recent = Case.objects.filter(opened_at__gte=now - timedelta(days=90))
    assert recent.closed().exists()
    for case in recent:
        rows = list(case.history.order_by("id"))
        assert [row.version for row in rows] == [*range(1, case.version + 1)]
        assert rows == sorted(rows, key=lambda row: (row.at, row.id))
        assert rows[0].verb == "opened"
        assert (rows[-1].verb == "closed") is (case.closed_at is not None)


def test_nothing_lies_ahead_and_everything_in_its_order(now):
    assert not History.objects.filter(at__gt=now).exists()
    wrong = Q(picked_up_at__lt=F("opened_at")) | Q(picked_up_at__gt=now) | Q(closed_at__gt=now)
    crossed = Q(closed_at__lte=F("picked_up_at")) | Q(closed_at__lte=F("assigned_at"))
    assert not Case.objects.filter(wrong | crossed).exists()


def test_references_lead_somewhere_and_indexes_are_all_there(now):
    models = [
        one for app in ("accounts", "cases", "routing") for one in apps.get_app_config(app).get_models()
    ]
    for model in models:
        for field in model._meta.concrete_fields:
            if field.related_model:
                known = field.related_model._base_manager.values("pk")
                lost = model._base_manager.exclude(**{f"{field.name}__in": known})
                assert not lost.filter(**{f"{field.name}__isnull": False}).exists(), field
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert {one.name for one in [*model._meta.indexes, *model._meta.constraints]} <= {*there}


def test_a_recount_finds_nothing_wrong(now):
    assert recounting.recount_clocks() == 0
    assert recounting.recount_touches() == 0
    assert Case.objects.filter(next_touch_on__isnull=False).exists()


def test_nothing_is_due(now):
    assert sweep.sweep(now=now) == 0
    assert draining.drain_all(now=now) == 0
    assert evaluation.look_at_book(now=now) == 0


def test_what_was_counted_of_closed_cases_is_counted_again(now):
    assert [one.closed_at for one in SettledChange.objects.all()] == [None]


def test_departments_filed_some_of_their_own_case_types(now):
    filed = Case.objects.exclude(department="")
    assert filed.count() == pytest.approx(80, abs=10)
    assert len({*filed.values_list("department", flat=True)}) >= 6
    assert not filed.exclude(department=F("filed_by__department"), origin="form").exists()
    assert Filing.objects.filter(case__in=filed).count() == filed.count()
    subjects = {**active().form_subjects, "renewals": active().form_subjects["billing"]}
    for case in filed:
        assert case.case_type in subjects[case.department]
        assert case.category == active().triggers[case.case_type].category


def test_customers_were_touched_about_once_a_case(now):
    lately = Q(at__gte=now - timedelta(days=365))
    touches = History.objects.filter(OUR_TOUCH, lately, case__closed_at__isnull=False)
    closed = Case.objects.filter(closed_at__gte=now - timedelta(days=365))
    assert touches.count() == pytest.approx(closed.count(), rel=0.2)
    assert Activity.objects.filter(happened_at__gte=now - timedelta(days=90)).exists()


def test_clocks_were_broken_now_and_then(now):
    closed = Case.objects.closed()
    assert closed.filter(kept.PICKED_UP_LATE).count() == pytest.approx(40, abs=10)
    assert 0 < closed.filter(kept.CLOSED_AFTER_LIMIT).count() < 40
    assert not closed.filter(kept.CLOSED_AFTER_LIMIT, limit_passed_at=None).exists()


def test_some_were_put_off_once_and_some_handed_over(now):
    back = Case.objects.closed().filter(put_off=True)
    assert back.count() == pytest.approx(24, abs=6)
    assert not back.exclude(target_at=None, limit_at=None).exists()
    handed = Case.objects.filter(counted_filters.handed_over())
    assert handed.count() == pytest.approx(50, abs=15)
    for row in History.objects.filter(verb="handed_over").select_related("case"):
        given = row.case.assignments.order_by("id")
        assert [one.person_id for one in given] == [row.data["from_id"], row.data["to_id"]]
        assert row.data["to_id"] == row.case.owner_id != row.data["from_id"]
        assert given[1].rule == "by_hand"
    assert Assignment.objects.filter(over_capacity=True).exists()


def test_turns_go_on_from_those_that_were_had(now):
    assert Pool.objects.filter(playbook=active().key).order_by("turn").first().turn > 0
    assert not Member.objects.filter(last_turn__gt=F("pool__turn")).exists()


def test_questions_were_answered_in_time_and_late_and_some_are_open(now):
    questions = Question.objects.all()
    assert questions.count() == pytest.approx(40, abs=10)
    assert not questions.exclude(by=F("case__filed_by")).exists()
    assert questions.filter(KEPT_QUESTION).exists()
    assert questions.filter(BROKEN_QUESTION, answered_at__isnull=False).exists()
    waiting = questions.due()
    assert waiting.exists()
    assert not waiting.exclude(due_at=F("case__answer_by")).exists()
    assert Case.objects.filter(answer_by__isnull=False).count() == waiting.count()


def test_deals_were_won_and_lost_and_some_are_large(now):
    won = Case.objects.closed().filter(counted_filters.WON)
    assert won.count() == pytest.approx(40, abs=6)
    assert not won.exclude(opportunity__account=F("account"), opportunity__amount__gt=0).exists()
    assert Opportunity.objects.filter(are_large(), stage="closed_won").exists()
    assert (
        Opportunity.objects.filter(are_large(), close_on__lt=now.date()).exclude(stage="closed_won").exists()
    )


def test_languages_are_there_with_their_tags(now):
    for model in (Account, Case):
        assert 0.03 < model.objects.exclude(language="").count() / model.objects.count() < 0.08
    assert Contact.objects.exclude(language="en").count() == Account.objects.exclude(language="").count()
    tagged = Case.objects.filter(counted_filters.tagged("language_barrier"))
    assert tagged.closed().count() == tagged.count() == pytest.approx(6, abs=3)
    assert tagged.filter(counted_filters.handed_over()).exists()
    assert Case.objects.filter(counted_filters.tagged("advocate")).exists()


def test_triggers_have_versions_and_were_held_back(now):
    assert {*Trigger.objects.filter(playbook=active().key).values_list("version", flat=True)} == {1, 2, 3}
    known = {*TriggerVersion.objects.values_list("trigger__playbook", "trigger__key", "number")}
    opened = Case.objects.filter(origin="trigger").values_list("playbook", "case_type", "trigger_version")
    assert {*opened} <= known
    assert {number for *_, number in opened} == {1, 2, 3}
    looks = Evaluation.objects.filter(at__gte=now - timedelta(days=365))
    lately = Case.objects.filter(opened_at__gte=now - timedelta(days=365), origin="trigger")
    assert looks.count() == pytest.approx(lately.count() / 5, rel=0.2)
    assert {*looks.values_list("verdict", flat=True)} == {*HELD_BACK}


def test_everybody_has_days_off_each_year(now):
    for person in Person.objects.filter(role="advocate"):
        spans = TimeOff.objects.filter(person=person, starts_on__gte=now - timedelta(days=365))
        assert spans.filter(ends_on__lte=now).count() >= 2


def test_new_rows_take_ids_behind_its_own(now):
    again = Account.objects.create(external_id="new", name="New", as_of=now)
    assert again.pk == Account.objects.order_by("-pk").first().pk


def test_a_database_with_data_is_refused(now):
    with pytest.raises(CommandError, match="has data"):
        call_command("scale", "--cases", "100")
