"""Writing a mail on a case's page: what it begins with, what is refused, what is kept, what the history tells."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Activity, Role
from cases import lifecycle
from cases.mail import beginning, catalogue, letters, mailing, outbox, recipients
from cases.mail.letters import Letter
from cases.mail.recipients import Recipient
from cases.models import Case, Mail, MailDraft, Verb
from cases.writing import StaleCase
from tests import factories
from tests.cases.desk import Desk, at_desk, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _templates() -> None:
    catalogue.load(now=NOW)


@pytest.fixture
def maya() -> Desk:
    return at_desk(factories.person(name="Maya Stone"))


@pytest.fixture
def case(maya: Desk) -> Case:
    account = factories.account(name="Northpeak Robotics")
    factories.contact(account, name="Ana Lima", email="ana@northpeak.example", title="Finance")
    zoe = factories.contact(account, name="Zoë Ångström", email="zoe@northpeak.example")
    return factories.case(owner=maya.person, account=account, contact_id=zoe.pk)


def typed(case: Case, **fields: str) -> dict[str, str]:
    to = recipients.choose(case, "").key
    return {
        "template_key": "",
        "to": to,
        "cc": "",
        "subject": "Your trial",
        "body": "Hi Zoë,\nhow is it?",
        **fields,
    }


def letter(case: Case, **fields: Any) -> Letter:
    given: dict[str, Any] = {
        "to": recipients.choose(case, ""),
        "subject": "Your trial",
        "body": "Hi.",
        **fields,
    }
    return Letter(**given)


class TestBeginning:
    def test_the_case_type_says_what_it_begins_with(self, maya: Desk, case: Case) -> None:
        page = text(maya.open(case, "mail"))
        assert "Hi Zoë," in page
        assert "Maya Stone" in page
        assert "Northpeak Robotics" in page or "Duo" in page

    def test_another_text_can_be_chosen(self, maya: Desk, case: Case) -> None:
        page = text(maya.open(case, "mail", template="handover_saas_welcome"))
        assert "{expand_ae}" in page
        assert "Not known, so fill in or remove" in page

    def test_or_none(self, maya: Desk, case: Case) -> None:
        assert "No text yet" in text(maya.open(case, "mail", template="blank"))

    def test_a_colleagues_notice_is_not_offered(self, maya: Desk, case: Case) -> None:
        assert maya.open(case, "mail", template="handover_internal_notice").status_code == 404

    def test_it_can_go_to_any_contact_of_the_account(self, maya: Desk, case: Case) -> None:
        stranger = factories.contact(factories.account(), name="Not Theirs", email="no@elsewhere.example")
        page = text(maya.open(case, "mail"))
        assert "Ana Lima, Finance · ana@northpeak.example" in page
        assert stranger.email not in page

    def test_without_an_address_it_says_so(self, maya: Desk) -> None:
        case = factories.case(owner=maya.person)
        assert "There is no address to write to." in text(maya.open(case, "mail"))

    def test_what_is_known_is_filled_and_the_rest_stands_there(self, maya: Desk, case: Case) -> None:
        factories.subscription(case.account, seats=40)
        values = beginning.load_values(case, to=None, by=maya.person, today=TODAY)
        assert values["seats"] == 40
        assert values["signature"].startswith("Maya Stone\n")
        assert "message" not in values, "an event's message is often a colleague's note"

    def test_it_needs_the_case(self, case: Case) -> None:
        colleague = at_desk(factories.person())
        assert colleague.open(case, "mail").status_code == 403
        outsider = at_desk(factories.person(Role.STAKEHOLDER, department="support"))
        assert outsider.open(case, "mail").status_code == 403


class TestSending:
    def test_it_goes_into_the_outbox_and_is_a_touch(self, maya: Desk, case: Case) -> None:
        response = maya.send(case, "mail", **typed(case, cc="boss@northpeak.example, ana@northpeak.example"))
        assert response.status_code == 302
        mail = Mail.objects.get()
        assert (mail.to_address, mail.state, mail.person) == ("zoe@northpeak.example", "waiting", maya.person)
        assert mail.cc == ["boss@northpeak.example", "ana@northpeak.example"]
        assert mail.body == "Hi Zoë,\nhow is it?"
        touch = Activity.objects.get()
        assert (touch.kind, touch.inbound, touch.contact, mail.activity) == (
            "email",
            False,
            case.contact,
            touch,
        )
        assert mail.history.verb == Verb.MAILED

    def test_the_history_tells_it(self, maya: Desk, case: Case) -> None:
        maya.send(case, "mail", **typed(case))
        page = text(maya.open(case))
        assert "wrote a mail to <b>Zoë Ångström</b>" in page
        assert "Waiting" in page
        assert "<summary>Your trial</summary>" in page
        outbox.send_waiting(clock=lambda: NOW.replace(year=2100))
        assert ">Sent</span>" in text(maya.open(case))

    def test_it_serves_the_cadence(self, maya: Desk, case: Case) -> None:
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
        mailing.send(case_id=case.pk, letter=letter(case), by=maya.person, now=NOW)
        case.refresh_from_db()
        assert case.next_touch_on == TODAY.replace(day=5), "day 1 is done, day 3 is next"

    def test_the_template_and_its_version_are_kept(self, maya: Desk, case: Case) -> None:
        maya.send(case, "mail", **typed(case, template_key=case.case_type))
        mail = Mail.objects.get()
        assert (mail.template.key, mail.template_version) == (case.case_type, 1)

    def test_a_stale_page_is_told(self, maya: Desk, case: Case) -> None:
        seen = case.version
        lifecycle.pick_up(case_id=case.pk, by=maya.person, now=NOW)
        response = maya.send(case, "mail", version=seen, **typed(case))
        assert response.status_code == 412
        assert "how is it?" in text(response)
        assert not Mail.objects.exists()
        with pytest.raises(StaleCase):
            mailing.send(case_id=case.pk, letter=letter(case), by=maya.person, now=NOW, version=seen)

    def test_somebody_elses_case_is_not_written_from(self, case: Case) -> None:
        assert at_desk(factories.person()).send(case, "mail", **typed(case)).status_code == 403
        assert not Mail.objects.exists()

    def test_a_closed_case_can_still_be_answered_from(self, maya: Desk, case: Case) -> None:
        ended = {"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
        closed = factories.case(
            owner=maya.person,
            account=case.account,
            contact_id=case.contact_id,
            case_type="support_ticket",
            columns=ended,
        )
        assert maya.send(closed, "mail", **typed(closed)).status_code == 302

    def test_who_wrote_to_us_can_be_answered_without_an_account(self, maya: Desk) -> None:
        (case,) = factories.cases(1, web_email="someone@elsewhere.example")
        factories.give([case], maya.person)
        assert maya.send(case, "mail", **typed(case)).status_code == 302
        assert Mail.objects.get().to_address == "someone@elsewhere.example"
        assert not Activity.objects.exists()


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"subject": ""}, "Write a subject."),
            ({"body": "  "}, "Write a text."),
            ({"body": "You have {seats} seats"}, "Fill in or remove {seats} in the text."),
            ({"subject": "Your {plan|new} plan"}, "Fill in or remove {plan} in the subject."),
            ({"cc": "not-an-address"}, "“not-an-address” is not an e-mail address."),
            ({"cc": "a@x.example\r\nBcc:b@x.example"}, "is not an e-mail address."),
            ({"cc": " ".join(f"p{at}@x.example" for at in range(11))}, "Send at most 10 copies."),
            ({"subject": "x" * 256}, "The subject is longer than 255 signs."),
            ({"body": "x" * 50_001}, "The text is longer than 50,000 signs."),
            ({"to": "contact-987654321"}, "Select a valid choice"),
        ],
    )
    def test_it_says_why_and_keeps_what_was_typed(
        self, maya: Desk, case: Case, fields: dict[str, str], said: str
    ) -> None:
        response = maya.send(case, "mail", **typed(case, **fields))
        assert response.status_code == 422
        assert said in text(response)
        assert not Mail.objects.exists()
        assert MailDraft.objects.exists()

    @pytest.mark.parametrize("subject", ["Hello\nBcc: x@example.com", "Hello\r\nX: y", "A\0B"])
    def test_no_header_can_be_smuggled_in(self, maya: Desk, case: Case, subject: str) -> None:
        with pytest.raises(letters.NotReadyToSend, match="one line"):
            mailing.send(case_id=case.pk, letter=letter(case, subject=subject), by=maya.person, now=NOW)

    def test_nor_by_an_address(self, maya: Desk, case: Case) -> None:
        to = Recipient(key="x", name="X", address="x@example.com\nBcc: y@example.com", what="")
        with pytest.raises(letters.NotReadyToSend, match="not an e-mail address"):
            mailing.send(case_id=case.pk, letter=letter(case, to=to), by=maya.person, now=NOW)

    def test_braces_that_are_no_field_may_be_written(self) -> None:
        assert letters.unfilled("Put {name} into {Config}: {}") == []
        assert letters.unfilled("{seats} of {account|you}") == ["account", "seats"]


class TestDraft:
    def keep(self, desk: Desk, case: Case, **fields: str) -> Any:
        address = reverse("case_mail_draft", args=[case.pk])
        return desk.client.post(address, typed(case, **fields), headers=HTMX)

    def test_what_is_typed_is_kept_and_previewed(self, maya: Desk, case: Case) -> None:
        response = self.keep(maya, case, body="Half a {plan} sentence")
        assert "Half a <mark>{plan}</mark> sentence" in text(response)
        assert "Draft saved" in text(response)
        assert "Half a {plan} sentence" in text(maya.open(case, "mail"))
        assert "Go on with your mail" in text(maya.open(case))

    def test_it_is_there_after_signing_in_anew(self, maya: Desk, case: Case) -> None:
        self.keep(maya, case, body="Not finished")
        assert "Not finished" in text(at_desk(maya.person).open(case, "mail"))

    def test_it_is_nobody_elses(self, maya: Desk, case: Case) -> None:
        self.keep(maya, case, body="Not finished")
        assert "Not finished" not in text(at_desk(factories.person(Role.OPS)).open(case, "mail"))

    def test_looking_at_another_text_does_not_lose_it(self, maya: Desk, case: Case) -> None:
        self.keep(maya, case, body="Not finished")
        maya.open(case, "mail", template="blank")
        assert "Not finished" in text(maya.open(case, "mail"))

    def test_it_is_gone_once_sent(self, maya: Desk, case: Case) -> None:
        self.keep(maya, case)
        maya.send(case, "mail", **typed(case))
        assert not MailDraft.objects.exists()

    def test_it_can_be_thrown_away(self, maya: Desk, case: Case) -> None:
        self.keep(maya, case)
        maya.client.post(reverse("case_mail_draft", args=[case.pk]), {"discard": "1"})
        assert not MailDraft.objects.exists()

    def test_what_somebody_typed_is_text(self, maya: Desk, case: Case) -> None:
        assert "<script>" not in text(self.keep(maya, case, subject="<script>", body="<script>{plan}"))

    def test_the_preview_works_without_script(self, maya: Desk, case: Case) -> None:
        response = maya.send(case, "mail", preview="1", **typed(case, body="Seen before it is sent"))
        assert response.status_code == 200
        assert text(response).count("Seen before it is sent") == 2
        assert not Mail.objects.exists()


class TestOneMail:
    @pytest.fixture
    def mail(self, maya: Desk, case: Case) -> Mail:
        return mailing.send(case_id=case.pk, letter=letter(case, body="Hi <b>"), by=maya.person, now=NOW)

    def open(self, desk: Desk, mail: Mail, name: str = "one") -> Any:
        return desk.client.get(reverse(f"case_mail_{name}", args=[mail.case_id, mail.pk]))

    def test_it_shows_what_was_written(self, maya: Desk, mail: Mail) -> None:
        page = text(self.open(maya, mail))
        assert "Hi &lt;b&gt;" in page
        assert "Zoë Ångström, zoe@northpeak.example" in page

    def test_a_failed_one_is_told_on_the_case_and_sent_again(
        self, maya: Desk, mail: Mail, case: Case
    ) -> None:
        outbox._claim(now=NOW)
        mailing.give_up(mail_id=mail.pk, reason="550 No such user", now=NOW)
        page = text(maya.open(case))
        assert "was not sent" in page
        assert "could not send the mail" in page
        assert "550 No such user" in text(self.open(maya, mail))
        case.refresh_from_db()
        address = reverse("case_mail_again", args=[case.pk, mail.pk])
        assert maya.client.get(address).status_code == 200
        assert maya.client.post(address, {"version": case.version}).status_code == 302
        mail.refresh_from_db()
        assert mail.state == "waiting"
        assert "was not sent" not in text(maya.open(case))

    def test_one_of_which_nobody_knows_is_settled(self, maya: Desk, mail: Mail, case: Case) -> None:
        Mail.objects.update(state="unclear", try_at=None)
        case.refresh_from_db()
        address = reverse("case_mail_settle", args=[case.pk, mail.pk])
        assert maya.client.post(address, {"version": case.version}).status_code == 302
        mail.refresh_from_db()
        assert mail.state == "sent"

    def test_what_is_settled_stays(self, maya: Desk, mail: Mail, case: Case) -> None:
        case.refresh_from_db()
        for name in ("again", "settle"):
            address = reverse(f"case_mail_{name}", args=[case.pk, mail.pk])
            assert maya.client.post(address, {"version": case.version}).status_code == 409

    def test_another_cases_mail_is_not_found_here(self, maya: Desk, mail: Mail) -> None:
        other = factories.case(owner=maya.person)
        assert maya.client.get(reverse("case_mail_one", args=[other.pk, mail.pk])).status_code == 404

    def test_who_does_not_see_the_case_does_not_see_it(self, mail: Mail) -> None:
        outsider = at_desk(factories.person(Role.STAKEHOLDER, department="support"))
        assert self.open(outsider, mail).status_code == 404


def test_ten_mails_cost_the_page_no_more_queries_than_one(maya: Desk, case: Case) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            maya.open(case)
        return len(asked)

    mailing.send(case_id=case.pk, letter=letter(case), by=maya.person, now=NOW)
    count()
    one = count()
    for _ in range(9):
        mailing.send(case_id=case.pk, letter=letter(case), by=maya.person, now=NOW)
    assert count() == one


def test_nobody_signed_in_writes_nothing(client: Client, case: Case) -> None:
    assert client.get(reverse("case_mail", args=[case.pk])).status_code == 302
