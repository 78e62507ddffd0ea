"""What every page shows around its content: who is signed in, their capacity, what waits for them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {}
