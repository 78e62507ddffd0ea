"""The small book that the examples of the API's document speak of: what they name by id or address is in it.

An example that names something new has it added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Account, Contact, Event, Opportunity, Person
from cases import lifecycle
from cases.models import Case
from smbcases import playbook
from tests import factories

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # a Friday; every date in an example is later


@dataclass(frozen=True, kw_only=True)
class Book:
    """Maya asks by default. Theo is of her team, Mona manages both, Otto is Ops."""

    maya: Person
    theo: Person
    mona: Person
    otto: Person
    account: Account
    contact: Contact
    opportunity: Opportunity
    event: Event

    def case(self, *, picked_up: bool = True, **fields: Any) -> Case:
        """A case of Maya's on the account, with its contact."""
        given = {"account": self.account, "contact_id": self.contact.pk, **fields}
        made = factories.case(owner=self.maya, now=NOW - timedelta(hours=2), **given)
        if picked_up:
            lifecycle.pick_up(case_id=made.pk, by=self.maya, now=NOW - timedelta(hours=1))
        return Case.objects.get(pk=made.pk)


def make() -> Book:
    mona = factories.person("manager", name="Mona Reyes", initials="MR", email="mona.reyes@example.com")
    maya = _advocate("Maya Stone", "MS", manager=mona)
    theo = _advocate("Theo Brandt", "TB", manager=mona, languages=["en", "de"])
    otto = factories.person("ops", name="Otto Lind", initials="OL", email="otto.lind@example.com")
    for rules in playbook.every():
        pool = factories.pool(rules.territory_of("AMER") or "", playbook=rules.key)
        for one in (maya, theo):
            factories.member(pool, person=one)
    account = factories.account(external_id="001A000001", name="Adler Optik", owner=maya)
    return Book(
        maya=maya,
        theo=theo,
        mona=mona,
        otto=otto,
        account=account,
        contact=factories.contact(
            account, external_id="003A000001", name="Jonas Weber", email="jonas@example.com"
        ),
        opportunity=factories.opportunity(
            account, external_id="006A000001", name="Adler Optik renewal", close_on=NOW.date() + timedelta(30)
        ),
        event=factories.event("product.hand_raised", account),
    )


def _advocate(name: str, initials: str, **fields: Any) -> Person:
    email = f"{name.lower().replace(' ', '.')}@example.com"
    return factories.person(name=name, initials=initials, email=email, **fields)
