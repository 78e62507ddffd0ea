"""Pages of a list that is never counted to its end: its first thousand rows, and word that there are more."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

MOST = 1000


class UncountedPaginator(_Paginator):
    """Counts up to `MOST`, which costs the same at a thousand rows and at a million. Who looks further searches."""

    @cached_property
    def count(self) -> int:
        return min(self._looked_at, MOST)

    @property
    def has_more(self) -> bool:
        """Whether there are rows behind the last page."""
        return self._looked_at > MOST

    @cached_property
    def _looked_at(self) -> int:
        rows: Any = self.object_list
        return len(rows.values_list("pk")[: MOST + 1])
