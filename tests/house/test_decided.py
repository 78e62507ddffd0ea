"""Somebody has decided who may open each address, and it is so: by page, by API and in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from accounts import keys
from accounts.access import ALLOWED, Act, may
from accounts.models import Person, Role
from accounts.models.keys import Scope
from tests import factories
from tests.house.addresses import Address, admins, operations, pages, walk

pytestmark = pytest.mark.django_db
NO_RUN = "00000000-0000-4000-8000-000000000000"


def test_somebody_has_decided_who_may_open_each_page() -> None:
    undecided = [str(one) for one in walk() if one.api is None and one.decided is None]
    assert not undecided, (
        "Nobody has decided who may open these. Put @access.page(Act.…) on the view, or @access.public where "
        "anybody may:\n  " + "\n  ".join(undecided)
    )


def test_somebody_has_decided_who_may_do_each_operation_of_the_api() -> None:
    undecided = [
        f"{method} {one}"
        for one, method in operations()
        if not isinstance(one.api.acts.get(method), Act) or not isinstance(one.api.scopes.get(method), Scope)
    ]
    assert not undecided, (
        "Nobody has decided which role may do these, or which scope a key needs. Name the method in the view's "
        "`acts` and `scopes`:\n  " + "\n  ".join(undecided)
    )


def test_every_operation_that_is_published_is_one_that_was_decided() -> None:
    decided = {(one.view.cls, method) for one, method in operations()}  # type: ignore[attr-defined]  # an API view has one
    published = SchemaGenerator().get_schema(public=True)["paths"]
    for path, methods in published.items():
        sample = (
            path.replace("{number}", "1")
            .replace("{run}", NO_RUN)
            .replace("{attachment}", "1")
            .replace("{task}", "1")
            .replace("{mail}", "1")
            .replace("{sweep}", "1")
            .replace("{", "")
            .replace("}", "")
        )
        view: Any = resolve(sample).func
        for method in set(methods) - {"parameters"}:
            assert (view.cls, method.upper()) in decided, (
                f"{method.upper()} {path} is published and undecided."
            )


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(ALLOWED) == set(Role), (
        "accounts.access.ALLOWED names every role, even one that may do nothing."
    )


def ask(client: Client, one: Address) -> Any:
    """As a browser would: a page that only takes what is sent is sent something."""
    response = client.get(one.sample)
    return client.post(one.sample, {}) if response.status_code == 405 else response


def opens(response: Any) -> bool:
    if response.status_code in {301, 302}:
        return not response.url.startswith(reverse(settings.LOGIN_URL))
    return response.status_code not in {401, 403}


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_the_roles_that_include_its_act_and_to_no_other(client: Client, role: str) -> None:
    person = factories.person(role)
    for one in pages():
        client.force_login(person)
        act = Act(str(one.decided))
        assert opens(ask(client, one)) is may(person, act), (
            f"{one} is decided as {act}, which {Role(role).label} "
            f"{'may' if may(person, act) else 'may not'} do, but it answers the contrary."
        )


def test_nobody_who_is_not_signed_in_opens_a_page(client: Client) -> None:
    for one in pages():
        response = ask(client, one)
        assert response.status_code == 302, f"{one} answers {response.status_code} to who is not signed in."
        assert response.url.startswith(reverse(settings.LOGIN_URL)), str(one)


def test_what_is_public_is_known_by_name() -> None:
    public = {one.name for one in walk() if one.decided == "public"}
    assert public == {
        "health",
        "sign_in",
        "sign_in_demo",
        "sign_out",
        "calendar_feed",
        "api_schema",
        "api_docs",
        "mail_webhook",
        "",
    }, "Anybody may open what is public, signed in or not. If that is meant, add its name here."


# The admin


@pytest.mark.parametrize("role", [role for role in Role if Act.ADMINISTER not in ALLOWED[role]])
def test_no_address_of_the_admin_opens_to_a_role_that_does_not_administer(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    for one in admins():
        if one.name == "logout":
            continue
        response = client.get(one.sample, follow=True)
        assert response.status_code == 403, f"{one} answers {response.status_code} to {Role(role).label}."


def test_the_admin_sends_who_is_not_signed_in_to_the_door(client: Client) -> None:
    for one in admins():
        if one.name == "logout":
            continue
        response = client.get(one.sample, follow=True)
        assert response.redirect_chain[-1][0].startswith(reverse("sign_in")), str(one)


# The API


def call(client: Client, one: Address, method: str, *, secret: str = "") -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.generic(method, one.sample, "{}", content_type="application/json", headers=headers)


def key_of(scopes: list[str], acts_for: Person | None = None) -> str:
    return keys.create(name="Test", scopes=scopes, acts_for=acts_for, now=timezone.now())[1]


@pytest.mark.parametrize("role", Role)
def test_an_operation_is_done_by_the_roles_that_include_its_act(client: Client, role: str) -> None:
    person = factories.person(role)
    client.force_login(person)
    for one, method in operations():
        act = one.api.acts[method]
        status = call(client, one, method).status_code
        assert (status not in {401, 403}) is may(person, act), (
            f"{method} {one} is decided as {act} and answers {status} to {Role(role).label}."
        )


def test_who_does_not_say_who_they_are_does_nothing_by_api(client: Client) -> None:
    for one, method in operations():
        assert call(client, one, method).status_code == 401, f"{method} {one}"


def test_a_key_does_what_its_scopes_say_and_nothing_else(client: Client) -> None:
    ops = factories.person("ops")
    for one, method in operations():
        scope = one.api.scopes[method]
        others = [other for other in Scope.values if other != scope]
        with_it, without = key_of([scope], acts_for=ops), key_of(others, acts_for=ops)
        allowed = call(client, one, method, secret=with_it).status_code
        assert allowed not in {401, 403}, f"{method} {one} answers {allowed} to a key with {scope}."
        assert call(client, one, method, secret=without).status_code == 403, f"{method} {one} without {scope}"


def test_a_key_that_acts_for_a_person_may_do_no_more_than_they(client: Client) -> None:
    secret = key_of(Scope.values, acts_for=factories.person("bdr"))
    for one, method in operations():
        assert call(client, one, method, secret=secret).status_code == 403, f"{method} {one}"


def test_a_key_that_acts_for_nobody_changes_no_case(client: Client) -> None:
    account = factories.account()
    case = factories.case(account=account)
    secret = key_of(Scope.values)
    for one, method in operations():
        if one.api.scopes[method] == Scope.CASES_WRITE:
            there = one.sample.replace("987654321", str(case.pk))
            headers = {"Authorization": f"Bearer {secret}"}
            answer = client.generic(method, there, "{}", content_type="application/json", headers=headers)
            assert answer.status_code in {400, 403, 422, 428}, f"{method} {one} answers {answer.status_code}"
    case.refresh_from_db()
    assert case.version == 1


def test_somebody_inactive_opens_nothing(client: Client) -> None:
    person = factories.person("ops")
    client.force_login(person)
    secret = key_of(Scope.values, acts_for=person)
    person.is_active = False
    person.save()
    for one in pages():
        assert not opens(ask(client, one)), str(one)
    for one, method in operations():
        assert call(client, one, method).status_code == 401
        assert call(client, one, method, secret=secret).status_code == 401
