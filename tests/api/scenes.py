"""What has to be so before an operation's example can be carried out, by operation.

An operation that is not here is asked by Maya of a case that she has picked up. One that needs more gets a
function here: it makes what it needs in the book and answers who asks, and what the address names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Account, Person
from accounts.ownership import sweeping
from accounts.segments import crossing
from cases.agenda import tasks
from cases.agenda.tasks import Plan
from cases.escalating import asking, ticket
from cases.files import attaching
from cases.mail import mailing, recipients, threading
from cases.mail.letters import Letter
from cases.many import running, selecting
from cases.models import Case, EscalationKind, Mail, ReceivedMail
from cases.talk import questions
from routing.high_value import nominating
from routing.models import Nomination
from routing.triggers import catalogue
from smbcases.playbook.vocabulary import FIRST_ORDERS
from tests import factories
from tests.api.book import NOW, Book
from tests.cases import mails_in


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`path`: what stands in the address, by name. `body`: ids in an example that only the database can give."""

    by: Person
    path: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


def at_work(book: Book) -> Scene:
    return about(book, book.case())


def about(book: Book, case: Case, *, by: Person | None = None) -> Scene:
    path = {
        "number": case.number,
        "external_id": book.account.external_id,
        "source": book.event.source,
        "id": book.event.event_id,
    }
    return Scene(by=by or book.maya, path=path)


def of_dashboard(book: Book) -> Scene:
    """Who leads sees the scorecard with a case in it."""
    book.case()
    return Scene(by=book.mona, path={"key": "scorecard"})


def closed(book: Book) -> Scene:
    case = book.case()
    columns = {"status": "resolved", "closed_at": NOW, "resolution_action": "answered_question"}
    Case.objects.filter(pk=case.pk).update(**columns)
    return about(book, case)


def newly_assigned(book: Book) -> Scene:
    return about(book, book.case(picked_up=False))


def in_the_queue(book: Book) -> Scene:
    factories.case(account=book.account, now=NOW)
    return Scene(by=book.maya)


def seen_by_ops(book: Book) -> Scene:
    return about(book, book.case(), by=book.otto)


def with_a_task(book: Book) -> Scene:
    plan = Plan(what="Ask Jonas for the PO", due_on=NOW.date())
    return Scene(by=book.maya, path={"task": tasks.add(plan=plan, by=book.maya, now=NOW).pk})


def with_its_opportunity(book: Book) -> Scene:
    return about(book, book.case(opportunity_id=book.opportunity.pk))


def with_a_lead(book: Book) -> Scene:
    return about(book, book.case(lead_id=factories.lead(book.account).pk))


def about_a_first_order(book: Book) -> Scene:
    return about(book, book.case(case_type=min(FIRST_ORDERS)))


def from_a_ticket(book: Book) -> Scene:
    return about(book, book.case(case_type=ticket.CASE_TYPE))


def with_a_question(book: Book) -> Scene:
    case = book.case()
    asked = questions.ask(case_id=case.pk, text="Has the quote gone out?", by=book.mona, now=NOW)
    return replace(about(book, case), body={"question": asked.pk})


def with_a_failed_mail(book: Book) -> Scene:
    return _with_a_mail(book, state="failed")


def with_a_mail_nobody_knows_of(book: Book) -> Scene:
    return _with_a_mail(book, state="unclear")


def _with_a_mail(book: Book, *, state: str) -> Scene:
    case = book.case()
    letter = Letter(to=recipients.choose(case, ""), subject="Your quote", body="Hi Jonas.")
    mail = mailing.send(case_id=case.pk, letter=letter, by=book.maya, now=NOW)
    Mail.objects.filter(pk=mail.pk).update(state=state, try_at=None)
    scene = about(book, case)
    return replace(scene, body={"mail": mail.pk})


def with_a_request(book: Book) -> Scene:
    """For her manager to answer."""
    case = book.case()
    asked = asking.ask(
        case_id=case.pk,
        kind=EscalationKind.SOLUTIONS_ARCHITECT,
        reason="An evaluation of 40 seats",
        by=book.maya,
        now=NOW,
    )
    return replace(about(book, case, by=book.mona), body={"request_id": asked.pk})


def with_a_granted_request(book: Book) -> Scene:
    scene = with_a_request(book)
    asking.answer(request_id=scene.body["request_id"], granted=True, words="", by=book.mona, now=NOW)
    return replace(scene, by=book.maya)


def seen_by_a_manager(book: Book) -> Scene:
    return about(book, book.case(), by=book.mona)


def with_a_run(book: Book) -> Scene:
    """Previewed, not yet done."""
    chosen = selecting.ticked([book.case(picked_up=False).pk], by=book.maya)
    run = running.choose(act="pick_up", chosen=chosen, by=book.maya, now=NOW)
    running.preview(run_id=run.pk, given={}, by=book.maya, now=NOW)
    return Scene(by=book.maya, path={"run": run.pk})


def with_a_run_done(book: Book) -> Scene:
    scene = with_a_run(book)
    running.carry_out(run_id=scene.path["run"], by=book.maya, now=NOW)
    return scene


def with_a_file(book: Book) -> Scene:
    scene = at_work(book)
    case = Case.objects.latest("id")
    kept = attaching.attach(
        case_id=case.pk, file=ContentFile(b"40 seats"), name="notes.txt", by=book.maya, now=NOW
    )
    return replace(scene, path={**scene.path, "attachment": kept.pk})


