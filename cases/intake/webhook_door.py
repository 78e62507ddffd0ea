"""Mail that a provider posts to us. django-anymail knows how each signs what it sends, and refuses what is not.

A provider is let in where it is named in MAIL_WEBHOOKS and has a secret: without one anybody could put a mail on a
customer's case.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from anymail.signals import inbound
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.access import public
from cases.intake import receiving
from cases.intake.receiving import MOST_BYTES, Arrived
from cases.models import Door

_MOST_BYTES = 2 * MOST_BYTES  # base64 and JSON around it
# By the name in the address: anymail's view, and the setting that guards it beside WEBHOOK_SECRET.
_VIEWS = {
    "mailgun": ("anymail.webhooks.mailgun.MailgunInboundWebhookView", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "postmark": ("anymail.webhooks.postmark.PostmarkInboundWebhookView", ""),
    "sendgrid": ("anymail.webhooks.sendgrid.SendGridInboundWebhookView", ""),
    "mandrill": ("anymail.webhooks.mandrill.MandrillCombinedWebhookView", "MANDRILL_WEBHOOK_KEY"),
    "mailjet": ("anymail.webhooks.mailjet.MailjetInboundWebhookView", ""),
    "sparkpost": ("anymail.webhooks.sparkpost.SparkPostInboundWebhookView", ""),
    "brevo": ("anymail.webhooks.brevo.BrevoInboundWebhookView", ""),
}


@public
@csrf_exempt
def post(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Hand the request to anymail's view of the provider: 400 where the signature is wrong, 500 (so that it is sent
    again) where the mail could not be kept. Raises Http404 for one that is not let in."""
    if provider not in settings.MAIL_WEBHOOKS or provider not in _VIEWS:
        raise Http404("No mail is taken here.")
    path, guard = _VIEWS[provider]
    _check_guarded(guard)
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_BYTES:
        return HttpResponse("The mail is too large.", status=413)
    _read(request)
    module, _, name = path.rpartition(".")
    view: Any = getattr(import_module(module), name)
    answer: HttpResponseBase = view.as_view()(request)
    return answer


def _read(request: HttpRequest) -> None:
    """Read a document of any size that a mail may have: Django's own limit is for what people send."""
    if request.content_type != "multipart/form-data" and not hasattr(request, "_body"):
        request._body = request.read()  # noqa: SLF001  as Django's `body` keeps it


def _check_guarded(guard: str) -> None:
    known = getattr(settings, "ANYMAIL", {})
    if not known.get("WEBHOOK_SECRET") and not (guard and known.get(guard)):
        raise ImproperlyConfigured(
            "Mail by webhook needs ANYMAIL_WEBHOOK_SECRET, or the provider's signing key, so that nobody else posts it."
        )


@receiver(inbound, dispatch_uid="cases.intake")
def keep(sender: object, event: Any, esp_name: str, **_: object) -> None:
    """Anymail has checked who sends; the mail is kept before the provider is answered."""
    message = event.message
    mail = Arrived(
        raw=message.as_bytes(),
        mailbox=settings.MAILBOX,
        door=Door.WEBHOOK,
        envelope_from=message.envelope_sender or "",
        envelope_to=message.envelope_recipient or "",
    )
    receiving.receive([mail], now=timezone.now())
