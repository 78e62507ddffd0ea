"""The bell, the page of somebody's notices, and how they wish to be told."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import Act
from cases.models import Mailing, NoticeKind
from cases.talk import notices, reading, told, wishes
from smbcases.lib import ids, keyset

PAGE_SIZE = 25
ORDER = ("-id",)


@access.page(Act.SIGNED_IN)
@require_safe
def show(request: access.SignedInRequest) -> HttpResponse:
    """Unread ones first; with `read` those that were read."""
    earlier = "read" in request.GET
    mine = reading.of(request.user).filter(read_at__isnull=not earlier)
    try:
        page = keyset.cut(mine, order=ORDER, size=PAGE_SIZE, cursor=request.GET.get("page", ""))
    except keyset.BadCursor:
        page = keyset.cut(mine, order=ORDER, size=PAGE_SIZE)
    context = {"rows": told.tell(page.rows, reader=request.user), "page": page, "earlier": earlier}
    return render(request, "notices/notices.html", context)


@access.page(Act.SIGNED_IN)
@never_cache
@require_safe
def bell(request: access.SignedInRequest) -> HttpResponse:
    """Asked now and then by an open page: nothing (204) while as many are unread as it shows."""
    count = reading.count_unread(request.user)
    if request.GET.get("count") == str(count):
        return HttpResponse(status=204)
    return render(request, "shell/bell.html", {"unread": count})


@access.page(Act.SIGNED_IN)
@never_cache
@require_safe
def open_one(request: access.SignedInRequest, pk: int) -> HttpResponse:
    """Where the notice leads; it is read now."""
    notice = reading.of(request.user).filter(pk=pk).first()
    if notice is None:
        raise Http404
    reading.mark_read(request.user, now=timezone.now(), ids=[pk])
    (row,) = told.tell([notice], reader=request.user)
    return redirect(row.url or "notices")


@access.page(Act.SIGNED_IN)
@require_POST
def mark_read(request: access.SignedInRequest) -> HttpResponse:
    """One of them, or all."""
    given = request.POST.getlist("notice")
    marked = reading.mark_read(request.user, now=timezone.now(), ids=ids.read_all(given) if given else None)
    messages.success(request, "Read." if marked == 1 else f"{marked} notices are read.")
    return redirect("notices")


class SettingForm(forms.Form):
    mail = forms.ChoiceField(label="Mail", choices=Mailing, widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(
        label="The daily mail comes at",
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
    )
    bell = forms.MultipleChoiceField(choices=NoticeKind, required=False)
    mailed = forms.MultipleChoiceField(choices=NoticeKind, required=False)

    def kinds(self) -> list[tuple[str, str, bool, bool]]:
        """Each kind with its words, and whether it rings and is mailed."""
        bell, mailed = self["bell"].value() or [], self["mailed"].value() or []
        return [(kind.value, kind.label, kind.value in bell, kind.value in mailed) for kind in NoticeKind]


@access.page(Act.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: access.SignedInRequest) -> HttpResponse:
    person = request.user
    form = SettingForm(request.POST or None, initial=wishes.shown(notices.setting_of(person)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wishes.save(
            person,
            mail=Mailing(given["mail"]),
            hour=given["hour"],
            bell=[NoticeKind(kind) for kind in given["bell"]],
            mailed=[NoticeKind(kind) for kind in given["mailed"]],
            now=timezone.now(),
        )
        messages.success(request, "Saved.")
        return redirect("notice_settings")
    return render(request, "notices/settings.html", {"form": form}, status=422 if form.errors else 200)
