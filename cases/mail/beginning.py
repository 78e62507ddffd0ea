"""What a mail begins with: the template of the case's type, with what is known about the customer filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.models import Person
from cases import merge_values, subscriptions
from cases.mail.recipients import Recipient
from cases.merge_values import Values
from cases.models import Case, MailTemplate, TemplateGroup
from smbcases.lib.refusal import Refusal
from smbcases.playbook import merge

TEAM = "Small Business Team"


class NoSuchTemplate(Refusal):
    name = "no-such-template"
    status = 422
    title = "There is no such template"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Subject and text to go on from; what is not known stands there as its field."""

    template_key: str
    subject: str
    body: str


def load_templates(case: Case) -> list[MailTemplate]:
    """The templates for customers under the case's playbook: its own type's first, then by group as the files have
    them."""
    offered = MailTemplate.objects.filter(playbook=case.playbook).exclude(group=TemplateGroup.INTERNAL)
    known = list(offered.order_by("position", "id"))
    return sorted(known, key=lambda one: (one.key != case.case_type, one.group))


def begin(
    case: Case,
    *,
    templates: Sequence[MailTemplate],
    key: str,
    to: Recipient | None,
    by: Person,
    today: date,
) -> Beginning:
    """The template that `key` names, the case type's own where it is empty, filled. Raises NoSuchTemplate.

    `key` may be `blank`: an empty page. So is a case type without a template.
    """
    wanted = key or case.case_type
    template = next((one for one in templates if one.key == wanted), None)
    if template is None:
        if key and key != "blank":
            raise NoSuchTemplate(f"There is no template “{key}”.")
        return Beginning(template_key="blank", subject="", body="")
    values = load_values(case, to=to, by=by, today=today)
    return Beginning(
        template_key=template.key,
        subject=" ".join(merge.fill(template.subject, values).split()),
        body=merge.fill(template.body, values),
    )


def load_values(case: Case, *, to: Recipient | None, by: Person, today: date) -> Values:
    """Every merge field that is known around the case. The event's message is none of them: it is often a colleague's
    internal note, and no mail quotes it."""
    values: Values = {
        "advocate": by.name,
        "signature": signature(by),
        "team_address": settings.MAIL_ADDRESS,
        "contact": to.name if to else None,
        "contact_first_name": to.first_name if to else None,
        "lead": case.lead.name if case.lead else None,
    }
    if case.account:
        values |= merge_values.of_account(case.account)
    subscription = subscriptions.of_case(case, today=today)
    if subscription:
        values |= merge_values.of_subscription(subscription, today=today)
    if case.opportunity:
        values |= merge_values.of_opportunity(case.opportunity, today=today)
    return values


def signature(person: Person) -> str:
    return f"{person.name}\n{TEAM}"
