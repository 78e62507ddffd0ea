"""The lead of a case: two questions decide whether it becomes a contact of the account or is turned away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import leads
from accounts.models import Account, Lead, Person
from cases import writing
from cases.models import Case, Verb
from cases.opportunities import working
from cases.writing import Change, Entry
from smbcases.lib.refusal import Refusal


class NoLead(Refusal):
    name = "no-lead"
    title = "The case has no lead"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Does the lead work at the account, and is there net ARR in it? `note`: in whose words."""

    works_there: bool
    has_net_arr: bool
    note: str = ""

    @property
    def qualified(self) -> bool:
        return self.works_there and self.has_net_arr

    def against(self, account: Account | None) -> str:
        """What speaks against the lead, in sentences; empty where nothing does."""
        where = account.name if account else "a customer of ours"
        said = [
            "" if self.works_there else f"Does not work at {where}.",
            "" if self.has_net_arr else "No net ARR in it.",
        ]
        return " ".join(part for part in said if part)


@transaction.atomic
def settle(*, case_id: int, answers: Answers, by: Person, now: datetime, version: int | None = None) -> Case:
    """Twice yes converts the lead into a contact of the account, who becomes the case's contact; else it is
    disqualified, with what spoke against it. Raises NoLead, NoAccount, LeadSettled."""
    case = working.lock(case_id, by=by, version=version)
    if case.lead is None:
        raise NoLead(f"{case.number} has no lead.")
    settled = _converted if answers.qualified else _disqualified
    change = settled(case, case.lead, answers, by=by, now=now)
    writing.write([change], now=now)
    return case


def _converted(case: Case, lead: Lead, answers: Answers, *, by: Person, now: datetime) -> Change:
    if case.account is None:
        raise working.NoAccount("The case has no account yet; add the account first.")
    contact = leads.convert(lead=lead, account=case.account, now=now)
    entries = [
        _lead_entry(lead, by=by, text=answers.note.strip()),
        Entry(verb=Verb.CHANGED, person=by, data={"field": "contact", "to": contact.name}),
    ]
    return Change(case=case, columns={"contact_id": contact.pk}, entries=entries)


def _disqualified(case: Case, lead: Lead, answers: Answers, *, by: Person, now: datetime) -> Change:
    reason = f"{answers.against(case.account)} {answers.note}".strip()
    leads.disqualify(lead=lead, reason=reason, now=now)
    return Change(case=case, columns={}, entries=[_lead_entry(lead, by=by, text=reason)])


def _lead_entry(lead: Lead, *, by: Person, text: str) -> Entry:
    data = {"field": "lead", "from": "", "to": f"{lead.name}, {lead.get_status_display().lower()}"}
    return Entry(verb=Verb.CHANGED, person=by, data=data, text=text)
