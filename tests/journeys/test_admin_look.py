"""The administration under axe: its index, and of every record its list and its forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Person
from tests import factories
from tests.api import book

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> Iterator[str]:
    """Lists and adding forms of all, and a changing form of what the book has."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"admin:{name}_changelist")
        if admin.site._registry[model].may_add:
            yield reverse(f"admin:{name}_add")
        if first := model._default_manager.order_by("pk").first():
            yield reverse(f"admin:{name}_change", args=[first.pk])


@pytest.fixture
def ops() -> Person:
    made = book.make()
    made.case()
    factories.time_off(made.maya)
    return made.otto


def test_every_page_of_the_administration_is_accessible(
    open_as: Callable[..., Page], check_accessible: Callable[[Page], None], ops: Person
) -> None:
    page = open_as(ops, "/admin/")
    origin = page.url.removesuffix("/admin/")
    found = []
    for path in pages():
        page.goto(origin + path)
        try:
            check_accessible(page)
        except AssertionError as error:
            found.append(f"{path}\n{error}")
    assert not found, "\n\n".join(found)
