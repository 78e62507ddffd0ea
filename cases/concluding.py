"""The act of closing: cases, the opportunities that close with them, and the High Value cases that they stop.

What is closed beside a case is noted with it, so that an undo can take it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts import desk_changes, opportunities
from accounts.models import Account, Opportunity
from cases import access, closing, ending, moves
from cases.closing import Beside, Closure
from cases.models import Case, NoticeKind, Verb
from cases.talk import notices
from cases.talk.asked import Asked
from cases.talk.notices import Telling
from cases.together import Deed
from cases.writing import Change, Entry
from smbcases.playbook.vocabulary import HIGH_VALUE


@dataclass(kw_only=True)
class Close(Deed):
    """Cases are closed by the closing rules of their playbooks, all in the same way.

    `beside` has for a case the `opportunity` that it closed (its `id`, when it was closed, its columns `before` and
    `after`), and `stopped` where the account's High Value cases are stopped by its like alone, not by hand.
    """

    closure: Closure
    facts: Mapping[int, Beside] = field(default_factory=dict)
    closed: dict[int, Opportunity] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    accounts: dict[int, Account] = field(default_factory=dict)

    def look(self, cases: Sequence[Case]) -> None:
        self.facts = ending.look_beside(cases, self.closure, by=self.by, now=self.now)
        touching = [case for case in cases if self._touches_account(case)]
        self.accounts = _lock_accounts(pk for case in touching for pk in _accounts_of(case))
        deals = opportunities.lock_many(
            case.opportunity_id for case in cases if self.closure.opportunity and case.opportunity_id
        )
        self.accounts |= self._load_moved(deals.values())
        self.stopped = {case.account_id or 0 for case in _load_stopping(self.accounts)}
        for case in cases:
            case.account = self.accounts.get(case.account_id or 0, case.account)
            case.opportunity = deals.get(case.opportunity_id or 0, case.opportunity)

    def _load_moved(self, deals: Iterable[Opportunity]) -> dict[int, Account]:
        """The accounts to which the CRM moved an opportunity that is to be won before it was locked."""
        wins = self.closure.opportunity == closing.WON
        moved = {deal.account_id for deal in deals} - self.accounts.keys() if wins else set()
        return Account.objects.in_bulk(moved) if moved else {}

    def _touches_account(self, case: Case) -> bool:
        wins = self.closure.opportunity == closing.WON and case.opportunity_id is not None
        return wins or closing.stops_high_value(case, self.closure.resolution_action)

    def decide(self, case: Case) -> Change:
        self._check_may_close(case)
        gaps = closing.missing(case, self.closure, beside=self.facts[case.pk])
        if gaps:
            raise closing.NotReadyToClose(gaps)
        moves.check_move(case, self.closure.status, by=self.by)
        self._close_opportunity(case)
        self._stop_high_value(case)
        return self._closed(case)

    def write(self, changes: Sequence[Change]) -> None:
        desk_changes.write_many(list(self.closed.values()), names=self._ending_names, now=self.now)
        super().write(changes)
        stopped = [change.case.account_id for change in changes if self._beside(change.case).get("stopped")]
        if stopped:
            Account.objects.filter(pk__in=stopped).update(high_value_stopped=True)
        self._tell_askers(change.case for change in changes)

    def _tell_askers(self, cases: Iterable[Case]) -> None:
        notices.send_all(
            (asker, Telling(kind=NoticeKind.UNANSWERED, case_id=case.pk, by=self.by, now=self.now))
            for case in cases
            for asker in sorted({one.by_id for one in self.facts[case.pk].questions})
        )

    def _check_may_close(self, case: Case) -> None:
        """Raise PermissionDenied, IllegalMove, or NotYourMove where the playbook leaves this ending to others."""
        access.check_has_part(self.by, case)
        moves.check_open(case)
        if case.owner_id is None:
            raise moves.IllegalMove(f"{case.number} has no owner yet; it is closed by who worked it.")
        if self.closure.status in case.rules.statuses[case.status].moves:
            moves.check_move(case, self.closure.status, by=self.by)

    def _close_opportunity(self, case: Case) -> None:
        """Where that was asked for and it is open. Cases of one opportunity share the record: it is closed once."""
        deal = case.opportunity
        if deal is None or not deal.is_open or not self.closure.opportunity:
            return
        ending_of = self._ending_of(deal)
        before = {name: getattr(deal, name) for name in ending_of}
        for name, value in ending_of.items():
            setattr(deal, name, value)
        self.closed[deal.pk] = deal
        after = {**ending_of, "as_of": deal.as_of}
        self._beside(case)["opportunity"] = {"id": deal.pk, "at": self.now, "before": before, "after": after}

    @property
    def _ending_names(self) -> Sequence[str]:
        return (*opportunities.ENDING, "risk") if self.closure.will_churn else opportunities.ENDING

    def _ending_of(self, deal: Opportunity) -> opportunities.Ending:
        if self.closure.opportunity == closing.LOST:
            reason = closing.reason_of_loss(self.closure)
            leaves = self.closure.will_churn
            return opportunities.lose(deal, reason=reason, by=self.by, now=self.now, will_churn=leaves)
        account = self.accounts[deal.account_id]
        return opportunities.win(deal, account=account, by=self.by, now=self.now)

    def _stop_high_value(self, case: Case) -> None:
        account = case.account
        if account is None or not closing.stops_high_value(case, self.closure.resolution_action):
            return
        if not account.high_value_stopped or account.pk in self.stopped:
            account.high_value_stopped = True
            self.stopped.add(account.pk)
            self._beside(case)["stopped"] = True

    def _beside(self, case: Case) -> dict[str, Any]:
        return self.beside.setdefault(case.pk, {})

    def _closed(self, case: Case) -> Change:
        closure = self.closure
        return Change(
            case=case,
            columns={
                "status": closure.status,
                "resolution_action": closure.resolution_action,
                "feedback": closure.feedback.strip(),
                "duplicate_of_id": closure.duplicate_of_id if closure.status == "duplicate" else None,
                "picked_up_at": case.picked_up_at or self.now,
                "deferred_until": None,
                "closed_at": self.now,
                "answer_by": None,
            },
            entries=[
                Entry(
                    verb=Verb.CLOSED,
                    person=self.by,
                    data=_told(case, closure, asked=self.facts[case.pk].questions),
                    text=closure.feedback.strip(),
                )
            ],
        )


def _told(case: Case, closure: Closure, *, asked: Sequence[Asked]) -> dict[str, Any]:
    data = {
        "from": case.status,
        "to": closure.status,
        "resolution_action": closure.resolution_action,
        **{said: True for said in ("need_met", "will_churn", "mid_market") if getattr(closure, said)},
    }
    if closure.opportunity and case.opportunity is not None:
        data["opportunity"] = case.opportunity.get_stage_display()
    if asked:
        data["left_open"] = len(asked)
    return data


def _accounts_of(case: Case) -> Iterator[int]:
    """Its own, and that of its opportunity, which is the same but for a mistake in the CRM."""
    if case.account_id is not None:
        yield case.account_id
    if case.opportunity is not None:
        yield case.opportunity.account_id


def _lock_accounts(ids: Iterable[int]) -> dict[int, Account]:
    """The accounts by id; cases of one account share the record. Locked before opportunities are."""
    wanted = sorted(set(ids))
    locked = Account.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    return {account.pk: account for account in locked} if wanted else {}


def _load_stopping(accounts: Collection[int]) -> list[Case]:
    """The cases that were closed so that no High Value case opens any more on these accounts."""
    if not accounts:
        return []
    closed = Case.objects.closed().filter(account__in=accounts, case_type=HIGH_VALUE)
    return [case for case in closed if closing.stops_high_value(case, case.resolution_action)]


def lift_stops(cases: Iterable[Case]) -> None:
    """High Value cases may open again on the accounts of these, unless another closed one says that they may not.

    The accounts are locked first: one that is closed at this very moment stops them before this looks, or after.
    """
    accounts = set(_lock_accounts(case.account_id for case in cases if case.account_id is not None))
    free = accounts - {case.account_id for case in _load_stopping(accounts)}
    Account.objects.filter(pk__in=free).update(high_value_stopped=False)
