"""Writing a mail on a case's page, its preview, and the page of one mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import Person
from cases import access, telling
from cases.acting import Ask, act, forms_only, is_htmx, show
from cases.forms import PickUpForm
from cases.mail import beginning, drafts, letters, mailing, recipients
from cases.mail.forms import MailForm, grouped
from cases.mail.recipients import Recipient
from cases.models import Case, Mail, MailTemplate
from cases.planning import local_day


@page(Act.WORK_CASES)
@forms_only
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The form. `?template=` begins anew with another text; the draft stays until something else is typed."""
    by, now = person_of(request), timezone.now()
    case = access.get_case(by, pk)
    access.check_may_work(by, case)
    offered = recipients.load(case)
    templates = beginning.load_templates(case)
    initial, from_draft = _initial(request, case, offered=offered, templates=templates, by=by, now=now)
    form = MailForm(request.POST or None, case=case, offered=offered, initial=initial)
    typed = request.POST or initial
    ask = Ask(
        template="cases/mail/form.html",
        title="Write mail",
        button="Send",
        wide="1",
        context={
            "offered": offered,
            "groups": grouped(templates, case_type=case.case_type),
            "chosen": typed.get("template_key", ""),
            "is_draft": from_draft,
            "sender": by,
            **_previewed(typed, offered=offered),
        },
    )
    if request.method == "POST":
        _keep(request, case, by=by, now=now)
    if "preview" in request.POST:
        return show(request, case=case, form=form, ask=ask)
    return act(
        request,
        case=case,
        form=form,
        ask=ask,
        do=lambda version: mailing.send(case_id=pk, letter=form.letter(), by=by, now=now, version=version),
        done="Your mail is on its way.",
    )


def _initial(
    request: HttpRequest,
    case: Case,
    *,
    offered: list[Recipient],
    templates: list[MailTemplate],
    by: Person,
    now: datetime,
) -> tuple[dict[str, str], bool]:
    """What the form begins with, and whether that is a draft."""
    wanted = request.GET.get("template", "")
    draft = drafts.load(case_id=case.pk, person=by)
    if draft and not wanted:
        return {name: getattr(draft, name) for name in drafts.TYPED}, True
    to = next((one for one in offered if one.key == request.GET.get("to")), offered[0] if offered else None)
    today = local_day(by, now=now)
    try:
        begun = beginning.begin(case, templates=templates, key=wanted, to=to, by=by, today=today)
    except beginning.NoSuchTemplate as error:
        raise Http404(error.detail) from error
    kept = {"cc": draft.cc if draft else "", "to": to.key if to else ""}
    return {"template_key": begun.template_key, "subject": begun.subject, "body": begun.body, **kept}, False


@page(Act.WORK_CASES)
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed, and show it as the customer will see it. `discard` throws it away."""
    by, now = person_of(request), timezone.now()
    case = access.get_case(by, pk)
    access.check_may_work(by, case)
    if "discard" in request.POST:
        drafts.drop(case_id=pk, person=by)
        return redirect("case", pk=pk)
    _keep(request, case, by=by, now=now)
    if not is_htmx(request):
        return redirect("case_mail", pk=pk)
    context = {"case": case, "sender": by, "saved_at": now}
    context |= _previewed(request.POST, offered=recipients.load(case))
    return render(request, "cases/mail/preview.html", context)


def _keep(request: HttpRequest, case: Case, *, by: Person, now: datetime) -> None:
    typed = {name: request.POST.get(name, "") for name in drafts.TYPED}
    drafts.save(case_id=case.pk, person=by, typed=typed, now=now)


def _previewed(typed: Mapping[str, Any], *, offered: list[Recipient]) -> dict[str, Any]:
    """The mail as typed, for the eye; whatever is wrong with it is said at sending."""
    subject, body = str(typed.get("subject", "")), str(typed.get("body", ""))
    return {
        "to": next((one for one in offered if one.key == typed.get("to")), None),
        "copies": letters.read_addresses(str(typed.get("cc", ""))),
        "subject": subject,
        "body": body.replace("\r\n", "\n"),
        "unfilled": sorted({*letters.unfilled(subject), *letters.unfilled(body)}),
    }


@page(Act.SEE_CASES)
@require_safe
def one(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    """A mail as it was written, and what became of it."""
    by = person_of(request)
    case = access.get_case(by, pk)
    found = Mail.objects.filter(case=case, pk=mail).select_related("person", "contact", "template").first()
    if found is None:
        raise Http404("There is no such mail.")
    context = {
        "case": case,
        "type_name": telling.case_type_name(case),
        "mail": found,
        "may_work": access.may_work(by, case),
        "form": PickUpForm(case=case),
    }
    return render(request, "cases/mail/one.html", context)


@page(Act.WORK_CASES)
@forms_only
def send_again(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    return _settle(request, pk, mail, again=True)


@page(Act.WORK_CASES)
@forms_only
def settle(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    return _settle(request, pk, mail, again=False)


def _settle(request: HttpRequest, pk: int, mail: int, *, again: bool) -> HttpResponse:
    by = person_of(request)
    case = access.get_case(by, pk)
    do = mailing.send_again if again else mailing.settle
    return act(
        request,
        case=case,
        form=PickUpForm(request.POST or None, case=case),
        ask=Ask(
            template="cases/mail/settle.html",
            title="Send again" if again else "It has arrived",
            button="Send again" if again else "It has arrived",
            context={"again": again, "mail_id": mail},
        ),
        do=lambda version: do(case_id=pk, mail_id=mail, by=by, now=timezone.now(), version=version),
        done="It is on its way again." if again else "Noted.",
    )
