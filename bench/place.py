"""Where a measurement runs: databases of its own on the scratch server, and the real processes on top."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import requests
from django.core.management import call_command
from psycopg2 import sql

from smbcases.embedded import ports


def database(name: str) -> str:
    """The address of a new and empty database `bench_NAME` on the server of DATABASE_URL."""
    found = urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        identifier = sql.Identifier(f"bench_{name}")
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    connection.close()
    return urlunsplit((found.scheme, found.netloc, f"/bench_{name}", "", ""))


def prepare() -> None:
    """Tables and triggers in the database of this process."""
    call_command("migrate", verbosity=0)
    call_command("playbook", "load", stdout=sys.stderr)


@contextmanager
def desk(*, workers: int = 2) -> Iterator[str]:
    """Web server, Celery worker and beat on the database of this process; the web's address."""
    port = ports.choose(remembered=None)
    commands = [
        f"gunicorn smbcases.wsgi --bind 127.0.0.1:{port} --worker-class gthread -w 2 --threads 8 --log-level error",
        f"celery --quiet -A smbcases worker -c {workers} -l ERROR --without-gossip --without-mingle",
    ]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "smbcases.settings.local",
        "API_KEY_REQUESTS_PER_MINUTE": "1000000",
    }
    running = [
        subprocess.Popen([sys.executable, "-m", *command.split()], env=environment, stdout=sys.stderr)
        for command in commands
    ]
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)


def _ready(address: str) -> str:
    for _ in range(300):
        try:
            if requests.get(f"{address}/health/", timeout=10).ok:
                return address
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError(f"Nothing answered at {address}.")
