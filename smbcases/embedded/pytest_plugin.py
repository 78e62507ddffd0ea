"""Servers for a test run, plain `pytest` too: started before Django's settings load, gone afterwards."""

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from smbcases.embedded import servers


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper runs before every plain hook, and pytest-django reads the settings in one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = _own_database(os.environ["REDIS_URL"], worker=worker)
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ |= stack.enter_context(servers.scratch(careless=True))
    return (yield)


def _own_database(redis_url: str, *, worker: str) -> str:
    """Test processes side by side must not read each other's messages: gw0 takes database 1, and so on."""
    return f"{redis_url.rpartition('/')[0]}/{int(worker.removeprefix('gw')) + 1}"
