"""The examples of the API's document work: each is sent to the API and answered as the document says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import orjson
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from drf_spectacular.generators import SchemaGenerator

from accounts import keys
from accounts.models.keys import Scope
from tests.api import book as books
from tests.api.book import NOW
from tests.api.scenes import PLAYBOOKS, SCENES, Scene, at_work

WRITES = {"post", "put", "patch", "delete"}
NO_EXAMPLE = {"application/json": "events in binary mode: the examples are those of the structured mode"}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One request: an operation, and an example of its body where it takes one."""

    path: str
    method: str
    operation: dict[str, Any]
    media_type: str = "application/json"
    name: str = ""
    body: Any = None

    @property
    def id(self) -> str:
        return str(self.operation["operationId"])

    def __str__(self) -> str:
        return f"{self.id}-{self.name}" if self.name else self.id


@cache
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations() -> Iterator[Sample]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield Sample(path=path, method=method, operation=operation)


def samples() -> Iterator[Sample]:
    """Every example of every operation; an operation without a body once as it is."""
    for one in operations():
        taken = one.operation.get("requestBody", {}).get("content", {})
        if not taken:
            yield one
        for media_type, described in taken.items():
            for name, example in described.get("examples", {}).items():
                yield Sample(
                    path=one.path,
                    method=one.method,
                    operation=one.operation,
                    media_type=media_type,
                    name=name,
                    body=example["value"],
                )


def test_every_operation_that_takes_a_body_shows_one() -> None:
    bare = [
        f"{one.id} ({one.method.upper()} {one.path})"
        for one in operations()
        if (taken := one.operation.get("requestBody", {}).get("content"))
        and not any(described.get("examples") for described in taken.values())
    ]
    assert not bare, (
        "A client learns an operation from its example. Give one to "
        f"{', '.join(bare)}: `example=` of `api_docs.acting`, or `examples=[OpenApiExample(…)]` of `extend_schema`."
    )


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("sample", [*samples()], ids=str)
def test_an_example_is_answered_as_the_document_says(sample: Sample) -> None:
    with override_settings(PLAYBOOK=PLAYBOOKS.get(sample.id, "fy26")):
        scene = SCENES.get(sample.id, at_work)(books.make())
        response = send(sample, scene)
    assert 200 <= response.status_code < 300, (
        f"{sample} is answered {response.status_code}: {response.content.decode()}\n"
        "What the example names has to be in tests/api/book.py; what has to be so before it, in tests/api/scenes.py."
    )
    check(sample, response)


def send(sample: Sample, scene: Scene) -> HttpResponse:
    _, secret = keys.create(name="Reader", scopes=Scope.values, acts_for=scene.by, now=NOW)
    headers = {"Authorization": f"Bearer {secret}", "If-Match": "*"}
    if sample.body is None:
        return Client().generic(sample.method.upper(), address(sample, scene), headers=headers)
    if sample.media_type == "multipart/form-data":
        files = {
            name: SimpleUploadedFile(file, b"40 seats until March") for name, file in sample.body.items()
        }
        return Client().post(address(sample, scene), files, headers=headers)
    data = orjson.dumps({**sample.body, **scene.body} if scene.body else sample.body)
    return Client().generic(
        sample.method.upper(),
        address(sample, scene),
        data,
        content_type=sample.media_type,
        headers=headers,
    )


def address(sample: Sample, scene: Scene) -> str:
    missing = [name for name in parameters(sample) if name not in scene.path]
    assert not missing, f"Say in tests/api/scenes.py what stands for {missing} in {sample.path}."
    return sample.path.format(**{name: quote(str(value), safe="") for name, value in scene.path.items()})


def parameters(sample: Sample) -> list[str]:
    return [given["name"] for given in sample.operation.get("parameters", []) if given["in"] == "path"]


def check(sample: Sample, response: HttpResponse) -> None:
    """The answer has a status and a shape that the operation says it has."""
    described = sample.operation["responses"].get(str(response.status_code))
    assert described, f"{sample} is answered {response.status_code}, of which its document says nothing."
    taken = described.get("content")
    if not taken:
        assert not response.content, f"{sample} answers a body of which its document says nothing."
        return
    if "application/octet-stream" in taken:
        return  # a file, as what it is
    media_type = response.headers["Content-Type"].partition(";")[0]
    assert media_type in taken, f"{sample} answers {media_type}; its document says {', '.join(taken)}."
    if media_type == "application/json":
        schema = {**taken[media_type]["schema"], "components": document()["components"]}
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(response.json())
