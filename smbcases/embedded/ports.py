"""Ports of 127.0.0.1."""

import socket


def is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose(*, remembered: int | None, besides: int | None = None) -> int:
    """The port of last time where it is still free, else any free one; never `besides`, which is spoken for."""
    if remembered and remembered != besides and is_free(remembered):
        return remembered
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
        return choose(remembered=None, besides=besides) if port == besides else port
