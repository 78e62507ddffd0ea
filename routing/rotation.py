"""The rotation while a pool is drained: the same order as `ranking.rank`, at a few steps a case.

Among members of one weight the order is simply that of their last turns, which is a heap; the turn goes to the
first of one of these heaps. Cases that ask for more than a place (a language) are rare and ranked in full.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from routing.ranking import Candidate, Need, Verdict, precedence, rank, verdict

PLAIN = Need()
Pair = tuple[Candidate | None, Candidate | None]


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Who got a case, as they stood before it, and who was next behind them; `turn` is None if it cost no turn."""

    candidate: Candidate
    runner_up: Candidate | None = None
    turn: int | None = None


class Rotation:
    """Members as they stand, changed by every pick. `turn` is the pool's count of turns given."""

    def __init__(self, candidates: Iterable[Candidate], *, turn: int) -> None:
        self.turn = turn
        self.members = {candidate.id: candidate for candidate in candidates}
        self._per_round = 0
        self._heaps: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for candidate in self.members.values():
            if verdict(candidate, need=PLAIN) is Verdict.ELIGIBLE:
                self._per_round += candidate.weight
                self._heaps[candidate.weight].append((candidate.last_turn, candidate.id))
        for heap in self._heaps.values():
            heapq.heapify(heap)

    def pick(self, *, need: Need) -> Pick | None:
        """Give the turn to who is next for this need; None where nobody can take it."""
        chosen, runner_up = self._first_two() if need == PLAIN else self._first_two_of(need)
        if chosen is None:
            return None
        self.turn += 1
        self._count(chosen, need=need, last_turn=self.turn)
        heapq.heappush(self._heaps[chosen.weight], (self.turn, chosen.id))
        return Pick(candidate=chosen, runner_up=runner_up, turn=self.turn)

    def give(self, person_id: int | None, *, need: Need) -> Pick | None:
        """Give a case to somebody for another reason than their turn; None where they cannot take it."""
        chosen = self.members.get(person_id) if person_id else None
        if chosen is None or verdict(chosen, need=need) is not Verdict.ELIGIBLE:
            return None
        self._count(chosen, need=need, last_turn=chosen.last_turn)
        return Pick(candidate=chosen)

    def is_active(self, person_id: int) -> bool:
        """Whether they are in this pool and work cases, here or away."""
        member = self.members.get(person_id)
        return member is not None and member.active

    def cover_of(self, person_id: int) -> int | None:
        """Who covers for somebody who is away today."""
        member = self.members.get(person_id)
        return member.covered_by if member and member.back_on else None

    def _count(self, chosen: Candidate, *, need: Need, last_turn: int) -> None:
        load = chosen.load + need.takes_place
        if chosen.load < chosen.places <= load:
            self._per_round -= chosen.weight
        self.members[chosen.id] = chosen.after(load=load, last_turn=last_turn)

    def _first_two(self) -> Pair:
        best = [member for heap in self._heaps.values() for member in self._heads(heap)]
        best.sort(key=lambda member: precedence(member, per_round=self._per_round))
        return (best[0] if best else None), (best[1] if len(best) > 1 else None)

    def _heads(self, heap: list[tuple[int, int]]) -> list[Candidate]:
        """The two of one weight who have waited longest."""
        first = self._head(heap)
        if first is None:
            return []
        place = heapq.heappop(heap)
        second = self._head(heap)
        heapq.heappush(heap, place)
        return [first, second] if second else [first]

    def _head(self, heap: list[tuple[int, int]]) -> Candidate | None:
        """The first of a heap, after dropping who is full and places from before a later turn."""
        while heap:
            last_turn, person = heap[0]
            member = self.members[person]
            if member.last_turn == last_turn and member.load < member.places:
                return member
            heapq.heappop(heap)
        return None

    def _first_two_of(self, need: Need) -> Pair:
        ranking = rank(list(self.members.values()), need=need)
        return ranking.next, (ranking.after(ranking.next) if ranking.next else None)
