"""What every API page shares: JSON by a fast encoder, and lists that continue where they ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import BaseRenderer


class OrjsonRenderer(BaseRenderer):
    """JSON in UTF-8; dates in ISO 8601."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


class NewestFirst(CursorPagination):
    """Pages that follow a cursor, so that the millionth row costs what the first one does."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As OpenAPI 3.1 says what may be null; the framework's own words are those of 3.0."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }
