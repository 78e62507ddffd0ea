"""The embedded PostgreSQL: made once, run in the foreground."""

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2

from smbcases.embedded import binaries
from smbcases.embedded.account import Account
from smbcases.embedded.data_dir import Addresses
from smbcases.embedded.processes import Program

# Two cores, a few GB, an SSD; plans are short, so compiling them costs more than it gives.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be 107 bytes long; a checkout's is longer at times
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# For data that nobody misses after a power cut: the tests'.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class SetupFailed(Exception):
    """initdb did not succeed; the message is its output."""


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """One cluster in `store`/postgres, owned by `account`."""

    store: Path
    log: Path
    addresses: Addresses
    account: Account | None
    careless: bool = False

    name = "postgres"

    @property
    def cluster(self) -> Path:
        return self.store / "postgres"

    def prepare(self) -> None:
        """Make the cluster where there is none, and clear what a killed server left in its way."""
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        _remove_stale_pid(self.cluster)
        _wait_for_orphans(self.cluster)

    def program(self) -> Program:
        settings = {**_SETTINGS, **(_CARELESS if self.careless else {}), "port": self.addresses.postgres_port}
        command = [str(self._binaries / "postgres"), "-D", str(self.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Program(
            name=self.name,
            command=command,
            folder=self.store,
            environment=_environment(),
            account=self.account,
            log=self.log / "postgres.log",
            stop_signal=signal.SIGINT,  # roll back, disconnect, write everything, end
            orphan_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def finish(self) -> None:
        """Make our database once the server answers."""
        connection = self._connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'smbcases'")
                if not cursor.fetchone():
                    cursor.execute("CREATE DATABASE smbcases")
        finally:
            connection.close()

    @property
    def _binaries(self) -> Path:
        return binaries.find_postgres(account=self.account)

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.addresses.postgres_port,
            user="app",
            password=self.addresses.password,
            dbname=database,
            connect_timeout=2,
        )

    def _make_cluster(self) -> None:
        """Made aside and renamed, so that an interrupted initdb is never taken for a cluster."""
        with tempfile.TemporaryDirectory(dir=self.store) as scratch:
            folder, password = Path(scratch), Path(scratch) / "password"
            password.write_text(self.addresses.password)
            if self.account:
                for path in (folder, password):
                    os.chown(path, self.account.uid, self.account.gid)
            done = subprocess.run(
                [
                    *[str(self._binaries / "initdb"), "-D", str(folder / "cluster"), "-U", "app"],
                    *["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"],
                    *["--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}"],
                    *(["--no-sync"] if self.careless else []),
                ],
                cwd=folder,
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
                **(self.account.popen_arguments if self.account else {}),
            )
            if done.returncode:
                raise SetupFailed(f"PostgreSQL could not be set up in {self.store}: {done.stderr.strip()}")
            (folder / "cluster").rename(self.cluster)


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}


def _remove_stale_pid(cluster: Path) -> None:
    """End a server left on this cluster; drop its pid file where the pid now belongs to something else.

    PostgreSQL itself refuses to start when the pid in its file is alive, whoever has it by now.
    """
    file = cluster / "postmaster.pid"
    try:
        process = psutil.Process(int(file.read_text().split()[0]))
        if str(cluster) in process.cmdline():
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
            return
    except (FileNotFoundError, psutil.NoSuchProcess):
        return
    except psutil.AccessDenied:  # someone else's process: not our server
        pass
    file.unlink(missing_ok=True)


def _wait_for_orphans(cluster: Path) -> None:
    """Until the backends of a killed server have ended, as they do by themselves in a moment.

    Each leads a session of its own, so that killing the server's group leaves them; and as long as one holds the
    shared memory, PostgreSQL refuses to start.
    """
    psutil.wait_procs([each for each in psutil.process_iter() if _works_in(each, cluster)], timeout=20)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.cwd() == str(folder)
    except (psutil.Error, OSError):  # ended meanwhile, or somebody else's
        return False
