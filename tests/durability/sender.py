"""A client as CloudEvents senders are: what was not answered with success is sent again under the same ids."""

from __future__ import annotations

import http.client
import json
import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from tests.durability.story import Event

logger = logging.getLogger(__name__)

_THREADS = 4
_PATIENCE = 30.0  # seconds for one answer
_GIVE_UP = 240.0  # seconds of failures in a row


class Sender:
    """Posts the events, some one by one and most in batches, from several threads in about the order given."""

    def __init__(self, events: Sequence[Event], *, port: int, key: str) -> None:
        self.answered = 0
        self.retries = 0
        self.refused: list[str] = []
        self.slowest = 0.0
        self._posts = list(_posts(events))
        self._size = len(events)
        self._taken = 0
        self._limit = float(self._size)
        self._address = ("127.0.0.1", port)
        self._key = key
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work) for _ in range(_THREADS)]

    @contextmanager
    def sending(self) -> Iterator[Self]:
        """Sends beside the block, and is done with the block's end."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self.hold_at(1)
            for thread in self._threads:
                thread.join()
        logger.info("%d answered, %d retries, slowest %.2f s", self.answered, self.retries, self.slowest)
        assert not self.refused, self.refused[:3]
        assert self.answered == self._size

    def hold_at(self, share: float) -> None:
        """Send no more than about this share until told otherwise, so that the middle does not pass unseen."""
        self._limit = share * self._size

    def has_come_to(self, share: float) -> bool:
        return self.answered >= share * self._size or bool(self.refused)

    def _work(self) -> None:
        while post := self._next():
            deadline = time.monotonic() + _GIVE_UP
            while (told := self._try(post)) and time.monotonic() < deadline:
                time.sleep(0.05)
            with self._lock:
                if told:
                    self.refused.append(told)
                else:
                    self.answered += len(post)

    def _next(self) -> list[Event]:
        """The next post, in time; none where all are sent, or one was refused."""
        while True:
            with self._lock:
                if not self._posts or self.refused:
                    return []
                if self._taken < self._limit:
                    self._taken += len(self._posts[0])
                    return self._posts.pop(0)
            time.sleep(0.01)

    def _try(self, post: list[Event]) -> str:
        """Empty where all of it was accepted, else why not."""
        began = time.monotonic()
        try:
            status, told = self._send(post)
        except (OSError, http.client.HTTPException) as error:
            status, told = 0, repr(error)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if status == http.HTTPStatus.ACCEPTED:
            return ""
        if 400 <= status < 500:
            self.refused.append(told)
        with self._lock:
            self.retries += 1
        return f"{status}: {told}"

    def _send(self, post: list[Event]) -> tuple[int, str]:
        one = len(post) == 1
        connection = http.client.HTTPConnection(*self._address, timeout=_PATIENCE)
        kind = "cloudevents" if one else "cloudevents-batch"
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": f"application/{kind}+json"}
        try:
            connection.request("POST", "/api/events", json.dumps(post[0] if one else post), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")[:500]
        finally:
            connection.close()


def _posts(events: Sequence[Event]) -> Iterator[list[Event]]:
    chance, rest = random.Random(3), list(events)
    while rest:
        size = chance.choice((1, 10, 40))
        yield rest[:size]
        rest = rest[size:]
