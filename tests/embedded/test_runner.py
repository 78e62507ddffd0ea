"""`make run` in small: real servers, and a web, a worker and a beat that only stay alive."""

import http.client
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from smbcases.embedded import ports

ROOT = Path(__file__).resolve().parents[2]
Wait = Callable[..., None]
Recorded = Callable[[Path], list[psutil.Process]]
Ended = Callable[[psutil.Process], bool]

WEB = """
import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
Page.log_message = lambda *_: None
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
MANAGE = """
import os, sys, time
print("manage", sys.argv[1], "with DEMO", os.environ["DEMO"], flush=True)
time.sleep(600 if sys.argv[1] == "smtp_door" else 0)
"""
RUN = """
import sys
from pathlib import Path
from smbcases.embedded import runner
runner.run(root=Path(sys.argv[1]), folder=Path(sys.argv[2]), port=int(sys.argv[3]))
"""

PROGRAMS = ("postgres", "valkey", "web", "worker", "beat", "smtp_door")


@pytest.fixture(autouse=True)
def _defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make test` turns the demo off, and with it the door for mail."""
    for name in ("DEMO", "LIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "web.py").write_text(WEB)
    idle = 'python -S -c "import time; time.sleep(600)"'
    (tmp_path / "Procfile").write_text(f"web: python -S web.py $PORT\nworker: {idle}\nbeat: {idle}\n")
    return tmp_path


@contextmanager
def run(checkout: Path, folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", RUN, str(checkout), str(folder), str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        except BaseException as failure:
            process.kill()
            failure.add_note(f"Afterwards it said: {process.stdout.read() if process.stdout else None!r}")
            raise
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], word: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line.strip())
        if word in line:
            return lines
    raise AssertionError("\n".join(lines))


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def test_from_start_to_end(
    checkout: Path,
    folder: Path,
    wait: Wait,
    recorded: Recorded,
    ended: Ended,
):
    port = ports.choose(remembered=None)
    with run(checkout, folder, port) as process:
        said = [line for line in read_until(process, "sign_ins") if not line.startswith("smtp_door |")]
        assert said == [
            f"Starting the servers of {folder} ...",
            "manage prepare with DEMO 1",
            f"Ready: http://127.0.0.1:{port}/",
            said[3],
            "manage sign_ins with DEMO 1",
        ]
        assert said[3].startswith("Mail:  smtp://127.0.0.1:")
        wait(lambda: len(recorded(folder)) == len(PROGRAMS))

        for name, killed in zip(PROGRAMS, recorded(folder), strict=True):
            killed.kill()
            words = f"{name} was ended by SIGKILL; starting it again at once."
            assert read_until(process, f"{name} was")[-1] == words
            wait(lambda: len(recorded(folder)) == len(PROGRAMS))
        wait(lambda: answers(port))

        beside = subprocess.run(
            [sys.executable, "-m", "smbcases.embedded", "run"],
            cwd=ROOT,
            env={"DATA_DIR": str(folder), "PORT": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert beside.returncode == 1
        assert beside.stderr.startswith(f"Process {process.pid} already runs on {folder}.")

        alive = recorded(folder)
        process.send_signal(signal.SIGTERM)
        assert read_until(process, "Stopped.")[-2:] == ["Stopping ...", "Stopped."]
        assert process.wait(60) == 0
        assert all(ended(each) for each in alive)


def test_a_killed_runner_leaves_nothing_that_hinders_the_next(
    checkout: Path, folder: Path, wait: Wait, recorded: Recorded, ended: Ended
):
    port = ports.choose(remembered=None)
    with run(checkout, folder, port) as process:
        read_until(process, "sign_ins")
        wait(lambda: len(recorded(folder)) == len(PROGRAMS))
        alive = recorded(folder)
        process.kill()
    if sys.platform == "linux":
        wait(lambda: all(ended(each) for each in alive))
    with run(checkout, folder, port) as process:
        read_until(process, "Ready")
        wait(lambda: answers(port))
        process.send_signal(signal.SIGINT)
        read_until(process, "Stopped.")


def test_a_taken_port_is_said_before_anything_starts(checkout: Path, folder: Path):
    with run(checkout, folder, ports.choose(remembered=None)) as process:
        port = int(read_until(process, "Ready")[-1].split(":")[-1].strip("/"))
        taken = subprocess.run(
            [sys.executable, "-m", "smbcases.embedded", "run"],
            cwd=ROOT,
            env={"DATA_DIR": f"{folder}-2", "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
        process.send_signal(signal.SIGTERM)
        read_until(process, "Stopped.")
    assert taken.returncode == 1
    assert taken.stderr == f"Port {port} is taken. Choose another one: make run PORT={port + 1}\n"


def test_it_gives_up_where_the_database_cannot_be_prepared(checkout: Path, folder: Path, recorded: Recorded):
    (checkout / "manage.py").write_text(textwrap.dedent("import sys; sys.exit('no such playbook')"))
    with run(checkout, folder, ports.choose(remembered=None)) as process:
        said = read_until(process, "NotPrepared")
        assert "no such playbook" in said
        assert process.wait(60) == 1
    assert not recorded(folder)
