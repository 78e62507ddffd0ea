"""Who writes by API and gets no answer may send the same again: every such operation takes an Idempotency-Key."""

from __future__ import annotations

from tests.house.addresses import operations

BY_THEMSELVES = {"accounts.event_api.Events": "an event sent again, by source and id, does nothing"}


def test_every_operation_that_creates_or_acts_takes_an_idempotency_key() -> None:
    without = [
        f"{method} {one}"
        for one, method in operations()
        if method in {"POST", "PATCH"}
        and not getattr(getattr(one.api, method.lower()), "takes_key", False)
        and f"{one.api.__module__}.{one.api.__qualname__}" not in BY_THEMSELVES
    ]
    assert not without, (
        "An answer that is lost on the way must not be done twice. Put @idempotency.once on the method of:\n  "
        + "\n  ".join(without)
    )
