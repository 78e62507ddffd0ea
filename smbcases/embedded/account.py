"""The system account that the embedded servers run as: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NoAccount(Exception):
    """We are root, and there is nobody else to be."""


@dataclass(frozen=True, kw_only=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """What makes `subprocess` start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_account(*, owned: Path) -> Account | None:
    """The account for servers whose files are in `owned`; None is ourselves.

    Root hands over to whoever already owns the files, else to `nobody`.
    """
    if os.geteuid() != 0:
        return None
    uid = owned.stat().st_uid if owned.exists() else 0
    try:
        entry = pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")
    except KeyError:
        raise NoAccount(
            "PostgreSQL does not run as root and this machine has no user 'nobody': start as another user."
        ) from None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def can_enter(folder: Path, *, account: Account | None) -> bool:
    """Asked by trying, because modes alone do not tell (ACLs, mounts)."""
    return _succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account=account)


def can_run(program: Path, *, account: Account | None) -> bool:
    return _succeeds([str(program), "--version"], account=account)


def _succeeds(command: list[str], *, account: Account | None) -> bool:
    rights = account.popen_arguments if account else {}
    try:
        tried = subprocess.run(command, cwd="/", capture_output=True, check=False, **rights)
    except PermissionError:
        return False
    return tried.returncode == 0
