"""The demo made: people, their book and its last days, in one transaction, so that there is all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, transaction

from accounts.models import Account, Event, Person
from routing.models import TriggerVersion
from routing.triggers import catalogue
from smbcases.demo import book, people
from smbcases.demo.crm import Crm
from smbcases.demo.replay import Played, Replay
from smbcases.lib.wake import hush

_EMPTIED = ("accounts", "cases", "routing", "renewals", "newlogo", "sessions", "admin")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to make: the last `days` before `until`, a whole hour, with so many accounts."""

    until: datetime
    days: int = 60
    accounts: int = 800
    seed: int = 1
    with_password: bool = True

    @property
    def starts_at(self) -> datetime:
        return (self.until - timedelta(days=self.days)).replace(hour=4)


class NotEmpty(Exception):
    """There is something already, and it shall not be mixed with a demo."""


def is_empty() -> bool:
    """Whether nobody and nothing is there yet, but for those who administer."""
    return not (
        Person.objects.filter(is_superuser=False).exists()
        or Account.objects.exists()
        or Event.objects.exists()
    )


def make(order: Order, *, say: Callable[[str], None]) -> Played:
    """Make it all. A kill in the middle leaves nothing behind. Raises NotEmpty."""
    with hush(), transaction.atomic():
        _lock()
        if not is_empty():
            raise NotEmpty
        catalogue.load(now=order.starts_at)
        TriggerVersion.objects.filter(number=1).update(at=order.starts_at)
        made = people.make(now=order.starts_at, today=order.until.date(), with_password=order.with_password)
        staff = list(made.values())
        span = {"starts_at": order.starts_at, "until": order.until}
        written = book.write(Crm(), number=order.accounts, people=staff, seed=order.seed, **span)
        say(f"{len(staff)} people and a book of {order.accounts} accounts")
        return Replay(written, people=staff, seed=order.seed, **span).play(say=say)


def empty() -> None:
    """Throw everything away: people, book, cases, decisions, sessions."""
    tables = [
        connection.ops.quote_name(model._meta.db_table)
        for label in _EMPTIED
        for model in apps.get_app_config(label).get_models()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("ALTER SEQUENCE cases_case_id_seq RESTART WITH 10001")
    catalogue.load()


def _lock() -> None:
    """Two who begin at once would each find it empty."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_person IN SHARE ROW EXCLUSIVE MODE")
