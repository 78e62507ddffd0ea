"""Who works at the demo company: everybody with a role, a region, a manager and a way to sign in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Department, Person, Role
from routing import roster
from routing.models import Member, TimeOff
from smbcases.demo.reading import read

PASSWORD = "demo"  # noqa: S105  good for nothing: `make` sets it only where the demo door is open
_ROLES = {
    "sales_users": Role.SALES_USER,
    "managers": Role.MANAGER,
    "team_leads": Role.TEAM_LEAD,
    "advocates": Role.ADVOCATE,
    "ops": Role.OPS,
    "stakeholders": Role.STAKEHOLDER,
    "renewals_managers": Role.RENEWALS_MANAGER,
    "new_logo_aes": Role.NEW_LOGO_AE,
    "bdrs": Role.BDR,
    "new_logo_asms": Role.NEW_LOGO_ASM,
}
_DEPARTMENTS = {
    Role.RENEWALS_MANAGER: Department.RENEWALS,
    Role.NEW_LOGO_AE: Department.NEW_LOGO,
    Role.BDR: Department.NEW_LOGO,
    Role.NEW_LOGO_ASM: Department.NEW_LOGO,
}
_TENURE = timedelta(days=400)
_MANAGED = frozenset({Role.ADVOCATE, Role.TEAM_LEAD})


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How somebody works: `pace` stretches what they take, `prompt` is the share picked up within the day."""

    pace: float = 1.0
    prompt: float = 0.9


def make(*, now: datetime, today: date, with_password: bool) -> dict[str, Person]:
    """Everybody, by name, enrolled in their pools, with their time off around `today`.

    Without a password nobody can sign in as one of them.
    """
    password = make_password(PASSWORD if with_password else None)  # once: hashing is slow on purpose
    described = read("people")
    rows = [(role, row) for key, role in _ROLES.items() for row in described[key]]
    people = Person.objects.bulk_create(
        _person(role, row, number=number, password=password, now=now)
        for number, (role, row) in enumerate(rows, 1)
    )
    by_name = {person.name: person for person in people}
    _set_managers(people)
    _enroll(by_name)
    _set_time_off(by_name, today=today)
    return by_name


def manners() -> dict[str, Manner]:
    """How each advocate works, by name."""
    described = read("people")
    rows = [*described["team_leads"], *described["advocates"]]
    return {
        row["name"]: Manner(**{key: row[key] for key in ("pace", "prompt") if key in row}) for row in rows
    }


def address(name: str) -> str:
    """The name as an address, such as maya.alvarez@smb.example."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split()) + "@smb.example"


def _person(role: Role, row: dict[str, Any], *, number: int, password: str, now: datetime) -> Person:
    signs_in = role != Role.SALES_USER
    return Person(
        email=address(row["name"]),
        name=row["name"],
        initials=row["initials"],
        role=role,
        department=row.get("department") or _DEPARTMENTS.get(role, Department.SMB),
        region=row["region"],
        languages=row.get("languages", []),
        time_zone=row["time_zone"],
        external_id=f"005D{number:06d}",
        joined_at=now - _TENURE,
        password=password if signs_in else make_password(None),
    )


def _set_managers(people: list[Person]) -> None:
    managers = {person.region: person for person in people if person.role == Role.MANAGER}
    team = [person for person in people if person.role in _MANAGED]
    for person in team:
        person.manager = managers[person.region]
    Person.objects.bulk_update(team, ["manager"])


def _enroll(by_name: dict[str, Person]) -> None:
    roster.enroll(by_name.values())
    described = read("people")
    for row in [*described["team_leads"], *described["advocates"]]:
        own = _only(row, "places", "weight")
        if own:
            Member.objects.filter(person=by_name[row["name"]]).update(**own)


def _set_time_off(by_name: dict[str, Person], *, today: date) -> None:
    """Past, present and to come. Nobody can plan days that are past, so they are written as they are."""
    TimeOff.objects.bulk_create(
        TimeOff(
            person=by_name[row["name"]],
            starts_on=today + timedelta(days=row["first"]),
            ends_on=today + timedelta(days=row["last"]),
            covered_by=by_name[row["cover"]] if "cover" in row else None,
            note=row["note"],
        )
        for row in read("people")["time_off"]
    )


def _only(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: row[key] for key in keys if key in row}
