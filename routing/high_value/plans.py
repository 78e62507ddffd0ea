"""The plan of an account: who may write it, every save a version kept, a stale page told what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import visibility
from accounts.access import Act, Reach
from accounts.access import reach as reach_of
from accounts.models import Account, AccountPlan, AccountPlanVersion, Contact, Person
from routing.high_value import holding, plan_content, reach
from routing.high_value.nominating import NoSuchAccount
from routing.high_value.plan_content import BadPlan, Changed, Content
from smbcases import playbook
from smbcases.lib.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a plan with what it changed."""

    row: AccountPlanVersion
    changes: list[Changed]


class StalePlan(Refusal):
    """Somebody saved the plan meanwhile; `changes` says what, newest last. Nothing was saved."""

    name = "stale-plan"
    status = 412
    title = "The plan has changed since you opened it"

    def __init__(self, plan: AccountPlan, changes: Sequence[Version]) -> None:
        super().__init__("The plan was changed while you worked on it. Nothing of yours was saved yet.")
        self.plan = plan
        self.changes = changes


def may_write(person: Person, account: Account) -> bool:
    """Whoever has the account's High Value case, the managers of its region, and Ops."""
    how_far = reach_of(person, Act.WRITE_PLANS)
    if how_far in {Reach.ALL, Reach.NONE}:
        return how_far is Reach.ALL
    held = holding.open_case_of(account.pk)
    owner = held.owner if held else None
    if how_far is Reach.REGION:
        theirs = owner is not None and owner.manager_id == person.pk
        return theirs or account.region in reach.regions_of(person)
    return owner is not None and owner.pk == person.pk


def read(account: Account) -> tuple[AccountPlan | None, Content]:
    """The plan as it is now; where there is none yet, an empty one."""
    plan = AccountPlan.objects.filter(account=account).select_related("updated_by").first()
    return plan, plan_content.restored(plan.content if plan else {})


@transaction.atomic
def save(*, account_id: int, content: Content, by: Person, now: datetime, version: int | None) -> AccountPlan:
    """Keep `content` as the next version; the same again is no version. `version` is the one seen, 0 where there was
    no plan, None for any.

    Raises NoSuchAccount, StalePlan, BadPlan, PermissionDenied.
    """
    account = visibility.visible(by).select_for_update(no_key=True).filter(pk=account_id).first()
    if account is None:
        raise NoSuchAccount("There is no such account, or you may not see it.")
    if not may_write(by, account):
        raise PermissionDenied("Whoever has the account's High Value case, or a manager, writes its plan.")
    plan, held = read(account)
    plan = plan or AccountPlan(account=account, updated_at=now)
    if version is not None and version != plan.version:
        raise StalePlan(plan, versions(plan, after=version))
    _check(content, held, account=account)
    if content != held or not plan.version:
        _write(plan, plan_content.remembering(content, held, since=plan.reminded_on), by=by, now=now)
    return plan


def _check(content: Content, held: Content, *, account: Account) -> None:
    plan_content.check(content, criteria=playbook.active().high_value.criteria | dict(held.growth))
    named = {*content.deciders, *content.users} - {*held.deciders, *held.users}
    known = Contact.objects.filter(account=account, external_id__in=named)
    strange = named - set(known.values_list("external_id", flat=True))
    if strange:
        raise BadPlan(f"{min(strange)} is no contact of {account.name}.")


def _write(plan: AccountPlan, content: Content, *, by: Person, now: datetime) -> None:
    """A touchpoint may have been added for a day that others were reminded of: it is looked for anew."""
    plan.version += 1
    plan.reminded_on = None
    plan.content, plan.updated_by, plan.updated_at = content.stored(), by, now
    plan.next_touchpoint_on = content.next_touchpoint_on
    plan.save()
    AccountPlanVersion.objects.create(plan=plan, number=plan.version, content=plan.content, by=by, at=now)


def versions(plan: AccountPlan, *, after: int = 0, most: int | None = None) -> list[Version]:
    """The versions after that one, oldest first (the newest `most`), each with what it changed."""
    rows = list(plan.versions.filter(number__gte=after).select_related("by").order_by("-number"))
    kept = rows[: most + 1] if most else rows
    contents = {row.number: plan_content.restored(row.content) for row in kept}
    names, criteria = names_in(contents.values()), playbook.active().high_value.criteria
    empty = plan_content.make()
    return [
        Version(
            row=row,
            changes=plan_content.changes(
                contents.get(row.number - 1, empty), contents[row.number], names=names, criteria=criteria
            ),
        )
        for row in reversed(kept)
        if row.number > after and (not most or row in kept[:most])
    ]


def names_in(contents: Iterable[Content]) -> dict[str, str]:
    """The names of the contacts that plans speak of, by their CRM id."""
    ids = {one for content in contents for one in (*content.deciders, *content.users)}
    if not ids:
        return {}
    return dict(Contact.objects.filter(external_id__in=ids).values_list("external_id", "name"))
