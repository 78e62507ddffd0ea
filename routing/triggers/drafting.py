"""What the case of a look says: the trigger's texts with the account's own figures in them.

Everything the texts need is loaded for all looks at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from accounts.models import Account, Contact, Lead, Opportunity, Subscription
from accounts.models.book import CLOSED_STAGES, Record
from cases import merge_values
from cases.models import Origin, Priority
from cases.opening import Draft
from routing.models import Trigger
from routing.triggers.looks import Look
from smbcases import playbook
from smbcases.playbook import merge

R = TypeVar("R", bound=Record)
LONGEST_SUBJECT = 255


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The records around the looks: by external id where an event names them, by account where it does not."""

    contacts: dict[str, Contact]
    leads: dict[str, Lead]
    opportunities: dict[int, Opportunity]
    subscriptions: dict[int, Subscription]


def load_surroundings(looks: Sequence[Look], *, today: date) -> Surroundings:
    accounts = {look.account.pk for look in looks if look.account}
    return Surroundings(
        contacts=_named(Contact, looks, "contact"),
        leads=_named(Lead, looks, "lead"),
        opportunities=Opportunity.objects.in_bulk(
            {look.opportunity_id for look in looks if look.opportunity_id}
        ),
        subscriptions=_live(accounts, today=today),
    )


def _named(model: type[R], looks: Sequence[Look], key: str) -> dict[str, R]:
    names = {name for look in looks if look.event and (name := look.event.data.get(key))}
    return (
        {row.external_id: row for row in model._default_manager.filter(external_id__in=names)}
        if names
        else {}
    )


def _live(accounts: Iterable[int], *, today: date) -> dict[int, Subscription]:
    """The subscription of each account whose term ends next."""
    live = Subscription.objects.filter(account__in=accounts, renews_on__gte=today)
    return {row.account_id: row for row in live.order_by("account", "renews_on", "id").distinct("account")}


def load_opportunities(looks: Iterable[tuple[Any, Account | None]]) -> dict[str, int]:
    """The ids of the opportunities that events name, by external id."""
    names = {name for event, _ in looks if event and (name := event.data.get("opportunity"))}
    if not names:
        return {}
    return dict(Opportunity.objects.filter(external_id__in=names).values_list("external_id", "pk"))


def load_next_renewals(accounts: Iterable[int]) -> dict[int, int]:
    """The open renewal of each account that closes first."""
    renewals = Opportunity.objects.filter(account__in=accounts, kind="renewal").exclude(
        stage__in=CLOSED_STAGES
    )
    ordered = renewals.order_by("account", "close_on", "id").distinct("account")
    return dict(ordered.values_list("account", "pk"))


def draft(look: Look, *, around: Surroundings, rules: playbook.Playbook, today: date) -> Draft:
    """The case to open for a look that came to one."""
    trigger, data = look.trigger, look.event.data if look.event else {}
    contact = around.contacts.get(data.get("contact") or "")
    lead = look.record if isinstance(look.record, Lead) else around.leads.get(data.get("lead") or "")
    values = values_of(look, contact=contact, lead=lead, around=around, today=today)
    account = look.account
    return Draft(
        case_type=trigger.key,
        category=trigger.category,
        origin=Origin.TRIGGER,
        occurrence=look.occurrence,
        priority=Priority[(trigger.priority or rules.categories[trigger.category].priority).upper()],
        subject=_subject(str(data.get("subject") or merge.render(trigger.subject, values))),
        context=merge.render(trigger.context, values),
        cta=merge.render(trigger.cta, values),
        description=str(data.get("message") or data.get("body") or ""),
        link=str(data.get("url") or ""),
        account_id=account.pk if account else None,
        contact_id=_contact_id(look, contact),
        lead_id=lead.pk if lead else None,
        opportunity_id=look.opportunity_id,
        subscription_id=_subscription_id(look, around),
        region=account.region if account else "",
        language=account.language if account else "",
        web_email=str(data.get("from") or ""),
        trigger_version=trigger.version,
        history=_opened_by(trigger, look),
        tag=look,
    )


def _contact_id(look: Look, contact: Contact | None) -> int | None:
    """Whom the event names, else the account's GitLab admin; but a mail is answered to who wrote it."""
    if contact is not None:
        return contact.pk
    wrote = look.event is not None and bool(look.event.data.get("from"))
    return look.account.gitlab_admin_id if look.account and not wrote else None


def _subject(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def _subscription_id(look: Look, around: Surroundings) -> int | None:
    if isinstance(look.record, Subscription):
        return look.record.pk
    live = around.subscriptions.get(look.account.pk) if look.account else None
    return live.pk if live else None


def _opened_by(trigger: Trigger, look: Look) -> dict[str, Any]:
    woken = look.event.type if look.event else "the day's look at the book"
    return {"trigger": trigger.name, "version": trigger.version, "woken_by": woken}


def values_of(
    look: Look, *, contact: Contact | None, lead: Lead | None, around: Surroundings, today: date
) -> dict[str, object]:
    """Every merge field that is known here; an unknown one prints as a dash."""
    data = look.event.data if look.event else {}
    values: dict[str, object] = {
        "contact": contact.name if contact else data.get("from_name"),
        "lead": lead.name if lead else None,
        "message": data.get("message"),
    }
    if look.account:
        values |= merge_values.of_account(look.account)
    own = isinstance(look.record, Subscription)
    subscription = look.record if own else around.subscriptions.get(look.account.pk if look.account else 0)
    if isinstance(subscription, Subscription):
        values |= merge_values.of_subscription(subscription, today=today)
    opportunity = around.opportunities.get(look.opportunity_id or 0)
    return values | (merge_values.of_opportunity(opportunity, today=today) if opportunity else {})
