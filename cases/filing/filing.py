"""The one call that files a case, for the form, the API and the demo.

Raises NotReadyToFile, OpenCasesThere and PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Act, check
from accounts.models import Person
from cases import merge_values, opening
from cases.filing import asked as asking
from cases.filing import beside, draft_files, subjects
from cases.filing.asked import Asked
from cases.models import Case, Filing, FilingDraft, Follow, Origin, Priority
from cases.opening import Draft
from smbcases import playbook
from smbcases.lib.refusal import Refusal
from smbcases.playbook import merge

PRIORITY = Priority.HIGH  # of whatever colleagues file
LONGEST_SUBJECT = 255
_LONGEST_SUMMARY = 90


class NotReadyToFile(Refusal):
    """`wrongs` says by field what is missing or does not fit."""

    name = "not-ready-to-file"
    status = 422
    title = "The case cannot be filed like this"

    def __init__(self, wrongs: Mapping[str, str]) -> None:
        errors = [{"pointer": f"/{name}", "detail": sentence} for name, sentence in wrongs.items()]
        super().__init__(" ".join(dict.fromkeys(wrongs.values())), errors=errors)
        self.wrongs = wrongs


class OpenCasesThere(Refusal):
    name = "open-cases-there"
    title = "The account has an open case"

    def __init__(self, cases: list[Case]) -> None:
        numbers = [case.number for case in cases]
        super().__init__(
            f"{', '.join(numbers)} is open on this account. Add to it, or file anyway.", open_cases=numbers
        )
        self.cases = cases


class FiledByAnother(Refusal):
    name = "filed-by-another"
    status = 404
    title = "There is no such form"


def file_case(
    *,
    asked: Asked,
    by: Person,
    now: datetime,
    key: UUID | None = None,
    anyway: bool = False,
    follow: bool = True,
) -> Case:
    """Open the case, with its draft's files, and let routing have it. The same `key` again answers the same case.

    `anyway`: also where the account has an open case that the filer may see. `follow`: the filer is told of changes.
    """
    check(by, Act.FILE_CASES)
    key = key or uuid4()
    filed = filed_before(key, by=by)
    if filed is not None:
        return filed
    whole = asking.complete(asked)
    _check(whole, by=by, anyway=anyway)
    try:
        return _file(whole, by=by, now=now, key=key, follow=follow)
    except IntegrityError:
        filed = filed_before(key, by=by)  # the same form, sent twice at the same moment
        if filed is None:
            raise
        return filed


def filed_before(key: UUID, *, by: Person) -> Case | None:
    """The case that was filed with this form, if it was. Raises FiledByAnother."""
    filing = Filing.objects.filter(key=key).select_related("case").first()
    if filing is not None and filing.person_id != by.pk:
        raise FiledByAnother("That form was filed by somebody else.")
    return filing.case if filing else None


def _check(asked: Asked, *, by: Person, anyway: bool) -> None:
    wrongs = asking.wrongs(
        asked,
        subjects=subjects.offered(by),
        demands=subjects.demands(asked.case_type),
        reasons=playbook.active().case_reasons,
    )
    if wrongs:
        raise NotReadyToFile(wrongs)
    there = [] if anyway or asked.account is None else beside.seen_open(asked.account.pk, by=by)
    if there:
        raise OpenCasesThere(there)


@transaction.atomic
def _file(asked: Asked, *, by: Person, now: datetime, key: UUID, follow: bool) -> Case:
    opened = opening.open_cases([draft(asked, by=by, now=now, key=key)], now=now)
    case = Case.objects.get(pk=next(iter(opened.cases)))
    demands = subjects.demands(asked.case_type)
    Filing.objects.create(
        case=case,
        key=key,
        person=by,
        at=now,
        billing=dict(vars(asked.billing)) if demands.billing else {},
        iqm_at=asked.iqm_at if demands.meeting else None,
        iqm_with=asked.iqm_with if demands.meeting else None,
    )
    if follow:
        Follow.objects.create(case=case, person=by, since_at=now)
    kept = FilingDraft.objects.select_for_update().filter(key=key, person=by).first()
    if kept is not None:
        draft_files.hand_over(kept, case_id=case.pk, by=by, now=now)
        kept.delete()
    return case


def draft(asked: Asked, *, by: Person, now: datetime, key: UUID) -> Draft:
    """The case to open for what was asked, its account being known. Raises NotReadyToFile where it is not."""
    account = asked.account
    if account is None:
        raise NotReadyToFile({"account": "Choose the account."})
    spec = playbook.active().triggers[asked.case_type]
    meeting = asked.iqm_with if subjects.demands(asked.case_type).meeting else None
    return Draft(
        case_type=asked.case_type,
        category=spec.category,
        origin=Origin.FORM,
        occurrence=f"form:{key}",
        subject=subject(asked),
        priority=PRIORITY,
        context=context(asked, by=by),
        cta=merge.render(spec.cta, _values(asked, now=now)),
        description=asked.description.strip(),
        link=asked.link,
        account_id=account.pk,
        contact_id=asked.contact.pk if asked.contact else None,
        lead_id=asked.lead.pk if asked.lead else None,
        opportunity_id=asked.opportunity.pk if asked.opportunity else None,
        region=account.region,
        language=account.language,
        web_email=asked.web_email,
        meant_for_id=meeting.pk if meeting else None,
        filed_by_id=by.pk,
        department=by.department,
        case_reason=asked.case_reason if asked.case_reason in playbook.active().case_reasons else "",
        history={"form": True, "department": subjects.department_name(by.department)},
    )


def subject(asked: Asked) -> str:
    """The account, and the beginning of what was written."""
    line = " ".join(asked.description.split())
    short = line if len(line) <= _LONGEST_SUMMARY else f"{line[: _LONGEST_SUMMARY - 1].rstrip()}…"
    name = asked.account.name if asked.account else ""
    return f"{name}: {short}"[:LONGEST_SUBJECT]


def context(asked: Asked, *, by: Person) -> str:
    """Filed by Noor Haddad of Support through the form."""
    said = [f"Filed by {by.name} of {subjects.department_name(by.department)} through the form."]
    reason = playbook.active().case_reasons.get(asked.case_reason)
    if reason:
        said.append(f"Case reason: {reason}.")
    return " ".join(said)


def _values(asked: Asked, *, now: datetime) -> dict[str, object]:
    """Every merge field that a filed case knows."""
    values: dict[str, object] = {
        "contact": asked.contact.name if asked.contact else None,
        "lead": asked.lead.name if asked.lead else None,
        "message": asked.description,
        "advocate": asked.iqm_with.name if asked.iqm_with else None,
    }
    if asked.account:
        values |= merge_values.of_account(asked.account)
    if asked.opportunity:
        values |= merge_values.of_opportunity(asked.opportunity, today=timezone.localdate(now))
    return values
