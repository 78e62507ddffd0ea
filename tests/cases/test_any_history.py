"""Whatever people do, in whatever order: no closed case breaks a rule, every history adds up, nobody is overloaded.

`ANY_HISTORY=500 pytest tests/cases/test_any_history.py -s` runs that many histories a playbook, anew each time.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from tests.cases.any_history import AnyHistory, counted

pytestmark = pytest.mark.django_db
ASKED = int(os.environ.get("ANY_HISTORY", "0"))


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_any_history_adds_up(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book

    class FromThisBook(AnyHistory):
        def __init__(self) -> None:
            settings.PLAYBOOK = book
            super().__init__()

    run_state_machine_as_test(
        FromThisBook,
        settings=how(
            max_examples=ASKED or 12,
            stateful_step_count=50,
            deadline=None,
            database=None,
            derandomize=not ASKED,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{book}: {counted}")  # noqa: T201  says how far a long run went
