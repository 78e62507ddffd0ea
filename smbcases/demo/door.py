"""What somebody needs to look around: whom to sign in as, a key for the API, an event that opens a case."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts import keys
from accounts.models import Account, ApiKey, Person, Role
from accounts.models.keys import Scope
from accounts.sign_in import demo_people
from cases.models import Case
from smbcases.demo.people import PASSWORD
from smbcases.playbook.vocabulary import HIGH_VALUE

FILE = "demo_api_key"
_NAME = "Demo"
_SCOPES = (Scope.EVENTS_WRITE, Scope.EVENTS_READ, Scope.CASES_READ, Scope.ACCOUNTS_READ)
_KINDS = {
    "product.hand_raised": ("hand_raise_pql", "Asked for help on the billing page: 12 more seats in May."),
    "sales.contact_requested": ("contact_sales_request", "Please call me about 12 more seats."),
    "product.duo_trial_started": ("duo_trial_started", "Trial for the whole group."),
}


class NoDemo(Exception):
    """There are no demo people to sign in as."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """An event that opens a case. `lands_with` is who will get it, empty where it is whoever is next in turn."""

    kind: str
    account: Account
    message: str
    lands_with: str = ""

    def curl(self, *, address: str, key: str) -> str:
        """A line for the shell; each run sends an event of its own."""
        data = {"account": self.account.external_id, "message": self.message}
        return (
            f"curl -i {address}/api/events -H 'Authorization: Bearer {key}'"
            " -H 'Content-Type: application/cloudevents+json' -d '"
            '{"specversion":"1.0","source":"https://product.example","type":"' + self.kind + '",'
            '"id":"\'$(date +%s)\'","time":"\'$(date -u +%Y-%m-%dT%H:%M:%SZ)\'",'
            f'"data":{json.dumps(data)}'
            "}'"
        )


def people() -> list[Person]:
    """One of each role. Raises NoDemo where they cannot sign in with the demo's password."""
    found = demo_people()
    if not any(person.check_password(PASSWORD) for person in found[:1]):
        raise NoDemo
    return found


def key(folder: Path, *, now: datetime) -> str:
    """The demo's API key. Keys are shown once, so its text is kept in `folder`, for us alone; made anew if gone."""
    kept = folder / FILE
    secret = kept.read_text().strip() if kept.exists() else ""
    if secret and ApiKey.objects.filter(digest=keys.digest(secret), revoked_at__isnull=True).exists():
        return secret
    _, secret = keys.create(name=_NAME, scopes=_SCOPES, acts_for=None, now=now)
    draft = kept.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
    draft.replace(kept)
    return secret


def example(found: Sequence[Person]) -> Example:
    """An event for an account that has no case of its kind: of an account that the demo's advocate looks after, so
    that the case is theirs, else of a region that has places. Raises NoDemo where there is no such account."""
    advocate = next((one for one in found if one.role == Role.ADVOCATE), None)
    for account, lands_with in _candidates(advocate):
        open_types = set(Case.objects.open().filter(account=account).values_list("case_type", flat=True))
        for kind, (case_type, message) in _KINDS.items():
            if case_type not in open_types:
                return Example(kind=kind, account=account, message=message, lands_with=lands_with)
    raise NoDemo


def _candidates(advocate: Person | None) -> Iterator[tuple[Account, str]]:
    small = Account.objects.filter(segment="smb", gitlab_admin__isnull=False)
    theirs = Case.objects.open().filter(case_type=HIGH_VALUE, owner=advocate).values("account")
    for account in small.filter(pk__in=theirs, language="").order_by("id"):
        yield account, advocate.name if advocate else ""
    for account in small.filter(region="EMEA", language="").order_by("id")[:50]:
        yield account, ""


def address() -> str:
    """Where `make run` serves the pages."""
    return f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
