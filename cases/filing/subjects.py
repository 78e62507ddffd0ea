"""What somebody may file: the subjects of their department, and what each of them demands."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Department, Person
from smbcases import playbook
from smbcases.playbook.vocabulary import FIRST_ORDER


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What must be said of a case of this subject, beyond what every one needs."""

    billing: bool
    meeting: bool
    reason: bool


def offered(person: Person) -> dict[str, str]:
    """Case types by key, with their names: those of the department; all of them where the playbook gives it none.

    SMB Sales and Renewals file for others, so that nothing is left out for them.
    """
    rules = playbook.active()
    of_department = rules.form_subjects.get(person.department)
    every = (key for keys in rules.form_subjects.values() for key in keys)
    return {key: rules.triggers[key].name for key in of_department or dict.fromkeys(every)}


def demands(case_type: str) -> Demands:
    """A first order needs the whole billing address, and who meets the customer when; a playbook with case reasons
    needs one of each case."""
    is_first_order = case_type == FIRST_ORDER
    return Demands(
        billing=is_first_order, meeting=is_first_order, reason=bool(playbook.active().case_reasons)
    )


def department_name(key: str) -> str:
    """Support; the key itself where there is no such department any more."""
    return Department(key).label if key in Department.values else key
