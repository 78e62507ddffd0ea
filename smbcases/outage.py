"""What is said when something breaks, and when it is only that the database cannot be reached for a moment.

Django asks `broke` while it handles the exception, wherever it was raised: in a view, in the API, in a middleware.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views.defaults import server_error

from accounts import access
from smbcases.lib import problems

RETRY_AFTER = 5  # seconds; a restart of PostgreSQL takes about that
# By the first characters of PostgreSQL's codes: the connection broke, too many of them, it stops or starts.
_AWAY = ("08", "53300", "57P")


@access.public
def broke(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After where the database cannot be reached, 500 for all else."""
    if not is_outage(sys.exception()):
        return server_error(request)
    response = _api() if request.path.startswith("/api/") else _page()
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def is_outage(error: BaseException | None) -> bool:
    """Whether `error` says that there is no connection; a deadlock or a timeout has a code of its own."""
    if isinstance(error, InterfaceError):
        return True
    code: str | None = getattr(getattr(error, "__cause__", None), "pgcode", None)
    return isinstance(error, OperationalError) and (code is None or code.startswith(_AWAY))


def _api() -> HttpResponse:
    document = problems.body(
        name="database-unavailable",
        title="The database cannot be reached",
        status=503,
        detail=f"Send it again in {RETRY_AFTER} seconds, with the same Idempotency-Key if it had one.",
    )
    return JsonResponse(document, status=503, content_type=problems.MEDIA_TYPE)


def _page() -> HttpResponse:
    """Needs neither database nor session."""
    return HttpResponse(get_template("503.html").render(), status=503)
