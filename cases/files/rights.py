"""Who may attach to a case, and who may take a file away. Who may see the case may have its files."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from accounts.models import Person
from cases import access
from cases.models import Attachment, Case


def may_attach(person: Person, case: Case) -> bool:
    """Who works it, filed it, or is of the department that did."""
    if not person.is_active:
        return False
    is_theirs = case.filed_by_id == person.pk or bool(
        case.department and case.department == person.department
    )
    return access.may_work(person, case) or is_theirs


def may_remove(person: Person, attachment: Attachment) -> bool:
    """Its uploader, the case's owner, or a manager of it."""
    return attachment.by_id == person.pk or access.may_work(person, attachment.case)


def check_may_attach(person: Person, case: Case) -> None:
    if not may_attach(person, case):
        raise PermissionDenied(f"You may read {case.number} and not attach to it.")


def check_may_remove(person: Person, attachment: Attachment) -> None:
    if not may_remove(person, attachment):
        raise PermissionDenied("Only who attached it, the owner or a manager takes it away.")
