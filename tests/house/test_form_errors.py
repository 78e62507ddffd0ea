"""What people fill in wrongly is told in words, not by the name of a constraint."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.person("ops"))
    return client


def test_time_off_that_ends_before_it_begins(admin: Client) -> None:
    fields = {"person": factories.person().pk, "starts_on": "2026-03-09", "ends_on": "2026-03-03"}
    page = admin.post("/admin/routing/timeoff/add/", fields).content.decode()
    assert "The last day off lies before the first." in page
    assert "time_off_ends_after_it_starts" not in page


def test_a_second_sales_user_of_a_region(admin: Client) -> None:
    factories.person("sales_user", region="EMEA")
    fields = {
        "email": "two@example.com",
        "name": "Two",
        "initials": "TW",
        "role": "sales_user",
        "region": "EMEA",
    }
    more = {"usable_password": "false", "time_zone": "UTC", "languages": "en", "department": ""}
    page = admin.post("/admin/accounts/person/add/", {**fields, **more}).content.decode()
    assert "This region has its Sales User already." in page
    assert "person_one_sales_user_a_region" not in page
