"""A form that is sent from a page older than the session: Django refuses it, since another site's looks the same.

It is said in the house's words. What was typed to file a case is there again, on a page of this session.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from cases.filing import unsent


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, or the way to the filing form; who asks by script, which keeps what was typed itself, gets the 403."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    if (
        match
        and str(match.url_name).startswith("file_case_")
        and "text/html" in request.headers.get("Accept", "")
    ):
        unsent.put_by(request, match.kwargs["key"])
        return redirect("file_case_form", match.kwargs["key"])
    return render(request, "old_page.html", status=403)
