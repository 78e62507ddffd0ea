"""Colleagues file cases: each department its own subjects, a Renewals Manager with the tag for an advocate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from accounts.models import Account, Opportunity, Person, Role
from cases import opening
from cases.filing import filing
from cases.filing.asked import Address, Asked
from cases.models import Origin, Priority
from cases.opening import Draft
from smbcases import playbook
from smbcases.demo import renewing
from smbcases.demo.chance import weighted
from smbcases.demo.hours import desk
from smbcases.demo.speaking import Voice
from smbcases.demo.story import Story
from smbcases.playbook.vocabulary import FIRST_ORDER, FIRST_ORDERS

_FORMS_AN_HOUR = {
    "support": 0.035,
    "partner": 0.03,
    "sales": 0.03,
    "community": 0.02,
    "billing": 0.03,
    "sdr": 0.03,
}
_BY_RENEWALS_AN_HOUR = 0.012
_FOLLOWS_ONE_IN = 3
_WHERE = Address(street="1 Main Street", city="Springfield", postal_code="10001", country="US")


class Filing:
    """Files by the same call that the web form makes."""

    def __init__(self, story: Story, *, people: Sequence[Person], chance: Random) -> None:
        self.story, self.chance, self.voice = story, chance, Voice(chance)
        self.people = [one for one in people if one.role in {Role.STAKEHOLDER, Role.RENEWALS_MANAGER}]
        self.advocates = [one for one in people if one.handles_cases]
        self._filed = 0

    def file_hour(self, at: datetime) -> None:
        """What is filed in this hour, by whoever is at work."""
        for person in self.people:
            rate = _FORMS_AN_HOUR.get(person.department, _BY_RENEWALS_AN_HOUR)
            if desk(person.time_zone).is_open(at) and self.chance.random() < rate:
                self._file(person, at=at)

    def _file(self, person: Person, *, at: datetime) -> None:
        if person.role == Role.RENEWALS_MANAGER:
            opening.open_cases(self._ask_for_advocate(person, at=at), now=at)
            return
        rules = playbook.active()
        case_type = self.chance.choice(rules.form_subjects[person.department])
        book = self.story.book
        among = book.prospects if case_type in FIRST_ORDERS else self.story.customers_of(person.region)
        complete = [name for name in among if book.crm.get("account", name).get("billing_street")]
        if not complete:
            return
        asked = self._asked(person, case_type, self.chance.choice(complete), at=at)
        self._filed += 1
        key = uuid5(NAMESPACE_URL, f"demo:form:{self._filed}")
        follows = self._filed % _FOLLOWS_ONE_IN == 0
        filing.file_case(asked=asked, by=person, now=at, key=key, anyway=True, follow=follows)

    def _asked(self, person: Person, case_type: str, account_name: str, *, at: datetime) -> Asked:
        account = Account.objects.select_related("gitlab_admin").get(external_id=account_name)
        contact = account.gitlab_admin or account.contacts.order_by("id").first()
        who = contact.name.split(maxsplit=1)[0] if contact else "the customer"
        _, text = self.voice.letter("filed", case_type, who=who)
        order = Opportunity.objects.filter(account=account, kind="first_order").exclude(
            stage__in=renewing.CLOSED
        )
        is_met = case_type == FIRST_ORDER
        return Asked(
            case_type=case_type,
            description=text,
            account=account,
            contact=contact,
            web_email="" if contact else f"office@{account.domain}",
            opportunity=order.order_by("id").first() if case_type in FIRST_ORDERS else None,
            link=f"https://support.example/tickets/{self.chance.randrange(40_000, 99_000)}"
            if person.department == "support"
            else "",
            case_reason=next(iter(playbook.active().case_reasons), ""),
            billing=Address.of(account).or_else(_WHERE) if is_met else Address(),
            iqm_with=self._booked(account.region) if is_met else None,
            iqm_at=at + timedelta(days=1) if is_met else None,
        )

    def _booked(self, region: str) -> Person:
        """Who is booked in the initial qualifying meeting."""
        return self.chance.choice([one for one in self.advocates if one.region == region])

    def _ask_for_advocate(self, person: Person, *, at: datetime) -> list[Draft]:
        theirs = [
            one
            for one in renewing.open_renewals(self.story.crm, day=at.date(), within=60)
            if one.get("renewals_manager") == person.email
        ]
        if not theirs:
            return []
        renewal = Opportunity.objects.select_related("account").get(
            external_id=self.chance.choice(theirs)["external_id"]
        )
        account, tag = renewal.account, playbook.active().tags.advocate
        case_type = weighted(
            self.chance, {"po_required": 3, "multiyear_renewal": 2, "renewal_risk_will_churn": 1}
        )
        spec, self._filed = playbook.active().triggers[case_type], self._filed + 1
        return [
            Draft(
                case_type=case_type,
                category=spec.category,
                origin=Origin.BY_HAND,
                occurrence=f"form:{self._filed}",
                subject=f"{tag} {account.name}: {spec.name}",
                priority=Priority.MEDIUM,
                description="The customer asks for somebody who knows their account; the renewal stays with me.",
                account_id=account.pk,
                contact_id=account.gitlab_admin_id,
                opportunity_id=renewal.pk,
                region=account.region,
                language=account.language,
                filed_by_id=person.pk,
                department=person.department,
            )
        ]
