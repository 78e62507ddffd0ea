"""Filing a case: what it demands of whom, what comes of it, and that nothing is filed twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import Account, Contact, Person, Role
from cases.files import attaching, sweeping
from cases.filing import adding, asked, beside, draft_files, drafts, filing, subjects
from cases.filing.asked import Address, Asked
from cases.filing.filing import FiledByAnother, NotReadyToFile, OpenCasesThere
from cases.models import Attachment, Case, DraftFile, Filing, FilingDraft, Follow, Question, Verb
from routing import draining
from tests import factories
from tests.factories import NOW

WHOLE = Address(street="Gartenstr. 4", city="Köln", postal_code="50667", country="DE")


# What is wrong, without a database


def account(pk: int = 1, name: str = "Adler Optik", **fields: Any) -> Account:
    return Account(pk=pk, name=name, **fields)


def whole(**changes: Any) -> Asked:
    given = Asked(
        case_type="support_ticket",
        description="They ask for 20 more seats.",
        account=account(),
        contact=Contact(pk=1, name="Jonas Weber", account=account()),
    )
    return replace(given, **changes)


def wrongs(
    given: Asked, *, subject: str = "support_ticket", reasons: dict[str, str] | None = None
) -> dict[str, str]:
    demands = subjects.Demands(billing=subject == "fo_opp", meeting=subject == "fo_opp", reason=bool(reasons))
    return asked.wrongs(given, subjects={subject: "A subject"}, demands=demands, reasons=reasons or {})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case_type": ""}, "case_type"),
        ({"case_type": "ar_request"}, "case_type"),
        ({"account": None, "contact": None, "web_email": "a@example.com"}, "account"),
        ({"contact": None}, "contact"),
        ({"description": " \n"}, "description"),
        ({"description": "x" * 20_001}, "description"),
        ({"account": account(2, "Other GmbH")}, "contact"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in wrongs(whole(**changes))


def test_nothing_is_wrong_with_a_whole_form() -> None:
    assert wrongs(whole()) == {}


def test_somebody_whom_the_book_does_not_know_will_do() -> None:
    assert wrongs(whole(contact=None, web_email="jonas@example.com")) == {}


def test_a_first_order_demands_the_whole_address_and_the_meeting() -> None:
    said = wrongs(whole(case_type="fo_opp", billing=replace(WHOLE, city="")), subject="fo_opp")
    assert set(said) == {"billing_city", "iqm_with", "iqm_at"}
    met = whole(case_type="fo_opp", billing=WHOLE, iqm_with=Person(pk=1), iqm_at=NOW)
    assert wrongs(met, subject="fo_opp") == {}


def test_a_playbook_with_case_reasons_demands_one() -> None:
    reasons = {"billing": "Billing / Payment"}
    assert set(wrongs(whole(), reasons=reasons)) == {"case_reason"}
    assert wrongs(whole(case_reason="billing"), reasons=reasons) == {}


def test_an_address_is_completed_from_the_account() -> None:
    has = account(
        billing_street="Gartenstr. 4", billing_city="Köln", billing_postal_code="50667", billing_country="DE"
    )
    given = asked.complete(whole(account=has, billing=Address(street="Neue Str. 1")))
    assert given.billing.lines() == ["Neue Str. 1", "50667 Köln", "DE"]


# Filing


@pytest.fixture
def noor(db: None) -> Person:
    return factories.person(Role.STAKEHOLDER, name="Noor Haddad", initials="NH", department="support")


@pytest.fixture
def adler(db: None) -> Account:
    return factories.account(
        name="Adler Optik", region="AMER", **{f"billing_{k}": v for k, v in vars(WHOLE).items()}
    )


def ask(adler: Account, **changes: Any) -> Asked:
    contact = factories.contact(adler, name="Jonas Weber")
    given = Asked(
        case_type="support_ticket",
        description="They ask for 20 more seats.\nBefore Friday.",
        account=adler,
        contact=contact,
    )
    return replace(given, **changes)


def test_a_filed_case_says_who_filed_it_and_is_routed_as_all_others(noor: Person, adler: Account) -> None:
    maya = factories.member(factories.pool()).person
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    assert (case.origin, case.filed_by, case.department, case.priority) == ("form", noor, "support", 3)
    assert case.subject == "Adler Optik: They ask for 20 more seats. Before Friday."
    assert case.context == "Filed by Noor Haddad of Support through the form."
    assert case.cta
    opened = case.history.get(verb=Verb.OPENED)
    assert (opened.person, opened.data) == (noor, {"form": True, "department": "Support"})
    draining.drain_all(now=NOW)
    case.refresh_from_db()
    assert case.owner == maya


def test_a_lead_brings_its_matched_account(noor: Person, adler: Account) -> None:
    lead = factories.lead(adler)
    case = filing.file_case(asked=ask(adler, account=None, contact=None, lead=lead), by=noor, now=NOW)
    assert (case.account, case.lead) == (adler, lead)


def test_a_lead_without_an_account_needs_one_to_be_named(noor: Person, adler: Account) -> None:
    given = ask(adler, account=None, contact=None, lead=factories.lead())
    with pytest.raises(NotReadyToFile) as refused:
        filing.file_case(asked=given, by=noor, now=NOW)
    assert refused.value.wrongs == {"account": "Choose the account of this lead."}
    assert filing.file_case(asked=replace(given, account=adler), by=noor, now=NOW).account == adler


def test_a_first_order_goes_to_who_meets_the_customer(adler: Account) -> None:
    pool = factories.pool()
    factories.team(pool, 2)
    booked = factories.member(pool).person
    ida = factories.person(Role.STAKEHOLDER, department="sdr")
    given = ask(adler, case_type="fo_opp", iqm_with=booked, iqm_at=NOW + timedelta(days=2))
    case = filing.file_case(asked=given, by=ida, now=NOW)
    assert case.filing.billing == vars(WHOLE)
    assert (case.filing.iqm_with, case.filing.iqm_at) == (booked, NOW + timedelta(days=2))
    draining.drain_all(now=NOW)
    case.refresh_from_db()
    assert case.owner == booked


def test_last_years_playbook_demands_a_case_reason(noor: Person, adler: Account, settings: Any) -> None:
    settings.PLAYBOOK = "fy25"
    with pytest.raises(NotReadyToFile) as refused:
        filing.file_case(asked=ask(adler), by=noor, now=NOW)
    assert set(refused.value.wrongs) == {"case_reason"}
    case = filing.file_case(asked=ask(adler, case_reason="billing"), by=noor, now=NOW)
    assert case.case_reason == "billing"
    assert "Case reason: Billing / Payment." in case.context


@pytest.mark.parametrize(
    ("department", "offered"),
    [
        ("support", {"support_ticket"}),
        ("sdr", {"fo_opp", "sdr_created"}),
        ("community", {"fo_opp_startup"}),
        (
            "smb",
            {
                "support_ticket",
                "partner_opp",
                "referral",
                "fo_opp_startup",
                "ar_request",
                "fo_opp",
                "sdr_created",
            },
        ),
    ],
)
def test_subjects_follow_the_department(department: str, offered: set[str]) -> None:
    assert set(subjects.offered(Person(department=department))) == offered


@pytest.mark.parametrize("role", [Role.BDR, Role.NEW_LOGO_AE])
def test_who_files_nothing_is_refused(role: str, adler: Account) -> None:
    with pytest.raises(PermissionDenied):
        filing.file_case(asked=ask(adler), by=factories.person(role), now=NOW)


def test_the_same_form_sent_twice_is_one_case(noor: Person, adler: Account) -> None:
    key, given = uuid4(), ask(adler)
    first = filing.file_case(asked=given, by=noor, now=NOW, key=key)
    assert filing.file_case(asked=given, by=noor, now=NOW, key=key) == first
    with pytest.raises(FiledByAnother):
        filing.file_case(asked=given, by=factories.person(), now=NOW, key=key)
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_case(noor: Person, adler: Account) -> None:
    key, given = uuid4(), ask(adler)

    def send(_: int) -> int:
        try:
            return filing.file_case(asked=given, by=noor, now=NOW, key=key, anyway=True).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert Case.objects.count() == Filing.objects.count() == 1


def test_who_files_follows_unless_they_say_no(noor: Person, adler: Account) -> None:
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    assert Follow.objects.filter(case=case, person=noor).exists()
    other = filing.file_case(asked=ask(adler), by=noor, now=NOW, anyway=True, follow=False)
    assert not Follow.objects.filter(case=other).exists()


# What is open already


def test_an_open_case_of_theirs_is_shown_before_another_is_filed(noor: Person, adler: Account) -> None:
    first = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    with pytest.raises(OpenCasesThere) as refused:
        filing.file_case(asked=ask(adler), by=noor, now=NOW)
    assert refused.value.cases == [first]
    assert filing.file_case(asked=ask(adler), by=noor, now=NOW, anyway=True) != first


def test_of_other_peoples_cases_no_more_is_told_than_that_there_are_some(
    noor: Person, adler: Account
) -> None:
    assert beside.look(adler.pk, by=noor).is_empty
    factories.case(account=adler)
    told = beside.look(adler.pk, by=noor)
    assert (told.cases, told.has_others) == ([], True)
    filing.file_case(asked=ask(adler), by=noor, now=NOW)


def test_what_was_written_becomes_a_question_on_the_open_case(noor: Person, adler: Account) -> None:
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    key = uuid4()
    draft_files.attach(key=key, person=noor, file=ContentFile(b"40 seats"), name="po.txt", now=NOW)
    adding.add(key=key, case_id=case.pk, text="Has the PO come?", is_question=True, by=noor, now=NOW)
    assert Question.objects.get(case=case).text == "Has the PO come?"
    assert Attachment.objects.get(case=case).name == "po.txt"
    assert not FilingDraft.objects.exists()


def test_nobody_adds_to_a_case_that_they_may_not_see(noor: Person, adler: Account) -> None:
    hidden = factories.case(account=adler)
    with pytest.raises(Exception, match="no such case"):
        adding.add(key=uuid4(), case_id=hidden.pk, text="Hm", is_question=False, by=noor, now=NOW)


# Drafts


def test_a_draft_keeps_what_was_typed_right_or_wrong(noor: Person) -> None:
    key = uuid4()
    drafts.save(
        key=key, person=noor, typed={"description": "They ask", "iqm_at": "soon", "nonsense": "x"}, now=NOW
    )
    drafts.save(key=key, person=noor, typed={"description": "They ask for more\0"}, now=NOW)
    found = drafts.load(key=key, person=noor)
    assert found is not None
    assert found.typed == {"description": "They ask for more"}


def test_a_draft_is_nobody_elses(noor: Person) -> None:
    key = uuid4()
    drafts.save(key=key, person=noor, typed={}, now=NOW)
    other = factories.person(Role.STAKEHOLDER, department="support")
    with pytest.raises(drafts.NoSuchDraft):
        drafts.load(key=key, person=other)
    with pytest.raises(drafts.NoSuchDraft):
        drafts.save(key=key, person=other, typed={"description": "mine"}, now=NOW)


def test_a_filed_form_is_no_draft_any_more(noor: Person, adler: Account) -> None:
    key = uuid4()
    drafts.save(key=key, person=noor, typed={"description": "They ask"}, now=NOW)
    filing.file_case(asked=ask(adler), by=noor, now=NOW, key=key)
    assert not FilingDraft.objects.exists()
    with pytest.raises(drafts.NoSuchDraft):
        drafts.save(key=key, person=noor, typed={"description": "late"}, now=NOW)


def test_files_of_the_draft_become_the_cases(noor: Person, adler: Account) -> None:
    key = uuid4()
    attach(key, noor, b"40 seats", "po.txt")
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW, key=key)
    kept = Attachment.objects.get(case=case)
    assert (kept.name, kept.size, kept.by) == ("po.txt", 8, noor)
    assert kept.file.open("rb").read() == b"40 seats"
    assert list(case.history.values_list("verb", flat=True).order_by("id"))[:2] == ["opened", "attached"]
    assert not DraftFile.objects.exists()


def attach(key: UUID, by: Person, content: bytes, name: str) -> DraftFile:
    return draft_files.attach(key=key, person=by, file=ContentFile(content), name=name, now=NOW)


def test_a_draft_takes_no_programs_and_no_file_twice(noor: Person) -> None:
    key = uuid4()
    attach(key, noor, b"40 seats", "po.txt")
    with pytest.raises(attaching.AlreadyAttached):
        attach(key, noor, b"40 seats", "again.txt")
    with pytest.raises(Exception, match="program"):
        attach(key, noor, b"MZ...", "setup.exe")


def test_a_draft_thrown_away_takes_its_files_along(
    noor: Person, django_capture_on_commit_callbacks: Any
) -> None:
    key = uuid4()
    name = attach(key, noor, b"40 seats", "po.txt").file.name
    sweeping.sweep(now=NOW)
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        drafts.drop(key=key, person=noor)
    assert not default_storage.exists(name)


def test_drafts_are_forgotten_after_two_months(noor: Person) -> None:
    drafts.save(key=uuid4(), person=noor, typed={}, now=NOW - timedelta(days=61))
    drafts.save(key=uuid4(), person=noor, typed={}, now=NOW - timedelta(days=59))
    assert drafts.forget_old(now=NOW) == 1
    assert FilingDraft.objects.count() == 1


def test_files_that_do_not_fit_the_open_case_are_not_added(
    noor: Person, adler: Account, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES_OF_CASE = 12
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    attaching.attach(case_id=case.pk, file=ContentFile(b"9 seats ."), name="a.txt", by=noor, now=NOW)
    key = uuid4()
    attach(key, noor, b"40 seats", "po.txt")
    with pytest.raises(attaching.CaseIsFull):
        adding.add(key=key, case_id=case.pk, text="Has it come?", is_question=True, by=noor, now=NOW)
    assert not Question.objects.exists()
    assert DraftFile.objects.count() == Attachment.objects.count() == 1


def test_a_file_that_the_open_case_has_is_there_once_and_no_file_is_left_over(
    noor: Person, adler: Account, django_capture_on_commit_callbacks: Any
) -> None:
    case = filing.file_case(asked=ask(adler), by=noor, now=NOW)
    attaching.attach(case_id=case.pk, file=ContentFile(b"40 seats"), name="a.txt", by=noor, now=NOW)
    key = uuid4()
    name = attach(key, noor, b"40 seats", "po.txt").file.name
    with django_capture_on_commit_callbacks(execute=True):
        adding.add(key=key, case_id=case.pk, text="Here it is.", is_question=False, by=noor, now=NOW)
    assert Attachment.objects.get().name == "a.txt"
    assert not default_storage.exists(name)


def _drop(key: UUID, by: Person, _: int) -> None:
    drafts.drop(key=key, person=by)


def _take_away(key: UUID, by: Person, file: int) -> None:
    with pytest.raises(drafts.NoSuchDraft):
        draft_files.take_away(key=key, person=by, file_id=file)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meanwhile", [_drop, _take_away])
def test_who_throws_away_what_is_being_filed_takes_no_file_from_the_case(
    noor: Person, adler: Account, meanwhile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    kept = attach(key, noor, b"40 seats", "po.txt")
    at_once, began = draft_files.hand_over, Event()

    def slowly(draft: FilingDraft, **more: Any) -> int:
        began.set()
        time.sleep(0.3)
        return at_once(draft, **more)

    def file_it() -> None:
        try:
            filing.file_case(asked=ask(adler), by=noor, now=NOW, key=key)
        finally:
            connection.close()

    monkeypatch.setattr(draft_files, "hand_over", slowly)
    with ThreadPoolExecutor(1) as pool:
        filed = pool.submit(file_it)
        assert began.wait(60)
        meanwhile(key, noor, kept.pk)
        filed.result()
    assert default_storage.exists(Attachment.objects.get().file.name)
