import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest
import redis

from smbcases.embedded import data_dir, ports, processes, servers
from smbcases.embedded.postgres import Postgres

Wait = Callable[..., None]
Recorded = Callable[[Path], list[psutil.Process]]


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_data_is_there_again_at_the_same_address(folder: Path, recorded: Recorded):
    with servers.running(folder) as first:
        ask(first["DATABASE_URL"], "CREATE TABLE kept AS SELECT 'Zürich' AS name")
        assert ask(first["DATABASE_URL"], "SHOW fsync") == [("on",)]
        assert ask(first["DATABASE_URL"], "SHOW synchronous_commit") == [("on",)]
    assert not recorded(folder)
    with servers.running(folder) as second:
        assert second == first
        assert ask(second["DATABASE_URL"], "SELECT name FROM kept") == [("Zürich",)]


def test_both_servers_want_the_password_and_only_we_can_read_it(folder: Path, recorded: Recorded):
    with servers.running(folder, careless=True) as found:
        broker, database = urlsplit(found["REDIS_URL"]), urlsplit(found["DATABASE_URL"])
        assert broker.password
        assert database.password
        bare = redis.Redis(host="127.0.0.1", port=broker.port or 0)
        with pytest.raises(redis.AuthenticationError):
            bare.ping()
        bare.close()
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(found["DATABASE_URL"].replace(database.password, "no"))
        assert stat.S_IMODE((folder / "servers.json").stat().st_mode) == 0o600
        assert not any(broker.password in " ".join(each.cmdline()) for each in recorded(folder))


def test_a_killed_postgres_starts_again_with_every_row(folder: Path):
    data_dir.make(folder)
    server = next(each for each in servers.prepare(folder) if isinstance(each, Postgres))
    process = servers.start(server)
    url = server.addresses.database_url
    ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    processes.kill_group(process)
    server.prepare()
    process = servers.start(server)
    assert ask(url, "SELECT count(*) FROM kept") == [(1000,)]
    processes.stop_all([(process, server.program().stop_signal)], grace=10)


def test_what_a_killed_postgres_leaves_is_waited_for(folder: Path):
    """Its backends hold the shared memory until they have ended, and a new server refuses to start beside them."""
    data_dir.make(folder)
    server = next(each for each in servers.prepare(folder) if isinstance(each, Postgres))
    code = "import time; print('here', flush=True); time.sleep(0.5)"
    with subprocess.Popen(
        [sys.executable, "-S", "-c", code], cwd=server.cluster, stdout=subprocess.PIPE
    ) as left:
        assert left.stdout
        left.stdout.readline()
        server.prepare()
        assert left.poll() is not None


def test_a_pid_file_whose_pid_is_somebody_else_by_now_does_not_hinder(folder: Path):
    with servers.running(folder, careless=True):
        pass
    stale = folder / "servers/postgres/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder}\n")
    with servers.running(folder, careless=True) as found:
        assert ask(found["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_a_taken_port_is_replaced(folder: Path):
    remembered = ports.choose(remembered=None)
    assert ports.choose(remembered=remembered) == remembered
    with servers.running(folder, careless=True) as found:
        taken = urlsplit(found["DATABASE_URL"]).port
        assert ports.choose(remembered=taken) != taken


def test_a_port_that_is_spoken_for_is_left_alone():
    spoken_for = ports.choose(remembered=None)
    assert ports.choose(remembered=spoken_for) == spoken_for
    assert ports.choose(remembered=spoken_for, besides=spoken_for) != spoken_for


def test_a_second_command_borrows_the_servers_and_is_waited_for(folder: Path, recorded: Recorded, wait: Wait):
    inside, leave, owner_left = threading.Event(), threading.Event(), threading.Event()

    def borrow() -> None:
        with servers.running(folder, careless=True) as found:
            assert ask(found["DATABASE_URL"], "SELECT 1") == [(1,)]
            inside.set()
            leave.wait(60)
            assert not owner_left.is_set()
            assert ask(found["DATABASE_URL"], "SELECT 1") == [(1,)]

    with servers.running(folder, careless=True):
        borrower = threading.Thread(target=borrow)
        borrower.start()
        assert inside.wait(60)
        threading.Timer(0.3, leave.set).start()
    owner_left.set()
    borrower.join(60)
    assert not recorded(folder)


def test_one_at_a_time_may_own_a_data_dir(folder: Path):
    data_dir.make(folder)
    with (
        data_dir.claim(folder),
        pytest.raises(data_dir.Taken, match=rf"Process {os.getpid()} already runs on"),
        data_dir.claim(folder),
    ):
        pass


def test_a_scratch_leaves_nothing(folder: Path, recorded: Recorded):
    with servers.scratch(careless=True) as found:
        place = Path(found["DATA_DIR"])
        running = recorded(place)
        assert len(running) == 2
    assert not place.exists()
    assert not any(each.is_running() for each in running)


def test_what_a_killed_owner_left_is_ended_at_the_next_start(folder: Path):
    """On Linux the kernel ends it already; elsewhere this has to."""
    data_dir.make(folder)
    with subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"]) as left:
        processes.remember(folder, [left])
        assert processes.stop_leftovers(folder) == 1
        assert not psutil.pid_exists(left.pid)


def test_a_reused_pid_is_left_alone(folder: Path):
    data_dir.make(folder)
    data_dir.write_json(folder / "processes.json", [[os.getpid(), 12.0]])
    assert processes.stop_leftovers(folder) == 0


def test_servers_named_by_the_environment_are_used(
    folder: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with servers.running(folder) as found:
        assert found["DATABASE_URL"] == "postgres://elsewhere/db"
        assert found["REDIS_URL"] == "redis://elsewhere/0"
        assert not recorded(folder)


def test_a_folder_that_is_not_ours_is_named(folder: Path):
    folder.parent.joinpath("file").write_text("")
    with pytest.raises(data_dir.Unusable, match="DATA_DIR"):
        data_dir.make(folder.parent / "file" / "data")


def test_the_secret_key_is_made_once_and_for_us_alone(folder: Path):
    key = data_dir.secret_key(folder)
    assert len(key) > 50
    assert data_dir.secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
