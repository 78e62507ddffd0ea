"""What the OpenAPI document says of every operation alike, and how keys sign in."""

from __future__ import annotations

from typing import Any

from smbcases.lib.problems import MEDIA_TYPE


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: say on each operation what every one of them may answer."""
    for path in result["paths"].values():
        for operation in path.values():
            for status, told in _EVERYWHERE.items():
                operation["responses"].setdefault(status, told)
    return result


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


_EVERYWHERE = {
    "401": _problem("Nobody is signed in, and no key that is in force was sent."),
    "403": _problem("The role, or the scopes of the key, do not include this."),
    "429": _problem("The key asked too often; Retry-After says when to ask again."),
}
