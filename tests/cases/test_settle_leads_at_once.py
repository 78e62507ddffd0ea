"""Two leads with one address, and one lead decided twice, at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Contact, Lead
from cases.models import Case
from cases.opportunities import qualifying
from cases.opportunities.qualifying import Answers
from smbcases.lib.refusal import Refusal
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
YES = Answers(works_there=True, has_net_arr=True)


def settle(case: Case) -> str:
    """How it went, from a connection of its own."""
    assert case.owner is not None
    try:
        qualifying.settle(case_id=case.pk, answers=YES, by=case.owner, now=factories.NOW)
    except Refusal as refusal:
        return refusal.name
    finally:
        connection.close()
    return "settled"


def at_once(cases: list[Case]) -> list[str]:
    with ThreadPoolExecutor(len(cases)) as pool:
        return sorted(pool.map(settle, cases))


def case_with(lead: Lead, case_type: str = "customer_mql") -> Case:
    return factories.case(
        owner=factories.person(), account=lead.matched_account, lead_id=lead.pk, case_type=case_type
    )


def test_two_leads_with_one_address_make_one_contact() -> None:
    account = factories.account()
    leads = [factories.lead(account, email="ada@northpeak.example") for _ in range(2)]
    cases = [case_with(lead, kind) for lead, kind in zip(leads, ("customer_mql", "high_pte"), strict=True)]
    assert at_once(cases) == ["settled", "settled"]
    contact = Contact.objects.get()
    assert {Case.objects.get(pk=case.pk).contact for case in cases} == {contact}


def test_a_lead_of_two_cases_is_settled_once() -> None:
    lead = factories.lead(factories.account(), email="ada@northpeak.example")
    cases = [case_with(lead, kind) for kind in ("customer_mql", "high_pte")]
    assert at_once(cases) == ["lead-settled", "settled"]
    assert Contact.objects.count() == 1
