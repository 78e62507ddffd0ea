"""Files on a case: taken by content and limits, given out safely, to nobody who may not see the case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import keys
from accounts.models import Person
from accounts.models.keys import Scope
from cases import writing
from cases.files import attaching, kinds, names, sweeping
from cases.models import Attachment, Case, History, Verb
from cases.models.files import FOLDER
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(20)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def case(maya: Person) -> Case:
    return factories.case(owner=maya)


def attach(case: Case, by: Person, content: bytes = b"%PDF-1.7 order", name: str = "PO.pdf") -> Attachment:
    return attaching.attach(case_id=case.pk, file=ContentFile(content), name=name, by=by, now=NOW)


def stored() -> set[str]:
    try:
        days, _ = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return set()
    return {
        f"{FOLDER}/{day}/{name}" for day in days for name in default_storage.listdir(f"{FOLDER}/{day}")[1]
    }


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "x.txt", "image/png"),
        (b"%PDF-1.7 hello", "x.png", "application/pdf"),
        (b"<!DOCTYPE html><p>", "x.txt", "text/html"),
        (b"<svg onload=alert(1)>", "x.png", "image/svg+xml"),
        (b"a,b\n1,2\n", "x.csv", "text/csv"),
        ("Grüße".encode(), "x", "text/plain"),
        (b"\x00\x01\x02garbage", "x.png", "application/octet-stream"),
    ],
)
def test_a_file_is_what_is_in_it(content: bytes, name: str, kind: str) -> None:
    assert kinds.content_type(content, name=name) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\m\\PO.pdf", "PO.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', 'a"bSet-Cookie: x.pdf'),
        ("", "file"),
        ("...", "file"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("発注書.pdf", "発注書.pdf"),
    ],
)
def test_a_name_leads_nowhere(given: str, kept: str) -> None:
    assert names.clean(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert len(names.clean("ä" * 400 + ".pdf")) == 255
    assert names.clean("ä" * 400 + ".pdf").endswith(".pdf")


def test_it_is_kept_with_its_history(case: Case, maya: Person) -> None:
    kept = attach(case, maya)
    assert (kept.name, kept.size, kept.content_type) == ("PO.pdf", 14, "application/pdf")
    assert kept.file.read() == b"%PDF-1.7 order"
    row = History.objects.get(case=case, verb=Verb.ATTACHED)
    assert row.data["name"] == "PO.pdf"


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "PO.pdf", attaching.EmptyFile),
        (b"MZ\x90\0", "PO.pdf", kinds.NotThisKind),
        (b"#!/bin/sh\n", "PO.txt", kinds.NotThisKind),
        (b"hello", "run.EXE", kinds.NotThisKind),
        (b"x" * 2000, "big.txt", attaching.FileTooLarge),
    ],
)
def test_what_is_not_taken_is_named_and_leaves_nothing(
    case: Case, maya: Person, content: bytes, name: str, refusal: type[Exception], settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    before = stored()
    with pytest.raises(refusal):
        attach(case, maya, content, name)
    assert stored() == before
    assert not Attachment.objects.exists()


def test_the_same_content_twice_and_a_full_case_are_refused_and_leave_no_file(
    case: Case, maya: Person, settings: Any
) -> None:
    attach(case, maya)
    before = stored()
    with pytest.raises(attaching.AlreadyAttached, match=r"as “PO\.pdf”"):
        attach(case, maya, name="again.pdf")
    settings.ATTACHMENT_MAX_BYTES_OF_CASE = 20
    with pytest.raises(attaching.CaseIsFull):
        attach(case, maya, b"%PDF-1.7 another", "b.pdf")
    assert stored() == before


def test_who_may_attach(case: Case) -> None:
    support = factories.person("stakeholder", department="support")
    filed = factories.case(department="support", filed_by_id=factories.person("stakeholder").pk)
    attach(filed, support)
    with pytest.raises(writing.NoSuchCase):
        attach(case, support)
    with pytest.raises(PermissionDenied):
        attach(case, factories.person())


def test_taken_away_it_is_gone_and_its_file_goes_a_day_later(case: Case, maya: Person) -> None:
    kept = attach(case, maya)
    other = factories.person()
    with pytest.raises(PermissionDenied):
        attaching.detach(case_id=case.pk, attachment_id=kept.pk, by=other, now=NOW)
    attaching.detach(case_id=case.pk, attachment_id=kept.pk, by=maya, now=NOW)
    with pytest.raises(attaching.NoSuchFile):
        attaching.detach(case_id=case.pk, attachment_id=kept.pk, by=maya, now=NOW)
    sweeping.sweep(now=NOW)
    assert kept.file.name in stored()
    sweeping.sweep(now=NOW + timedelta(days=2))
    assert kept.file.name not in stored()


def test_a_file_without_a_row_is_swept(case: Case, maya: Person) -> None:
    kept = attach(case, maya)
    orphan = default_storage.save(f"{FOLDER}/{datetime.now(tz=UTC):%Y-%m-%d}/orphan", ContentFile(b"x"))
    sweeping.sweep(now=NOW)
    assert orphan in stored()
    sweeping.sweep(now=NOW + timedelta(days=3))
    assert orphan not in stored()
    assert kept.file.name in stored()


def test_the_page_takes_several_and_says_each(client: Client, case: Case, maya: Person) -> None:
    client.force_login(maya)
    assert "multipart/form-data" in client.get(f"/cases/{case.pk}/attach/").content.decode()
    files = [SimpleUploadedFile("a.pdf", b"%PDF-1 a"), SimpleUploadedFile("b.exe", b"MZ")]
    page = client.post(f"/cases/{case.pk}/attach/", {"file": files}, follow=True).content.decode()
    assert "“a.pdf” is attached." in page
    assert "“b.exe” is a program" in page
    assert 'id="files"' in page


def test_it_is_given_out_to_save_and_never_to_run(client: Client, case: Case, maya: Person) -> None:
    html = attach(case, maya, b"<html><script>alert(1)</script>", "Angebot für “Jürgen”.html")
    client.force_login(maya)
    response = client.get(f"/cases/{case.pk}/files/{html.pk}/")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert client.get(f"/cases/{case.pk}/files/{html.pk}/image/").status_code == 404
    shown = client.get(f"/cases/{case.pk}/files/{attach(case, maya, PNG, 'x.png').pk}/image/")
    assert shown["Content-Type"] == "image/png"


def test_who_may_not_see_the_case_has_none_of_its_files(client: Client, case: Case, maya: Person) -> None:
    kept, other = attach(case, maya), factories.case(owner=maya)
    client.force_login(maya)
    assert client.get(f"/cases/{other.pk}/files/{kept.pk}/").status_code == 404
    client.force_login(factories.person("stakeholder", department="support"))
    for end in ("", "image/"):
        assert client.get(f"/cases/{case.pk}/files/{kept.pk}/{end}").status_code == 404
    assert client.post(f"/cases/{case.pk}/files/{kept.pk}/remove/").status_code == 404
    assert client.post(f"/cases/{case.pk}/attach/").status_code == 404


def test_by_api(case: Case, maya: Person) -> None:
    _, secret = keys.create(name="Bot", scopes=(Scope.CASES_READ, Scope.CASES_WRITE), acts_for=maya, now=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    address = f"/api/cases/{case.number}/attachments"
    seen = {"If-Match": api.get(f"/api/cases/{case.number}")["ETag"], "Idempotency-Key": "one"}
    made, again = (api.post(address, {"file": pdf()}, headers=seen) for _ in range(2))
    assert made.status_code == 201, made.content
    assert again.json() == made.json()
    twice = api.post(address, {"file": pdf("b.pdf")}, headers={"If-Match": made["ETag"]})
    assert twice.json()["type"] == "urn:smbcases:problem:already-attached"
    (one,) = api.get(address).json()
    got = api.get(f"{address}/{one['id']}")
    assert b"".join(got.streaming_content) == b"%PDF-1 a"  # type: ignore[attr-defined]  # a streamed answer
    assert api.delete(f"{address}/{one['id']}", headers={"If-Match": made["ETag"]}).status_code == 204
    assert api.get(address).json() == []


def pdf(name: str = "PO.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1 a")


def test_by_api_a_change_names_the_state_that_was_seen(case: Case, maya: Person) -> None:
    _, secret = keys.create(name="Bot", scopes=(Scope.CASES_READ, Scope.CASES_WRITE), acts_for=maya, now=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    address = f"/api/cases/{case.number}/attachments"
    assert api.post(address, {"file": pdf()}).status_code == 428
    kept = api.post(address, {"file": pdf()}, headers={"If-Match": "*"}).json()
    stale = api.delete(f"{address}/{kept['id']}", headers={"If-Match": f'"{case.version}"'})
    assert stale.status_code == 412
    assert [change["sentence"] for change in stale.json()["changes"]] == ["Maya Stone attached PO.pdf."]
    assert api.delete(f"{address}/{kept['id']}").status_code == 428
    assert len(api.get(address).json()) == 1
