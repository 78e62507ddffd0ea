"""A case that Support passed on: who picks it up says so in the ticket, and ticks that it was done."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from cases import access, moves, writing
from cases.models import Case, Verb
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal

CASE_TYPE = "support_ticket"
FIELD = "ticket"


class NoTicket(Refusal):
    name = "no-ticket"
    title = "The case came from no ticket"


@transaction.atomic
def say_told(*, case_id: int, by: Person, now: datetime, version: int | None = None) -> Case:
    """Keep that the ticket says who has the case. Twice is the same as once. Raises NoTicket, IllegalMove."""
    case = writing.lock_one(case_id, version=version)
    access.check_may_work(by, case)
    moves.check_open(case)
    if case.case_type != CASE_TYPE:
        raise NoTicket(f"{case.number} did not come from a support ticket.")
    if not is_told(case):
        entry = Entry(verb=Verb.CHANGED, person=by, data={"field": FIELD, "to": "told"})
        writing.write([Change(case=case, columns={}, entries=[entry])], now=now)
    return case


def is_told(case: Case) -> bool:
    return case.history.filter(verb=Verb.CHANGED, data__field=FIELD).exists()
