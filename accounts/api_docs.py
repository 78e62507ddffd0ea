"""The OpenAPI document of events: each type with its schema and an example, and how a key signs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    PolymorphicProxySerializer,
    extend_schema,
)

from accounts import event_types, idempotency
from accounts.api_shapes import BatchAnswer, EventAnswer, EventDetail
from accounts.envelopes import BATCH, STRUCTURED
from accounts.event_types import EventType
from accounts.payloads import INSTANT
from smbcases.lib.problems import MEDIA_TYPE, Problem

_NAME = {"type": "string", "pattern": r"\S", "maxLength": 255}
_ATTRIBUTES: Mapping[str, Any] = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": {**_NAME, "description": "Unique within the source."},
    "source": {**_NAME, "description": "Who sends, such as /crm."},
    "time": {
        "type": "string",
        "format": "date-time",
        "pattern": INSTANT,
        "description": "When it happened, with offset: of two states of a record the newer one is held.",
    },
    "subject": {"type": ["string", "null"], "maxLength": 255},
    "datacontenttype": {"type": ["string", "null"], "examples": ["application/json"]},
}
_REFERENCE = "#/components/schemas/"
_ONE_EVENT = {"$ref": f"{_REFERENCE}CloudEvent"}
_TEXT = """
Takes [CloudEvents 1.0](https://cloudevents.io) over HTTP, one or many, and commits them before it
answers 202.

Sending an event again, by `source` and `id`, answers the same and does nothing. A batch is answered event by
event: the good ones are kept, the bad ones named with a JSON pointer; 400 only where not one could be kept.
`time` is needed. Extension attributes and `dataschema` are accepted and not kept.
"""


_PLACE, _NAMED = "/api/events/{place}", "/api/events/{source}/{id}"


def _whole(kind: EventType, name: str = "1") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": name,
        "source": "/crm",
        "type": kind.key,
        "time": "2025-03-03T13:00:00Z",
        "data": dict(kind.example),
    }


def _examples() -> list[OpenApiExample]:
    one = [
        OpenApiExample(
            kind.title, value=_whole(kind), media_type=STRUCTURED, request_only=True, summary=kind.key
        )
        for kind in event_types.ALL.values()
    ]
    batch = [_whole(kind, str(number)) for number, kind in enumerate(event_types.RECORD_TYPES, 1)]
    return [*one, OpenApiExample("A batch", value=batch, media_type=BATCH, request_only=True)]


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        f"ce-{name}",
        str,
        OpenApiParameter.HEADER,
        description=f"Binary mode only, percent-encoded. {description}",
    )


pushing = extend_schema(
    operation_id="events_push",
    summary="Push events",
    description=_TEXT,
    tags=["events"],
    parameters=[
        _header("specversion", "1.0"),
        _header("id", "Unique within the source."),
        _header("source", "Who sends."),
        _header("type", "One of the known types."),
        _header("time", "When it happened, with offset."),
    ],
    request={
        STRUCTURED: OpenApiRequest(_ONE_EVENT),
        BATCH: OpenApiRequest({"type": "array", "maxItems": 1000, "items": _ONE_EVENT}),
        "application/json": OpenApiRequest(
            {"type": "object", "description": "Binary mode: the event's data."}
        ),
    },
    responses={
        (202, "application/json"): PolymorphicProxySerializer(
            component_name="PushAnswer",
            serializers=[EventAnswer, BatchAnswer],
            resource_type_field_name=None,
            many=False,
        ),
        (400, MEDIA_TYPE): Problem,
        (413, MEDIA_TYPE): Problem,
        (415, MEDIA_TYPE): Problem,
    },
    examples=_examples(),
)
following = extend_schema(
    operation_id="events_follow",
    summary="What became of an event",
    tags=["events"],
    responses={(200, "application/json"): EventDetail, (404, MEDIA_TYPE): Problem},
)


IDEMPOTENCY_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description=(
        "A name of your choice for this request, such as a UUID. Sent again with the same key, it does nothing twice"
        " and answers as the first time, which may be a refusal by the rules (409, 422): once that is put right, use a"
        " new key. With another request under it the key is refused (422, idempotency-key-reused). Kept for 24 hours."
    ),
)
REPLAYED = OpenApiParameter(
    idempotency.REPLAYED,
    {"type": "string", "const": "true"},
    OpenApiParameter.HEADER,
    description="The answer of an earlier request with the same Idempotency-Key.",
    response=[200, 201, 202],
)


class Schema(AutoSchema):
    """Says of each operation that takes an Idempotency-Key that it does."""

    def get_override_parameters(self) -> list[Any]:
        handler = getattr(self.view, self.method.lower(), None)
        takes_key = getattr(handler, "takes_key", False)
        return [*super().get_override_parameters(), *([IDEMPOTENCY_KEY, REPLAYED] if takes_key else [])]


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry is not typed
    """`accounts.keys.KeyAuthentication`; drf-spectacular finds it by being defined."""

    target_class = "accounts.keys.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key such as smb_…, with the scopes needed.",
        }


def add_event_types(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: each type as a component, and the address of an event by its two names."""
    schemas = result["components"].setdefault("schemas", {})
    for kind in event_types.ALL.values():
        schemas[kind.key] = _event_schema(kind)
        schemas[f"{kind.key}.data"] = kind.schema
    schemas["CloudEvent"] = {
        "oneOf": [{"$ref": _REFERENCE + key} for key in event_types.ALL],
        "discriminator": {
            "propertyName": "type",
            "mapping": {key: _REFERENCE + key for key in event_types.ALL},
        },
    }
    if place := result["paths"].pop(_PLACE, None):
        place["get"]["parameters"] = [_in_path("source"), _in_path("id")]
        result["paths"][_NAMED] = place
    return result


def _event_schema(kind: EventType) -> dict[str, Any]:
    properties = {
        **_ATTRIBUTES,
        "type": {"const": kind.key},
        "data": {"$ref": f"{_REFERENCE}{kind.key}.data"},
    }
    needed = ["specversion", "id", "source", "type", "time", "data"]
    return {"type": "object", "description": kind.description, "properties": properties, "required": needed}


def _in_path(name: str) -> dict[str, Any]:
    described = f"The event's {name}, percent-encoded: a slash in it is %2F."
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": described,
        "schema": {"type": "string"},
    }
