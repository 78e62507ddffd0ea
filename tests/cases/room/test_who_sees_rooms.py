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


def test_the_dashboard_s_address_leads_to_the_room_s_with_what_is_asked(client: Client) -> None:
    client.force_login(factories.person("manager"))
    assert client.get(AS_DASHBOARD)["Location"] == OWN
    assert client.get(AS_DASHBOARD, {"region": "EMEA"})["Location"] == f"{OWN}?region=EMEA"


def test_the_rail_of_a_manager_knows_where_they_are(client: Client) -> None:
    client.force_login(factories.person("manager", region="EMEA"))
    groups = client.get(OWN, {"team": "7"}).context["shell"].groups
    (link,) = [link for group in groups for link in group.links if link.name == "Clean your room"]
    assert (link.url, link.current) == (f"{OWN}?region=EMEA", True)
