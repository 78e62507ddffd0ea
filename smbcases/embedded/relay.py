"""What the programs print, passed on line by line with the program's name in front."""

import os
import selectors
from collections.abc import Callable
from typing import IO, cast


class Relay:
    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._selector = selectors.DefaultSelector()
        self._unfinished: dict[int, bytes] = {}

    def add(self, stream: IO[bytes], *, prefix: str) -> None:
        self._selector.register(stream, selectors.EVENT_READ, prefix)
        self._unfinished[stream.fileno()] = b""

    def pump(self, timeout: float) -> bool:
        """Pass on what has come, after up to `timeout` seconds for the first of it; whether there was any."""
        ready = self._selector.select(timeout)
        for key, _ in ready:
            chunk = os.read(key.fd, 65536)
            *lines, rest = (self._unfinished[key.fd] + chunk).split(b"\n")
            self._unfinished[key.fd] = rest
            if not chunk:  # the program and all its children have ended
                lines += [rest] if rest else []
                self._drop(key)
            for line in lines:
                self._say(key.data + line.decode(errors="replace"))
        return bool(ready)

    def drain(self) -> None:
        """Pass on all that lies there, without waiting for more."""
        while self.pump(0):
            pass

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._drop(key)
        self._selector.close()

    def _drop(self, key: selectors.SelectorKey) -> None:
        self._selector.unregister(key.fileobj)
        del self._unfinished[key.fd]
        cast("IO[bytes]", key.fileobj).close()
