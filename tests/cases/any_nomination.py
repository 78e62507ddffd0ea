"""Accounts nominated as High Value, and what managers decide: their cases open, go on, or may be closed."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import Person
from cases.models import Case
from routing.high_value import deciding, nominating
from routing.models import Nomination
from tests.cases.any_desk import ANY, AnyDesk, counted


class Nominating(AnyDesk):
    @rule(which=ANY, who=ANY, then=st.sampled_from(["approve", "decline", "wait"]))
    def nominate(self, which: int, who: int, then: str) -> None:
        account, by = self.accounts[which % 3], self.advocates[who % 4]
        counted["nominated"] += self.carry_out(
            lambda: nominating.nominate(
                account_id=account.pk,
                criteria=["license_growth"],
                why="Two more teams join.",
                by=by,
                now=self.now,
            )
        )
        newest = Nomination.objects.order_by("-id").first()
        if newest is not None and then != "wait":
            self.settle(newest, then, self.people[-2])

    @rule(which=ANY, who=ANY, how=st.sampled_from(["approve", "approve", "decline", "withdraw"]))
    def decide(self, which: int, who: int, how: str) -> None:
        """By whoever; most often a manager or Ops, who may."""
        found = list(Nomination.objects.select_related("advocate").order_by("id"))
        if not found:
            return
        one = found[which % len(found)]
        self.settle(one, how, one.advocate if how == "withdraw" else self.people[4 + who % 4])

    def settle(self, one: Nomination, how: str, by: Person) -> None:
        call = {"nomination_id": one.pk, "by": by, "now": self.now}
        act = {
            "approve": lambda: deciding.approve(**call, reason="They grow."),
            "decline": lambda: deciding.decline(**call, reason="Too early."),
            "withdraw": lambda: nominating.withdraw(**call),
        }[how]
        counted["decided"] += self.carry_out(act)
        self.ids = list(Case.objects.order_by("id").values_list("pk", flat=True))
