"""`ETag` and `If-Match`: who changes something names the state of it that they saw."""

from __future__ import annotations

import re

from rest_framework.request import Request

from cases.models import Case
from smbcases.lib.refusal import Refusal

_TAG = re.compile(r'(?:W/)?"(\d{1,18})"')


class VersionNeeded(Refusal):
    name = "if-match-needed"
    status = 428
    title = "Name the version that you saw"


class BadVersion(Refusal):
    name = "if-match-unreadable"
    status = 400
    title = "If-Match cannot be read"


def tag(case: Case) -> str:
    return f'"{case.version}"'


def seen_version(request: Request, *, of: str = "case") -> int | None:
    """The version that `If-Match` names; None for `*`, which takes any. Raises VersionNeeded, BadVersion."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionNeeded(f"Send If-Match with the ETag of the {of} as you read it, or * for any version.")
    if given == "*":
        return None
    found = _TAG.fullmatch(given)
    if found is None:
        raise BadVersion('If-Match takes one ETag as it was sent, such as "7".')
    return int(found[1])
