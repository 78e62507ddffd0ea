"""Mail that came in: the lists where SMB Ops decides, and a mail on its case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Act, page, person_of
from accounts.models import Account
from cases import access, numbers, telling
from cases.intake import by_hand, lists, showing, suggesting
from cases.models import Case, MailboxMark, RawMail, ReceivedMail
from smbcases.lib import ids
from smbcases.lib.keyset import BadCursor
from smbcases.lib.refusal import Refusal


@page(Act.SORT_MAIL)
@require_safe
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    try:
        found = lists.page(kind, cursor=request.GET.get("after", ""))
    except (lists.NoSuchList, BadCursor) as error:
        raise Http404("There is no such list.") from error
    context = {
        "kind": kind,
        "hint": lists.HINTS[kind],
        "tabs": lists.tabs(kind),
        "page": found,
        "broken": MailboxMark.objects.exclude(problem="").order_by("mailbox"),
    }
    return render(request, "cases/intake/list.html", context)


@page(Act.SORT_MAIL)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail that waits for a decision, with what may be decided."""
    mail = get_object_or_404(ReceivedMail.objects.select_related("case", "account", "lead"), pk=pk)
    waits = mail.state == "on_case" and mail.case is not None and mail.case.account_id is None
    words = request.GET.get("q", "")
    context = {
        "shown": showing.show(mail),
        "mail": mail,
        "waits": waits and mail.case is not None and mail.case.is_open,
        "kind": "unmatched" if waits else mail.state,
        "kind_name": lists.KINDS.get("unmatched" if waits else mail.state, "Mail"),
        "suggestions": suggesting.suggest(mail) if mail.from_address else [],
        "q": words,
        "found": suggesting.search(words),
    }
    return render(request, "cases/intake/one.html", context)


@page(Act.SORT_MAIL)
@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse:
    return _original(get_object_or_404(ReceivedMail, pk=pk))


@page(Act.SORT_MAIL)
@require_POST
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Carry out one of the decisions, and go back to where the mail was listed."""
    if act not in _ACTS:
        raise Http404("There is no such decision.")
    try:
        said = _ACTS[act](request, pk)
    except by_hand.NoSuchMail as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("mail_in_one", pk=pk)
    messages.success(request, said)
    return redirect("mail_in", kind=_back(request))


def _back(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    return kind if kind in lists.KINDS else "unmatched"


def _choose(request: HttpRequest, pk: int) -> str:
    account = get_object_or_404(Account, pk=ids.read(request.POST.get("account", "")))
    by_hand.choose_account(mail_id=pk, account=account, by=person_of(request), now=timezone.now())
    return f"It is {account.name}’s. The case is routed now."


def _put(request: HttpRequest, pk: int) -> str:
    try:
        number = numbers.read(request.POST.get("case", ""))
    except numbers.NotANumber as error:
        raise NoSuchCase("Give the number of a case, such as SMB-10471.") from error
    case = Case.objects.filter(pk=number).first()
    if case is None:
        raise NoSuchCase(f"There is no case {numbers.say(number)}.")
    by_hand.put_on_case(mail_id=pk, case=case, by=person_of(request), now=timezone.now())
    return f"It is on {case.number} now."


class NoSuchCase(Refusal):
    name = "no-such-case"
    status = 422
    title = "There is no such case"


def _let_through(request: HttpRequest, pk: int) -> str:
    by_hand.let_through(mail_id=pk, by=person_of(request))
    return "It is let through and read again."


def _try_again(request: HttpRequest, pk: int) -> str:
    by_hand.try_again(mail_id=pk, by=person_of(request))
    return "It is read again."


def _file(request: HttpRequest, pk: int) -> str:
    by_hand.file_away(mail_id=pk, by=person_of(request), now=timezone.now())
    return "It is filed; no case is needed."


_ACTS: Mapping[str, Callable[[HttpRequest, int], str]] = {
    "account": _choose,
    "case": _put,
    "let-through": _let_through,
    "again": _try_again,
    "file": _file,
}


@page(Act.SEE_CASES)
@require_safe
def on_case(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    """A mail of a case, as it may be looked at."""
    case, found = _of_case(request, pk, mail)
    context: dict[str, Any] = {
        "case": case,
        "type_name": telling.case_type_name(case),
        "shown": showing.show(found),
        "mail": found,
        "may_work": access.may_work(person_of(request), case),
    }
    return render(request, "cases/intake/on_case.html", context)


@page(Act.SEE_CASES)
@require_safe
def original_on_case(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    return _original(_of_case(request, pk, mail)[1])


@page(Act.WORK_CASES)
@require_POST
def open_new(request: HttpRequest, pk: int, mail: int) -> HttpResponse:
    """A case of its own from a mail that came after the closing."""
    case = access.get_case(person_of(request), pk)
    try:
        new = by_hand.open_new_case(case_id=case.pk, mail_id=mail, by=person_of(request), now=timezone.now())
    except by_hand.NoSuchMail as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("case", pk=pk)
    messages.success(request, f"{new.number} is open.")
    return redirect("case", pk=new.pk)


def _of_case(request: HttpRequest, pk: int, mail: int) -> tuple[Case, ReceivedMail]:
    """Raises Http404 where the case may not be seen or has no such mail."""
    case = access.get_case(person_of(request), pk)
    return case, get_object_or_404(ReceivedMail, pk=mail, case=case)


def _original(mail: ReceivedMail) -> HttpResponse:
    """The bytes as they came, as text to save: nothing that a browser would take for a page."""
    raw = get_object_or_404(RawMail, mail=mail)
    response = HttpResponse(bytes(raw.content), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
