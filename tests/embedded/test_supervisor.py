import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from smbcases.embedded import supervisor
from smbcases.embedded.processes import Program
from smbcases.embedded.supervisor import KeepsEnding, Stopped, Supervisor

Small = Callable[..., Program]
Recorded = Callable[[Path], list[psutil.Process]]
Ended = Callable[[psutil.Process], bool]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def keeper(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(folder=tmp_path, say=said.append)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (6, 16), (7, 30), (50, 30)]
)
def test_what_ends_often_is_started_ever_later(failures: int, seconds: float):
    assert supervisor.delay_before(failures=failures) == seconds


def test_what_a_program_prints_is_passed_on_with_its_name(keeper: Supervisor, said: list[str], small: Small):
    with keeper:
        keeper.keep(small("web"))
        keeper.wait_until(lambda: bool(said), name="web", within=60)
    assert said == ["web    | web is up"]


def test_a_killed_program_comes_back(
    keeper: Supervisor, said: list[str], small: Small, recorded: Recorded, tmp_path: Path
):
    with keeper:
        keeper.keep(small("web"))
        keeper.wait_until(lambda: len(said) == 1, name="web", within=60)
        (first,) = recorded(tmp_path)
        first.kill()
        keeper.wait_until(lambda: len(said) == 3, name="web", within=60)
        (second,) = recorded(tmp_path)
        assert second.pid != first.pid
    assert said[1] == "web was ended by SIGKILL; starting it again at once."


def test_the_children_of_a_killed_program_end_with_it(
    keeper: Supervisor,
    said: list[str],
    small: Small,
    wait: Callable[..., None],
    recorded: Recorded,
    tmp_path: Path,
    ended: Ended,
):
    """Workers of a dead web server would hold its port."""
    with keeper:
        keeper.keep(small("web", "os.fork(); print(os.getpid(), flush=True); time.sleep(600)"))
        keeper.wait_until(lambda: len(said) == 3, name="web", within=60)
        (master,) = recorded(tmp_path)
        (worker,) = master.children()
        master.kill()
        keeper.wait_until(lambda: len(said) == 7, name="web", within=60)
        wait(lambda: ended(worker))


def test_something_is_done_ahead_of_each_new_start(keeper: Supervisor, said: list[str], small: Small):
    with keeper:
        keeper.keep(small("web", "sys.exit(3)"), before=lambda: said.append("cleared"))
        keeper.wait_until(lambda: len(said) >= 4, name="web", within=60)
    assert said[:4] == [
        "web    | web is up",
        "web ended with status 3; starting it again at once.",
        "cleared",
        "web    | web is up",
    ]


def test_its_last_words_come_before_the_word_of_its_end(
    keeper: Supervisor,
    said: list[str],
    small: Small,
    wait: Callable[..., None],
    recorded: Recorded,
    tmp_path: Path,
    ended: Ended,
):
    with keeper:
        keeper.keep(small("web", "sys.exit(3)"))
        (process,) = recorded(tmp_path)
        wait(lambda: ended(process))
        keeper._look_after(keeper._kept["web"])  # as when it spoke and ended between two looks
    assert said[:2] == ["web    | web is up", "web ended with status 3; starting it again at once."]


def test_waiting_for_what_keeps_ending_is_given_up(keeper: Supervisor, small: Small):
    with keeper:
        keeper.keep(small("web", "sys.exit(3)"))
        with pytest.raises(KeepsEnding, match="web keeps ending"):
            keeper.wait_until(lambda: False, name="web", within=60)


def test_a_step_runs_to_its_end(keeper: Supervisor, said: list[str], small: Small):
    with keeper:
        assert keeper.run_step(small("migrate", "sys.exit(4)")) == 4
    assert said == ["migrate is up"]


def test_asked_to_end_it_ends_in_the_middle_of_a_step(
    keeper: Supervisor, small: Small, recorded: Recorded, tmp_path: Path
):
    with keeper:
        keeper.stopping = True
        with pytest.raises(Stopped):
            keeper.run_step(small("migrate"))
    assert not recorded(tmp_path)


def test_the_last_started_ends_first(
    keeper: Supervisor, said: list[str], small: Small, monkeypatch: pytest.MonkeyPatch
):
    tell = "signal.signal(15, lambda *_: sys.exit(print('ends', flush=True))); print('set', flush=True)"
    with keeper:
        for name in ("server", "user"):
            keeper.keep(small(name, f"{tell}; time.sleep(600)"))
        keeper.wait_until(lambda: sum("set" in line for line in said) == 2, name="user", within=60)
    assert [line for line in said if "ends" in line] == ["user   | ends", "server | ends"]


def test_what_does_not_listen_is_killed(
    keeper: Supervisor,
    said: list[str],
    small: Small,
    monkeypatch: pytest.MonkeyPatch,
    recorded: Recorded,
    tmp_path: Path,
):
    monkeypatch.setattr(supervisor, "_GRACE", 0.2)
    with keeper:
        keeper.keep(small("deaf", "signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"))
        keeper.wait_until(lambda: len(said) == 2, name="deaf", within=60)
    assert not recorded(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start cleans up, by pid")
def test_nothing_outlives_a_killed_supervisor(tmp_path: Path, wait: Callable[..., None], ended: Ended):
    code = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from smbcases.embedded.processes import Program
        from smbcases.embedded.supervisor import Supervisor
        here = Path(sys.argv[1])
        keeper = Supervisor(folder=here, say=lambda line: print(line, flush=True))
        keeper.keep(Program(name="sleep", command=["sleep", "600"], folder=here, environment=os.environ))
        print("started", flush=True)
        keeper.stand_by()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        (child,) = psutil.Process(process.pid).children()
        os.kill(process.pid, signal.SIGKILL)
    wait(lambda: ended(child))
