"""The triggers in force: what the files say, and what Ops made of it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Person
from routing.models import Pool, Trigger, TriggerVersion
from routing.triggers import catalogue
from routing.triggers.conditions import InvalidCondition
from smbcases import playbook
from smbcases.playbook import TriggerSpec
from tests import factories
from tests.factories import NOW

YEARS = playbook.keys()
pytestmark = pytest.mark.django_db


@pytest.fixture
def ops() -> Person:
    return factories.person("ops")


def get(key: str, year: str = "fy26") -> Trigger:
    return Trigger.objects.get(playbook=year, key=key)


def edit(trigger: Trigger, by: Person, **changes: Any) -> Trigger:
    return catalogue.edit(trigger=trigger, changes=changes, by=by, now=NOW)


def change_file(monkeypatch: pytest.MonkeyPatch, key: str, **changes: Any) -> None:
    """As if the playbook's file said something else from now on."""
    rules = playbook.get("fy26")
    spec = TriggerSpec.model_validate({**rules.triggers[key].model_dump(), **changes})
    held = {**rules.triggers, key: spec}
    edited = rules.model_copy(update={"triggers": held})
    real = playbook.get
    monkeypatch.setattr(playbook, "get", lambda year: edited if year == "fy26" else real(year))


def test_loading_makes_every_trigger_and_pool_of_every_playbook() -> None:
    loaded = catalogue.load(now=NOW)
    for year in YEARS:
        rules = playbook.get(year)
        held = Trigger.objects.filter(playbook=year).order_by("position")
        assert [one.key for one in held] == list(rules.triggers)
        assert set(Pool.objects.filter(playbook=year).values_list("territory", flat=True)) == set(
            rules.territories
        )
    assert len(loaded.added) == Trigger.objects.count() == TriggerVersion.objects.count()


def test_loading_again_changes_nothing() -> None:
    catalogue.load(now=NOW)
    again = catalogue.load(now=NOW)
    assert (again.added, again.changed, again.kept) == ([], [], [])
    assert not Trigger.objects.exclude(version=1).exists()


def test_a_changed_file_makes_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.load(now=NOW)
    change_file(monkeypatch, "po_required", subject="Another subject")
    assert catalogue.load(now=NOW).changed == ["fy26/po_required"]
    assert (get("po_required").subject, get("po_required").version) == ("Another subject", 2)
    assert catalogue.load(now=NOW).changed == []


def test_an_edit_is_a_new_version_and_the_old_one_stays(ops: Person) -> None:
    catalogue.load(now=NOW)
    before = get("po_required")
    made = edit(before, ops, condition="po_required = True", note="Ours")
    assert (made.version, made.condition, made.edited_by) == (2, "po_required = True", ops)
    held = {version.number: version for version in made.versions.all()}
    assert held[1].definition["condition"] == before.condition
    assert (held[2].definition["condition"], held[2].by, held[2].at) == ("po_required = True", ops, NOW)


def test_an_edit_that_changes_nothing_is_no_version(ops: Person) -> None:
    catalogue.load(now=NOW)
    held = get("po_required")
    assert edit(held, ops, condition=held.condition, enabled=held.enabled).version == 1
    assert held.versions.count() == 1


def test_a_wrong_condition_is_refused_and_nothing_is_kept(ops: Person) -> None:
    catalogue.load(now=NOW)
    with pytest.raises(InvalidCondition, match="Line 1, column 1"):
        edit(get("po_required"), ops, condition="password = 1", note="Ours")
    assert (get("po_required").version, get("po_required").note != "Ours") == (1, True)


def test_a_condition_is_checked_against_what_it_will_be_asked_of(ops: Person) -> None:
    catalogue.load(now=NOW)
    with pytest.raises(InvalidCondition):
        edit(get("po_required"), ops, asked_of="account")


def test_what_is_no_text_of_a_trigger_cannot_be_edited(ops: Person) -> None:
    catalogue.load(now=NOW)
    edit(get("po_required"), ops, key="other", version=99, playbook="fy25")
    assert get("po_required").version == 1


def test_what_ops_edited_is_kept_when_the_file_changes(ops: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.load(now=NOW)
    edit(get("po_required"), ops, subject="Ours")
    change_file(monkeypatch, "po_required", subject="Theirs")
    assert catalogue.load(now=NOW).kept == ["fy26/po_required"]
    assert get("po_required").subject == "Ours"
