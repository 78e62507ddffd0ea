"""The demo's data files: who works there, what companies are called, what people say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> Any:
    """What `data/NAME.yaml` says. It is kept, so nobody may change it."""
    return yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
