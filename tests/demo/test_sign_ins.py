"""`manage.py sign_ins`: one person a role, a key that stays, and a line that really opens a case."""

import json
import stat
import subprocess
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import applying, keys, receiving
from accounts.models import ApiKey
from cases.models import Case
from routing.triggers import evaluation
from smbcases.demo import door

pytestmark = pytest.mark.usefixtures("played")


@pytest.fixture
def printed(settings, tmp_path) -> str:
    settings.DATA_DIR = tmp_path
    out = StringIO()
    call_command("sign_ins", stdout=out)
    return out.getvalue()


def test_one_person_of_each_role_is_named(printed):
    for role in (
        "SMB Advocate",
        "Team Lead",
        "Regional Manager",
        "SMB Ops",
        "Stakeholder",
        "Renewals Manager",
    ):
        assert printed.count(f"  {role} ") == 1
    assert "camille.roux@smb.example" in printed


def test_the_key_is_kept_for_us_alone_and_stays_the_same(printed, tmp_path):
    kept = tmp_path / door.FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() in printed
    assert door.key(tmp_path, now=timezone.now()) == kept.read_text()


def test_a_key_that_is_gone_or_revoked_is_made_anew(printed, tmp_path):
    first = (tmp_path / door.FILE).read_text()
    (tmp_path / door.FILE).unlink()
    second = door.key(tmp_path, now=timezone.now())
    ApiKey.objects.filter(digest=keys.digest(second)).update(revoked_at=timezone.now())
    assert len({first, second, door.key(tmp_path, now=timezone.now())}) == 3


def test_the_line_opens_a_case(printed):
    line = next(line for line in printed.splitlines() if line.strip().startswith("curl"))
    script = f"curl() {{ printf '%s' \"${{@: -1}}\"; }}; {line}"
    sent = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True).stdout
    now, before = timezone.now(), Case.objects.count()
    answers = receiving.receive([json.loads(sent)], now=now)
    assert [answer.faults for answer in answers] == [()]
    applying.apply_pending(now=now)
    evaluation.evaluate_pending(now=now)
    assert Case.objects.count() == before + 1


def test_without_the_demo_no_password_is_told(settings):
    settings.DEMO = False
    out = StringIO()
    call_command("sign_ins", stdout=out)
    assert "createsuperuser" in out.getvalue()
    assert "smb.example" not in out.getvalue()
