"""Accounts, contacts, leads and opportunities found by what is typed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Role
from cases.filing import finding
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Account:
    adler = factories.account(name="Adler Optik GmbH", domain="adler-optik.example", external_id="001ADLER")
    factories.account(name="Northpeak Robotics", domain="northpeak.example", external_id="001NORTH")
    factories.contact(adler, name="Jonas Weber", email="jonas@adler-optik.example", external_id="003JONAS")
    factories.lead(
        adler, name="Mia Vogel", email="mia@vogel.example", company="Vogel KG", external_id="00QMIA"
    )
    factories.opportunity(adler, name="Adler renewal 2026", external_id="006ADLER")
    return adler


@pytest.mark.parametrize(
    ("kind", "words", "name"),
    [
        ("account", "adl", "Adler Optik GmbH"),
        ("account", "optik", "Adler Optik GmbH"),
        ("account", "gmbh adl", "Adler Optik GmbH"),
        ("account", "ADLER-OPTIK.ex", "Adler Optik GmbH"),
        ("account", "001adl", "Adler Optik GmbH"),
        ("account", "jonas@adler", "Adler Optik GmbH"),
        ("account", "somebody@northpeak.example", "Northpeak Robotics"),
        ("contact", "jonas", "Jonas Weber"),
        ("contact", "weber", "Jonas Weber"),
        ("contact", "jonas@", "Jonas Weber"),
        ("contact", "adler-optik.ex", "Jonas Weber"),
        ("contact", "003jo", "Jonas Weber"),
        ("lead", "vogel kg", "Mia Vogel"),
        ("lead", "mia@vo", "Mia Vogel"),
        ("lead", "vogel", "Mia Vogel"),
        ("lead", "00qmia", "Mia Vogel"),
        ("opportunity", "renewal", "Adler renewal 2026"),
        ("opportunity", "006adl", "Adler renewal 2026"),
        ("opportunity", "adler-optik.example", "Adler renewal 2026"),
    ],
)
def test_each_is_found_by_name_domain_address_and_id(book: Account, kind: str, words: str, name: str) -> None:
    assert [one.name for one in finding.find(kind, words)] == [name]


@pytest.mark.parametrize(
    "words", ["", "  ", "zzz", "%", "_", "'; drop", "\0", "&", "a:*", "()", "@", ".", "x" * 500]
)
@pytest.mark.parametrize("kind", ["account", "contact", "lead", "opportunity"])
def test_odd_words_find_nothing_and_break_nothing(book: Account, kind: str, words: str) -> None:
    found = finding.find(kind, words)
    assert not found or words == "a:*"


def test_the_accounts_own_come_without_a_word(book: Account) -> None:
    for kind, name in (
        ("contact", "Jonas Weber"),
        ("lead", "Mia Vogel"),
        ("opportunity", "Adler renewal 2026"),
    ):
        assert [one.name for one in finding.find(kind, "", account_id=book.pk)] == [name]


def test_with_an_account_others_contacts_are_left_out(book: Account) -> None:
    factories.contact(factories.account(), name="Jonas Other")
    assert [one.name for one in finding.find("contact", "jonas", account_id=book.pk)] == ["Jonas Weber"]


def test_the_very_name_comes_first() -> None:
    for name in ["Acme Anvils", "Acme", *(f"Acme {number}" for number in range(20))]:
        factories.account(name=name)
    found = finding.find("account", "acme")
    assert found[0].name == "Acme"
    assert len(found) == finding.MOST


def test_it_is_for_those_who_file(client: Client, book: Account) -> None:
    client.force_login(factories.person(Role.STAKEHOLDER, department="support"))
    told = client.get("/cases/file/find/account/", {"q": "adl"}).json()
    assert told["found"][0]["name"] == "Adler Optik GmbH"
    assert client.get("/cases/file/find/secret/", {"q": "adl"}).status_code == 404
    assert client.get("/cases/file/find/contact/", {"q": "", "account": "9" * 40}).json() == {"found": []}
    client.force_login(factories.person(Role.BDR))
    assert client.get("/cases/file/find/account/", {"q": "adl"}).status_code == 403


_ANY_INDEX = "SET LOCAL enable_indexscan = on; SET LOCAL enable_indexonlyscan = on"


def test_every_look_has_an_index(book: Account) -> None:
    """Where reading all rows is made dear, no look reads them all: each has an index that fits.

    The server knows how few rows there are, and would as soon read them by another index.
    """
    for kind, words in (
        ("account", "jonas@ad"),
        ("contact", "we.b"),
        ("lead", "vo.g"),
        ("opportunity", "re.n"),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            finding.find(kind, words)
        looks = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
        assert looks
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE accounts_account, accounts_contact, accounts_lead, accounts_opportunity")
            for sql in looks:
                inside = "to_tsvector" in sql
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(finding.BITMAP_ALONE if inside else _ANY_INDEX)
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                assert "Seq Scan" not in plan, f"{sql}\n{plan}"
                assert not inside or "_name_words" in plan, f"{sql}\n{plan}"
