"""A desk on which anything may happen: random people do random things by the domain calls of pages and API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.models import Lead, Opportunity, Person
from accounts.models.book import ActivityKind
from cases import details, lifecycle, opening, planning, sweep, together
from cases.closing import Closure
from cases.models import Case, History, Question
from cases.talk import commenting, questions
from routing import by_hand, draining, time_off
from routing.models import Assignment
from smbcases.lib.refusal import Refusal
from tests import factories
from tests.cases import held_true
from tests.factories import NOW

PLACES = 2
MOST_CASES = 14
TYPES = {
    "duo_trial_started": "expansion",
    "contact_sales_request": "inbound",
    "customer_mql": "expansion",
    "fo_opp": "expansion",
    "po_required": "urgent_renewal",
    "high_value_account": "high_value",
}
STATUSES = "open in_progress attempting_contact engaged blocked resolved".split()
ENDINGS = ("resolved", "resolved", "duplicate", "unresponsive", "unresponsive", "not_applicable")
ANY = st.integers(0, 99)
DAYS = st.integers(-1, 5)
counted = {"steps": 0, "done": 0, "closed": 0, "reopened": 0}

closures = st.builds(
    Closure,
    status=st.sampled_from(ENDINGS),
    resolution_action=st.sampled_from(
        ["answered_question", "answered_question", "no_action_required", "request_not_possible", ""]
    ),
    feedback=st.sampled_from(["NA", "NA", "NA", ""]),
    need_met=st.booleans(),
    will_churn=st.booleans(),
    opportunity=st.sampled_from(["", "won", "lost", "lost"]),
    lost_reason=st.sampled_from(["Too dear", ""]),
    mid_market=st.booleans(),
    leave_questions=st.booleans(),
)


class AnyHistory(RuleBasedStateMachine):
    """Four advocates with two places each, a team lead, two managers and Ops; three accounts in two regions."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.load_before: dict[int, int] = {}
        self.went_over: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def set_the_desk(self) -> None:
        self.managers = [factories.person("manager", region=region) for region in ("AMER", "EMEA")]
        self.advocates = [
            factories.person(region=region, manager=manager)
            for region, manager in zip(("AMER", "EMEA"), self.managers, strict=True)
            for _ in range(2)
        ]
        self.advocates[0].languages = ["en", "de"]
        lead = factories.person("team_lead", region="AMER", manager=self.managers[0])
        self.people: list[Person] = [*self.advocates, *self.managers, factories.person("ops"), lead]
        for book, pools in (("fy26", ("amer", "emea-apj")), ("fy25", ("amer-apj", "emea"))):
            for territory, region in zip(pools, ("AMER", "EMEA"), strict=True):
                pool = factories.pool(territory, playbook=book)
                for advocate in self.advocates:
                    if advocate.region == region:
                        factories.member(pool, person=advocate, places=PLACES)
        self.accounts = [factories.account(region=region) for region in ("AMER", "EMEA", "APJ")]
        self.contacts = [factories.contact(account) for account in self.accounts]
        self.deals = [factories.opportunity(account) for account in self.accounts for _ in range(2)]
        self.leads = [factories.lead(account) for account in self.accounts]
        first = self.accounts[0]
        first.gitlab_admin = self.contacts[0]
        first.save()
        self.ids: list[int] = []
        for which, kind in enumerate([*TYPES, "duo_trial_started"]):
            self.open_one(kind, which, which + 1, placed=True)
        draining.drain_all(now=self.now)

    # What people do

    @rule(kind=st.sampled_from(sorted(TYPES)), which=ANY, region=st.sampled_from(["same", "none"]), more=ANY)
    @precondition(lambda self: len(self.ids) < MOST_CASES)
    def open_a_case(self, kind: str, which: int, region: str, more: int) -> None:
        self.open_one(kind, which, more, placed=region == "same")

    def open_one(self, kind: str, which: int, more: int, *, placed: bool) -> None:
        account, contact = (found[which % 3] for found in (self.accounts, self.contacts))
        draft = factories.draft(
            case_type=kind,
            category=TYPES[kind],
            account_id=account.pk,
            region=account.region if placed else "",
            contact_id=contact.pk if more % 2 else None,
            opportunity_id=self.deals[which % 3 * 2].pk if more % 3 == 0 else None,
            lead_id=self.leads[which % 3].pk if kind == "customer_mql" else None,
            meant_for_id=self.advocates[more % 4].pk if kind == "fo_opp" and more % 5 == 0 else None,
        )
        self.ids += opening.open_cases([draft], now=self.now).cases

    @rule()
    def drain(self) -> None:
        draining.drain_all(now=self.now)

    @rule(case=ANY)
    def pick_up(self, case: int) -> None:
        self.attempt(lifecycle.pick_up, case, who=case)

    @rule(many=st.lists(ANY, max_size=6), who=ANY)
    def pick_up_many(self, many: list[int], who: int) -> None:
        if self.ids:
            ids = [self.ids[each % len(self.ids)] for each in many]
            together.each(lifecycle.PickUp(by=self.anyone(who), now=self.now), ids)

    @rule(case=ANY, who=ANY, status=st.sampled_from(STATUSES))
    def move(self, case: int, who: int, status: str) -> None:
        self.attempt(lifecycle.set_status, case, who=who, status=status)

    @rule(case=ANY, who=ANY, days=DAYS)
    def plan(self, case: int, who: int, days: int) -> None:
        on = (self.now + timedelta(days=days)).date()
        self.attempt(planning.set_next_steps, case, who=who, what="Send them the quote", on=on)

    @rule(case=ANY, who=ANY, days=DAYS)
    def put_off(self, case: int, who: int, days: int) -> None:
        until = (self.now + timedelta(days=days)).date()
        self.attempt(planning.put_off, case, who=who, what="Ask about the budget", until=until)

    @rule(case=ANY, who=ANY, kind=st.sampled_from(["email", "call"]), inbound=st.integers(0, 7))
    def log(self, case: int, who: int, kind: str, inbound: int) -> None:
        given = {"kind": ActivityKind(kind), "what": "Wrote to them", "inbound": inbound == 0}
        self.attempt(details.log_activity, case, who=who, **given)

    @rule(case=ANY, who=ANY)
    def comment(self, case: int, who: int) -> None:
        self.attempt(commenting.comment, case, who=who, text="Somebody should ring them.")

    @rule(case=ANY, who=ANY)
    def ask(self, case: int, who: int) -> None:
        self.attempt(questions.ask, case, who=who, text="Has the quote gone out?")

    @rule(case=ANY, who=ANY)
    def answer(self, case: int, who: int) -> None:
        """The oldest open question on it."""
        waiting = Question.objects.open().order_by("id").values_list("case_id", "id")
        found = dict(reversed(list(waiting)))
        if found:
            one = Case.objects.select_related("owner").get(pk=sorted(found)[case % len(found)])
            by = self.anyone(who, one)
            asked = {"case_id": one.pk, "question_id": found[one.pk], "by": by, "now": self.now}
            self.carry_out(lambda: questions.answer(**asked, text="Yes, today."))

    @rule(case=ANY, who=ANY, which=ANY)
    def name_the_contact(self, case: int, who: int, which: int) -> None:
        self.attempt(details.set_contact, case, who=who, contact=self.contacts[which % 3])

    @rule(case=ANY, who=ANY, which=ANY)
    def link(self, case: int, who: int, which: int) -> None:
        deal = Opportunity.objects.get(pk=self.deals[which % 6].pk) if which % 4 else None
        self.attempt(details.link_opportunity, case, who=who, opportunity=deal)

    @rule(case=ANY, who=ANY, original=ANY, closure=closures)
    def close(self, case: int, who: int, original: int, closure: Closure) -> None:
        if self.ids and closure.status == "duplicate" and original % 3:
            closure = Closure(
                **{
                    **vars(closure),
                    "duplicate_of_id": self.ids[original % len(self.ids)],
                    "will_churn": False,
                }
            )
        counted["closed"] += self.attempt(lifecycle.close, case, who=who, closure=closure)

    @rule(case=ANY, won=st.booleans())
    def work_to_a_good_end(self, case: int, won: bool) -> None:
        """Done by the book, so that many a history has a closing in it."""
        one = self.pick(case, Case.objects.open().filter(owner__isnull=False))
        if one is None or one.owner is None:
            return
        call = {"case_id": one.pk, "by": one.owner, "now": self.now}
        if one.contact_id is None and one.account_id:
            contact = self.contacts[[each.pk for each in self.accounts].index(one.account_id)]
            self.carry_out(lambda: details.set_contact(**call, contact=contact))
        self.carry_out(lambda: lifecycle.pick_up(**call))
        self.carry_out(
            lambda: planning.set_next_steps(**call, what="Tell them it is done", on=self.now.date())
        )
        ending = Closure(
            status="resolved",
            resolution_action="no_action_required" if won else "request_not_possible",
            feedback="NA",
            need_met=True,
            will_churn=not won,
            opportunity="won" if won else "lost",
            leave_questions=True,
        )
        counted["closed"] += self.carry_out(lambda: lifecycle.close(**call, closure=ending))

    @rule(case=ANY, waits=st.sampled_from([14, 15, 16]))
    def try_in_vain(self, case: int, waits: int) -> None:
        one = self.pick(case, Case.objects.in_hand())
        if one is None or one.owner is None:
            return
        for day in (0, 3, waits - 3):
            self.let_time_pass(24 * day)
            self.attempt_on(one, details.log_activity, kind=ActivityKind.CALL, what="Rang them")
        ending = Closure(
            status="unresponsive", resolution_action="failed_to_engage", feedback="NA", leave_questions=True
        )
        counted["closed"] += self.attempt_on(one, lifecycle.close, closure=ending)

    @rule(case=ANY, who=ANY)
    def reopen_something(self, case: int, who: int) -> None:
        one = self.pick(case, Case.objects.closed())
        if one is not None:
            counted["reopened"] += self.attempt_on(one, lifecycle.reopen, reason="They asked again")
            if who % 2:
                self.drain()

    @rule(case=ANY, who=ANY)
    def reopen(self, case: int, who: int) -> None:
        counted["reopened"] += self.attempt(lifecycle.reopen, case, who=who, reason="They asked again")

    @rule(case=ANY, who=ANY, to=ANY)
    def hand_over(self, case: int, who: int, to: int) -> None:
        receiver = self.advocates[to % 4]
        if self.attempt(by_hand.hand_over, case, who=who, to=receiver, reason="Cover"):
            last = Assignment.objects.order_by("-id")[0]
            self.went_over |= {receiver.pk} if last.over_capacity else set()

    @rule(who=ANY)
    def take_next(self, who: int) -> None:
        self.carry_out(lambda: by_hand.take_next(by=self.advocates[who % 4], now=self.now))

    @rule(who=ANY, days=st.integers(0, 3))
    def be_away(self, who: int, days: int) -> None:
        span = {"starts_on": self.now.date(), "ends_on": (self.now + timedelta(days=days)).date()}
        person = self.advocates[who % 4]
        cover = self.advocates[(who + 1) % 4]
        by = self.people[-2]
        self.carry_out(
            lambda: time_off.add(person=person, covered_by=cover, note="", by=by, now=self.now, **span)
        )

    # What happens beside them

    @rule(hours=st.sampled_from([1, 5, 24, 24, 72, 120, 200]))
    def let_time_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        sweep.sweep(now=self.now)

    @rule(which=ANY, status=st.sampled_from(["converted", "disqualified"]))
    def deal_with_a_lead(self, which: int, status: str) -> None:
        Lead.objects.filter(pk=self.leads[which % 3].pk).update(status=status)

    @rule(chance=st.integers(0, 9))
    def switch_the_playbook(self, chance: int) -> None:
        if chance == 0:
            settings.PLAYBOOK = "fy25" if settings.PLAYBOOK == "fy26" else "fy26"

    # How it is done

    def anyone(self, who: int, case: Case | None = None) -> Person:
        """Most often the owner, so that most attempts come to something."""
        if case is not None and case.owner is not None and who % 3:
            return case.owner
        return self.people[who % len(self.people)]

    def attempt(self, act: Callable[..., Any], case: int, *, who: int, **given: Any) -> bool:
        if not self.ids:
            return False
        one = Case.objects.select_related("owner").get(pk=self.ids[case % len(self.ids)])
        by = self.anyone(who, one)
        return self.carry_out(lambda: act(case_id=one.pk, by=by, now=self.now, **given))

    def pick(self, case: int, among: Any) -> Case | None:
        found = list(among.select_related("owner").order_by("id"))
        return found[case % len(found)] if found else None

    def attempt_on(self, one: Case, act: Callable[..., Any], **given: Any) -> bool:
        """In the name of its owner."""
        return self.carry_out(lambda: act(case_id=one.pk, by=one.owner, now=self.now, **given))

    def carry_out(self, act: Callable[[], object]) -> bool:
        """Whether it went through; refused, it has changed nothing."""
        before = dict(Case.objects.values_list("pk", "version"))
        rows = History.objects.count()
        try:
            with transaction.atomic():
                act()
        except (Refusal, PermissionDenied):
            assert dict(Case.objects.values_list("pk", "version")) == before
            assert History.objects.count() == rows
            return False
        counted["done"] += 1
        return True

    @invariant()
    def everything_holds(self) -> None:
        counted["steps"] += 1
        beside = ("lead", "opportunity", "account", "duplicate_of")
        cases = list(Case.objects.select_related(*beside).order_by("id"))
        rows = defaultdict(list)
        for row in History.objects.order_by("id"):
            rows[row.case_id].append(row)
        for case in cases:
            held_true.check(case, rows[case.pk])
        self.nobody_is_over(held_true.loads(cases))

    def nobody_is_over(self, loads: dict[int, int]) -> None:
        """More than their places only ever by a hand-over that says so, and never more than it made."""
        for person, load in loads.items():
            allowed = max(PLACES, self.load_before.get(person, 0) + (person in self.went_over))
            assert load <= allowed, f"{load} cases in {PLACES} places"
        self.load_before, self.went_over = dict(loads), set()
