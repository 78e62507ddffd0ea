"""One act on many cases: previewed, done once, undone within a minute; by page and by API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import keys
from accounts.models import Person
from accounts.models.keys import Scope
from cases import planning
from cases.many import running, selecting, undoing
from cases.models import BulkRun, Case, History, RunState, Verb, Verdict
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
CLOSURE = {"status": "resolved", "resolution_action": "answered_question", "feedback": "NA"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def cases(maya: Person) -> list[Case]:
    return [factories.case(owner=maya) for _ in range(3)]


def start(act: str, cases: list[Case], by: Person, given: dict[str, Any] | None = None) -> BulkRun:
    chosen = selecting.ticked([case.pk for case in cases], by=by)
    run = running.choose(act=act, chosen=chosen, by=by, now=NOW)
    return running.preview(run_id=run.pk, given=given or {}, by=by, now=NOW)


def do(act: str, cases: list[Case], by: Person, given: dict[str, Any] | None = None) -> BulkRun:
    return running.carry_out(run_id=start(act, cases, by, given).pk, by=by, now=NOW)


def verdicts(run: BulkRun) -> list[str]:
    return list(run.rows.order_by("position").values_list("verdict", flat=True))


def test_a_preview_says_what_would_happen_and_changes_nothing(maya: Person, cases: list[Case]) -> None:
    theirs = factories.case(owner=factories.person(name="Ben Adler"))
    before = History.objects.count()
    run = start("pick_up", [*cases, theirs], maya)
    assert verdicts(run) == ["goes", "goes", "goes", "refused"]
    assert "Ben Adler has" in run.rows.get(verdict=Verdict.REFUSED).detail
    assert Case.objects.filter(picked_up_at__isnull=False).count() == 0
    assert History.objects.count() == before


def test_each_case_goes_by_itself_and_the_refused_ones_hold_nobody_up(
    maya: Person, cases: list[Case]
) -> None:
    factories.give([cases[1]], factories.person())
    run = do("next_steps", cases, maya, {"what": "Send the quote for 40 seats", "on": TODAY.isoformat()})
    assert verdicts(run) == ["goes", "refused", "goes"]
    assert Case.objects.filter(next_steps__contains="Send the quote").count() == 2


def test_sent_twice_it_is_done_once(maya: Person, cases: list[Case]) -> None:
    run = do("pick_up", cases, maya)
    running.carry_out(run_id=run.pk, by=maya, now=NOW)
    assert History.objects.filter(verb=Verb.PICKED_UP).count() == 3


def test_what_changed_since_the_preview_is_refused_as_stale(maya: Person, cases: list[Case]) -> None:
    run = start("pick_up", cases, maya)
    planning.set_next_steps(case_id=cases[0].pk, what="Send the quote today", on=TODAY, by=maya, now=NOW)
    running.carry_out(run_id=run.pk, by=maya, now=NOW)
    assert verdicts(run) == ["refused", "goes", "goes"]
    assert run.rows.get(case=cases[0]).refusal == "stale-case"


def test_undo_puts_back_what_nobody_has_touched(maya: Person, cases: list[Case]) -> None:
    run = do("pick_up", cases, maya)
    planning.set_next_steps(case_id=cases[0].pk, what="Send the quote today", on=TODAY, by=maya, now=NOW)
    undoing.undo(run_id=run.pk, by=maya, now=NOW + timedelta(seconds=30))
    undoing.undo(run_id=run.pk, by=maya, now=NOW + timedelta(seconds=31))
    assert list(run.rows.order_by("position").values_list("undone", flat=True)) == [False, True, True]
    assert "worked on since" in run.rows.get(case=cases[0]).undo_detail
    assert Case.objects.get(pk=cases[1].pk).picked_up_at is None
    assert History.objects.filter(verb=Verb.UNDONE).count() == 2


def test_undo_ends_after_a_minute(maya: Person, cases: list[Case]) -> None:
    run = do("pick_up", cases, maya)
    with pytest.raises(undoing.TooLateToUndo):
        undoing.undo(run_id=run.pk, by=maya, now=NOW + timedelta(seconds=61))


def test_closing_many_obeys_the_closing_rules_and_undo_takes_the_places_again(
    maya: Person, cases: list[Case]
) -> None:
    for case in cases[:2]:
        contact = factories.contact(case.account)
        Case.objects.filter(pk=case.pk).update(contact=contact)
    do("pick_up", cases, maya)
    run = do("close", cases, maya, CLOSURE)
    assert verdicts(run) == ["goes", "goes", "refused"]
    assert "contact" in run.rows.get(case=cases[2]).detail
    assert maya.cases.filter(holds_place=True).count() == 1
    undoing.undo(run_id=run.pk, by=maya, now=NOW)
    assert maya.cases.filter(holds_place=True).count() == 3
    assert Case.objects.open().count() == 3


def test_undoing_a_close_needs_a_free_place(maya: Person, cases: list[Case]) -> None:
    pool = factories.pool()
    factories.member(pool, person=maya, places=3)
    for case in cases:
        Case.objects.filter(pk=case.pk).update(contact=factories.contact(case.account))
    do("pick_up", cases, maya)
    run = do("close", cases, maya, CLOSURE)
    factories.case(owner=maya)
    undoing.undo(run_id=run.pk, by=maya, now=NOW)
    assert list(run.rows.order_by("position").values_list("undone", flat=True)) == [True, True, False]
    assert "3 of 3 places" in run.rows.get(undone=False).undo_detail


def test_handing_over_stops_where_the_other_is_full_and_can_be_undone(
    maya: Person, cases: list[Case]
) -> None:
    ben = factories.member(factories.pool(), places=2, person=factories.person(name="Ben Adler")).person
    run = do("hand_over", cases, maya, {"to": ben.email, "reason": "Cover"})
    assert verdicts(run) == ["goes", "goes", "refused"]
    undoing.undo(run_id=run.pk, by=maya, now=NOW)
    assert maya.cases.count() == 3


def test_a_role_without_the_act_chooses_nothing(cases: list[Case]) -> None:
    stakeholder = factories.person("stakeholder", department="support")
    chosen = selecting.Chosen(versions={case.pk: 1 for case in cases})
    with pytest.raises(PermissionDenied):
        running.choose(act="pick_up", chosen=chosen, by=stakeholder, now=NOW)


def test_the_pages_lead_from_the_list_to_the_result(client: Client, maya: Person, cases: list[Case]) -> None:
    client.force_login(maya)
    page = client.get("/cases/mine/").content.decode()
    assert 'name="act" value="close"' in page
    sent = {"act": "next_steps", "case": [case.pk for case in cases], "back": "/cases/mine/"}
    address = client.post("/cases/many/", sent)["Location"]
    assert "Preview" in client.get(address).content.decode()
    wrong = client.post(f"{address}preview/", {"what": "", "on": ""})
    assert wrong.status_code == 422
    client.post(f"{address}preview/", {"what": "Send the quote for 40 seats", "on": TODAY.isoformat()})
    assert "3 will be" in client.get(address).content.decode()
    client.post(f"{address}do/")
    client.post(f"{address}do/")
    assert Case.objects.filter(next_steps__contains="Send the quote").count() == 3
    assert "Undo" in client.get("/cases/mine/").content.decode()
    client.post(f"{address}undo/")
    assert Case.objects.filter(next_steps="").count() == 3
    assert "3 of 3 are as before" in client.get(address).content.decode()


def test_all_that_match_are_taken_up_to_a_bound(
    client: Client, maya: Person, cases: list[Case], settings: Any
) -> None:
    settings.BULK_MOST = 2
    client.force_login(maya)
    sent = {"act": "pick_up", "all": "1", "list": "my_cases", "query": "tab=to_pick_up"}
    address = client.post("/cases/many/", sent)["Location"]
    assert "More cases match" in client.get(address).content.decode()
    assert BulkRun.objects.get().rows.count() == 2


def test_somebody_elses_run_is_not_there(client: Client, maya: Person, cases: list[Case]) -> None:
    run = start("pick_up", cases, maya)
    client.force_login(factories.person())
    for end in ("", "preview/", "do/", "undo/"):
        method = client.post if end else client.get
        assert method(f"/cases/many/{run.pk}/{end}").status_code == 404
    assert Case.objects.filter(picked_up_at__isnull=False).count() == 0


def test_nothing_chosen_and_unknown_acts_are_said(client: Client, maya: Person, cases: list[Case]) -> None:
    client.force_login(maya)
    assert client.post("/cases/many/", {"act": "pick_up"})["Location"] == "/cases/mine/"
    client.post("/cases/many/", {"act": "explode", "case": [cases[0].pk]})
    assert BulkRun.objects.count() == 0


def test_by_api_it_is_previewed_done_and_undone(maya: Person, cases: list[Case]) -> None:
    scopes = (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=maya, now=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    body = {"act": "pick_up", "cases": [case.number for case in cases]}
    made = api.post("/api/cases/bulk", body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert [row["verdict"] for row in made.json()["rows"]] == ["goes"] * 3
    address = f"/api/cases/bulk/{made.json()['id']}"
    assert api.post(f"{address}/do").json()["state"] == "done"
    assert api.get(address).json()["rows"][0]["verdict"] == "goes"
    assert api.post(f"{address}/undo").json()["state"] == "undone"
    by_filter = {"act": "status", "filter": {"state": "open"}, "given": {"status": "engaged"}}
    assert api.post("/api/cases/bulk", by_filter, content_type="application/json").status_code == 201
    wrong = {"act": "status", "filter": {"nope": "1"}, "given": {"status": "engaged"}}
    assert api.post("/api/cases/bulk", wrong, content_type="application/json").status_code == 400
    assert BulkRun.objects.filter(state=RunState.UNDONE).count() == 1
