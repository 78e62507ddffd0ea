"""What an attempt that came to nothing means: try again later, give up, or ask a person.

A customer gets a mail once or, where nobody can know, when a person says so. So a mail is tried again by itself only
where the server said that it did not take it, or was never reached.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from anymail.exceptions import AnymailAPIError, AnymailError

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
LEASE = timedelta(minutes=5)  # longer than any one attempt may take, see EMAIL_TIMEOUT
_PERMANENT = 500
_TOO_MANY = 429
_LONGEST_REASON = 500


class Fate(StrEnum):
    AGAIN = "again"
    GIVE_UP = "give_up"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`try_at` is set where it is tried again."""

    fate: Fate
    reason: str
    try_at: datetime | None = None


def decide(error: Exception, *, attempts: int, reached: bool, now: datetime) -> Outcome:
    """What comes after attempt number `attempts`, counted from 1. `reached`: the server had been greeted."""
    fate = _fate(error) if reached else Fate.AGAIN
    reason = said_by(error)[:_LONGEST_REASON]
    if fate is Fate.AGAIN and attempts > len(DELAYS):
        return Outcome(fate=Fate.GIVE_UP, reason=reason)
    try_at = now + DELAYS[attempts - 1] if fate is Fate.AGAIN else None
    return Outcome(fate=fate, reason=reason, try_at=try_at)


def _fate(error: Exception) -> Fate:
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return Fate.GIVE_UP if all(code >= _PERMANENT for code in codes) else Fate.AGAIN
        case smtplib.SMTPResponseException():
            return Fate.GIVE_UP if error.smtp_code >= _PERMANENT else Fate.AGAIN
        case smtplib.SMTPNotSupportedError():
            return Fate.GIVE_UP
        case AnymailAPIError():
            return _fate_of_status(error.status_code)
        case AnymailError() | ValueError():
            return Fate.GIVE_UP
    return Fate.UNCLEAR


def _fate_of_status(status: int | None) -> Fate:
    """A provider that answers with an error has not taken the mail; one that does not answer may have."""
    if status is None:
        return Fate.UNCLEAR
    return Fate.AGAIN if status == _TOO_MANY or status >= _PERMANENT else Fate.GIVE_UP


def said_by(error: Exception) -> str:
    """The server's own words, in one line."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            said = "; ".join(
                f"{who}: {code} {_text(words)}" for who, (code, words) in error.recipients.items()
            )
        case smtplib.SMTPResponseException():
            said = f"{error.smtp_code} {_text(error.smtp_error)}"
        case _:
            said = f"{type(error).__name__}: {error}"
    return " ".join(said.split())


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
