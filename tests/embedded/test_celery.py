"""Why Celery is held at 5.6.3: 5.7.0 ends when the broker restarts with a message unacknowledged."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
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


def test_a_worker_survives_a_broker_that_restarts_empty(
    folder: Path, tmp_path: Path, wait: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", "postgres://not-needed/here")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")  # or the worker would look for our applications
    data_dir.make(folder)
    (broker,) = servers.prepare(folder, careless=True)
    assert isinstance(broker, Valkey)
    running = servers.start(broker)
    (tmp_path / "tasks.py").write_text(TASKS)
    configuration = {
        name.removeprefix("CELERY_").lower(): getattr(settings, name)
        for name in dir(settings)
        if name.startswith("CELERY_") and name != "CELERY_BROKER_URL"
    }
    url = broker.addresses.redis_url
    environment = {
        "REDIS_URL": url,
        "CONFIGURATION": json.dumps(configuration),
        "HERE": str(tmp_path),
    }
    client = Celery("client", broker=url, set_as_current=False)
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "tasks", "worker", "-c", "1", "-P", "prefork"]
    worker = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        client.send_task("hold")
        wait((tmp_path / "began").exists, within=30)
        processes.kill_group(running)
        running = servers.start(broker)
        (tmp_path / "go").touch()
        client.send_task("mark")
        wait((tmp_path / "marked").exists, within=30)
        assert worker.poll() is None
    finally:
        client.close()
        processes.stop_all([(worker, signal.SIGTERM), (running, signal.SIGTERM)], grace=5)
