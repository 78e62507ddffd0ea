"""Tasks: their page, and the few things done with one, from there, from a case and from My cases alike."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import Act
from cases.access import get_case
from cases.acting import way_back
from cases.agenda import choosing, forms, parts, tasks
from cases.agenda.forms import TaskForm
from cases.models import Task
from smbcases.lib import ids, keyset
from smbcases.lib.refusal import Refusal

PAGE_SIZE = 50
VIEWS = {"open": "Open", "overdue": "Overdue", "done": "Done"}
_ORDERS = {"open": ("due_on", "id"), "overdue": ("due_on", "id"), "done": ("-done_at", "-id")}


@access.page(Act.SIGNED_IN)
@require_safe
def show(request: access.SignedInRequest) -> HttpResponse:
    return _page(request, form=TaskForm(initial={"due_on": timezone.localdate()}, by=request.user))


@access.page(Act.SIGNED_IN)
@require_POST
def add(request: access.SignedInRequest) -> HttpResponse:
    form = TaskForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        tasks.add(plan=form.plan(), by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error("case" if refusal.status == HTTPStatus.NOT_FOUND else None, refusal.detail)
        return _page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, "The task is kept.")
    return _back(request)


@access.page(Act.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: access.SignedInRequest, pk: int) -> HttpResponse:
    task = _own(lambda: tasks.get(task_id=pk, by=request.user))
    form = forms.of_task(task, request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.change(task_id=pk, plan=form.plan(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("case" if refusal.status == HTTPStatus.NOT_FOUND else None, refusal.detail)
        else:
            messages.success(request, "The task is changed.")
            return redirect("tasks")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "cases/task.html", {"task": task, "form": form}, status=status)


@access.page(Act.SIGNED_IN)
@require_POST
def set_done(request: access.SignedInRequest, pk: int) -> HttpResponse:
    """Tick it off; with `open` sent, open it again."""
    done = "open" not in request.POST
    task = _own(lambda: tasks.set_done(task_id=pk, done=done, by=request.user, now=timezone.now()))
    if request.headers.get("HX-Target") == "my-tasks":
        return render(request, "cases/my_tasks.html", parts.of_today(request))
    if request.headers.get("HX-Target") == "case-tasks" and task.case is not None:
        return render(request, "cases/tasks_of_case.html", parts.of_case(request, task.case))
    messages.success(request, f"Done: {task.what}" if done else f"Open again: {task.what}")
    return _back(request)


@access.page(Act.SIGNED_IN)
@require_POST
def remove(request: access.SignedInRequest, pk: int) -> HttpResponse:
    _own(lambda: tasks.remove(task_id=pk, by=request.user, now=timezone.now()))
    return redirect(f"{reverse('tasks')}?removed={pk}")


@access.page(Act.SIGNED_IN)
@require_POST
def restore(request: access.SignedInRequest, pk: int) -> HttpResponse:
    task = _own(lambda: tasks.restore(task_id=pk, by=request.user))
    messages.success(request, f"Back again: {task.what}")
    return redirect("tasks")


@access.page(Act.SEE_CASES)
@require_POST
def add_to_case(request: access.SignedInRequest, pk: int) -> HttpResponse:
    """One line on a case's page: its part of the page comes back with the task, or with what was typed."""
    case = get_case(request.user, pk)
    typed = {**request.POST.dict(), "case": case.number}
    form: TaskForm | None = TaskForm(typed, by=request.user)
    if form and form.is_valid():
        try:
            tasks.add(plan=form.plan(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
        else:
            form = None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    context = parts.of_case(request, case, form=form)
    return render(request, "cases/tasks_of_case.html", context, status=status)


@access.page(Act.SIGNED_IN)
@require_safe
def find_accounts(request: access.SignedInRequest) -> HttpResponse:
    """Accounts to choose from, while somebody types."""
    found = choosing.offer(request.GET.get("account", ""), by=request.user)
    return render(request, "cases/task_accounts.html", {"found": found})


def _own(do: Callable[[], Task]) -> Task:
    """Somebody else's task is not there."""
    try:
        return do()
    except tasks.NoSuchTask as refusal:
        raise Http404(refusal.detail) from refusal


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that asked, or to the tasks."""
    return redirect(way_back(request, usual=reverse("tasks")))


def _page(request: access.SignedInRequest, *, form: TaskForm, status: int = HTTPStatus.OK) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "open"
    found = _page_of(request, view)
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "tabs": [_tab(key, name, current=key == view) for key, name in VIEWS.items()],
        "page": found,
        "today": timezone.localdate(),
        "removed": _removed(request),
    }
    return render(request, "cases/tasks.html", context, status=status)


def _page_of(request: access.SignedInRequest, view: str) -> keyset.Page[Task]:
    today = timezone.localdate()
    own = Task.objects.of(request.user).select_related("case", "account")
    shown = {
        "open": own.open,
        "overdue": lambda: own.open().filter(due_on__lt=today),
        "done": own.done,
    }[view]()
    try:
        return keyset.cut(shown, order=_ORDERS[view], size=PAGE_SIZE, cursor=request.GET.get("page", ""))
    except keyset.BadCursor:
        return keyset.cut(shown, order=_ORDERS[view], size=PAGE_SIZE)


def _tab(key: str, name: str, *, current: bool) -> dict[str, Any]:
    url = reverse("tasks") if key == "open" else f"{reverse('tasks')}?view={key}"
    return {"name": name, "url": url, "count": None, "current": current}


def _removed(request: access.SignedInRequest) -> Task | None:
    """The task that was taken away just now, to be put back."""
    asked = ids.read(request.GET.get("removed", ""))
    if asked is None:
        return None
    return Task.objects.filter(person=request.user, pk=asked, removed_at__isnull=False).first()
