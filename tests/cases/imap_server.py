"""An IMAP server that a test starts: pymap, in a process of its own, with one mailbox in memory; and TLS before it."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import threading
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
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, use_uid=True, timeout=60)
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
    last = time.monotonic() + 60
    while time.monotonic() < last:
        assert server.poll() is None, server.stderr and server.stderr.read().decode()
        with suppress(OSError), mailbox.client():
            return
        time.sleep(0.05)
    raise TimeoutError("The IMAP server did not answer.")


def make_certificate(folder: Path) -> Path:
    """A key and a certificate for this machine, signed by itself, in one file."""
    made = folder / "here.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    where = ["-keyout", str(made), "-out", str(folder / "certificate.pem"), "-days", "1"]
    subprocess.run(["openssl", "req", "-x509", *key, *where, *name], check=True, capture_output=True)
    made.write_text(made.read_text() + (folder / "certificate.pem").read_text())
    return made


@contextmanager
def over_tls(mailbox: Mailbox, certificate: Path) -> Iterator[int]:
    """A port where the mailbox is spoken to by TLS from the first byte, as at port 993."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
        await asyncio.gather(_pipe(reader, inner_writer), _pipe(inner_reader, writer))

    server = loop.run_until_complete(asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()
        await writer.wait_closed()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
