"""Mails that belong to no case type: what a first order's handover writes to the customer and to colleagues."""

import hashlib
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from smbcases.playbook.sections import Section, Words


def reflow(text: str) -> str:
    """Join the lines of each paragraph: files are wrapped for reading, mails are not."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


def digest(*texts: str) -> str:
    """Ten hex digits that change with any of the texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:10]


Prose = Annotated[str, AfterValidator(reflow), Field(min_length=1)]
MailSubject = Annotated[str, Field(min_length=1, max_length=255)]


class HandoverMail(Section):
    """One mail of the handover, to whom it goes, and its text for `merge.render`."""

    name: Words
    to: Literal["customer", "colleagues"]
    subject: MailSubject
    body: Prose

    @cached_property
    def version(self) -> str:
        return digest(self.name, self.to, self.subject, self.body)
