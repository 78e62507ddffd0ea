"""Two people who attach to one case at the same moment: together they do not go over its limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import Person
from cases.files import attaching
from cases.models import Attachment, Case, History, Verb
from smbcases.lib.refusal import Refusal
from tests import factories
from tests.cases.test_files import stored
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 100


@pytest.fixture(autouse=True)
def _little_room(settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES_OF_CASE = LIMIT


@pytest.fixture(autouse=True)
def _both_store_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody keeps a row before the files of both lie in the storage."""
    both, save = Barrier(2, timeout=60), default_storage.save

    def save_and_wait(*args: Any, **kwargs: Any) -> str:
        key = save(*args, **kwargs)
        both.wait()
        return key

    monkeypatch.setattr(default_storage, "save", save_and_wait)


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone")


@pytest.fixture
def case(maya: Person) -> Case:
    return factories.case(owner=maya)


def at_once(case: Case, by: Person, contents: list[bytes]) -> list[str]:
    """What became of each: kept, or the name of the refusal."""

    def tried(content: bytes) -> str:
        try:
            file = ContentFile(content)
            attaching.attach(case_id=case.pk, file=file, name="Order.pdf", by=by, now=NOW)
        except Refusal as refusal:
            return refusal.name
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(tried, contents))


def of_size(size: int, letter: bytes) -> bytes:
    return (b"%PDF-1.7 " + letter * size)[:size]


def test_the_second_is_told_that_there_is_no_room_and_leaves_no_file(case: Case, maya: Person) -> None:
    before = stored()
    assert at_once(case, maya, [of_size(60, b"a"), of_size(60, b"b")]) == ["case-files-full", "kept"]
    kept = Attachment.objects.get()
    assert stored() - before == {kept.file.name}
    assert History.objects.filter(case=case, verb=Verb.ATTACHED).count() == 1


def test_what_fits_together_is_kept_together(case: Case, maya: Person) -> None:
    assert at_once(case, maya, [of_size(50, b"a"), of_size(50, b"b")]) == ["kept", "kept"]
    assert sum(Attachment.objects.values_list("size", flat=True)) == LIMIT


def test_the_same_file_is_kept_once(case: Case, maya: Person) -> None:
    before = stored()
    assert at_once(case, maya, [of_size(40, b"a")] * 2) == ["already-attached", "kept"]
    assert len(stored() - before) == 1
