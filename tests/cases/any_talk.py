"""Mails that go out, or do not, and are answered; questions that are asked and answered."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models.book import ActivityKind
from cases import details
from cases.mail import mailing, outbox
from cases.mail.letters import Letter
from cases.mail.recipients import Recipient
from cases.models import Case, Mail, MailState, Question
from cases.talk import questions
from tests.cases.any_desk import ANY, AnyDesk, counted


class Talking(AnyDesk):
    """Each mail has a subject of its own, by which the history of its case tells it from others."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0

    @rule(case=ANY, who=ANY)
    def write_a_mail(self, case: int, who: int) -> None:
        one = self.pick(case, Case.objects.filter(account__isnull=False))
        if one is None:
            return
        self.written += 1
        contact = next(each for each in self.contacts if each.account_id == one.account_id)
        to = Recipient(
            key=f"contact-{contact.pk}",
            name=contact.name,
            address="zoe@customer.example",
            what="",
            contact_id=contact.pk,
        )
        letter = Letter(to=to, subject=f"Your quote {self.written}", body="Here it is.")
        by = self.anyone(who, one)
        counted["mailed"] += self.carry_out(
            lambda: mailing.send(case_id=one.pk, letter=letter, by=by, now=self.now)
        )

    @rule(fails=st.booleans())
    def let_the_mails_go(self, fails: bool) -> None:
        """Sent, or claimed by a sender and refused for good by the server of the customer."""
        if not fails:
            outbox.send_waiting(clock=lambda: self.now)
            return
        mail = Mail.objects.filter(state=MailState.WAITING).order_by("id").first()
        if mail is not None:
            Mail.objects.filter(pk=mail.pk).update(state=MailState.SENDING)
            mailing.give_up(mail_id=mail.pk, reason="550 No such user here", now=self.now)

    @rule(which=ANY, who=ANY)
    def send_again(self, which: int, who: int) -> None:
        lost = list(Mail.objects.filter(state=MailState.FAILED).select_related("case__owner").order_by("id"))
        if lost:
            mail = lost[which % len(lost)]
            call = {"case_id": mail.case_id, "by": self.anyone(who, mail.case), "now": self.now}
            self.carry_out(lambda: mailing.send_again(**call, mail_id=mail.pk))

    @rule(case=ANY)
    def the_customer_answers(self, case: int) -> None:
        one = self.pick(case, Case.objects.filter(mails__isnull=False).distinct())
        if one is not None and one.owner is not None:
            self.attempt_on(
                one, details.log_activity, kind=ActivityKind.EMAIL, what="They wrote back", inbound=True
            )

    @rule(case=ANY, who=ANY)
    def ask(self, case: int, who: int) -> None:
        text = "When will they decide?"
        counted["asked"] += self.attempt(questions.ask, case, who=who, text=text)

    @rule(which=ANY, who=ANY)
    def answer(self, which: int, who: int) -> None:
        """Answered by anybody, a question that may be answered already."""
        asked = list(Question.objects.select_related("case__owner").order_by("id"))
        if asked:
            one = asked[which % len(asked)]
            call = {"case_id": one.case_id, "by": self.anyone(who, one.case), "now": self.now}
            counted["answered"] += self.carry_out(
                lambda: questions.answer(**call, question_id=one.pk, text="Next week, they say.")
            )
