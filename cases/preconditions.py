"""`ETag` and `If-Match` of cases: who changes a case names the version they saw."""

from __future__ import annotations

import re

from rest_framework.request import Request

from cases.models import Case
from smbcases.lib.refusal import Refusal

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


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


def seen_version(request: Request) -> int | None:
    """The version that `If-Match` names; None for `*`, which takes any. Raises VersionNeeded, BadVersion."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionNeeded("Send If-Match with the ETag of the case as you read it, or * for any version.")
    if given == "*":
        return None
    found = _TAG.fullmatch(given)
    if found is None:
        raise BadVersion('If-Match takes one ETag as it was sent, such as "7".')
    return int(found[1])
