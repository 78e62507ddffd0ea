"""The book as it stood at a moment in the past, rebuilt from the events on file.

Inside `as_of`, this connection has tables of its own in front of the real ones, filled by the code that applies
events every day, so that a condition asks the past with the query that it asks the present with. Nobody else sees
them, and nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import F, Model
from django.db.models.query import QuerySet

from accounts import applying
from accounts.arrivals import Arrived
from accounts.models import Account, Activity, Contact, Event, Lead, Opportunity, Subscription
from cases.models import Case
from routing.triggers.conditions import compile_condition
from routing.triggers.fields import ROOTS
from smbcases.lib.batches import batched

REBUILT: Sequence[type[Model]] = (Account, Contact, Lead, Opportunity, Subscription)
BATCH = 1000


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Within, accounts, contacts, leads, opportunities, subscriptions, activities and cases are those of `moment`.

    For reading only: all that is done within is undone at the end.
    """
    with transaction.atomic():
        _shadow_book(moment)
        _shadow_cases(moment)
        yield
        transaction.set_rollback(True)


def _shadow_book(moment: datetime) -> None:
    for model in REBUILT:
        _shadow(model)
    for model in REBUILT:
        for batch in batched(_latest_events(model, moment), BATCH):
            applying.apply_events(batch, now=moment)
        _renumber(model)
    _shadow(Activity)
    name = Activity._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {name} SELECT * FROM public.{name} WHERE happened_at <= %s", [moment])


def _shadow(model: type[Model]) -> None:
    """An empty table in front of the model's, whose own numbers begin behind all that are in use."""
    name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM public.{name}")
        (beyond,) = cursor.fetchone()
        cursor.execute(f"CREATE TEMPORARY TABLE {name} (LIKE public.{name} INCLUDING ALL) ON COMMIT DROP")
        cursor.execute(f"ALTER TABLE pg_temp.{name} ALTER COLUMN id RESTART WITH {beyond}")


def _renumber(model: type[Model]) -> None:
    """Give each rebuilt record the number that it has today, by which cases and activities know it."""
    name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {name} AS past SET id = held.id FROM public.{name} AS held"
            " WHERE held.external_id = past.external_id"
        )


def _latest_events(model: type[Model], moment: datetime) -> Iterator[Arrived]:
    """The last event of each record of a kind up to the moment."""
    kind = f"crm.{model._meta.model_name}.upserted"
    of_kind = Event.objects.filter(type=kind, time__lte=moment, outcome__in=["applied", "outdated"])
    rows = of_kind.order_by("data__external_id", "-time", "-id").distinct("data__external_id")
    for pk, time, data in rows.values_list("id", "time", "data"):
        yield Arrived(id=pk, type=kind, time=time, data=data)


def _shadow_cases(moment: datetime) -> None:
    """Cases as a view in front of their table: those opened by then, closed only if closed by then."""
    name = Case._meta.db_table
    columns = ", ".join(
        "CASE WHEN closed_at > %(moment)s THEN NULL ELSE closed_at END AS closed_at"
        if field.column == "closed_at"
        else f'"{field.column}"'
        for field in Case._meta.concrete_fields
    )
    statement = (
        f"CREATE TEMPORARY VIEW {name} AS SELECT {columns} FROM public.{name} WHERE opened_at <= %(moment)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"moment": moment})


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How many records a condition holds for, and the first few of them by name."""

    count: int
    examples: tuple[str, ...]


def try_condition(
    text: str,
    *,
    asked_of: str,
    now: datetime,
    account: str = "",
    at: datetime | None = None,
    examples: int = 10,
) -> Trial:
    """Ask a condition of the whole book, or of the account with this external id; as of `at`, or now.

    Writes nothing. Raises InvalidCondition.
    """
    condition = compile_condition(text, root=asked_of)
    moment = at or now

    def ask() -> Trial:
        rows = condition.where(
            ROOTS[asked_of].model._default_manager.all(), today=moment.astimezone(UTC).date()
        )
        return _counted(_of_account(rows, asked_of=asked_of, account=account), examples=examples)

    if at is None:
        return ask()
    with as_of(at):
        return ask()


def _of_account(rows: QuerySet[Model], *, asked_of: str, account: str) -> QuerySet[Model]:
    return rows.filter(**{f"{ROOTS[asked_of].account_prefix}external_id": account}) if account else rows


def _counted(rows: QuerySet[Model], *, examples: int) -> Trial:
    return Trial(count=rows.count(), examples=tuple(str(row) for row in rows.order_by(F("id"))[:examples]))
