"""A request whose answer was lost is sent again, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import idempotency, keys
from accounts.models import KeptAnswer, Person
from accounts.models.keys import Scope
from accounts.tasks import forget_answers
from cases import lifecycle
from cases.models import Case, Verb
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya() -> Person:
    return factories.person(name="Maya Stone", initials="MS")


@pytest.fixture
def case(maya: Person) -> Case:
    return factories.case(owner=maya)


@pytest.fixture
def machine(maya: Person) -> Client:
    return by_key(maya)


def by_key(acts_for: Person | None) -> Client:
    scopes = (Scope.CASES_READ, Scope.CASES_WRITE)
    _, secret = keys.create(name="Bot", scopes=scopes, acts_for=acts_for, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(
    client: Client, case: Case, act: str, *, key: str | None, match: str = "*", **body: Any
) -> HttpResponse:
    headers = {"If-Match": match, **({} if key is None else {"Idempotency-Key": key})}
    address = f"/api/cases/{case.number}/{act}"
    return client.post(address, body, content_type="application/json", headers=headers)


def problem(response: HttpResponse) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


def test_a_lost_answer_is_had_again_and_nothing_is_done_twice(machine: Client, case: Case) -> None:
    match = f'"{case.version}"'
    lost = send(machine, case, "comment", key="n-1", match=match, text="The invoice goes to Jonas.")
    again = send(machine, case, "comment", key="n-1", match=match, text="The invoice goes to Jonas.")
    assert (lost.status_code, again.status_code) == (200, 200)
    assert again.content == lost.content
    assert again.headers["ETag"] == lost.headers["ETag"]
    assert again.headers["Content-Type"] == lost.headers["Content-Type"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in lost.headers
    assert case.history.filter(verb=Verb.NOTE).count() == 1


def test_it_stays_the_answer_of_then_after_others_changed_the_case(
    machine: Client, case: Case, maya: Person
) -> None:
    first = send(machine, case, "comment", key="n-1", text="Wait for Jonas.")
    lifecycle.pick_up(case_id=case.pk, by=maya, now=NOW)
    assert send(machine, case, "comment", key="n-1", text="Wait for Jonas.").content == first.content


def test_without_a_key_each_request_counts(machine: Client, case: Case) -> None:
    for _ in range(2):
        assert send(machine, case, "comment", key=None, text="Hello there").status_code == 200
    assert case.history.filter(verb=Verb.NOTE).count() == 2
    assert not KeptAnswer.objects.exists()


def test_another_request_under_the_same_key_is_refused(machine: Client, case: Case) -> None:
    send(machine, case, "comment", key="n-1", match="*", text="Hello there")
    for act, match, body in [
        ("comment", "*", {"text": "Something else"}),
        ("comment", '"7"', {"text": "Hello there"}),
        ("pick-up", "*", {"text": "Hello there"}),
    ]:
        response = send(machine, case, act, key="n-1", match=match, **body)
        assert (response.status_code, problem(response)) == (422, "idempotency-key-reused")
    assert case.history.filter(verb=Verb.NOTE).count() == 1


@pytest.mark.parametrize("key", ["", "two words", "ä", "x" * 256])
def test_a_key_that_cannot_be_read_is_refused(machine: Client, case: Case, key: str) -> None:
    response = send(machine, case, "comment", key=key, text="Hello there")
    assert (response.status_code, problem(response)) == (400, "idempotency-key-unreadable")
    assert not case.history.filter(verb=Verb.NOTE).exists()


def test_callers_do_not_share_their_keys(machine: Client, case: Case, maya: Person, client: Client) -> None:
    client.force_login(maya)
    for caller in (machine, by_key(maya), client):
        response = send(caller, case, "comment", key="n-1", text="Hello there")
        assert response.status_code == 200
        assert "Idempotency-Replayed" not in response.headers
    assert case.history.filter(verb=Verb.NOTE).count() == 3


def test_a_refusal_by_the_rules_is_final_for_its_key(machine: Client, case: Case) -> None:
    refused = send(machine, case, "reopen", key="r-1", reason="The order was cancelled")
    assert refused.status_code == 409
    Case.objects.filter(pk=case.pk).update(
        status="resolved", closed_at=NOW, resolution_action="answered_question"
    )
    late = send(machine, case, "reopen", key="r-1", reason="The order was cancelled")
    assert (late.status_code, late.content) == (409, refused.content)
    assert late.headers["Content-Type"] == "application/problem+json"


def test_what_was_never_decided_may_be_put_right_under_the_same_key(
    machine: Client, case: Case, maya: Person
) -> None:
    for match, body, status in [
        ("", {"text": "Hello there"}, 428),
        ('"99"', {"text": "Hello there"}, 412),
        ("*", {}, 400),
        ("*", {"text": "Hello there"}, 200),
    ]:
        assert send(machine, case, "comment", key="n-1", match=match, **body).status_code == status
    assert KeptAnswer.objects.count() == 1


def test_a_failure_of_ours_leaves_neither_answer_nor_act(
    machine: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("cases.api.answer", lambda *_, **__: 1 / 0)
        assert send(machine, case, "comment", key="n-1", text="Hello there").status_code == 500
    assert not KeptAnswer.objects.exists()
    assert not case.history.filter(verb=Verb.NOTE).exists()
    assert send(machine, case, "comment", key="n-1", text="Hello there").status_code == 200


def test_a_repeated_request_reads_little(
    machine: Client, case: Case, django_assert_max_num_queries: Any
) -> None:
    send(machine, case, "comment", key="n-1", text="Hello there")
    with django_assert_max_num_queries(5):  # the key, its use, the answer, and the transaction around it
        send(machine, case, "comment", key="n-1", text="Hello there")


def test_answers_are_kept_for_a_day(
    machine: Client, case: Case, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_AT_ONCE", 2)
    for number in range(5):
        send(machine, case, "comment", key=f"n-{number}", text="Hello there")
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        send(machine, case, "comment", key="late", text="Hello there")
        forget_answers()
        assert KeptAnswer.objects.count() == 6
    with time_machine.travel(NOW + timedelta(hours=24, seconds=1), tick=False):
        forget_answers()
    assert [kept.key for kept in KeptAnswer.objects.order_by("id")] == ["late"]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """The same request many times side by side, each on a connection of its own."""

    @staticmethod
    def sent(client: Client, *, times: int, address: str, body: Any = None) -> list[HttpResponse]:
        headers = {"Idempotency-Key": "k-1", "If-Match": "*"}

        def ask(_: int) -> HttpResponse:
            try:
                return client.post(address, body or {}, content_type="application/json", headers=headers)
            finally:
                connection.close()

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(ask, range(times)))

    def test_one_is_carried_out_and_the_others_get_its_answer(
        self, machine: Client, case: Case, maya: Person
    ) -> None:
        address = f"/api/cases/{case.number}/comment"
        answers = self.sent(machine, times=4, address=address, body={"text": "Hello there"})
        assert {answer.content for answer in answers} == {answers[0].content}
        assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [
            False,
            True,
            True,
            True,
        ]
        assert case.history.filter(verb=Verb.NOTE).count() == 1

    def test_two_requests_under_one_key_never_take_two_cases(self, settings: Any) -> None:
        settings.PLAYBOOK = "fy25"
        maya = factories.member(factories.pool("amer-apj", playbook="fy25")).person
        factories.cases(3)
        for round_of in range(3):
            KeptAnswer.objects.all().delete()
            answers = self.sent(by_person(maya), times=2, address="/api/cases/take-next")
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].json()["number"] == answers[1].json()["number"]
            assert Case.objects.filter(owner=maya).count() == round_of + 1


def by_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
