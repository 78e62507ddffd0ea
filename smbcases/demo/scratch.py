"""A scratch database of any size for measuring: rows made inside PostgreSQL, by the set, of realistic proportions.

Ids are dealt out by arithmetic: the n-th row of each table lies in region n % 3, so that a case, its account and its
owner are of one region without a single join. Nothing in it is due: the sweep has just been there, no
trigger would match, nothing waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.models import Account, Contact, Department, Opportunity, Person, Region, Role, Subscription
from cases import recounting
from cases.models import Case, History, Priority
from routing import roster
from routing.models import Assignment, Evaluation
from routing.models.triggers import HELD_BACK
from smbcases import playbook

Params = dict[str, Any]
_SQL = Path(__file__).parent / "data" / "scale"
_YEARS = timedelta(days=3 * 365)
_OPEN_WITHIN = timedelta(days=12)
_RECENT = timedelta(days=90)
_LOOKED_BACK = timedelta(days=730)  # as far as dashboards of the last fiscal year do
_EDITED = [timedelta(days=500), timedelta(days=150)]  # before now, the triggers
_FILERS = 3  # of each department
_LANGUAGES = {"AMER": ("es", "pt"), "EMEA": ("de", "fr"), "APJ": ("ja", "ko")}  # what most and what few speak


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How much of everything. `open_each`: open cases of each advocate; all others were closed in three years."""

    cases: int
    advocates: int = 200
    accounts: int = 100_000
    open_each: int = 45


def fill(measure: Measure, *, now: datetime, say: Callable[[str], None]) -> None:
    """Fill the database in one transaction. Call `settle` when that is committed."""
    with transaction.atomic():
        later = _spare_indexes() if _spare_checks() else []
        params = {**_numbers(measure, now=now), **_people(measure, now=now)}
        for name, statement in _statements():
            with connection.cursor() as cursor:
                cursor.execute(statement, params)
                if cursor.rowcount >= 0:
                    say(f"{cursor.rowcount:>9,} {name}")
        with connection.cursor() as cursor:
            for index in later:
                cursor.execute(index)
        _advance_sequences()
        recounting.recount_clocks()  # the ladders' steps, which are the playbook's to say
        recounting.recount_touches()


def settle() -> None:
    """Tell PostgreSQL how large everything is, as a database that has been running for a while would know."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _spare_checks() -> bool:
    """References are right by construction; to look each of them up would take longer than writing the rows. Answers
    whether we may do so."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        row = cursor.fetchone()
        if row is None or not row[0]:
            return False
        cursor.execute("SET LOCAL session_replication_role = replica")
        return True


def _spare_indexes() -> list[str]:
    """Drop the indexes of what is filled with most rows, but for keys. Answers the statements that make them again,
    all at once, which takes much less time than row by row."""
    tables = [model._meta.db_table for model in _LARGE]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[])"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid",
            [tables],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
    return [definition for _, definition in found]


_LARGE = (Account, Contact, Subscription, Opportunity, Case, History, Assignment, Evaluation)


def _people(measure: Measure, *, now: datetime) -> Params:
    regions = list(Region.values)
    _hire(Role.SALES_USER, len(regions), now=now)
    managers = _hire(Role.MANAGER, len(regions), now=now)
    advocates = _hire(Role.ADVOCATE, measure.advocates, managers=managers, now=now)
    roster.enroll(advocates)
    return {"first_person": advocates[0].pk, **_filers(now=now)}


def _filers(*, now: datetime) -> Params:
    """Who files what, in lists of one length: each case type of a department by each of its people."""
    rules = playbook.active()
    subjects = {**rules.form_subjects, Department.RENEWALS: rules.form_subjects[Department.BILLING]}
    filed = [
        (department, case_type, person)
        for department, case_types in subjects.items()
        for person in _hire(
            _FILING.get(department, Role.STAKEHOLDER), _FILERS, department=department, now=now
        )
        for case_type in case_types
    ]
    return {
        "departments": [str(department) for department, _, _ in filed],
        "filed_types": [case_type for _, case_type, _ in filed],
        "filed_categories": [rules.triggers[case_type].category for _, case_type, _ in filed],
        "filers": [person.pk for _, _, person in filed],
        "department_names": json.dumps(dict(Department.choices)),
    }


