"""From a stored mail to what goes out: headers, plain text in soft lines, and the way back."""

from __future__ import annotations

from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from cases.mail import threading
from cases.models import Mail
from smbcases.lib import flowed


class PlainMail(EmailMessage):
    """Django's mail in format=flowed. A provider that takes the text by API gets it unwrapped."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        written, self.body = self.body, flowed.flow(str(self.body))
        try:
            made = super().message(*args, **kwargs)
        finally:
            self.body = written
        made.set_param("format", "flowed")
        return made


def compose(mail: Mail) -> PlainMail:
    """The mail as it goes out, the same at every attempt. The envelope's sender is the reply address too, so that
    what bounces comes back to the case."""
    back = threading.reply_address(mail.case)
    headers = {
        "From": sender(mail),
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.written_at),
    }
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": " ".join(mail.references)}
    return PlainMail(
        subject=mail.subject,
        body=mail.body,
        from_email=back,
        to=[formataddr((mail.to_name, mail.to_address))],
        cc=list(mail.cc),
        reply_to=[formataddr((mail.person.name, back))],
        headers=headers,
    )


def sender(mail: Mail) -> str:
    """Maya Stone <smb@example.com>: a person writes, from the team's address."""
    return formataddr((mail.person.name, settings.MAIL_ADDRESS))
