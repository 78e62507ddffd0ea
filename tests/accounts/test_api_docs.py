"""The generated OpenAPI document and its pages."""

import re
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from accounts.envelopes import BATCH, STRUCTURED
from accounts.event_types import ALL


@pytest.fixture(scope="module")
def document() -> Any:
    GENERATOR_STATS.reset()
    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_and_nothing_in_it_was_guessed(document: Any) -> None:
    validate_schema(document)
    GENERATOR_STATS.emit_summary()
    assert not GENERATOR_STATS


def test_every_event_type_has_a_schema_that_its_example_fits(document: Any) -> None:
    push = document["paths"]["/api/events"]["post"]["requestBody"]["content"]
    examples = [example["value"] for example in push[STRUCTURED]["examples"].values()]
    assert {example["type"] for example in examples} == set(ALL)
    one = {**push[STRUCTURED]["schema"], "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(one, validate_formats=True)
    for example in examples:
        validator.validate(example)
    assert not validator.is_valid({**examples[0], "data": {"external_id": "1"}})
    batch = {**push[BATCH]["schema"], "components": document["components"]}
    for example in push[BATCH]["examples"].values():
        jsonschema_rs.Draft202012Validator(batch).validate(example["value"])


def test_an_event_is_followed_by_its_two_names(document: Any) -> None:
    parameters = document["paths"]["/api/events/{source}/{id}"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["source", "id"]


def test_every_operation_says_how_to_sign_in_and_what_may_go_wrong(document: Any) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert operations
    for operation in operations:
        assert {"apiKey": []} in operation["security"]
        assert operation["responses"].keys() >= {"401", "403", "429"}
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_the_document_and_its_pages_are_open_to_all(client: Client) -> None:
    assert client.get("/api/schema").status_code == 200
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]* src=)[^>]*>\s*\S", page.content.decode())
    assert "<style" not in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]
