"""Acts on many cases at once, in any order with the single ones: previewed, carried out, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cases.many import running, selecting, undoing
from cases.models import BulkRun, Case, RunState
from tests.cases.any_desk import ANY, DAYS, AnyDesk, counted

CLOSE = {
    "resolution_action": "no_action_required",
    "feedback": "NA",
    "need_met": True,
    "leave_questions": True,
}
endings = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["resolved", "resolved", "duplicate", "unresponsive"]),
        "resolution_action": st.sampled_from(["no_action_required", "request_not_possible"]),
        "opportunity": st.sampled_from(["", "won", "lost"]),
        "lost_reason": st.sampled_from(["Too dear", ""]),
        "mid_market": st.booleans(),
    }
)
ACTS = ["pick_up", "next_steps", "status", "later", "hand_over", "close", "close"]


class ManyAtOnce(AnyDesk):
    """`runs` has the ids of those that were previewed and perhaps carried out."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Any] = []

    @rule(
        act=st.sampled_from(ACTS),
        many=st.lists(ANY, min_size=1, max_size=6),
        who=ANY,
        days=DAYS,
        ending=endings,
        then=st.sampled_from(["carry out", "undo", "wait"]),
    )
    def act_on_many(
        self, act: str, many: list[int], who: int, days: int, ending: dict[str, Any], then: str
    ) -> None:
        one = self.pick(many[0], Case.objects.all())
        if one is None:
            return
        by, given = self.anyone(who, one), self.given(act, who, days=days, ending=ending, original=many[-1])
        own = list(Case.objects.owned_by(by).order_by("id").values_list("pk", flat=True))
        among = own if own and who % 2 else self.ids
        chosen = selecting.ticked([one.pk, *(among[each % len(among)] for each in many)], by=by)
        before = dict(Case.objects.values_list("pk", "version"))
        if not self.carry_out(lambda: self.begin(act, chosen, given, by)):
            return
        assert dict(Case.objects.values_list("pk", "version")) == before, "a preview changes nothing"
        if then != "wait":
            run = BulkRun.objects.get(pk=self.runs[-1])
            foretold = self.verdicts(run)
            running.carry_out(run_id=run.pk, by=by, now=self.now)
            assert self.verdicts(run) == foretold, "what was previewed is what is done"
            counted["closed"] += run.rows.filter(verdict="goes").count() if act == "close" else 0
            counted["many"] += 1
        if then == "undo":
            self.everything_holds()
            self.undo(1)

    def given(
        self, act: str, who: int, *, days: int, ending: dict[str, Any], original: int
    ) -> dict[str, Any]:
        on = (self.now + timedelta(days=days)).date().isoformat()
        closing = {**CLOSE, **ending}
        if ending["status"] == "duplicate":
            closing["duplicate_of"] = str(self.ids[original % len(self.ids)])
        return {
            "pick_up": {},
            "next_steps": {"what": "Send them the quote", "on": on},
            "status": {"status": "engaged" if who % 2 else "in_progress"},
            "later": {"what": "Ask about the budget", "until": on},
            "hand_over": {"to": self.advocates[who % 4].email, "reason": "Cover"},
            "close": closing,
        }[act]

    def begin(self, act: str, chosen: selecting.Chosen, given: dict[str, Any], by: Any) -> None:
        run = running.choose(act=act, chosen=chosen, by=by, now=self.now)
        running.preview(run_id=run.pk, given=given, by=by, now=self.now)
        self.runs.append(run.pk)

    @staticmethod
    def verdicts(run: BulkRun) -> list[tuple[str, str]]:
        return list(run.rows.order_by("position").values_list("verdict", "detail"))

    @rule(which=ANY)
    def carry_out_an_old_preview(self, which: int) -> None:
        """Much may have happened since it was made."""
        run = self.a_run(RunState.PREVIEWED, which)
        if run is not None:
            self.carry_out(lambda: running.carry_out(run_id=run.pk, by=run.by, now=self.now))

    @rule(which=ANY)
    def undo(self, which: int) -> None:
        """Too late, it is refused; what was touched since stays."""
        run = self.a_run(RunState.DONE, which)
        if run is not None and self.carry_out(lambda: undoing.undo(run_id=run.pk, by=run.by, now=self.now)):
            counted["undone"] += run.rows.filter(undone=True).count()

    def a_run(self, state: RunState, which: int) -> BulkRun | None:
        """Most often the last one."""
        found = list(BulkRun.objects.filter(pk__in=self.runs, state=state).order_by("-made_at", "pk"))
        return found[which % len(found) if which % 3 == 0 else 0] if found else None
