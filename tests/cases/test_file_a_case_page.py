"""The form that files a case, as somebody without JavaScript uses it; and what its script asks for."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account, Contact, Person, Role
from cases.filing import drafts, filing
from cases.filing.asked import Asked
from cases.models import Case, DraftFile, Filing, FilingDraft, Question
from smbcases import playbook
from tests import factories
from tests.cases.desk import text
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor(client: Client) -> Person:
    person = factories.person(Role.STAKEHOLDER, name="Noor Haddad", department="support")
    client.force_login(person)
    return person


@pytest.fixture
def adler() -> Account:
    return factories.account(name="Adler Optik", domain="adler.example", external_id="001ADLER")


@pytest.fixture
def jonas(adler: Account) -> Contact:
    return factories.contact(adler, name="Jonas Weber", email="jonas@adler.example")


def sent(**fields: Any) -> dict[str, Any]:
    return {
        "case_type": "support_ticket",
        "account_words": "Adler Optik",
        "contact_words": "Jonas Weber",
        "description": "They ask for 20 more seats.",
        "follow": "on",
        **fields,
    }


def form(key: Any = None) -> str:
    return reverse("file_case_form", args=[key or uuid4()])


def test_a_case_is_filed_by_what_its_records_are_called(client: Client, noor: Person, jonas: Contact) -> None:
    response = client.post(form(), sent(), follow=True)
    case = Case.objects.get()
    assert (case.account, case.contact, case.filed_by) == (jonas.account, jonas, noor)
    assert response.redirect_chain == [(reverse("case_filed", args=[case.pk]), 302)]
    assert "Nobody yet" in text(response)


def test_a_form_begins_with_what_its_address_names(client: Client, noor: Person, jonas: Contact) -> None:
    page = text(
        client.get(reverse("file_case"), {"account": "001ADLER", "contact": jonas.pk, "lead": "nobody"})
    )
    assert f'name="account" value="{jonas.account_id}"' in page
    assert 'name="contact_words" value="Jonas Weber"' in page


def test_it_says_the_playbook_s_days_to_answer(
    client: Client, noor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "answered within 1 business day." in text(client.get(form()))
    rules = playbook.active()
    clocks = rules.clocks.model_copy(update={"answer_business_days": 2})
    monkeypatch.setattr(playbook, "active", lambda: rules.model_copy(update={"clocks": clocks}))
    assert "answered within 2 business days." in text(client.get(form()))


def test_errors_keep_what_was_typed(client: Client, noor: Person, adler: Account) -> None:
    key = uuid4()
    response = client.post(form(key), sent(contact_words="", description="", link="not a link at all"))
    assert response.status_code == 422
    page = text(response)
    assert "Say what the customer needs." not in page or "not a link at all" in page
    assert 'value="not a link at all"' in page
    assert 'value="Adler Optik"' in page
    assert drafts.load(key=key, person=noor)


def test_what_the_domain_misses_is_said_beside_its_field(
    client: Client, noor: Person, adler: Account
) -> None:
    page = text(client.post(form(), sent(contact_words="", description="")))
    assert "Choose whom it is about" in page
    assert "Say what the customer needs." in page


def test_words_that_mean_several_are_asked_about(client: Client, noor: Person, jonas: Contact) -> None:
    other = factories.account(name="Adler Werke")
    key = uuid4()
    response = client.post(form(key), sent(account_words="Adler", contact_words="jonas@adler.example"))
    assert response.status_code == 302, "the contact brings the account, so that nothing is unclear"
    page = text(client.post(form(), sent(account_words="Adler", contact_words="", web_email="x@example.com")))
    assert "More than one is called that" in page
    chosen = sent(account_words="Adler", account_pick=other.pk, contact_words="", web_email="x@example.com")
    client.post(form(), chosen)
    assert Case.objects.latest("id").account == other


def test_words_that_mean_nobody_are_said_so(client: Client, noor: Person) -> None:
    assert "Nothing begins with “Nowhere Inc”." in text(
        client.post(form(), sent(account_words="Nowhere Inc"))
    )


def test_files_stay_with_the_form_when_it_is_refused(client: Client, noor: Person, jonas: Contact) -> None:
    key = uuid4()
    file = SimpleUploadedFile("po.txt", b"40 seats")
    assert client.post(form(key), sent(description="", file=file)).status_code == 422
    assert "po.txt" in text(client.get(form(key)))
    client.post(form(key), sent())
    assert Case.objects.get().attachments.get().name == "po.txt"


def test_a_file_of_the_form_is_taken_away(client: Client, noor: Person) -> None:
    key = uuid4()
    client.post(reverse("file_case_attach", args=[key]), {"file": SimpleUploadedFile("po.txt", b"40")})
    file = DraftFile.objects.get()
    client.post(reverse("file_case_take_away", args=[key, file.pk]), {"description": "kept"})
    assert not DraftFile.objects.exists()
    assert FilingDraft.objects.get().typed == {"description": "kept"}


def test_an_open_case_of_theirs_is_shown_first(client: Client, noor: Person, jonas: Contact) -> None:
    client.post(form(), sent())
    first = Case.objects.get()
    key = uuid4()
    response = client.post(form(key), sent())
    assert response.status_code == 409
    page = text(response)
    assert first.number in page
    assert "File anyway" in page
    client.post(reverse("file_case_add", args=[key, first.pk]), {**sent(), "as": "question"})
    assert Question.objects.get(case=first).text == "They ask for 20 more seats."
    assert client.post(form(), sent(anyway="1")).status_code == 302
    assert Case.objects.count() == 2


def test_a_form_that_is_sent_after_the_session_ended_is_there_after_signing_in(
    client: Client, noor: Person, jonas: Contact
) -> None:
    key = uuid4()
    client.logout()
    response = client.post(form(key), sent(whose=str(noor.pk)))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('sign_in')}?next={form(key)}"
    assert not Case.objects.exists()
    noor.set_password("long enough for a test")
    noor.save()
    given = {"username": noor.email, "password": "long enough for a test", "next": form(key)}
    page = text(client.post(reverse("sign_in"), given, follow=True))
    assert "They ask for 20 more seats." in page
    assert "is here" in page


@pytest.mark.parametrize("act", ["form", "add"])
def test_a_form_from_before_signing_in_again_is_there_once_more(
    noor: Person, jonas: Contact, act: str
) -> None:
    strict, key = Client(enforce_csrf_checks=True), uuid4()
    strict.force_login(noor)
    address = form(key) if act == "form" else reverse("file_case_add", args=[key, 7])
    by_browser = {"Accept": "text/html,application/xhtml+xml"}
    refused = strict.post(address, sent(whose=str(noor.pk)), headers=by_browser)
    assert refused["Location"] == form(key)
    page = text(strict.get(refused["Location"]))
    assert "They ask for 20 more seats." in page
    assert not Case.objects.exists()
    script = strict.post(
        reverse("file_case_draft", args=[key]), sent(), headers={"Accept": "application/json"}
    )
    assert script.status_code == 403


def test_any_other_old_page_says_so_in_the_house_s_words(noor: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(noor)
    answer = strict.post("/accounts/1/", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "this page is an old one" in text(answer)
    assert "style=" not in text(answer)


@pytest.mark.parametrize("act", ["add", "take_away", "attach"])
def test_other_buttons_of_the_form_keep_it_too_when_the_session_has_ended(
    client: Client, noor: Person, jonas: Contact, act: str
) -> None:
    key = uuid4()
    client.post(reverse("file_case_attach", args=[key]), {"file": SimpleUploadedFile("po.txt", b"40")})
    places = {"add": [7], "take_away": [DraftFile.objects.get().pk], "attach": []}
    address = reverse(f"file_case_{act}", args=[key, *places[act]])
    client.logout()
    response = client.post(address, sent(whose=str(noor.pk)))
    assert response["Location"] == f"{reverse('sign_in')}?next={address}"
    client.force_login(noor)
    page = text(client.get(address, follow=True))
    assert "They ask for 20 more seats." in page
    assert "is here" in page


def test_a_file_that_is_gone_already_takes_nothing_typed_with_it(client: Client, noor: Person) -> None:
    key = uuid4()
    client.post(form(key), sent(description=""))
    address = reverse("file_case_take_away", args=[key, 987654321])
    page = text(client.post(address, sent(description="Half a thought"), follow=True))
    assert "Half a thought" in page
    assert "There is no such file" in page


def test_nothing_is_added_to_an_open_case_while_a_file_of_it_is_refused(
    client: Client, noor: Person, jonas: Contact
) -> None:
    client.post(form(), sent())
    case = Case.objects.get()
    add = reverse("file_case_add", args=[uuid4(), case.pk])
    program = SimpleUploadedFile("setup.exe", b"MZ...")
    page = text(client.post(add, {**sent(), "file": program}, follow=True))
    assert "is a program" in page
    assert "They ask for 20 more seats." in page
    assert not Question.objects.exists()


def test_what_somebody_left_behind_is_not_shown_to_the_next_one(client: Client, noor: Person) -> None:
    key = uuid4()
    client.logout()
    client.post(form(key), sent(whose=str(noor.pk)))
    other = factories.person(Role.STAKEHOLDER, department="partner")
    client.force_login(other)
    assert "20 more seats" not in text(client.get(form(key)))


def test_what_is_typed_is_kept_and_answered_with_what_is_open(
    client: Client, noor: Person, jonas: Contact
) -> None:
    key = uuid4()
    client.post(form(), sent())
    typed = sent(account=jonas.account_id, description="half a sen")
    told = client.post(reverse("file_case_draft", args=[key]), typed).json()
    assert Case.objects.get().number in told["beside"]
    assert "half a sen" in text(client.get(form(key)))
    assert "half a sen" in text(client.get(reverse("file_case"))), "offered among those not filed yet"


def test_a_form_is_nobody_elses(client: Client, noor: Person) -> None:
    key = uuid4()
    drafts.save(key=key, person=factories.person(), typed={"description": "secret"}, now=NOW)
    assert client.get(form(key)).status_code == 404
    assert client.post(form(key), sent()).status_code == 404
    assert client.post(reverse("file_case_draft", args=[key]), sent()).status_code == 404
    client.post(reverse("file_case_discard", args=[key]))
    assert FilingDraft.objects.get().typed == {"description": "secret"}


def test_a_filed_form_leads_to_its_case(client: Client, noor: Person, jonas: Contact) -> None:
    key = uuid4()
    client.post(form(key), sent())
    case = Filing.objects.get(key=key).case
    assert client.get(form(key))["Location"] == reverse("case_filed", args=[case.pk])
    assert client.post(form(key), sent())["Location"] == reverse("case_filed", args=[case.pk])
    assert Case.objects.count() == 1


def test_a_first_order_shows_what_it_demands(client: Client, adler: Account) -> None:
    client.force_login(factories.person(Role.STAKEHOLDER, department="sdr"))
    maya = factories.person(name="Maya Stone")
    given = sent(case_type="fo_opp", contact_words="", web_email="jonas@example.com")
    page = text(client.post(form(), given))
    assert "A first order needs the whole billing address." in page
    assert "Say which advocate is booked" in page
    given |= {"billing_street": "Gartenstr. 4", "billing_city": "Köln", "billing_postal_code": "50667"}
    given |= {"billing_country": "de", "iqm_with": maya.pk, "iqm_at": "2026-03-05T10:00"}
    page = text(client.post(form(), given, follow=True))
    assert "Gartenstr. 4, 50667 Köln, DE" in page
    assert "Thu 5 Mar, 10:00 with Maya Stone" in page


def test_case_reasons_are_asked_for_where_the_playbook_has_some(
    client: Client, noor: Person, settings: Any
) -> None:
    assert "Case reason" not in text(client.get(reverse("file_case")))
    settings.PLAYBOOK = "fy25"
    assert "Off-Cycle Subscription Changes" in text(client.get(reverse("file_case")))


def test_the_page_of_a_filed_case_is_for_those_who_may_see_it(
    client: Client, noor: Person, jonas: Contact
) -> None:
    asked = Asked(case_type="support_ticket", description="Seats", account=jonas.account, contact=jonas)
    case = filing.file_case(asked=asked, by=noor, now=NOW)
    page = reverse("case_filed", args=[case.pk])
    assert client.get(page).status_code == 200
    client.force_login(factories.person(Role.STAKEHOLDER, department="support"))
    assert client.get(page).status_code == 200
    client.force_login(factories.person(Role.STAKEHOLDER, department="partner"))
    assert client.get(page).status_code == 404


def test_the_pages_ask_a_fixed_number_of_queries(
    client: Client, noor: Person, jonas: Contact, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        client.post(form(), sent(anyway="1"))
        drafts.save(key=uuid4(), person=noor, typed={"account": str(jonas.account_id)}, now=NOW)
    with django_assert_max_num_queries(13):
        client.get(reverse("file_case"), {"account": "001ADLER"})
    case = Case.objects.latest("id")
    with django_assert_max_num_queries(20):
        client.get(reverse("case_filed", args=[case.pk]))


def test_the_case_says_who_filed_it(client: Client, noor: Person, jonas: Contact) -> None:
    client.post(form(), sent())
    page = text(client.get(reverse("case", args=[Case.objects.get().pk])))
    assert "<b>Noor Haddad</b> of Support, through the form." in page


def test_an_account_offers_to_file_on_it(client: Client, adler: Account) -> None:
    client.force_login(factories.person())
    assert f"{reverse('file_case')}?account={adler.pk}" in text(
        client.get(reverse("account", args=[adler.pk]))
    )


def test_a_wish_not_to_be_told_is_kept_with_the_draft(client: Client, noor: Person) -> None:
    key = uuid4()
    assert "checked" in str(client.get(form(key)).context["form"]["follow"])
    client.post(reverse("file_case_draft", args=[key]), {"description": "Seats"})
    assert "checked" not in str(client.get(form(key)).context["form"]["follow"])
