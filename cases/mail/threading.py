"""The way back: a reply address that only we can have made, and the ids by which mail programs keep a thread.

The address is `cases+10471-mfzwizltoq4tcmrt@domain`: the case's id and the first 80 bits of a keyed digest of it, in
letters and digits that survive a change to capitals. Whoever has one can write to that one case, no other.
"""

from __future__ import annotations

import base64
import re
import secrets
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from cases.models import Case, Mail, Verb

MAILBOX = "cases"
_SALT = "cases.mail.threading"
_DIGEST_BYTES = 10
_ADDRESS = re.compile(rf"{MAILBOX}\+([1-9][0-9]{{0,17}})-([a-z2-7]{{16}})@(.+)")
_REFERENCES = 20


class BadToken(Exception):
    """The address is no reply address of ours, or somebody made it up."""


def reply_address(case: Case) -> str:
    """Where the answer to a mail about this case goes."""
    return f"{MAILBOX}+{case.pk}-{_digest(case.pk, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def case_of(address: str) -> int:
    """The id of the case that a reply address belongs to, whatever its capitals. Raises BadToken.

    Addresses made under one of SECRET_KEY_FALLBACKS still lead back.
    """
    found = _ADDRESS.fullmatch(parseaddr(address)[1].lower())
    if found is None or found[3] != settings.MAIL_DOMAIN.lower():
        raise BadToken("This is no reply address of ours.")
    case_id = int(found[1])
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(found[2], _digest(case_id, key)) for key in keys):
        raise BadToken("The reply address was not made by us.")
    return case_id


def _digest(case_id: int, secret: str | bytes) -> str:
    full = salted_hmac(_SALT, str(case_id), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(full[:_DIGEST_BYTES]).decode().lower()


def new_message_id(case: Case) -> str:
    """An id that nobody can guess, made once for a mail and sent with every attempt."""
    return f"<{case.pk}.{secrets.token_hex(16)}@{settings.MAIL_DOMAIN}>"


def references_of(case: Case) -> list[str]:
    """The ids of the earlier mails to the customer, oldest first: all of them, or the first and the latest of many.

    What was written to colleagues about the case is no part of it.
    """
    earlier = Mail.objects.filter(case=case, history__verb=Verb.MAILED)
    ids = list(earlier.order_by("id").values_list("message_id", flat=True))
    return ids if len(ids) <= _REFERENCES else [ids[0], *ids[-_REFERENCES + 1 :]]
