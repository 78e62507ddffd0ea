"""A mail before it is sent, and what stands in its way, each with its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from cases.mail.recipients import Recipient
from cases.models.mails import LONGEST_BODY, LONGEST_SUBJECT
from smbcases.lib.refusal import Refusal
from smbcases.playbook import merge, vocabulary

MOST_COPIES = 10
_LONGEST_ADDRESS = 254


class NotReadyToSend(Refusal):
    """What is wrong with a mail, all of it; `faults` by the name of the field."""

    name = "mail-not-ready"
    status = 422
    title = "The mail cannot be sent like this"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        errors = [{"pointer": f"/{fault.field}", "detail": fault.sentence} for fault in self.faults]
        super().__init__(" ".join(fault.sentence for fault in self.faults), errors=errors)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong; `kind` is its name for programs."""

    field: str
    kind: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What somebody wants to send: to whom, copies to which addresses, and the words as the customer gets them."""

    to: Recipient
    subject: str
    body: str
    cc: tuple[str, ...] = ()
    template_key: str = ""


def check(letter: Letter) -> None:
    """Raise NotReadyToSend with every fault."""
    found = tuple(faults(letter))
    if found:
        raise NotReadyToSend(found)


def faults(letter: Letter) -> Iterator[Fault]:
    yield from _addresses(letter)
    yield from _texts(letter)
    for name, text in (("subject", letter.subject), ("body", letter.body)):
        left = unfilled(text)
        if left:
            named = ", ".join(f"{{{field}}}" for field in left)
            sentence = f"Fill in or remove {named} in the {'text' if name == 'body' else name}."
            yield Fault(field=name, kind="unfilled-field", sentence=sentence)


def unfilled(text: str) -> list[str]:
    """The merge fields that still stand in a text, in the order of the alphabet."""
    return sorted(merge.fields(text) & vocabulary.HANDOVER_MERGE_FIELDS)


def _addresses(letter: Letter) -> Iterator[Fault]:
    if not is_address(letter.to.address):
        yield Fault(
            field="to", kind="bad-address", sentence=f"“{letter.to.address}” is not an e-mail address."
        )
    if len(letter.cc) > MOST_COPIES:
        yield Fault(field="cc", kind="too-many-copies", sentence=f"Send at most {MOST_COPIES} copies.")
    for address in letter.cc:
        if not is_address(address):
            yield Fault(field="cc", kind="bad-address", sentence=f"“{address}” is not an e-mail address.")


def _texts(letter: Letter) -> Iterator[Fault]:
    if any(sign in letter.subject for sign in "\r\n\0"):
        yield Fault(field="subject", kind="not-one-line", sentence="The subject is one line.")
    if "\0" in letter.body:
        yield Fault(field="body", kind="not-text", sentence="The text has a sign that mails cannot carry.")
    for field, text, limit in (
        ("subject", letter.subject, LONGEST_SUBJECT),
        ("body", letter.body, LONGEST_BODY),
    ):
        name = "text" if field == "body" else field
        if not text.strip():
            yield Fault(field=field, kind="empty", sentence=f"Write a {name}.")
        if len(text) > limit:
            yield Fault(field=field, kind="too-long", sentence=f"The {name} is longer than {limit:,} signs.")


def is_address(text: str) -> bool:
    """Whether a mail can be addressed to it: one plain address, without a name and without a line break."""
    try:
        EmailValidator()(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST_ADDRESS


def read_addresses(text: str) -> tuple[str, ...]:
    """The addresses typed in a field, parted by commas, semicolons, spaces or lines; each once."""
    parted = text.replace(",", " ").replace(";", " ").split()
    once = {address.lower(): address for address in parted}
    return tuple(once.values())
