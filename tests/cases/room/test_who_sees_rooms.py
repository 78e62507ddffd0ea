"""Rooms have one page, which opens to those who work cases or lead who does, whichever address they come by."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role
from tests import factories

pytestmark = pytest.mark.django_db
OWN, AS_DASHBOARD = "/clean-your-room/", "/dashboards/clean_room/"
OPEN_TO = {Role.ADVOCATE, Role.TEAM_LEAD, Role.MANAGER, Role.OPS}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SALES_USER}))
@pytest.mark.parametrize("path", [OWN, AS_DASHBOARD])
def test_each_role_on_both_addresses(client: Client, role: Role, path: str) -> None:
    factories.person(name="Maya Stone")
    client.force_login(factories.person(role, department="support" if role == Role.STAKEHOLDER else ""))
    has_own = role in {Role.ADVOCATE, Role.TEAM_LEAD}
    file = {"table": "things" if has_own else "people", "format": "csv"}
    for query in ({}, {"region": "AMER"}, file):
        status = client.get(path, query, follow=True).status_code
        assert status in ({200} if role in OPEN_TO else {403, 404}), query
