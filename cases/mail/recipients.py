"""To whom a mail about a case may go: the account's contacts, the case's lead, or who wrote to us."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Contact
from cases.models import Case
from smbcases.lib.refusal import Refusal

MOST_OFFERED = 200


class NoAddress(Refusal):
    """Nobody to write to: no contact with an address, or one that is not of this case's account."""

    name = "no-address"
    status = 422
    title = "There is no address to write to"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody with an address; `key` names them in forms and drafts, such as `contact-12`."""

    key: str
    name: str
    address: str
    what: str
    contact_id: int | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else ""


def load(case: Case) -> list[Recipient]:
    """Whom the case can be written to, the likeliest first: its contact, its lead, who wrote, other contacts."""
    found = []
    if case.contact:
        found.append(_of_contact(case.contact))
    if case.lead and case.lead.email:
        lead = case.lead
        found.append(Recipient(key=f"lead-{lead.pk}", name=lead.name, address=lead.email, what="Lead"))
    if case.web_email:
        found.append(Recipient(key="sender", name="", address=case.web_email, what="Wrote to us"))
    return [one for one in found if one.address] + _of_account(case)


def _of_account(case: Case) -> list[Recipient]:
    if case.account_id is None:
        return []
    others = Contact.objects.filter(account=case.account_id).exclude(email="")
    others = others.exclude(pk=case.contact_id) if case.contact_id else others
    return [_of_contact(contact) for contact in others.order_by("name", "id")[:MOST_OFFERED]]


def _of_contact(contact: Contact) -> Recipient:
    return Recipient(
        key=f"contact-{contact.pk}",
        name=contact.name,
        address=contact.email,
        what=contact.title,
        contact_id=contact.pk,
    )


def choose(case: Case, key: str, *, offered: list[Recipient] | None = None) -> Recipient:
    """The one that `key` names, or the likeliest where it is empty. Raises NoAddress."""
    known = load(case) if offered is None else offered
    for one in known:
        if key in {one.key, ""}:
            return one
    if not known:
        raise NoAddress(f"{case.number} has no contact with an e-mail address. Choose a contact first.")
    raise NoAddress("Choose somebody of this account who has an e-mail address.")
