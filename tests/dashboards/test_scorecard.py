"""The advocates' scorecard: each figure is what a slow recount finds, and opens its list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Opportunity, Person
from cases import compliance, details, lifecycle, planning
from cases.closing import Closure
from cases.dashboards import asked as reading
from cases.dashboards import scorecard, wording
from cases.dashboards.asked import Asked
from cases.dashboards.blocks import Cell, Dashboard, Money, Share
from cases.dashboards.scorecard import comparing, doing
from cases.models import Case, History, Verb
from tests import factories
from tests.cases.any_history import AnyHistory
from tests.dashboards import any_reader, drill
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ALL, MIDDLE = "All together", "The middle of"


@pytest.mark.parametrize("book", ["fy26", "fy25"])
def test_each_figure_is_that_of_a_recount(settings: Any, book: str) -> None:
    settings.PLAYBOOK = book
    any_reader.look_after(_recount, book=book)


def _recount(desk: AnyHistory, reader: Person, given: dict[str, str]) -> None:
    asked = reading.read(given, reader=reader, now=desk.now, offered=scorecard.KIND.filters)
    shown = scorecard.load(asked, reader, desk.now)
    beside = {**given}
    if owner := beside.pop("owner", None):
        beside.setdefault("team", str(Person.objects.get(pk=owner).manager_id))
    everything = any_reader.everything()
    cases = [case for case in everything if case.owner_id and any_reader.is_asked(case, beside, reader)]
    theirs = defaultdict(list)
    for case in cases:
        theirs[case.owner_id].append(case)
    everybody = [one.pk for one in asked.staff.people if one.has_desk] + [*theirs]
    people = {person.name: person for person in Person.objects.filter(pk__in=everybody)}
    for name, row in by_name(shown):
        if name in people:
            person = people[name]
            check(row, theirs[person.pk], asked, [person], given)
    if owner is None:
        for name, row in by_name(shown, total=True):
            if name == ALL:
                check(row, cases, asked, None, given)
        check_over_time(shown, cases, asked)
        check_ends(shown, cases, asked)
    drill.open_all(shown, reader=reader, now=desk.now)


def by_name(shown: Dashboard, *, total: bool = False) -> Iterable[tuple[str, dict[str, Cell]]]:
    for key in ("did", "went"):
        table = shown.table(key)
        assert table is not None
        for row in [table.total] if total else table.rows:
            if row is not None:
                keys = [column.key for column in table.columns]
                yield str(row[0].value), dict(zip(keys, row, strict=True))


def check(
    row: dict[str, Cell],
    cases: list[Case],
    asked: Asked,
    people: list[Person] | None,
    given: dict[str, str],
) -> None:
    expected = counted(cases, asked)
    expected["touches"] = touches(cases, asked, people, given)
    for key, cell in row.items():
        if key == "touches" and people is None:
            continue  # those of all are those of people at and away from desks
        if key != "advocate":
            assert cell.value == expected[key], f"{row['advocate'].value}: {key}"


def within(at: datetime | None, asked: Asked) -> bool:
    return at is not None and asked.start <= at < asked.end


def counted(cases: list[Case], asked: Asked) -> dict[str, Any]:
    closed = [case for case in cases if within(case.closed_at, asked)]
    picked = [case for case in cases if within(case.picked_up_at, asked)]
    timed = [span for case in picked if (span := waited(case)) is not None]
    open_ones = [case for case in cases if case.closed_at is None]
    in_hand = [case for case in open_ones if case.picked_up_at and not case.deferred_until]
    ended = Counter(case.status for case in closed)
    return {
        "held": sum(case.holds_place for case in cases),
        "opened": sum(within(case.opened_at, asked) for case in cases),
        "closed": len(closed),
        **{
            key: ended[key]
            for key in ("resolved", "duplicate", "unresponsive", "not_applicable", "no_answer")
        },
        "won": won(closed),
        "pick_up": middle(timed),
        "in_time": Share(sum(was_in_time(case) for case in picked), len(picked)),
        "close": middle([case.closed_at - case.opened_at for case in closed if case.closed_at]),
        "on_target": Share(
            sum(case.closed_at <= case.target_at for case in closed if case.closed_at and case.target_at),
            sum(case.target_at is not None for case in closed),
        ),
        "stale": sum(case.is_stale(now=asked.now) for case in open_ones),
        "required": required(in_hand, asked),
    }


def waited(case: Case) -> timedelta | None:
    if case.put_off:
        return None
    if case.assigned_at and case.picked_up_at and case.assigned_at <= case.picked_up_at:
        return case.picked_up_at - case.assigned_at
    return None


def was_in_time(case: Case) -> bool:
    missed = case.pick_up_missed_at is not None
    late = bool(case.pick_up_by and case.picked_up_at and case.picked_up_at > case.pick_up_by)
    return not missed and not late


def middle(values: list[timedelta]) -> timedelta | None:
    return median_low(values) if values else None


def won(closed: list[Case]) -> Money:
    last: dict[int, Case] = {}
    for case in sorted(closed, key=lambda case: (case.closed_at, case.owner_id)):
        if case.opportunity and case.opportunity.stage == "closed_won" and case.opportunity.kind != "renewal":
            last[case.opportunity.pk] = case
    total: Counter[str] = Counter()
    for case in last.values():
        if case.opportunity:
            total[case.opportunity.currency] += case.opportunity.amount  # type: ignore[assignment]  # of amounts
    return Money.of(total)  # type: ignore[arg-type]  # amounts by currency


def required(in_hand: list[Case], asked: Asked) -> Share:
    lists = compliance.load_checklists(in_hand, today=asked.today)
    shares = [compliance.share_of(one) for one in lists.values()]
    return Share(sum(share.met for share in shares), sum(share.due for share in shares))


def touches(cases: list[Case], asked: Asked, people: list[Person] | None, given: dict[str, str]) -> int:
    """By the history's own words, whoever has the case now."""
    found = 0
    told = History.objects.filter(verb__in=[Verb.LOGGED, Verb.MAILED])
    for row in told.select_related("case__owner", "mail"):
        mail = getattr(row, "mail", None)
        ours = row.data.get("inbound") is False and (mail is None or mail.state != "failed")
        about = {name: given[name] for name in ("category", "case_type") if name in given}
        fits = all(getattr(row.case, name) == value for name, value in about.items())
        lies = "territory" not in given or any_reader.lies_in(row.case) == given["territory"]
        theirs = people is None or row.person_id in {person.pk for person in people}
        found += ours and fits and lies and theirs and within(row.at, asked)
    return found


