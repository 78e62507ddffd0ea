"""What was written in a form becomes a question or a comment on a case that is open already, with its files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import Act, check
from accounts.models import Person
from cases import access
from cases.files import rights
from cases.filing import draft_files
from cases.models import Case, FilingDraft
from cases.talk import commenting, questions


@transaction.atomic
def add(*, key: UUID, case_id: int, text: str, is_question: bool, by: Person, now: datetime) -> Case:
    """Say it on the case instead of filing another one; the draft goes.

    Raises NoSuchCase where `by` may not see the case, NothingSaid, TooLong, and where it has files PermissionDenied,
    if `by` may not attach to the case, and CaseIsFull.
    """
    check(by, Act.FILE_CASES)
    say = questions.ask if is_question else commenting.comment
    say(case_id=case_id, text=text, by=by, now=now)
    case = access.get_case(by, case_id)
    draft = FilingDraft.objects.select_for_update().filter(key=key, person=by).first()
    if draft is None:
        return case
    if draft.files.exists():
        rights.check_may_attach(by, case)
        draft_files.hand_over(draft, case_id=case_id, by=by, now=now)
    draft.delete()
    return case
