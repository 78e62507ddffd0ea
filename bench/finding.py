"""What is offered while one types: a million accounts, a million contacts, in the server, without the network.

Words are chosen to be hard as well as usual: one letter, words that every twelfth name has, two frequent words that
never meet in a name, and what nobody is called.
"""

from __future__ import annotations

import statistics
import sys
import time
from http import HTTPStatus
from typing import Any

from bench import place, report

ACCOUNTS, CONTACTS, LEADS, OPPORTUNITIES = 1_000_000, 1_000_000, 250_000, 500_000
TIMES, WARM_UP = 25, 3
MUST_ANSWER = 0.050
FIRST = (
    "Adler North Kestrel Harbour Silver Maple Orchid Granite Lumen Quartz Cedar Falcon Meadow Onyx Pioneer Raven "
    "Saffron Timber Umber Velvet Willow Zephyr Amber Birch Cobalt Dune Ember Fjord Glacier Hazel Indigo Juniper "
    "Keystone Lagoon Meridian Nimbus Opal Prairie Quill Ridge"
).split()
MIDDLE = (
    "Optik Robotics Software Logistics Media Foods Energy Travel Health Finance Design Textiles Marine Chemicals "
    "Analytics Studios Motors Systems Labs Networks Games Print Sports Water Solar Paper Glass Steel Tools Toys"
).split()
FORM = "GmbH Ltd Inc AG SA BV Oy AB KK SpA LLC Pty".split()
SURNAMES = (
    "Weber Stone Garcia Tanaka Silva Rossi Novak Jansen Kim Olsen Dubois Costa Meyer Patel Nguyen Kowalski Haas Berg "
    "Lopez Sato Moreau Fischer Santos Larsen"
).split()
WORDS = {
    "account": {
        "one letter": "a",
        "the beginning of a name": "adler op",
        "a word that every twelfth has": "gmbh",
        "two letters of it": "gm",
        "two frequent words that never meet": "adler ltd",
        "a word inside, and a form": "robotics inc",
        "what nobody is called": "xylophone",
        "a domain": "acc777777.ex",
        "an address": "person777777@acc777777.example",
        "an id": "001a0007777",
    },
    "contact": {
        "a name": "jonas 7777",
        "a frequent name": "weber",
        "an address": "person77777",
        "a domain": "acc7777.",
    },
    "lead": {"a company": "company 77", "a frequent name": "vogel", "an address": "lead7777"},
    "opportunity": {"a name": "renewal 777", "a frequent word": "renewal", "an id": "006o000777"},
}


def main() -> None:
    """Fill this process's database, ask, and hand the figures back."""
    import django  # noqa: PLC0415  after the settings are named

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    place.prepare()
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    client = Client(SERVER_NAME="localhost")
    client.force_login(_somebody())

    def ask(kind: str, words: str) -> float:
        began = time.perf_counter()
        response = client.get(reverse("file_case_find", args=[kind]), {"q": words})
        taken = time.perf_counter() - began
        assert response.status_code == HTTPStatus.OK, response.status_code
        return taken

    rows = [
        _row(kind, what, [ask(kind, words) for _ in range(WARM_UP + TIMES)][WARM_UP:])
        for kind, asked in WORDS.items()
        for what, words in asked.items()
    ]
    report.answer(f"Found while typing, among {ACCOUNTS:,} accounts: median in the server", rows)


def _row(kind: str, what: str, seconds: list[float]) -> report.Row:
    median = statistics.median(seconds)
    return report.row(
        f"{kind}: {what}",
        f"{1000 * median:.1f} ms  ({1000 * min(seconds):.0f} to {1000 * max(seconds):.0f})",
        must=f"< {1000 * MUST_ANSWER:.0f} ms",
        kept=median < MUST_ANSWER,
    )


def _somebody() -> Any:
    from accounts.models import Person  # noqa: PLC0415

    return Person.objects.create(
        email="noor@bench.example", name="Noor", initials="NH", role="stakeholder", department="support"
    )


def _fill() -> None:
    from accounts.models import Account, Contact, Lead, Opportunity  # noqa: PLC0415

    name = f"{_nth(FIRST, 'n')} || ' ' || {_nth(MIDDLE, f'n / {len(FIRST)}')} || ' ' || {_nth(FORM, 'n')}"
    _insert(
        Account,
        ACCOUNTS,
        external_id="'001A' || lpad(n::text, 8, '0')",
        name=f"{name} || ' ' || n",
        domain="'acc' || n || '.example'",
        region="'AMER'",
    )
    account = "(SELECT min(id) FROM accounts_account) + n % {}"
    _insert(
        Contact,
        CONTACTS,
        external_id="'003C' || lpad(n::text, 8, '0')",
        name=f"{_nth(['Jonas', 'Mia', 'Ada', 'Leo'], 'n')} || ' ' || n || ' ' || {_nth(SURNAMES, 'n')}",
        email="'person' || n || '@acc' || n || '.example'",
        account_id=account.format(ACCOUNTS),
    )
    _insert(
        Lead,
        LEADS,
        external_id="'00QL' || lpad(n::text, 8, '0')",
        name="'Kim ' || n || ' Vogel'",
        company="'Company ' || n",
        email="'lead' || n || '@lead.example'",
    )
    _insert(
        Opportunity,
        OPPORTUNITIES,
        external_id="'006O' || lpad(n::text, 8, '0')",
        name="'Renewal ' || n",
        kind="'renewal'",
        account_id=account.format(ACCOUNTS),
    )


def _nth(words: list[str], number: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + ({number}) % {len(words)}]"


def _insert(model: Any, count: int, **given: str) -> None:
    """`count` rows, made in the database: `given` are expressions of n by column, the rest is empty."""
    from django.db import connection  # noqa: PLC0415

    print(f"  {count:,} {model._meta.verbose_name_plural}", file=sys.stderr, flush=True)
    columns = {
        field.column: given.get(field.column) or _empty(field)
        for field in model._meta.concrete_fields
        if not field.primary_key and (field.column in given or not field.null)
    }
    names, values = ", ".join(columns), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM generate_series(0, {count - 1}) n"
        )


def _empty(field: Any) -> str:
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        return "now()"
    value = field.get_default()
    return f"'{value}'" if value is not None else "''"


if __name__ == "__main__":
    main()
