"""The embedded Valkey: Celery's broker. What it holds are wake-ups; losing them costs seconds."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import redis

from smbcases.embedded import binaries
from smbcases.embedded.account import Account
from smbcases.embedded.data_dir import Addresses
from smbcases.embedded.processes import Program


@dataclass(frozen=True, kw_only=True)
class Valkey:
    store: Path
    log: Path
    addresses: Addresses
    account: Account | None
    careless: bool = False

    name = "valkey"

    def prepare(self) -> None:
        folder = self.store / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)

    def program(self) -> Program:
        return Program(
            name=self.name,
            command=[str(binaries.find_valkey(account=self.account)), "-"],
            folder=self.store / "valkey",
            environment={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            account=self.account,
            log=self.log / "valkey.log",
            input=self._configuration(),
            orphan_signal=signal.SIGTERM,
        )

    def is_ready(self) -> bool:
        client = redis.Redis.from_url(self.addresses.redis_url, socket_connect_timeout=1, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still loading
            return False
        finally:
            client.close()

    def finish(self) -> None:
        """Nothing to add."""

    def _configuration(self) -> bytes:
        """Given through a pipe, because a command line shows the password to everybody."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.addresses.valkey_port}",
            f"requirepass {self.addresses.password}",
            'save ""',
            f"appendonly {'no' if self.careless else 'yes'}",
            "maxmemory-policy noeviction",
        ]
        return "\n".join(lines).encode()
