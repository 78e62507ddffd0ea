"""A case type: what opens it and what its cases say."""

import hashlib
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field

from smbcases.playbook.sections import Section, Switch, Words
from smbcases.playbook.vocabulary import Occurrence, Priority, Subject


def _reflow(text: str) -> str:
    """Join the lines of each paragraph: files are wrapped for reading, mails are not."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


Prose = Annotated[str, AfterValidator(_reflow), Field(min_length=1)]


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
    condition: Annotated[str, AfterValidator(_reflow)] = ""
    window: Words
    once_per: Occurrence
    subject: Words
    context: Prose
    cta: Prose
    email_subject: Words
    email_body: Prose
    note: Annotated[str, AfterValidator(_reflow)] = ""

    @cached_property
    def version(self) -> str:
        """Ten hex digits that change with the behaviour or the text, and not with the note."""
        return hashlib.sha256(self.model_dump_json(exclude={"note"}).encode()).hexdigest()[:10]
