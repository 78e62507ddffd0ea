"""Two clients that send the same events at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Event
from tests.accounts.sending import event, push, secret_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backwards", [False, True])
def test_each_event_is_kept_once_and_both_are_told_the_same(backwards: bool) -> None:
    secret = secret_of()
    rounds = [[event() for _ in range(300)] for _ in range(5)]
    for batch in rounds:
        one, other = post_at_once(secret, batch, batch[::-1] if backwards else batch)
        assert one.status_code == other.status_code == 202
        results = other.json()["results"]
        assert one.json()["results"] == (results[::-1] if backwards else results)
    assert Event.objects.count() == 1_500


def post_at_once(secret: str, *batches: list[dict[str, Any]]) -> list[Any]:
    ready = Barrier(len(batches))

    def post(batch: list[dict[str, Any]]) -> Any:
        try:
            ready.wait(timeout=60)
            return push(Client(), batch, secret=secret)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(batches)) as threads:
        return list(threads.map(post, batches))