def check_over_time(shown: Dashboard, cases: list[Case], asked: Asked) -> None:
    flow, kept = shown.table("flow"), shown.table("kept")
    assert flow is not None
    assert kept is not None
    for bucket, row, other in zip(asked.buckets, flow.rows, kept.rows, strict=True):
        edges = bucket.span.start(asked.zone), bucket.span.end(asked.zone)
        opened = [case for case in cases if edges[0] <= case.opened_at < edges[1]]
        closed = [case for case in cases if case.closed_at and edges[0] <= case.closed_at < edges[1]]
        picked = [case for case in cases if case.picked_up_at and edges[0] <= case.picked_up_at < edges[1]]
        assert [cell.value for cell in row[1:]] == [len(opened), len(closed)]
        assert other[1].value == Share(sum(was_in_time(case) for case in picked), len(picked))
        in_seven = [
            case for case in closed if case.closed_at and case.target_at and case.closed_at <= case.target_at
        ]
        aimed = [case for case in closed if case.target_at]
        assert other[2].value == Share(len(in_seven), len(aimed))


def check_ends(shown: Dashboard, cases: list[Case], asked: Asked) -> None:
    ends = Counter((case.status, case.resolution_action) for case in cases if within(case.closed_at, asked))
    table = shown.table("resolutions")
    assert table is not None
    assert sorted(row[1].value for row in table.rows) == sorted(ends.values())  # type: ignore[type-var]  # counts


# Who sees what


def a_team(size: int) -> tuple[Person, list[Person]]:
    boss = factories.person("manager")
    return boss, [factories.person(manager=boss) for _ in range(size)]


def closed_case(owner: Person, **fields: Any) -> Case:
    case = factories.case(owner=owner, **fields)
    call = {"case_id": case.pk, "by": owner, "now": NOW}
    lifecycle.pick_up(**call)
    details.set_contact(**call, contact=factories.contact(case.account))
    planning.set_next_steps(**call, what="Tell them it is done", on=NOW.date())
    closure = Closure(status="resolved", resolution_action="answered_question", feedback="NA", need_met=True)
    return lifecycle.close(**call, closure=closure)


def test_advocates_see_themselves_beside_the_average_and_no_colleague_by_name() -> None:
    _, team = a_team(4)
    factories.case(owner=team[1])
    shown = drill.load(scorecard.KIND, reader=team[0], now=NOW)
    for key in ("did", "went"):
        table = shown.table(key)
        assert table is not None
        assert [row[0].value for row in table.rows] == [team[0].name, "Average of your team of 4"]
        assert not any(cell.url for cell in table.rows[1])
    assert not any(other.name in str(shown) for other in team[1:])


def test_a_small_team_has_no_average() -> None:
    _, team = a_team(3)
    shown = drill.load(scorecard.KIND, reader=team[0], now=NOW)
    table = shown.table("did")
    assert table is not None
    assert [row[0].value for row in table.rows] == [team[0].name]
    assert "fewer than 4" in table.note


