"""A case type: what opens it and what its cases say."""

import hashlib
from functools import cached_property

from smbcases.playbook.sections import Section, Switch, Words
from smbcases.playbook.vocabulary import Occurrence, Priority, Subject


class TriggerSpec(Section):
    """One case type as the playbook has it; Ops may change the record made from it.

    `condition` is DjangoQL over the fields of `on` ("" = always); texts are templates for `merge.render`.
    """

    key: Words
    name: Words
    category: Words
    priority: Priority | None = None
    enabled: Switch
    on: Subject
    wakes_on: tuple[Words, ...] = ()
    daily: Switch = False
    condition: str = ""
    window: Words
    once_per: Occurrence
    subject: Words
    context: Words
    cta: Words
    email_subject: Words
    email_body: Words
    note: str = ""

    @cached_property
    def version(self) -> str:
        """Ten hex digits that change with the behaviour or the text, and not with the note."""
        return hashlib.sha256(self.model_dump_json(exclude={"note"}).encode()).hexdigest()[:10]
