"""The account that somebody means by what they typed: its name as the list offers it, or its id in the CRM."""

from __future__ import annotations

from accounts import visibility
from accounts.models import Account, Person
from smbcases.lib.refusal import Refusal

OFFERED = 8
NAMED = 3


class UnclearAccount(Refusal):
    name = "account-not-clear"
    status = 422
    title = "It is not clear which account is meant"


def offer(words: str, *, by: Person) -> list[Account]:
    """The accounts that `by` may see and whose name begins so; none for no words."""
    begun = words.strip()[:100]
    if not begun or "\0" in begun:
        return []
    found = visibility.visible(by).filter(name__istartswith=begun)
    return list(found.order_by("name", "id")[:OFFERED])


def find(words: str, *, by: Person) -> Account:
    """The one account of that id or name, else the only one whose name begins so. Raises UnclearAccount."""
    named = words.strip()
    account = visibility.visible(by).filter(external_id=named).first()
    if account is not None:
        return account
    found = offer(named, by=by)
    exact = [one for one in found if one.name.casefold() == named.casefold()]
    meant = exact or found
    if len(meant) == 1:
        return meant[0]
    raise UnclearAccount(_said(named, meant))


def _said(named: str, meant: list[Account]) -> str:
    if not meant:
        return f"No account's name begins with “{named}”, or you may not see it."
    several = ", ".join(f"{one.name} ({one.external_id})" for one in meant[:NAMED])
    more = " and more" if len(meant) > NAMED else ""
    return f"Several could be meant: {several}{more}. Write the id in the CRM."
