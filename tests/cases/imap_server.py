"""An IMAP server that a test starts: pymap, in a process of its own, with one mailbox in memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imapclient import IMAPClient

from smbcases.embedded import ports

USER, PASSWORD = "smb", "sesame"


class Mailbox:
    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX"

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A person's own mail program, beside ours."""
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, use_uid=True, timeout=10)
        try:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX")
            yield client
        finally:
            with suppress(Exception):
                client.logout()

    def put(self, *raws: bytes) -> None:
        with self.client() as client:
            for raw in raws:
                client.append("INBOX", raw)


@contextmanager
def running() -> Iterator[Mailbox]:
    port = ports.choose(remembered=None)
    program = str(Path(sys.executable).with_name("pymap"))
    where = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command = [
        program,
        "--no-service",
        "admin",
        *where,
        "dict",
        "--demo-user",
        USER,
        "--demo-password",
        PASSWORD,
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            mailbox = Mailbox(port)
            _wait(mailbox, server)
            yield mailbox
        finally:
            server.kill()


def _wait(mailbox: Mailbox, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, server.stderr and server.stderr.read().decode()
        with suppress(OSError), mailbox.client():
            return
        time.sleep(0.05)
    raise TimeoutError("The IMAP server did not answer.")
