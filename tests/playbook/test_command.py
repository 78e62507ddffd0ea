"""`manage.py playbook`, and the check that stops a start."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from smbcases import playbook
from smbcases.playbook import checks, loading


def run(*words: str) -> str:
    out = StringIO()
    call_command("playbook", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def bad_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """FY26 with a mistake; where it is and what is wrong."""
    year = folder / "fy26.yaml"
    year.write_text(year.read_text().replace("routing: push", "routing: throw"))
    for module in (playbook, checks):
        monkeypatch.setattr(module, "get", lambda key: loading.load(key, folder))
    return "fy26.yaml, line 5: routing: expected push or pull, but found “throw”."


def test_check_says_ok_for_each() -> None:
    assert run("check").splitlines() == [
        "OK fy25: 32 case types, 32 switched on",
        "OK fy26: 32 case types, 27 switched on",
    ]


def test_check_names_the_line_and_fails(bad_line: str) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("playbook", "check", stdout=out, stderr=err)
    assert failed.value.returncode == 1
    assert bad_line in err.getvalue()
    assert out.getvalue().startswith("OK fy25")


def test_show_tells_the_active_one_on_a_page() -> None:
    with override_settings(PLAYBOOK="fy25"):
        text = run("show")
    assert text.startswith("FY25 (fy25)")
    for told in (
        "high 24 h, medium 48 h, low 168 h, from when it is queued",
        "AMER, APJ",
        "on  Overdue Renewal",
    ):
        assert told in text


def test_show_tells_the_one_asked_for() -> None:
    assert "off Overdue Renewal" in run("show", "fy26")


def test_show_refuses_an_unknown_one() -> None:
    with pytest.raises(CommandError, match="There is no playbook 'fy99'; there are fy25, fy26"):
        run("show", "fy99")


def test_diff_groups_by_section() -> None:
    lines = run("diff", "fy25", "fy26").splitlines()
    clocks = lines[lines.index("Clocks") :]
    assert clocks[1] == "  pick_up_from: queued → assigned"
    assert clocks[2] == "  pick_up_hours › medium: 48 → 24"
    assert "  feedback_required: off → on" in lines
    assert "  related_opportunity: not there → Related opportunity linked" in lines
    assert "  high_pte › enabled: on → off" in lines


def test_diff_of_a_playbook_with_itself_is_empty() -> None:
    assert run("diff", "fy26", "fy26").strip() == "fy26 → fy26: 0 differences"


def test_a_sound_playbook_lets_the_start_go_on() -> None:
    assert checks.check_playbooks() == []


def test_a_bad_playbook_stops_the_start(bad_line: str) -> None:
    (error,) = checks.check_playbooks()
    assert error.msg == bad_line
    assert error.is_serious()


def test_an_unknown_active_playbook_stops_the_start() -> None:
    with override_settings(PLAYBOOK="fy99"):
        (error,) = checks.check_playbooks()
    assert error.msg == "There is no playbook 'fy99'; there are fy25, fy26."
