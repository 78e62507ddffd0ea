"""The calendar: its feed, opened by a secret address alone, and the page where that address is made."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from zoneinfo import ZoneInfo

import redis
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import Act
from cases.agenda import entries, feeds, rendering
from cases.models import CalendarFeed

A_MINUTE = 20
_MINUTE = timedelta(minutes=1)
_FRESH = timedelta(minutes=5)


@access.public
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar that the secret opens. Asked again for what has not changed, it answers 304."""
    try:
        person = feeds.open_by(secret, now=timezone.now())
    except feeds.NoSuchCalendar as refusal:
        raise Http404(refusal.detail) from refusal
    if _asks_too_often(person.pk):
        return HttpResponse(
            "Ask again in a minute.", status=429, headers={"Retry-After": "60"}, content_type="text/plain"
        )
    content = rendering.render(
        entries.load(person),
        name=f"SMB Cases, {person.name}",
        zone=ZoneInfo(person.time_zone),
        base=request.build_absolute_uri("/").rstrip("/"),
    )
    return _answer(request, content)


def _answer(request: HttpRequest, content: bytes) -> HttpResponse:
    tag = quote_etag(hashlib.sha256(content).hexdigest())
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in (each.removeprefix("W/") for each in known):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="smb-cases.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = f"private, max-age={int(_FRESH.total_seconds())}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _asks_too_often(person_id: int) -> bool:
    """More than so often a minute; without a cache nobody is counted."""
    name = f"calendar:{person_id}:{timezone.now():%H%M}"
    try:
        cache.add(name, 0, timeout=2 * _MINUTE.total_seconds())
        return int(cache.incr(name)) > A_MINUTE
    except (redis.RedisError, OSError, ValueError):
        return False


@access.page(Act.SIGNED_IN)
@never_cache
@require_safe
def show(request: access.SignedInRequest) -> HttpResponse:
    return _page(request)


@access.page(Act.SIGNED_IN)
@never_cache
@require_POST
def make(request: access.SignedInRequest) -> HttpResponse:
    """A new address, shown this once; an earlier one ends."""
    secret = feeds.make(person=request.user, now=timezone.now())
    return _page(request, address=request.build_absolute_uri(reverse("calendar_feed", args=[secret])))


@access.page(Act.SIGNED_IN)
@require_POST
def revoke(request: access.SignedInRequest) -> HttpResponse:
    feeds.revoke(person=request.user)
    messages.success(request, "The address opens nothing any more.")
    return redirect("calendar")


def _page(request: access.SignedInRequest, *, address: str = "") -> HttpResponse:
    held = CalendarFeed.objects.filter(person=request.user).first()
    return render(request, "cases/calendar.html", {"feed": held, "address": address})