def with_a_nomination(book: Book) -> Scene:
    return Scene(by=book.maya, path={"number": _nominate(book).pk})


def for_her_manager_to_decide(book: Book) -> Scene:
    return Scene(by=book.mona, path={"number": _nominate(book).pk})


def _nominate(book: Book) -> Nomination:
    given = {"criteria": ["license_growth"], "why": "Two more teams join."}
    return nominating.nominate(account_id=book.account.pk, by=book.maya, now=NOW, **given)


def seen_by_her_manager(book: Book) -> Scene:
    return about(book, book.case(), by=book.mona)


def filed_and_late(book: Book) -> Scene:
    case = book.case(picked_up=False)
    tomas = factories.person("stakeholder", name="Tomás Vega", department="support")
    late = {"pick_up_by": NOW - timedelta(hours=1), "filed_by": tomas, "department": "support"}
    Case.objects.filter(pk=case.pk).update(**late)
    return about(book, case, by=tomas)


def with_a_mail_of_a_stranger(book: Book) -> Scene:
    """It waits for its account; the book's own case is there to put it on."""
    catalogue.load(now=NOW)
    case = book.case()
    mail = mails_in.take_one(mails_in.write(sender="ada@nowhere.example"), now=NOW)
    path = {"mail": mail.pk, "number": case.number}
    return Scene(by=book.otto, path=path)


def with_a_mail_to_put_there(book: Book) -> Scene:
    scene = with_a_mail_of_a_stranger(book)
    return replace(scene, body={"case": scene.path["number"]})


def with_a_held_mail(book: Book) -> Scene:
    scene = with_a_mail_of_a_stranger(book)
    ReceivedMail.objects.filter(pk=scene.path["mail"]).update(state="held", case=None, joined_by="")
    return scene


def with_a_mail_not_read(book: Book) -> Scene:
    mail = mails_in.take_one(b"Subject: from nobody\r\n\r\nHello", now=NOW)
    return Scene(by=book.otto, path={"mail": mail.pk})


def with_a_late_mail(book: Book) -> Scene:
    catalogue.load(now=NOW)
    scene = closed(book)
    case = Case.objects.get(closed_at__isnull=False)
    mail = mails_in.take_one(mails_in.write(to=threading.reply_address(case)), now=NOW)
    return replace(scene, body={"mail": mail.pk})


def with_something_in_a_name(book: Book) -> Scene:
    """The book's account is Maya's; now there is a Sales User to give it to."""
    factories.person("sales_user", region="AMER", email="sales.amer@example.com")
    return Scene(by=book.otto)


def with_a_sweep(book: Book) -> Scene:
    scene = with_something_in_a_name(book)
    return replace(scene, path={"sweep": sweeping.sweep(by=book.otto, now=NOW).pk})


def with_an_account_over_the_line(book: Book) -> Scene:
    Account.objects.filter(pk=book.account.pk).update(carr=40_000, outgrew_on=NOW.date())
    crossing.settle(now=NOW)
    return Scene(by=book.otto)


SCENES: Mapping[str, Callable[[Book], Scene]] = {
    "dashboards_read": of_dashboard,
    "cases_answer": with_a_question,
    "cases_answer_request": with_a_request,
    "cases_bulk_do": with_a_run,
    "cases_bulk_read": with_a_run,
    "cases_bulk_undo": with_a_run_done,
    "cases_close_opportunity_lost": with_its_opportunity,
    "cases_close_opportunity_won": with_its_opportunity,
    "cases_detach": with_a_file,
    "cases_escalate_late": filed_and_late,
    "cases_file": with_a_file,
    "cases_finish_request": with_a_granted_request,
    "cases_hand_to_mid_market": about_a_first_order,
    "cases_pick_up": newly_assigned,
    "cases_reopen": closed,
    "cases_send_mail_again": with_a_failed_mail,
    "cases_set_close_date": with_its_opportunity,
    "cases_set_renewal_risk": with_its_opportunity,
    "cases_settle_lead": with_a_lead,
    "cases_settle_mail": with_a_mail_nobody_knows_of,
    "cases_take_next": in_the_queue,
    "cases_tell_ticket": from_a_ticket,
    "cases_open_from_mail": with_a_late_mail,
    "events_push": seen_by_ops,
    "ownership_sweeps_list": with_a_sweep,
    "ownership_sweeps_preview": with_something_in_a_name,
    "ownership_sweeps_read": with_a_sweep,
    "ownership_sweeps_rows": with_a_sweep,
    "ownership_sweeps_run": with_something_in_a_name,
    "ownership_sweeps_undo": with_a_sweep,
    "segment_moves_list": with_an_account_over_the_line,
    "received_mails_list": seen_by_ops,
    "received_mails_read": with_a_mail_of_a_stranger,
    "received_mails_choose_account": with_a_mail_of_a_stranger,
    "received_mails_put_on_case": with_a_mail_to_put_there,
    "received_mails_let_through": with_a_held_mail,
    "received_mails_try_again": with_a_mail_not_read,
    "received_mails_file": with_a_mail_of_a_stranger,
    "requests_list": seen_by_a_manager,
    "nominations_decide": for_her_manager_to_decide,
    "nominations_withdraw": with_a_nomination,
    "plans_write": seen_by_her_manager,
    "tasks_change": with_a_task,
    "tasks_delete": with_a_task,
    "tasks_read": with_a_task,
    "tasks_set_done": with_a_task,
}
PLAYBOOKS: Mapping[str, str] = {"cases_take_next": "fy25"}  # fy26 where nothing is said
