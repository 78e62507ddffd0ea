"""Conventions of the house that no linter knows, each with its reason."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from smbcases import playbook
from smbcases.playbook import vocabulary
from smbcases.schedule import SCHEDULE

ROOT = Path(settings.BASE_DIR)
OURS = ("accounts", "cases", "routing", "renewals", "newlogo")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
FIELDS = [(model, field) for model in MODELS for field in model._meta.local_concrete_fields]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PYTHON = sorted(path for app in OURS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def named(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    return f"{model.__name__}.{field.name}"


NO_AT = {
    "pick_up_by": "a deadline is a moment by which",
    "answer_by": "another deadline",
    "as_of": "the CRM's own words for it",
    "at": "the one moment of a row that is nothing but what happened then",
    "since": "when a wait began",
    "time": "the name that CloudEvents gives it",
    "last_login": "Django's own",
}
NEITHER = {"wakes_on": "the events on which a trigger wakes"}
NO_ON = {
    "deferred_until": "not yet on that day",
    "day": "the one day of a row that is nothing but that day's",
}


def test_moments_end_in_at() -> None:
    odd = [
        named(model, field)
        for model, field in FIELDS
        if isinstance(field, models.DateTimeField)
        and not field.name.endswith("_at")
        and field.name not in NO_AT
    ]
    assert not odd, (
        f"A moment's name ends in _at, so that nobody takes it for a day. Rename {odd}, or say why in NO_AT."
    )


def test_days_end_in_on() -> None:
    odd = [
        named(model, field)
        for model, field in FIELDS
        if type(field) is models.DateField and not field.name.endswith("_on") and field.name not in NO_ON
    ]
    assert not odd, (
        f"A day's name ends in _on, so that nobody takes it for a moment. Rename {odd}, or say why in NO_ON."
    )


def test_nothing_else_is_named_like_a_moment_or_a_day() -> None:
    odd = [
        named(model, field)
        for model, field in FIELDS
        if re.search(r"_(at|on)$", field.name)
        and not isinstance(field, models.DateField)
        and field.name not in NEITHER
    ]
    assert not odd, f"{odd} are named like a moment or a day and are neither."


def test_no_model_orders_itself() -> None:
    odd = [model.__name__ for model in MODELS if model._meta.ordering]
    assert not odd, (
        f"An order that a model brings along costs a sort in queries that never asked for one: {odd}."
    )


def test_every_constraint_and_index_has_a_name_that_says_what_it_is_for() -> None:
    generated = re.compile(r"_[0-9a-f]{6,8}_(idx|uniq)$|^%")
    odd = [
        f"{model.__name__}.{one.name}"
        for model in MODELS
        for one in (*model._meta.constraints, *model._meta.indexes)
        if not one.name or generated.search(one.name)
    ]
    assert not odd, (
        f"The database's error shows this name and nothing else; give {odd} one that a person understands."
    )


def test_together_is_said_by_a_named_constraint() -> None:
    odd = [model.__name__ for model in MODELS if model._meta.unique_together]
    assert not odd, f"unique_together has no name; use a UniqueConstraint in {odd}."


def test_migrations_are_named() -> None:
    odd = [
        str(path.relative_to(ROOT))
        for app in OURS
        for path in sorted((ROOT / app / "migrations").glob("0*.py"))
        if re.search(r"_auto_|_alter_.*_and_more|\d{8}_\d{4}", path.stem)
    ]
    assert not odd, f"A migration's name says its one step: rename {odd}."


def test_every_job_of_the_schedule_is_a_task_that_exists() -> None:
    for job, described in SCHEDULE.items():
        module, _, name = described["task"].rpartition(".")
        task = getattr(import_module(module), name, None)
        assert getattr(task, "name", None) == described["task"], (
            f"“{job}” calls {described['task']}, which no worker knows: it would be sent for ever and never done."
        )


def test_every_wake_up_is_a_task_that_exists() -> None:
    for idea, path in settings.WAKES.items():
        module, _, name = path.rpartition(".")
        assert getattr(import_module(module), name).name == path, f"wake({idea!r}) would wake nobody."


def test_every_job_expires_before_it_comes_again() -> None:
    odd = [job for job, described in SCHEDULE.items() if not described["options"].get("expires")]
    assert not odd, f"A stopped worker would find a pile of these when it comes back: {odd}."


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_script_or_style_of_its_own(template: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", template.read_text(), flags=re.DOTALL)
    why = "the browser refuses it under our policy (script-src 'self'; style-src 'self')"
    data = 'type="application/json"'
    scripts = [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and data not in tag]
    assert not scripts, f"An inline script in {template.name}: {why}."
    assert not re.search(r"<style\b|\sstyle\s*=", text), f"An inline style in {template.name}: {why}."
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), f"An inline handler in {template.name}: {why}."
    assert "javascript:" not in text, f"A script as an address in {template.name}: {why}."


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"services", "selectors", "utils", "helpers", "managers", "common", "misc"}
    odd = [str(path.relative_to(ROOT)) for path in PYTHON if path.stem in drawers]
    assert not odd, f"A module is named for its idea, so that a rule has one place to be looked for: {odd}."


def test_nothing_but_the_writer_changes_a_case() -> None:
    allowed = {"cases/writing.py", "cases/opening.py"}
    spelled = re.compile(
        r"\bCase\.objects\b[^\n]*\.(update|delete|bulk_update|bulk_create|create)\(|bulk\.(insert|upsert|update)\(Case\b"
    )
    odd = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if str(path.relative_to(ROOT)) not in allowed and spelled.search(path.read_text())
    ]
    assert not odd, (
        "A case is changed by cases.writing and by nothing else: it moves clocks, version and history together. "
        f"Hand a Change to it in {odd}."
    )


def test_no_signal_carries_the_main_flow() -> None:
    odd = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if re.search(r"\b(post_save|pre_save|post_delete|m2m_changed)\b", path.read_text())
    ]
    assert not odd, f"What follows from a change is called where the change is made, not by a signal: {odd}."


def test_time_is_an_argument_of_the_domain() -> None:
    """Pages, API, commands, tasks and the admin read the clock; what they call is told the time."""
    deciders = {
        "cases": "clocks closing required_ten next_steps writing opening ownership lifecycle planning details"
        " moves sweep",
        "routing": "ranking rotation candidates sticky why by_hand",
    }
    odd = [
        f"{app}/{name}.py"
        for app, names in deciders.items()
        for name in names.split()
        if re.search(
            r"timezone\.now\(\)|datetime\.now\(|date\.today\(", (ROOT / app / f"{name}.py").read_text()
        )
    ]
    assert not odd, f"A rule that reads the clock can neither be replayed nor tested at midnight: {odd}."


def test_case_types_that_code_knows_are_named_in_one_place() -> None:
    known = {vocabulary.HIGH_VALUE, vocabulary.HIGH_VALUE_CHECK_IN, *vocabulary.FIRST_ORDERS}
    odd = [
        f"{path.relative_to(ROOT)}: {key}"
        for path in PYTHON
        for key in known
        if f'"{key}"' in path.read_text()
    ]
    assert not odd, f"smbcases.playbook.vocabulary has a name for each: {odd}."


@pytest.mark.parametrize("book", playbook.keys())
def test_case_types_that_code_knows_are_in_each_playbook(book: str) -> None:
    assert {vocabulary.HIGH_VALUE, *vocabulary.FIRST_ORDERS} <= set(playbook.get(book).triggers)
