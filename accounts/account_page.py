"""The account's page: its facts, its cases, what the CRM told us of it; and the list of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import visibility
from accounts.access import Act, page, person_of
from accounts.models import Account, Region
from smbcases.lib import ids

PAGE_ROWS = 50
FIRST_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some rows of a list; `after` is the id of the last one where there are more, else None."""

    rows: tuple[Any, ...]
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A list on the account's page: its name, the partial of its rows, and the rows, latest first."""

    key: str
    name: str
    template: str
    head: tuple[str, ...]
    empty: str
    stretch: Stretch


@page(Act.SEE_BOOK)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts by name, found by the beginning of their name or domain."""
    words, region = request.GET.get("q", "").strip()[:255], request.GET.get("region", "")
    known = visibility.visible(person_of(request)).select_related("owner")
    if words:
        known = known.filter(Q(name__istartswith=words) | Q(domain__istartswith=words))
    if region in Region.values:
        known = known.filter(region=region)
    stretch = _page_by_name(known, after=ids.read(request.GET.get("after", "")))
    context = {"stretch": stretch, "q": words, "region": region, "regions": Region.values}
    return render(request, "accounts/accounts.html", context)


def _page_by_name(known: QuerySet[Account], *, after: int | None) -> Stretch:
    """A page of accounts in the order of their names, going on behind the account `after`."""
    last = Account.objects.filter(pk=after).first() if after else None
    if last is not None:
        behind = Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk)
        known = known.filter(behind, name__gte=last.name)
    return _stretch(known.order_by("name", "id"), rows=PAGE_ROWS)


@page(Act.SEE_BOOK)
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    sections = [_section(key, found, rows=FIRST_ROWS) for key in _SECTIONS]
    context = {
        "account": found,
        "subscriptions": found.subscriptions.order_by("-renews_on", "-id")[:FIRST_ROWS],
        "sections": sections,
        "today": timezone.localdate(),
    }
    return render(request, "accounts/account.html", context)


@page(Act.SEE_BOOK)
@require_safe
def section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One of the lists in full, latest first: a page of it, or for htmx its next rows."""
    found = _get(request, pk)
    if key not in _SECTIONS:
        raise Http404
    shown = _section(key, found, rows=PAGE_ROWS, before=ids.read(request.GET.get("before", "")))
    is_part = bool(getattr(request, "htmx", False))
    template = "accounts/account_section_rows.html" if is_part else "accounts/account_section.html"
    context = {"account": found, "section": shown, "today": timezone.localdate()}
    return render(request, template, context)


def _get(request: HttpRequest, pk: int) -> Account:
    """The account, for whoever may see it. Raises Http404."""
    known = visibility.visible(person_of(request)).select_related("owner", "gitlab_admin")
    found = known.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such account, or it is not yours to see.")
    return found


_SECTIONS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "opportunities": (
        "Opportunities",
        ("Opportunity", "Stage", "Amount", "Closes"),
        "No opportunities.",
    ),
    "contacts": ("Contacts", ("Contact", "Mail", "Phone"), "No contacts."),
    "leads": ("Leads", ("Lead", "Status", "Since"), "No leads matched to this account."),
    "events": ("Events", ("What the CRM told us", "What became of it", "When"), "No events yet."),
}


def _section(key: str, found: Account, *, rows: int, before: int | None = None) -> Section:
    name, head, empty = _SECTIONS[key]
    known = _rows_of(found, key)
    if before is not None:
        known = known.filter(pk__lt=before)
    return Section(
        key=key,
        name=name,
        template=f"accounts/rows/{key}.html",
        head=head,
        empty=empty,
        stretch=_stretch(known.order_by("-id"), rows=rows),
    )


def _rows_of(found: Account, key: str) -> QuerySet[Any]:
    if key == "events":
        return found.events.prefetch_related("evaluations__trigger", "evaluations__case")
    known: Mapping[str, QuerySet[Any]] = {
        "opportunities": found.opportunities.select_related("renewals_manager"),
        "contacts": found.contacts.all(),
        "leads": found.leads.all(),
    }
    return known[key]


def _stretch(known: QuerySet[Any], *, rows: int) -> Stretch:
    found = list(known[: rows + 1])
    return Stretch(
        rows=tuple(found[:rows]),
        after=found[rows - 1].pk if len(found) > rows else None,
    )
