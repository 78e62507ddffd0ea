"""A desk on which anything may happen: who works at it, how an attempt is made, and what holds after each.

What people attempt stands in modules of its own, by what it is about: `any_history` puts them together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.models import Person
from cases import opening
from cases.models import Case, History, Question
from routing import draining
from routing.models import Assignment
from routing.triggers import catalogue
from smbcases.lib.refusal import Refusal
from tests import factories
from tests.cases import held_true
from tests.factories import NOW

PLACES = 2
TYPES = {
    "duo_trial_started": "expansion",
    "contact_sales_request": "inbound",
    "customer_mql": "expansion",
    "fo_opp": "expansion",
    "po_required": "urgent_renewal",
    "high_value_account": "high_value",
}
ANY = st.integers(0, 99)
DAYS = st.integers(-1, 5)
counted: Counter[str] = Counter()


class AnyDesk(RuleBasedStateMachine):
    """Four advocates with two places each, a team lead, two managers and Ops; three accounts in two regions."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.load_before: dict[int, int] = {}
        self.last_over = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def set_the_desk(self) -> None:
        catalogue.load(now=NOW)
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
        held_true.check_stops(cases)
        held_true.check_questions(cases, Question.objects.order_by("id"))
        self.nobody_is_over(held_true.loads(cases))

    def nobody_is_over(self, loads: dict[int, int]) -> None:
        """More than their places only ever by a hand-over that says so, and never more than it made."""
        over = self.count_over()
        for person, load in loads.items():
            allowed = max(PLACES, self.load_before.get(person, 0)) + over[person]
            assert load <= allowed, f"{load} cases in {PLACES} places"
        self.load_before = dict(loads)

    def count_over(self) -> Counter[int]:
        """How often, since this was asked last, somebody was given a case beyond their places by hand."""
        fresh = Assignment.objects.filter(over_capacity=True, pk__gt=self.last_over).order_by("id")
        given = list(fresh.values_list("pk", "person_id"))
        self.last_over = given[-1][0] if given else self.last_over
        return Counter(person for _, person in given)
