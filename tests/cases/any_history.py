"""Random people do random things by the domain calls of pages and API: each act on one case, and what time does."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.models import Lead, Opportunity
from accounts.models.book import ActivityKind
from cases import details, lifecycle, planning, sweep
from cases.closing import Closure
from cases.models import Case
from cases.talk import commenting
from routing import by_hand, draining, time_off
from tests.cases.any_desk import ANY, DAYS, TYPES, counted
from tests.cases.any_many import ManyAtOnce
from tests.cases.any_nomination import Nominating
from tests.cases.any_talk import Talking

MOST_CASES = 14
STATUSES = "open in_progress attempting_contact engaged blocked resolved".split()
ENDINGS = ("resolved", "resolved", "duplicate", "unresponsive", "unresponsive", "not_applicable")

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


class AnyHistory(ManyAtOnce, Talking, Nominating):
    """What happens to single cases; acts on many, talk and nominations come from their own modules."""

    # What people do

    @rule(kind=st.sampled_from(sorted(TYPES)), which=ANY, region=st.sampled_from(["same", "none"]), more=ANY)
    @precondition(lambda self: len(self.ids) < MOST_CASES)
    def open_a_case(self, kind: str, which: int, region: str, more: int) -> None:
        self.open_one(kind, which, more, placed=region == "same")

    @rule()
    def drain(self) -> None:
        draining.drain_all(now=self.now)

    @rule(case=ANY)
    def pick_up(self, case: int) -> None:
        self.attempt(lifecycle.pick_up, case, who=case)

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
        self.attempt(by_hand.hand_over, case, who=who, to=receiver, reason="Cover")

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
