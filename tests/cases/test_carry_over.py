"""Switching the playbook: what waits is routed by the new one, what is in hand keeps its rules."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Person, Role
from cases import carrying, lifecycle, planning, sweep
from cases.closing import Closure
from cases.escalating import asking, reach
from cases.following import late
from cases.models import CarryOver, Case, EscalationKind, Notice, Verb
from routing import by_hand, draining
from routing.models import Waiting
from tests import factories
from tests.cases.desk import at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def carry(*words: str) -> str:
    out = StringIO()
    call_command("playbook", "carry-over", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after", "region", "was", "becomes"),
    [
        ("fy25", "fy26", "AMER", "amer-apj", "amer"),
        ("fy25", "fy26", "APJ", "amer-apj", "emea-apj"),
        ("fy25", "fy26", "EMEA", "emea", "emea-apj"),
        ("fy26", "fy25", "APJ", "emea-apj", "amer-apj"),
        ("fy26", "fy25", "AMER", "amer", "amer-apj"),
    ],
)
def test_what_waits_is_routed_by_the_active_playbook(
    settings: Any, before: str, after: str, region: str, was: str, becomes: str
) -> None:
    settings.PLAYBOOK = before
    case = factories.case(account=factories.account(region=region), region=region)
    assert case.territory == was
    settings.PLAYBOOK = after
    assert carrying.carry_waiting(now=NOW + DAY) == [case.pk]
    case.refresh_from_db()
    assert (case.territory, case.playbook) == (becomes, before)
    row = case.history.get(verb=Verb.CARRIED)
    assert row.data == {"from": was, "to": becomes, "playbook": after}
    assert carrying.carry_waiting(now=NOW + DAY) == []


def test_without_an_account_the_old_territory_says_where(settings: Any) -> None:
    settings.PLAYBOOK = "fy26"
    amer, mixed = factories.cases(1, region="AMER")[0], factories.cases(1, region="APJ")[0]
    settings.PLAYBOOK = "fy25"
    carrying.carry_waiting(now=NOW)
    for case, territory in ((amer, "amer-apj"), (mixed, "")):
        case.refresh_from_db()
        assert case.territory == territory


def test_a_drain_brings_it_in_and_gives_it_out(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    factories.team(factories.pool("amer-apj", playbook="fy25"), 1)
    case = factories.case()
    draining.drain_all(now=NOW)
    assert Waiting.objects.get(case=case).reason == "queue"
    settings.PLAYBOOK = "fy26"
    (maya,) = factories.team(factories.pool("amer"), 1)
    assert draining.drain_all(now=NOW + DAY) == 1
    case.refresh_from_db()
    assert case.owner == maya
    assert not Waiting.objects.filter(case=case).exists()


def test_the_command_forgets_why_it_waited_before(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    factories.team(factories.pool("amer-apj", playbook="fy25"), 1)
    case = factories.case()
    draining.drain_all(now=NOW)
    assert Waiting.objects.get(case=case).reason == "queue"
    settings.PLAYBOOK = "fy26"
    carry()
    assert not Waiting.objects.filter(case=case).exists()


def test_a_pushed_case_is_taken_from_the_queue_after_the_switch_back(settings: Any) -> None:
    settings.PLAYBOOK = "fy26"
    case = factories.case()
    settings.PLAYBOOK = "fy25"
    maya = factories.member(factories.pool("amer-apj", playbook="fy25")).person
    draining.drain_all(now=NOW)
    assert by_hand.take_next(by=maya, now=NOW).pk == case.pk


def test_an_old_case_is_worked_to_its_close_by_its_own_rules(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    maya = factories.member(factories.pool("amer-apj", playbook="fy25")).person
    account = factories.account()
    case = factories.case(account=account, contact_id=factories.contact(account).pk)
    by_hand.take_next(by=maya, now=NOW)
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    settings.PLAYBOOK = "fy26"
    factories.member(factories.pool("amer"), person=maya)
    planning.put_off(
        case_id=case.pk, until=TODAY + 3 * DAY, what="Ask about the budget", by=maya, now=NOW + DAY
    )
    sweep.sweep(now=NOW + 4 * DAY)
    case.refresh_from_db()
    assert case.owner is None, "FY25 gives it back to the queue"
    draining.drain_all(now=NOW + 4 * DAY)
    case.refresh_from_db()
    assert (case.owner, case.territory) == (maya, "amer")
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW + 4 * DAY)
    case.refresh_from_db()
    assert case.status == "in_progress"
    ending = Closure(status="resolved", resolution_action="answered_question")
    lifecycle.close(case_id=case.pk, closure=ending, by=maya, now=NOW + 4 * DAY)
    lifecycle.reopen(case_id=case.pk, reason="Another question", by=maya, now=NOW + 5 * DAY)
    draining.drain_all(now=NOW + 5 * DAY)
    case.refresh_from_db()
    assert case.owner == maya, "it goes back to who had it"


def test_the_page_says_which_rules_hold(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    maya = at_desk(factories.person())
    case = factories.case(owner=maya.person)
    settings.PLAYBOOK = "fy26"
    page = text(maya.open(case))
    assert "Opened under FY25: its rules still hold." in page
    assert "feedback is optional" in page
    assert "its rules still hold" not in text(maya.open(factories.case(owner=maya.person)))


def test_a_manager_of_the_old_territory_still_works_what_is_in_hand(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    manager = factories.person("manager", region="EMEA")
    case = factories.case(owner=factories.person(), region="EMEA")
    settings.PLAYBOOK = "fy26"
    planning.set_next_steps(case_id=case.pk, what="Call them about it", on=TODAY, by=manager, now=NOW)


def test_the_command_says_what_it_would_do_then_does_it_once(settings: Any) -> None:
    settings.PLAYBOOK = "fy26"
    account = factories.account(tier=1, segment="smb")
    factories.subscription(account, plan="ultimate")
    Account.objects.filter(pk=account.pk).update(tier=2)
    call_command("playbook", "load", stdout=StringIO())
    case, held = factories.case(account=account), factories.case(owner=factories.person())
    settings.PLAYBOOK = "fy25"
    told = carry("--dry-run")
    assert "1 waiting cases would be routed by FY25" in told
    assert "1 cases in hand keep the rules" in told
    assert Case.objects.get(pk=case.pk).territory == "amer"
    out = StringIO()
    call_command("playbook", "load", stdout=out)
    assert "fy26 → fy25" in out.getvalue()
    assert Case.objects.get(pk=case.pk).territory == "amer-apj"
    assert Case.objects.get(pk=held.pk).territory == "amer"
    assert CarryOver.objects.count() == 2
    call_command("playbook", "load", stdout=StringIO())
    assert CarryOver.objects.count() == 2


def test_accounts_are_looked_at_by_the_lines_of_the_active_playbook(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    account = factories.account(tier=3)
    factories.subscription(account, plan="ultimate", renews_on=(NOW + 300 * DAY).date())
    done = carrying.carry_all(now=NOW)
    account.refresh_from_db()
    assert (account.tier, account.segment, account.outgrew_on, done.accounts) == (2, "smb", TODAY, 1)
    settings.PLAYBOOK = "fy26"
    carrying.carry_all(now=NOW)
    account.refresh_from_db()
    assert account.outgrew_on is None


def test_many_cases_cost_what_one_does(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    counts = []
    for many in (1, 40):
        settings.PLAYBOOK = "fy25"
        factories.cases(many)
        settings.PLAYBOOK = "fy26"
        with CaptureQueriesContext(connection) as queries:
            assert len(carrying.carry_waiting(now=NOW)) == many
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_has_cases_under_the_playbook_of_before_is_told_once(settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    carry()
    assert not Notice.objects.exists(), "the first playbook is no change"
    maya, theo, idle = (factories.person() for _ in range(3))
    for owner in (maya, maya, theo):
        factories.case(owner=owner)
    settings.PLAYBOOK = "fy26"
    factories.case(owner=idle)
    carry()
    carry()
    told = dict(Notice.objects.filter(kind="carried").values_list("person", "text"))
    assert told == {
        maya.pk: "FY26 routes from now on. 2 of your cases keep the rules of before, to the end.",
        theo.pk: "FY26 routes from now on. One of your cases keeps the rules of before, to the end.",
    }
    assert Notice.objects.count() == 2


class TestInHandUnderAnotherPlaybook:
    """It keeps its territory's old key, and is found under the team that works it."""

    @pytest.fixture
    def cases(self, settings: Any) -> dict[str, Case]:
        settings.PLAYBOOK = "fy25"
        in_amer, in_apj = (factories.person(region=region) for region in ("AMER", "APJ"))
        old = {
            "amer": factories.case(owner=in_amer),
            "emea-apj": factories.case(owner=in_apj, account=factories.account(region="APJ"), region="APJ"),
        }
        assert {case.territory for case in old.values()} == {"amer-apj"}
        settings.PLAYBOOK = "fy26"
        return old

    @pytest.mark.parametrize("territory", ["amer", "emea-apj"])
    def test_by_page(self, cases: dict[str, Case], territory: str) -> None:
        new = factories.case(account=factories.account(region="AMER"))
        page = text(at_desk(factories.person(Role.OPS)).client.get("/cases/", {"territory": territory}))
        listed = {key for key, case in cases.items() if case.number in page}
        assert listed == {territory}
        assert (new.number in page) == (territory == "amer")

    @pytest.mark.parametrize("territory", ["amer", "emea-apj"])
    def test_by_api(self, cases: dict[str, Case], territory: str) -> None:
        client = at_desk(factories.person(Role.OPS)).client
        found = client.get("/api/cases", {"territory": territory}).json()["results"]
        assert [case["number"] for case in found] == [cases[territory].number]

    def test_the_old_key_is_still_an_answer_by_api(self, cases: dict[str, Case]) -> None:
        client = at_desk(factories.person(Role.OPS)).client
        found = client.get("/api/cases", {"territory": "amer-apj"}).json()["results"]
        assert {case["number"] for case in found} == {case.number for case in cases.values()}

    def test_in_the_admin(self, cases: dict[str, Case]) -> None:
        page = text(
            at_desk(factories.person(Role.OPS)).client.get("/admin/cases/case/", {"territory": "amer"})
        )
        assert (cases["amer"].number in page, cases["emea-apj"].number in page) == (True, False)

    def test_its_team_s_manager_is_told_when_it_is_late(self, cases: dict[str, Case]) -> None:
        bosses = {region: factories.person(Role.MANAGER, region=region) for region in ("AMER", "EMEA", "APJ")}
        sweep.sweep(now=NOW + 2 * DAY)
        told = {
            region: Notice.objects.filter(person=boss, kind="overdue").count()
            for region, boss in bosses.items()
        }
        assert told == {"AMER": 1, "EMEA": 1, "APJ": 1}

    def test_its_territory_s_managers_are_told_what_is_asked_on_it(self, cases: dict[str, Case]) -> None:
        """Wherever it lies now, in hand or carried over: not SMB Ops, who are for territories without managers."""
        people = {region: factories.person(Role.MANAGER, region=region) for region in ("AMER", "APJ")}
        factories.person(Role.OPS)
        case = cases["amer"]
        asked = {"kind": EscalationKind.SOLUTIONS_ARCHITECT}
        assert reach.deciders(case, **asked) == {people["AMER"].pk}
        Case.objects.filter(pk=case.pk).update(owner=None)
        carrying.carry_waiting(now=NOW)
        case.refresh_from_db()
        assert (case.playbook, case.territory) == ("fy25", "amer")
        assert reach.deciders(case, **asked) == {people["AMER"].pk}

    def test_its_territory_s_managers_are_told_that_nobody_picked_it_up(self, cases: dict[str, Case]) -> None:
        boss, asker = factories.person(Role.MANAGER), factories.person(Role.STAKEHOLDER, department="sales")
        case = cases["amer"]
        Case.objects.filter(pk=case.pk).update(filed_by=asker)
        late.escalate(case_id=case.pk, words="They buy this week.", by=asker, now=NOW + 2 * DAY)
        assert list(Notice.objects.filter(kind="escalated").values_list("person", flat=True)) == [boss.pk]

    def test_its_manager_answers_what_is_asked_on_it(self, cases: dict[str, Case]) -> None:
        boss = factories.person(Role.MANAGER, region="AMER")
        for case in cases.values():
            asking.ask(
                case_id=case.pk,
                kind=EscalationKind.SOLUTIONS_ARCHITECT,
                reason="A migration",
                by=owner_of(case),
                now=NOW,
            )
        assert [one.case for one in reach.open_to(boss)] == [cases["amer"]]


def owner_of(case: Case) -> Person:
    assert case.owner is not None
    return case.owner
