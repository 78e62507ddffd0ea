"""A case type: what opens it and what its cases say."""

import hashlib
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator

from smbcases.playbook.mails import MailSubject, Prose, digest, reflow
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
    condition: Annotated[str, AfterValidator(reflow)] = ""
    window: Words
    once_per: Occurrence
    subject: Words
    context: Prose
    cta: Prose
    email_subject: MailSubject
    email_body: Prose
    note: Annotated[str, AfterValidator(reflow)] = ""

    @cached_property
    def version(self) -> str:
        """Ten hex digits that change with the behaviour or the case's texts, and not with the note or the mail."""
        said = self.model_dump_json(exclude={"note", "email_subject", "email_body"})
        return hashlib.sha256(said.encode()).hexdigest()[:10]

    @cached_property
    def mail_version(self) -> str:
        """Ten hex digits that change with the mail that an advocate starts from."""
        return digest(self.name, self.email_subject, self.email_body)
