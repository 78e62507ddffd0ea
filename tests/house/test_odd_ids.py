"""An id that is none does no harm, on whatever page: Python refuses to read more than 4,300 digits."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.filing import drafts
from tests import factories
from tests.cases.mails_in import take_one, write

pytestmark = pytest.mark.django_db
DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("page", "name", "status"),
    [
        ("my_day", "owner", 404),
        ("tasks", "removed", 200),
        ("accounts", "after", 200),
        ("given", "by", 200),
        ("file_case", "account", 200),
        ("admin:accounts_account_changelist", "tier", 200),
    ],
)
def test_in_an_address(client: Client, page: str, name: str, status: int) -> None:
    client.force_login(factories.person("ops"))
    assert client.get(reverse(page), {name: DIGITS}).status_code == status


def test_where_the_history_goes_on(client: Client) -> None:
    client.force_login(factories.person("ops"))
    address = reverse("case_history", args=[factories.case().pk])
    assert client.get(address, {"before": DIGITS}).status_code == 200


def test_in_a_form_that_was_put_by(client: Client) -> None:
    maya = factories.person()
    drafts.save(
        key=uuid4(), person=maya, typed={"account": DIGITS, "account_words": "Acme"}, now=timezone.now()
    )
    assert drafts.of_person(maya)[0].about == "Acme"  # type: ignore[attr-defined]  # for the page


def test_as_the_account_of_a_mail(client: Client) -> None:
    client.force_login(factories.person("ops"))
    mail = take_one(write())
    sent = client.post(reverse("mail_in_decide", args=[mail.pk, "account"]), {"account": DIGITS})
    assert sent.status_code == 404
