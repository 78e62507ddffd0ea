"""Every address of the house, found by walking the URLconf, each with a sample that can be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite, site
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from accounts.access import Act

NOT_THERE = "987654321"  # nothing has this number: who may ask gets 404, who may not 403
_SAMPLES = {
    "territory": "amer",
    "app_label": "accounts",
    "external_id": "not-there",
    "place": "crm/not-there",
    "number": NOT_THERE,
    "key": "cases",
    "run": "00000000-0000-4000-8000-000000000000",
}
_REGEXES = {
    r"^events/(?P<place>(?s:.+))\Z": "events/crm/not-there",
    r"^(?P<app_label>accounts|cases|routing)/$": "accounts/",
    r"(?P<url>.*)$": "nowhere",
    "": "nowhere",
}


@dataclass(frozen=True, kw_only=True)
class Address:
    """A pattern with its view. `is_admins`: it belongs to Django's admin, whose site decides."""

    route: str
    sample: str
    name: str
    view: Callable[..., Any]
    is_admins: bool

    @property
    def api(self) -> Any:
        """The API view's class; None for pages."""
        return getattr(self.view, "cls", None)

    @property
    def methods(self) -> list[str]:
        return [name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(self.api, name)]

    @property
    def decided(self) -> Act | str | None:
        if self.is_admins:
            return site.decided if isinstance(site, AdminSite) and hasattr(site, "decided") else None
        found: Act | str | None = getattr(self.view, "decided", None)
        return found

    def __str__(self) -> str:
        view = self.api or self.view
        where = f"{view.__module__}.{getattr(view, '__qualname__', view)}"
        return f"/{self.route} ({self.name or 'unnamed'}, {where})"


def walk() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, route="", sample="/", is_admins=False))


def pages() -> list[Address]:
    """Those that a role opens."""
    return [one for one in walk() if not one.is_admins and isinstance(one.decided, Act)]


def admins() -> list[Address]:
    return [one for one in walk() if one.is_admins]


def operations() -> list[tuple[Address, str]]:
    """API views by method, but for those that say that they are public."""
    views = [one for one in walk() if one.api is not None and one.decided != "public"]
    return [(one, method) for one in views for method in one.methods]


def _walk(
    patterns: list[URLPattern | URLResolver], *, route: str, sample: str, is_admins: bool
) -> Iterator[Address]:
    for one in patterns:
        at = f"{route}{one.pattern}"
        asked = sample + _filled(one)
        if isinstance(one, URLResolver):
            inside = is_admins or one.app_name == "admin"
            yield from _walk(one.url_patterns, route=at, sample=asked, is_admins=inside)
        else:
            yield Address(route=at, sample=asked, name=one.name or "", view=one.callback, is_admins=is_admins)


def _filled(one: URLPattern | URLResolver) -> str:
    text = str(one.pattern)
    if isinstance(one.pattern, RegexPattern):
        assert text in _REGEXES, f"Give the pattern {text!r} a sample address in tests/house/addresses.py."
        return _REGEXES[text]
    return re.sub(r"<(?:(\w+):)?(\w+)>", _sample, text)


def _sample(found: re.Match[str]) -> str:
    return _SAMPLES["run"] if found[1] == "uuid" else _SAMPLES.get(found[2], NOT_THERE)
