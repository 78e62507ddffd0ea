"""Next steps: a date, the initials of who wrote it, and what will be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from smbcases.lib.refusal import Refusal
from smbcases.playbook import Playbook

LONGEST_INITIALS = 4


class EmptyNextSteps(Refusal):
    """The text says nothing that a colleague could act on."""

    name = "next-steps-say-nothing"
    status = 422
    title = "Say what happens next"


@dataclass(frozen=True, kw_only=True)
class NextSteps:
    text: str
    on: date


def compose(what: str, *, on: date, today: date, initials: str, rules: Playbook) -> NextSteps:
    """`2026-11-21 MS Send quote to customer`: the date and the initials are put in front for whoever writes.

    Raises EmptyNextSteps where the words alone would not tell a colleague what to do.
    """
    words = " ".join(strip(what).split())
    check(words, rules=rules)
    return NextSteps(text=f"{today:%Y-%m-%d} {initials} {words}", on=on)


def strip(what: str) -> str:
    """The words without a date and initials that were put in front before."""
    head, _, rest = what.strip().partition(" ")
    if not _is_date(head):
        return what.strip()
    initials, _, words = rest.partition(" ")
    return words.strip() if initials.isupper() and len(initials) <= LONGEST_INITIALS else rest.strip()


def check(words: str, *, rules: Playbook) -> None:
    too_short = len(words.split()) < rules.next_steps.min_words
    says_nothing = not {words.casefold().rstrip(".!"), _bare(words, rules)}.isdisjoint(
        {"", *(text.casefold() for text in rules.next_steps.contentless)}
    )
    if too_short or says_nothing:
        raise EmptyNextSteps(f"Say what will be done and for whom, such as “{rules.next_steps.example}”.")


def _bare(words: str, rules: Playbook) -> str:
    """“Follow up with the customer.” is “follow up”."""
    said = (word.strip(".,!?;:") for word in words.casefold().split())
    return " ".join(word for word in said if word not in rules.next_steps.fillers)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
