"""Why Celery is held at 5.6.3: a 5.7.0 worker ends when the broker restarts while messages are unacknowledged.

With the settings of today 5.7.0 comes through as well; with Celery's own, which reserve messages ahead, it does not.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings

from smbcases.embedded import data_dir, processes, servers
from smbcases.embedded.valkey import Valkey

TASKS = """
import json, os, time
from pathlib import Path
from celery import Celery
app = Celery("tasks", broker=os.environ["REDIS_URL"])
app.conf.update(json.loads(os.environ["CONFIGURATION"]))
here = Path(os.environ["HERE"])

@app.task(name="hold")
def hold():
    (here / "began").touch()
    while not (here / "go").exists():
        time.sleep(0.05)

@app.task(name="mark")
def mark():
    (here / "marked").touch()
"""
OURS = {
    name.removeprefix("CELERY_").lower(): getattr(settings, name)
    for name in dir(settings)
    if name.startswith("CELERY_") and name != "CELERY_BROKER_URL"
}


@pytest.fixture
def broker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Valkey:
    """Forgets everything when it restarts."""
    monkeypatch.setenv("DATABASE_URL", "postgres://not-needed/here")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")  # or the worker would look for our applications
    data_dir.make(folder)
    (found,) = servers.prepare(folder, careless=True)
    assert isinstance(found, Valkey)
    return found


@contextmanager
def work(here: Path, *, url: str, configuration: Mapping[str, object]) -> Iterator[subprocess.Popen[bytes]]:
    (here / "tasks.py").write_text(TASKS)
    ours = {"REDIS_URL": url, "CONFIGURATION": json.dumps(configuration), "HERE": str(here)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "-A", "tasks", "worker", "--concurrency", "2"],
        cwd=here,
        env=os.environ | ours,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield worker
    finally:
        processes.stop_all([(worker, signal.SIGTERM)], grace=30)


@pytest.mark.parametrize("configuration", [OURS, {}], ids=["our settings", "Celery's own"])
def test_a_worker_survives_a_broker_that_restarts_empty(
    broker: Valkey, tmp_path: Path, wait: Callable[..., None], configuration: Mapping[str, object]
):
    url = broker.addresses.redis_url
    running = servers.start(broker)
    client = Celery("client", broker=url, set_as_current=False)
    watcher = redis.Redis.from_url(url)
    try:
        with work(tmp_path, url=url, configuration=configuration) as worker:
            for _ in range(5):
                client.send_task("hold")
            wait((tmp_path / "began").exists, within=120)
            processes.kill_group(running)
            running = servers.start(broker)
            wait(lambda: watcher.info("clients")["connected_clients"] > 1, within=120)  # the worker is back
            (tmp_path / "go").touch()
            client.send_task("mark")
            wait((tmp_path / "marked").exists, within=120)
            assert worker.poll() is None
    finally:
        watcher.close()
        client.close()
        processes.stop_all([(running, signal.SIGTERM)], grace=30)
