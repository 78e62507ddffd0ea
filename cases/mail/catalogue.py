"""The texts that mails begin with: loaded from the playbooks' files, edited by Ops, every version kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from cases.models import MailTemplate, MailTemplateVersion, TemplateGroup
from smbcases import playbook
from smbcases.lib.refusal import Refusal
from smbcases.playbook import Playbook, merge_places, vocabulary
from smbcases.playbook.merge_places import Fault

_TEXTS = ("name", "subject", "body")


class FaultyText(Refusal):
    """A merge field that nobody fills, or a stray brace; `faults` by the name of the text that has them."""

    name = "faulty-merge-field"
    status = 422
    title = "A merge field is wrong"

    def __init__(self, faults: Mapping[str, tuple[Fault, ...]]) -> None:
        super().__init__(" ".join(str(fault) for found in faults.values() for fault in found))
        self.faults = faults


@dataclass(kw_only=True)
class Loaded:
    """What loading did, by template: `kept` are those that Ops edited and that the file would say otherwise."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Text:
    """A template as a playbook's file has it."""

    key: str
    group: TemplateGroup
    name: str
    subject: str
    body: str
    digest: str


@transaction.atomic
def load(*, now: datetime | None = None) -> Loaded:
    """Bring the templates of every playbook in line with its file, but for what Ops edited. Safe to repeat."""
    moment, loaded = now or timezone.now(), Loaded()
    for rules in playbook.every():
        held = {one.key: one for one in MailTemplate.objects.select_for_update().filter(playbook=rules.key)}
        for position, text in enumerate(_texts_of(rules)):
            _load_one(rules.key, text, held.get(text.key), position=position, loaded=loaded, now=moment)
    return loaded


def _texts_of(rules: Playbook) -> Iterator[_Text]:
    for spec in rules.triggers.values():
        yield _Text(
            key=spec.key,
            group=TemplateGroup.CASE_TYPE,
            name=spec.name,
            subject=spec.email_subject,
            body=spec.email_body,
            digest=spec.mail_version,
        )
    for key, mail in rules.handover_mails.items():
        group = TemplateGroup.HANDOVER if mail.to == "customer" else TemplateGroup.INTERNAL
        yield _Text(
            key=key, group=group, name=mail.name, subject=mail.subject, body=mail.body, digest=mail.version
        )


def _load_one(
    year: str, text: _Text, held: MailTemplate | None, *, position: int, loaded: Loaded, now: datetime
) -> None:
    name = f"{year}/{text.key}"
    said = {"name": text.name, "subject": text.subject, "body": text.body}
    if held is None:
        made = MailTemplate.objects.create(
            playbook=year, key=text.key, group=text.group, digest=text.digest, position=position, **said
        )
        _keep_version(made, by=None, now=now)
        loaded.added.append(name)
    elif held.digest != text.digest:
        if held.edited_by_id:
            loaded.kept.append(name)
            return
        _set(held, {**said, "digest": text.digest, "position": position}, by=None, now=now)
        loaded.changed.append(name)


@transaction.atomic
def edit(*, template: MailTemplate, changes: Mapping[str, Any], by: Person, now: datetime) -> MailTemplate:
    """Change a template's texts in the name of a person: a new version. Raises FaultyText."""
    held = MailTemplate.objects.select_for_update().get(pk=template.pk)
    wanted = {
        name: changes[name] for name in _TEXTS if name in changes and getattr(held, name) != changes[name]
    }
    check(group=held.group, texts={name: text for name, text in wanted.items() if name != "name"})
    if wanted:
        _set(held, {**wanted, "edited_by": by}, by=by, now=now)
    return held


def check(*, group: str, texts: Mapping[str, str]) -> None:
    """Raise FaultyText where a text has a field that mails of its group do not fill."""
    known = known_fields(group)
    found = {name: tuple(merge_places.faults(text, known=known)) for name, text in texts.items()}
    if any(found.values()):
        raise FaultyText({name: faults for name, faults in found.items() if faults})


def known_fields(group: str) -> frozenset[str]:
    of_case = group == TemplateGroup.CASE_TYPE
    return vocabulary.EMAIL_MERGE_FIELDS if of_case else vocabulary.HANDOVER_MERGE_FIELDS


def _set(template: MailTemplate, changes: dict[str, Any], *, by: Person | None, now: datetime) -> None:
    for name, value in changes.items():
        setattr(template, name, value)
    template.version += 1
    template.save(update_fields=[*changes, "version"])
    _keep_version(template, by=by, now=now)


def _keep_version(template: MailTemplate, *, by: Person | None, now: datetime) -> None:
    said = {name: getattr(template, name) for name in _TEXTS}
    MailTemplateVersion.objects.create(template=template, number=template.version, at=now, by=by, **said)
