"""A form goes back to the page of ours that it was opened from, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from cases import acting


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/cases/?tab=waiting", "/cases/?tab=waiting"),
        ("", "/cases/mine/"),
        ("cases", "/cases/mine/"),
        ("//elsewhere.example/", "/cases/mine/"),
        ("/\\elsewhere.example/", "/cases/mine/"),
        ("https://elsewhere.example/", "/cases/mine/"),
        ("javascript:alert(1)", "/cases/mine/"),
    ],
)
def test_only_to_a_page_of_ours(asked: str, goes: str) -> None:
    forms = RequestFactory()
    for request in (forms.get("/", {"back": asked}), forms.post("/", {"back": asked})):
        assert acting.way_back(request, usual="/cases/mine/") == goes