def test_an_advocate_cannot_ask_for_somebody_else() -> None:
    _, team = a_team(4)
    given = {"owner": str(team[1].pk), "team": str(team[1].pk)}
    asked = reading.read(given, reader=team[0], now=NOW)
    assert asked.owner == team[0].pk
    assert len(asked.notes) == 2


def test_a_lead_sees_the_team_by_name_and_no_other() -> None:
    boss, team = a_team(2)
    lead = factories.person("team_lead", manager=boss)
    factories.person(manager=factories.person("manager"))
    shown = drill.load(scorecard.KIND, reader=lead, now=NOW)
    table = shown.table("did")
    assert table is not None
    names = [str(row[0].value) for row in table.rows]
    assert names == [*sorted([lead.name, *(one.name for one in team)]), "The middle of 3"]


def test_rows_stand_by_name_never_by_rank() -> None:
    boss = factories.person("manager")
    for name in ("Zoe", "Ann", "Max"):
        factories.person(name=name, manager=boss)
    factories.case(owner=Person.objects.get(name="Max"))
    table = drill.load(scorecard.KIND, reader=boss, now=NOW).table("did")
    assert table is not None
    assert [row[0].value for row in table.rows] == ["Ann", "Max", "Zoe", "The middle of 3"]


@pytest.mark.parametrize("role", ["stakeholder", "renewals_manager", "new_logo_ae", "bdr"])
def test_it_is_not_for_other_roles(client: Client, role: str) -> None:
    client.force_login(factories.person(role))
    assert client.get("/dashboards/scorecard/").status_code in {403, 404}


# What counts


def test_what_several_cases_won_counts_once_for_who_closed_last() -> None:
    boss, (maya, theo) = a_team(2)
    account = factories.account()
    deal = factories.opportunity(account, kind="add_on", amount=Decimal(1200), currency="EUR")
    for owner in (maya, theo):
        case = closed_case(owner, account=account)
        Case.objects.filter(pk=case.pk).update(opportunity=deal)
    Opportunity.objects.update(stage="closed_won")
    shown = drill.load(scorecard.KIND, reader=boss, now=NOW)
    rows = {name: row["won"] for name, row in by_name(shown) if "won" in row}
    assert (rows[maya.name].value, rows[maya.name].of) == (Money(), 1)
    assert rows[theo.name].value == Money((("EUR", Decimal(1200)),))
    assert drill.open_all(shown, reader=boss, now=NOW)


def test_a_renewal_won_is_no_net_arr() -> None:
    boss, (maya,) = a_team(1)
    account = factories.account()
    deal = factories.opportunity(account, kind="renewal", amount=5000)
    Case.objects.filter(pk=closed_case(maya, account=account).pk).update(opportunity=deal)
    Opportunity.objects.update(stage="closed_won")
    shown = drill.load(scorecard.KIND, reader=boss, now=NOW)
    assert next(figure for figure in shown.figures if figure.key == "won").value == Money()


def test_of_very_many_people_less_is_read_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    boss, team = a_team(2)
    for owner in team:
        closed_case(owner), factories.case(owner=owner)
    monkeypatch.setattr(doing, "MOST_PEOPLE", 1)
    shown = drill.load(scorecard.KIND, reader=boss, now=NOW + timedelta(days=30))
    assert "neither the Required 10 nor the period before" in shown.note
    figures = {figure.key: figure for figure in shown.figures}
    assert (figures["opened"].before, figures["required"].value) == (None, Share(0, 0))
    assert drill.open_all(shown, reader=boss, now=NOW + timedelta(days=30))


def test_an_empty_desk_is_said_in_words() -> None:
    shown = drill.load(scorecard.KIND, reader=factories.person("ops"), now=NOW)
    assert shown.answer.words == "Nobody here has a desk."


@pytest.mark.parametrize("many", [1, 5])
def test_it_costs_the_same_queries_for_any_number(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    boss, team = a_team(many)
    for owner in team:
        closed_case(owner), factories.case(owner=owner)
    with django_assert_max_num_queries(31):
        drill.load(scorecard.KIND, reader=boss, now=NOW)
    with django_assert_max_num_queries(56):
        drill.load(scorecard.KIND, reader=team[0], now=NOW)


def test_middles_and_heads() -> None:
    assert comparing.middle([1, 2, 9]) == 2
    assert comparing.middle([Share(1, 2), Share(0, 0), Share(1, 1)]) == Decimal(50)
    assert comparing.middle([None, timedelta(1), timedelta(3)]) == timedelta(1)
    assert comparing.middle([None]) is None
    assert comparing.by_head([1, 2]) == Decimal("1.5")
    assert comparing.by_head([Share(1, 2), Share(2, 2)]) == Share(3, 4)


def test_a_share_is_said_with_one_digit_and_never_rounded_up_to_all() -> None:
    assert wording.say(Share(5, 6), "share") == "83.3 %"
    assert wording.say(Share(9999, 10000), "share") == "99.9 %"
    assert wording.say(Share(0, 0), "share") == "—"
