"""From events, or from the book, to looks: one query a trigger, however many events woke it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Account, Event, Lead, Opportunity, Subscription
from cases.models import Case
from routing.models import Trigger
from routing.models.triggers import Asked, Once
from routing.triggers.conditions import Condition, compile_condition
from routing.triggers.drafting import load_next_renewals, load_opportunities
from routing.triggers.looks import Look, Record, occurrence, period


def look_at_events(trigger: Trigger, events: Sequence[Event], *, today: date) -> list[Look]:
    """One look for each event: at the record that it names, else at the account's first one that satisfies the
    condition, else at the account's first one."""
    condition = compile_condition(trigger.condition, root=trigger.asked_of)
    rows = _rows_for(trigger, events, condition=condition, today=today)
    accounts = _accounts_of(events, rows)
    named = load_opportunities((event, None) for event in events)
    renewals = _renewals_for(trigger, accounts)
    looks = []
    for event, row in _best(trigger, events, rows):
        account = accounts.get(event.account_id or 0) or _account_of(row)
        opportunity_id = _opportunity_id(row, event=event, account=account, named=named, renewals=renewals)
        looks.append(_look(trigger, event, row, account, opportunity_id, condition=condition, today=today))
    return looks


def _rows_for(trigger: Trigger, events: Sequence[Event], *, condition: Condition, today: date) -> list[Any]:
    names = {name for event in events if (name := _named(trigger, event))}
    accounts = {event.account_id for event in events if event.account_id and not _named(trigger, event)}
    of_account = (
        Q(pk__in=accounts) if trigger.asked_of == Asked.ACCOUNT else _of_accounts(condition, accounts)
    )
    rows = condition.judge(_with_account(condition), today=today).filter(
        Q(external_id__in=names) | of_account
    )
    return list(rows.order_by(*_FIRST[Asked(trigger.asked_of)]))


_FIRST = {
    Asked.ACCOUNT: ["id"],
    Asked.OPPORTUNITY: ["close_on", "id"],
    Asked.SUBSCRIPTION: ["renews_on", "id"],
    Asked.LEAD: ["-id"],
}


def _of_accounts(condition: Condition, accounts: Iterable[int]) -> Q:
    return Q(**{f"{condition.root.account_prefix.removesuffix('__')}__in": accounts})


def _with_account(condition: Condition) -> QuerySet[Any]:
    rows = condition.root.model._default_manager.all()
    prefix = condition.root.account_prefix.removesuffix("__")
    return rows.select_related(prefix) if prefix else rows


def _named(trigger: Trigger, event: Event) -> str:
    """The external id of the record of the asked kind that an event is about; empty where it names none."""
    if event.type == f"crm.{trigger.asked_of}.upserted":
        return str(event.data.get("external_id") or "")
    return str(event.data.get(trigger.asked_of) or "") if trigger.asked_of != Asked.ACCOUNT else ""


def _accounts_of(events: Sequence[Event], rows: Iterable[Any]) -> dict[int, Account]:
    """The accounts of the events, those that came with the rows and the rest in one query."""
    known = {account.pk: account for row in rows if (account := _account_of(row))}
    missing = {event.account_id for event in events if event.account_id} - known.keys()
    return {**known, **(Account.objects.in_bulk(missing) if missing else {})}


def _account_of(row: Record | None) -> Account | None:
    match row:
        case Account():
            return row
        case Opportunity() | Subscription():
            return row.account
        case Lead():
            return row.matched_account
    return None


def _best(
    trigger: Trigger, events: Sequence[Event], rows: Sequence[Any]
) -> Iterable[tuple[Event, Record | None]]:
    by_name = {row.external_id: row for row in rows}
    by_account: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        account = _account_of(row)
        if account:
            by_account[account.pk].append(row)
    for event in events:
        name = _named(trigger, event)
        found = by_account.get(event.account_id or 0, [])
        yield (
            event,
            by_name.get(name) if name else next((row for row in found if row.holds), next(iter(found), None)),
        )


def _renewals_for(trigger: Trigger, accounts: Iterable[int]) -> dict[int, int]:
    """Cases about a subscription hang on the renewal that will extend it."""
    return load_next_renewals(accounts) if trigger.asked_of == Asked.SUBSCRIPTION else {}


def _opportunity_id(
    row: Record | None,
    *,
    event: Event | None,
    account: Account | None,
    named: dict[str, int],
    renewals: dict[int, int],
) -> int | None:
    if isinstance(row, Opportunity):
        return row.pk
    if event and event.data.get("opportunity"):
        return named.get(event.data["opportunity"])
    return renewals.get(account.pk) if account else None


def _look(
    trigger: Trigger,
    event: Event | None,
    row: Any,
    account: Account | None,
    opportunity_id: int | None,
    *,
    condition: Condition,
    today: date,
) -> Look:
    return Look(
        trigger=trigger,
        event=event,
        record=row,
        account=account,
        opportunity_id=opportunity_id,
        holds=row.holds if row is not None else condition.tree is None,
        occurrence=occurrence(trigger, record=row, event=event, today=today),
        values=condition.values(row, today=today) if row is not None else {},
    )


def new_in_book(trigger: Trigger, *, today: date) -> QuerySet[Any]:
    """Every record that satisfies the condition and has had no case for this occurrence: one query."""
    condition = compile_condition(trigger.condition, root=trigger.asked_of)
    had = Case.objects.filter(origin="trigger", case_type=trigger.key, occurrence=OuterRef("occurrence_name"))
    rows = condition.where(_with_account(condition), today=today)
    named: QuerySet[Any] = rows.annotate(occurrence_name=_occurrence_sql(trigger, today=today))
    return named.exclude(Exists(had))


def rows_of_account(trigger: Trigger, account_id: int, *, today: date) -> QuerySet[Any]:
    """The records of one account that satisfy the condition, whether or not they had a case."""
    condition = compile_condition(trigger.condition, root=trigger.asked_of)
    rows = _with_account(condition).filter(**{f"{condition.root.account_prefix}pk": account_id})
    return condition.where(rows, today=today)


def _occurrence_sql(trigger: Trigger, *, today: date) -> Concat:
    """`looks.occurrence` in SQL, for records that no event woke."""
    parts: list[Any] = [Value(f"{trigger.asked_of}:"), "external_id"]
    if trigger.once_per == Once.TERM and trigger.asked_of == Asked.SUBSCRIPTION:
        parts += [Value(":"), Cast("renews_on", CharField())]
    suffix = period(trigger, today=today)
    if suffix:
        parts.append(Value(f":{suffix}"))
    return Concat(*parts, output_field=CharField())


def look_at_rows(trigger: Trigger, rows: Sequence[Any], *, today: date) -> list[Look]:
    """A look at each record that the day's query found, in the order of their ids whatever plan found them: whoever
    is next in turn gets the first."""
    condition = compile_condition(trigger.condition, root=trigger.asked_of)
    accounts = {account.pk: account for row in rows if (account := _account_of(row))}
    renewals = _renewals_for(trigger, accounts)
    looks = []
    for row in sorted(rows, key=attrgetter("pk")):
        row.holds = True
        account = _account_of(row)
        opportunity_id = _opportunity_id(row, event=None, account=account, named={}, renewals=renewals)
        looks.append(_look(trigger, None, row, account, opportunity_id, condition=condition, today=today))
    return looks
