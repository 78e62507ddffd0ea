"""The triggers in force: loaded from the playbooks' files, edited by Ops, every version kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from routing.models import Pool, Trigger, TriggerVersion
from routing.triggers.conditions import compile_condition
from smbcases import playbook
from smbcases.playbook import Playbook, TriggerSpec

_TEXTS = (
    "name category enabled asked_of wakes_on daily condition window once_per"
    " subject context cta note priority"
).split()


@dataclass(kw_only=True)
class Loaded:
    """What loading did, by trigger: `kept` are those that Ops edited and that the file would say otherwise."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, now: datetime | None = None) -> Loaded:
    """Bring triggers and pools of every playbook in line with its file, but for what Ops edited. Safe to repeat."""
    moment, loaded = now or timezone.now(), Loaded()
    for rules in playbook.every():
        _load_pools(rules)
        triggers = Trigger.objects.select_for_update().filter(playbook=rules.key)
        held = {trigger.key: trigger for trigger in triggers}
        for position, spec in enumerate(rules.triggers.values()):
            _load_one(rules, spec, held.get(spec.key), position=position, loaded=loaded, now=moment)
    return loaded


def _load_pools(rules: Playbook) -> None:
    for territory, described in rules.territories.items():
        Pool.objects.get_or_create(playbook=rules.key, territory=territory, defaults={"name": described.name})


def _load_one(
    rules: Playbook, spec: TriggerSpec, held: Trigger | None, *, position: int, loaded: Loaded, now: datetime
) -> None:
    name = f"{rules.key}/{spec.key}"
    if held is None:
        made = Trigger(
            playbook=rules.key, key=spec.key, position=position, digest=spec.version, **_texts(spec)
        )
        made.save()
        _keep_version(made, by=None, now=now)
        loaded.added.append(name)
    elif held.digest != spec.version:
        if held.edited_by_id:
            loaded.kept.append(name)
            return
        if all(getattr(held, said) == text for said, text in _texts(spec).items()):
            held.digest = spec.version
            held.save(update_fields=["digest"])
            return
        _set(held, {**_texts(spec), "digest": spec.version, "position": position}, by=None, now=now)
        loaded.changed.append(name)


def _texts(spec: TriggerSpec) -> dict[str, Any]:
    compile_condition(spec.condition, root=spec.on)
    return {
        **spec.model_dump(include=set(_TEXTS) - {"asked_of", "priority", "wakes_on"}),
        "asked_of": spec.on,
        "priority": spec.priority or "",
        "wakes_on": list(spec.wakes_on),
    }


@transaction.atomic
def edit(*, trigger: Trigger, changes: dict[str, Any], by: Person, now: datetime) -> Trigger:
    """Change a trigger's texts in the name of a person: a new version. Raises InvalidCondition."""
    held = Trigger.objects.select_for_update().get(pk=trigger.pk)
    compile_condition(changes.get("condition", held.condition), root=changes.get("asked_of", held.asked_of))
    wanted = {
        name: value for name, value in changes.items() if name in _TEXTS and getattr(held, name) != value
    }
    if wanted:
        _set(held, {**wanted, "edited_by": by}, by=by, now=now)
    return held


def _set(trigger: Trigger, changes: dict[str, Any], *, by: Person | None, now: datetime) -> None:
    for name, value in changes.items():
        setattr(trigger, name, value)
    trigger.version += 1
    trigger.save(update_fields=[*changes, "version"])
    _keep_version(trigger, by=by, now=now)


def _keep_version(trigger: Trigger, *, by: Person | None, now: datetime) -> None:
    definition = {name: getattr(trigger, name) for name in _TEXTS}
    TriggerVersion.objects.create(
        trigger=trigger, number=trigger.version, definition=definition, at=now, by=by
    )
