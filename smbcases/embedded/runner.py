"""`make run`: servers, database up to date, web, worker, beat; all kept alive until we are asked to end."""

import http.client
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from smbcases.embedded import data_dir, ports, processes, procfile, servers
from smbcases.embedded.processes import Program
from smbcases.embedded.supervisor import Stopped, Supervisor

_READY_WITHIN = 60.0  # seconds
_MAIL_DOOR = 25  # behind the port of the pages, where it is free


class PortTaken(Exception):
    """Something else listens where the pages should be."""


class NotPrepared(Exception):
    """The database could not be brought up to date; what was printed says why."""


def run(*, root: Path, folder: Path, port: int) -> None:
    """Run the Procfile of `root` with the servers of `folder` until a signal comes.

    Raises PortTaken, NotPrepared, Taken, Unusable, NotStarted, KeepsEnding.
    """
    data_dir.make(folder)
    with data_dir.claim(folder), Supervisor(folder=folder, say=_say) as supervisor:
        _listen_for_signals(supervisor)
        try:
            _start(supervisor, root=root, folder=folder, port=port)
            supervisor.stand_by()
        except Stopped:
            _say("Stopping ...")
    _say("Stopped.")


def _start(supervisor: Supervisor, *, root: Path, folder: Path, port: int) -> None:
    if processes.stop_leftovers(folder):
        _say("Ended what an earlier run had left.")
    if not ports.is_free(port):
        raise PortTaken(f"Port {port} is taken. Choose another one: make run PORT={port + 1}")
    environment = _environment(folder=folder, port=port)
    _start_servers(supervisor, folder=folder)
    manage = partial(_manage, folder=root, environment=environment)
    if supervisor.run_step(manage("prepare")):
        raise NotPrepared("The database could not be prepared; the reason is above.")
    for program in procfile.read(root / "Procfile", environment=environment):
        supervisor.keep(program)
    if not supervisor.wait_until(partial(_web_answers, port), name="web", within=_READY_WITHIN):
        raise servers.NotStarted(f"The pages did not answer within {_READY_WITHIN:.0f} s.")
    _say(f"Ready: http://127.0.0.1:{port}/")
    if environment.get("DEMO") == "1":
        _open_mail_door(supervisor, manage, near=port)
    supervisor.run_step(manage("sign_ins"))
    if environment.get("LIVE") == "1":
        supervisor.keep(manage("demo", "--live"))


def _open_mail_door(supervisor: Supervisor, manage: Callable[..., Program], *, near: int) -> None:
    """Let mail programs on this machine write to the demo."""
    port = ports.choose(remembered=near + _MAIL_DOOR)
    supervisor.keep(manage("smtp_door", "--port", str(port)))
    _say(f"Mail:  smtp://127.0.0.1:{port}")


def _start_servers(supervisor: Supervisor, *, folder: Path) -> None:
    _say(f"Starting the servers of {folder} ...")
    for server in servers.prepare(folder):
        supervisor.keep(server.program(), before=server.prepare)
        if not supervisor.wait_until(server.is_ready, name=server.name, within=_READY_WITHIN):
            raise servers.NotStarted(
                f"{server.name} did not answer within {_READY_WITHIN:.0f} s; see {server.log}."
            )
        server.finish()


def _manage(command: str, *options: str, folder: Path, environment: Mapping[str, str]) -> Program:
    return Program(
        name=command,
        command=["python", "manage.py", command, *options],
        folder=folder,
        environment=environment,
    )


def _environment(*, folder: Path, port: int) -> dict[str, str]:
    """For the programs: `python` is the one that runs us."""
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    ours = {"PATH": binaries, "DATA_DIR": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return {"DEMO": "1"} | dict(os.environ) | ours


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _listen_for_signals(supervisor: Supervisor) -> None:
    """Only a flag is set here, so that no signal can come between starting a program and knowing of it."""

    def ask_to_stop(*_: object) -> None:
        supervisor.stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)


def _say(line: str) -> None:
    print(line, flush=True)