_FILING: dict[str, Role] = {Department.RENEWALS: Role.RENEWALS_MANAGER, Department.SDR: Role.BDR}


def _hire(
    role: str,
    number: int,
    *,
    now: datetime,
    department: str = Department.SMB,
    managers: Sequence[Person] = (),
) -> list[Person]:
    """People without a password, each in the region of their number. Existing Sales Users are kept."""
    regions = list(Region.values)
    first = Person.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return Person.objects.bulk_create(
        (
            Person(
                email=f"{role}{first + one}@scratch.example",
                name=f"{role.replace('_', ' ').title()} {first + one}",
                initials="AD",
                role=role,
                department=department,
                region=regions[one % len(regions)],
                languages=_speaks(one, regions),
                manager=managers[one % len(regions)] if managers else None,
                joined_at=now - _YEARS,
                password="!",  # noqa: S106  nobody signs in by password here
            )
            for one in range(number)
        ),
        ignore_conflicts=role == Role.SALES_USER,
    )


def _speaks(number: int, regions: Sequence[str]) -> list[str]:
    """One in ten speaks what few do."""
    common, rare = _LANGUAGES[regions[number % len(regions)]]
    return ["en", common, *([rare] if number % 10 == 0 else [])]


def _numbers(measure: Measure, *, now: datetime) -> Params:
    rules = playbook.active()
    types = [
        (key, spec.category, _rank(rules, spec), 1 + position % 3)
        for position, (key, spec) in enumerate(rules.triggers.items())
        if spec.on != "lead"
    ]
    used = [one for one in types if one[1] != "high_value"]  # those are free of capacity
    regions = list(Region.values)
    return {
        "now": now,
        "cases": measure.cases,
        "accounts": measure.accounts,
        "advocates": measure.advocates,
        "open_each": measure.open_each,
        "playbook": rules.key,
        "regions": regions,
        "territories": [rules.territory_of(region) or "" for region in regions],
        "zones": [rules.territories[rules.territory_of(region) or ""].time_zone for region in regions],
        "types": [one[0] for one in used],
        "categories": [one[1] for one in used],
        "priorities": [one[2] for one in used],
        "versions": [one[3] for one in used],
        "edited": _EDITED,
        "languages": [_LANGUAGES[region][0] for region in regions],
        "rare_languages": [_LANGUAGES[region][1] for region in regions],
        "barrier_tag": rules.tags.language_barrier,
        "advocate_tag": rules.tags.advocate,
        "held_back": HELD_BACK,
        "hours": [rules.clocks.pick_up_hours[priority.key] for priority in Priority],
        "target": timedelta(days=rules.clocks.target_days),
        "limit": timedelta(days=rules.clocks.limit_days),
        "unlimited": list(rules.clocks.no_limit),
        "working": [key for key, status in rules.statuses.items() if status.stage == "in_progress"],
        "closed": [
            key for key, status in rules.statuses.items() if status.stage == "closed" and key != "duplicate"
        ],
        "actions": list(rules.closing.resolution_actions),
        "places": rules.capacity.places,
        "open_within": _OPEN_WITHIN,
        "years": _YEARS,
        "recent": _RECENT,
        "looked_back": _LOOKED_BACK,
        "first_deal": _next_id(Opportunity) + measure.accounts,
        **{
            f"first_{model._meta.model_name}": _next_id(model)
            for model in (Account, Contact, Opportunity, Case)
        },
    }


def _rank(rules: playbook.Playbook, spec: playbook.TriggerSpec) -> int:
    return int(Priority[(spec.priority or rules.categories[spec.category].priority).upper()])


def _next_id(model: Any) -> int:
    newest = model._default_manager.order_by("-id").values_list("id", flat=True).first()
    return (newest or (10_000 if model is Case else 0)) + 1


def _advance_sequences() -> None:
    with connection.cursor() as cursor:
        for model in (Account, Contact, Opportunity, Subscription, Case):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608  our own name
                [table],
            )


def _statements() -> Iterator[tuple[str, str]]:
    """What each statement writes, and the statement, in their order."""
    for path in sorted(_SQL.glob("*.sql")):
        yield path.stem.partition("_")[2].replace("_", " "), path.read_text(encoding="utf-8")
