"""What has to hold of a telling once all of it was worked off, whatever happened meanwhile."""

from __future__ import annotations

from collections import Counter

from tests.durability.desk import Desk
from tests.durability.story import SIZE
from tests.durability.waiting import wait_until

Cases = list[tuple[str, str, str]]

_UNSETTLED = """
    SELECT (SELECT count(*) FROM accounts_event WHERE event_id LIKE %s
             AND (outcome IN ('received', 'waiting') OR evaluated_at IS NULL))
         + (SELECT count(*) FROM cases_case c JOIN accounts_account a ON a.id = c.account_id
             WHERE a.external_id LIKE %s AND c.owner_id IS NULL)
"""
_CASES = """
    SELECT substr(a.external_id, 1 + length(%s)), c.case_type, coalesce(substr(o.external_id, 1 + length(%s)), '')
      FROM cases_case c JOIN accounts_account a ON a.id = c.account_id
      LEFT JOIN accounts_opportunity o ON o.id = c.opportunity_id
     WHERE a.external_id LIKE %s ORDER BY 1, 2, 3
"""
_NOT_ONCE = """
    SELECT c.id FROM cases_case c JOIN accounts_account a ON a.id = c.account_id
     WHERE a.external_id LIKE %s
       AND ((SELECT count(*) FROM cases_history h WHERE h.case_id = c.id AND h.verb = 'opened') <> 1
         OR (SELECT count(*) FROM cases_history h WHERE h.case_id = c.id AND h.verb = 'assigned') <> 1
         OR (SELECT count(*) FROM routing_assignment g WHERE g.case_id = c.id) <> 1
         OR (SELECT g.person_id FROM routing_assignment g WHERE g.case_id = c.id) <> c.owner_id)
"""
_TURNS = """
    SELECT m.pool_id, m.person_id, count(g.id)
      FROM routing_member m JOIN routing_pool p ON p.id = m.pool_id AND p.playbook = 'fy26'
      LEFT JOIN (routing_assignment g JOIN cases_case c ON c.id = g.case_id
                 JOIN accounts_account a ON a.id = c.account_id AND a.external_id LIKE %s)
        ON g.person_id = m.person_id
     GROUP BY m.pool_id, m.person_id
"""
_OVER_CAPACITY = """
    SELECT c.owner_id FROM cases_case c WHERE c.holds_place GROUP BY c.owner_id
    HAVING count(*) > (SELECT coalesce(min(m.places), 50) FROM routing_member m WHERE m.person_id = c.owner_id)
"""


def wait_until_settled(desk: Desk, mark: str) -> None:
    """Until every event has an outcome and every case an owner."""
    like = f"{mark}%"
    wait_until(lambda: not desk.count(_UNSETTLED, like, like), within=300, what=f"{mark} has settled")
    assert desk.count("SELECT count(*) FROM accounts_event WHERE event_id LIKE %s", like) == SIZE


def cases_of(desk: Desk, mark: str) -> Cases:
    """Each case's account, type and opportunity, without the mark: equal lists mean none lost and none twice."""
    return desk.ask(_CASES, mark, mark, f"{mark}%")


def check(desk: Desk, mark: str) -> None:
    """Fails where something was done twice or by halves, unfairly, or beyond somebody's places."""
    like = f"{mark}%"
    assert desk.ask(_NOT_ONCE, like) == []
    assert desk.ask(_OVER_CAPACITY) == []
    turns: dict[int, Counter[int]] = {}
    for pool, person, number in desk.ask(_TURNS, like):
        turns.setdefault(pool, Counter())[person] = number
    assert all(max(of.values()) - min(of.values()) <= 1 for of in turns.values()), turns
    assert not desk.count("SELECT count(*) FROM accounts_event WHERE outcome = 'refused'")


def allow_no_more_places(desk: Desk) -> None:
    """Hold everybody to the most places that anybody has needed."""
    desk.ask(
        "UPDATE routing_member SET places = (SELECT max(held) FROM"
        " (SELECT count(*) AS held FROM cases_case WHERE holds_place GROUP BY owner_id) AS loads)"
    )


def put_away(desk: Desk, mark: str) -> None:
    """Close what was opened, so that the next telling finds free places."""
    desk.ask(
        "UPDATE cases_case c SET closed_at = now(), status = 'resolved', resolution_action = 'none', alert_at = NULL"
        " FROM accounts_account a WHERE a.id = c.account_id AND a.external_id LIKE %s",
        f"{mark}%",
    )
