"""The inbox into the book."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import applying, tasks
from accounts.models import Account, Activity, Contact, Event, Lead, Opportunity, Person, Subscription
from smbcases import playbook
from smbcases.lib import baton, bulk, wake
from tests import factories
from tests.accounts.sending import NOW, event, mail, record, take_in

pytestmark = pytest.mark.django_db


def account(**data: Any) -> dict[str, Any]:
    return event(**{"external_id": "A", **data})


def test_an_account_is_written_with_all_that_was_said_and_what_we_make_of_it(
    sales_users: dict[str, Person],
) -> None:
    told = {
        "region": "EMEA",
        "country": "DE",
        "carr": 8200.55,
        "employees": 40.0,
        "lam": 12,
        "pte": 5,
        "domain": None,
    }
    (taken,) = take_in(account(name="Acme", **told))
    assert (taken.outcome, taken.reason, taken.applied_at, taken.evaluated_at) == ("applied", "", NOW, None)
    held = Account.objects.get()
    assert taken.account == held
    assert (held.name, held.carr, held.employees, held.lam, held.domain) == (
        "Acme",
        Decimal("8200.55"),
        40,
        12,
        "",
    )
    assert (held.currency, held.ptc, held.high_value, held.as_of) == ("USD", None, False, taken.time)
    assert (held.segment, held.tier, held.owner) == ("smb", 1, sales_users["EMEA"])


def test_a_field_left_out_is_empty_and_what_we_keep_ourselves_stays() -> None:
    take_in(account(employees=40, carr=5000, country="DE"))
    Account.objects.update(high_value=True, high_value_stopped=True)
    take_in(account(name="Acme 2", minute=1))
    held = Account.objects.get()
    assert (held.name, held.employees, held.carr, held.country) == ("Acme 2", None, Decimal(0), "")
    assert (held.high_value, held.high_value_stopped) == (True, True)


def test_every_kind_of_record_is_written() -> None:
    take_in(
        account(),
        record("contact", external_id="C", account="A", name="Ada", email="ada@acme.example"),
        record(
            "lead",
            external_id="L",
            name="Jo",
            matched_account="A",
            converted_contact="C",
            created_on="2026-01-01",
        ),
        record("opportunity", external_id="O", account="A", name="Renewal", kind="renewal", amount=-12.5),
        record("subscription", external_id="S", account="A", starts_on="2025-07-01", renews_on="2026-07-01"),
        record(
            "activity",
            external_id="T",
            account="A",
            contact="C",
            opportunity="O",
            kind="call",
            happened_at="2026-03-01T23:30:00.1234567-15:30",
        ),
    )
    held = Account.objects.get()
    assert Contact.objects.get().account == held
    assert Lead.objects.get().matched_account == held
    assert Lead.objects.get().converted_contact == Contact.objects.get()
    opportunity = Opportunity.objects.get()
    assert (opportunity.stage, opportunity.amount, opportunity.auto_renew) == (
        "0_pending",
        Decimal("-12.50"),
        True,
    )
    assert Subscription.objects.get().renews_on == date(2026, 7, 1)
    activity = Activity.objects.get()
    assert (activity.contact, activity.opportunity) == (Contact.objects.get(), opportunity)
    assert activity.happened_at == datetime(2026, 3, 2, 15, 0, 0, 123456, tzinfo=UTC)
    assert set(Event.objects.values_list("outcome", "account")) == {("applied", held.pk)}


def test_an_older_state_is_kept_on_file_and_not_applied() -> None:
    take_in(account(name="New", minute=5))
    (late,) = take_in(account(name="Old", minute=4))
    assert Account.objects.get().name == "New"
    assert (late.outcome, late.applied_at, late.evaluated_at) == ("outdated", None, NOW)
    assert late.reason == "The book holds a later state, of 2026-03-02 15:05:00 UTC."
    assert late.account == Account.objects.get()


def test_of_several_states_that_come_together_the_newest_is_applied() -> None:
    states = [account(name=str(minute), minute=minute) for minute in (2, 9, 4)]
    assert [each.outcome for each in take_in(*states)] == ["outdated", "applied", "outdated"]
    assert Account.objects.get().name == "9"


@pytest.mark.parametrize("together", [True, False])
def test_of_two_with_the_same_time_the_later_arrival_wins(together: bool) -> None:
    first, second = account(name="first"), account(name="second")
    if together:
        assert [each.outcome for each in take_in(first, second)] == ["outdated", "applied"]
    else:
        take_in(first)
        take_in(second)
    assert Account.objects.get().name == "second"


def test_a_record_waits_for_the_one_it_names_and_comes_with_it() -> None:
    (waiting,) = take_in(record("contact", external_id="C", account="A", name="Ada"))
    assert (waiting.outcome, waiting.waits_for, waiting.applied_at) == ("waiting", "account:A", None)
    assert not Contact.objects.exists()
    take_in(account())
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.waits_for, waiting.applied_at) == ("applied", "", NOW)
    assert Contact.objects.get().account == Account.objects.get()


def test_a_chain_of_records_comes_in_one_go_once_its_first_is_there() -> None:
    activity = record(
        "activity", external_id="T", account="A", opportunity="O", kind="call", happened_at=NOW.isoformat()
    )
    signal = event("sales.contact_requested", opportunity="O", contact="C")
    contact = record("contact", external_id="C", account="A", name="Ada")
    opportunity = record("opportunity", external_id="O", account="A", name="Renewal", kind="renewal")
    for each in (signal, activity, contact, opportunity):
        assert take_in(each)[0].outcome == "waiting"
    take_in(account())
    assert dict(Event.objects.values_list("type", "outcome")) == {
        "sales.contact_requested": "signal",
        "crm.activity.upserted": "applied",
        "crm.contact.upserted": "applied",
        "crm.opportunity.upserted": "applied",
        "crm.account.upserted": "applied",
    }


def test_the_newest_state_that_can_be_written_is_written_while_a_newer_one_waits() -> None:
    old = record("contact", external_id="C", account="A", name="At A", minute=1)
    new = record("contact", external_id="C", account="B", name="At B", minute=2)
    assert [each.outcome for each in take_in(account(), old, new)][1:] == ["applied", "waiting"]
    assert Contact.objects.get().name == "At A"
    take_in(event(external_id="B"))
    assert Contact.objects.get().name == "At B"


def test_a_waiting_state_that_was_overtaken_is_outdated_when_its_record_comes() -> None:
    (waiting,) = take_in(record("contact", external_id="C", account="B", name="At B", minute=1))
    take_in(account(), record("contact", external_id="C", account="A", name="At A", minute=2))
    take_in(event(external_id="B"))
    waiting.refresh_from_db()
    assert waiting.outcome == "outdated"
    assert Contact.objects.get().name == "At A"


def test_a_record_that_came_another_way_is_found_by_the_sweep() -> None:
    contact = record("contact", external_id="C", account="A:1", name="Ada")
    waiting = take_in(contact, event("sales.contact_requested", account="never"))[0]
    factories.account(external_id="A:1")
    tasks.release_events()
    waiting.refresh_from_db()
    assert waiting.outcome == "applied"
    assert Event.objects.get(outcome="waiting").waits_for == "account:never"


def test_the_gitlab_admin_may_come_after_the_account_that_names_them() -> None:
    take_in(account(gitlab_admin="C"))
    assert (Account.objects.get().gitlab_admin, Account.objects.get().gitlab_admin_awaited) == (None, "C")
    take_in(record("contact", external_id="C", account="A", name="Ada"))
    assert Account.objects.get().gitlab_admin == Contact.objects.get()
    assert Account.objects.get().gitlab_admin_awaited == ""
    take_in(account(gitlab_admin="C", minute=1))
    assert Account.objects.get().gitlab_admin == Contact.objects.get()
    take_in(account(minute=2))
    assert Account.objects.get().gitlab_admin is None


def test_people_are_named_by_id_or_address_and_a_stranger_is_left_out(sales_users: dict[str, Person]) -> None:
    ada = factories.person(external_id="005A", email="Ada@example.com")
    data = {"external_id": "O", "account": "A", "name": "Renewal", "kind": "renewal"}
    take_in(account(region="AMER", owner="005A"))
    assert Account.objects.get().owner == ada
    (taken,) = take_in(
        record("opportunity", **data, owner="gone@example.com", renewals_manager="ADA@example.com")
    )
    assert (taken.outcome, taken.reason) == (
        "applied",
        "Nobody here is known as “gone@example.com”, so owner was left out.",
    )
    held = Opportunity.objects.get()
    assert (held.owner, held.renewals_manager) == (sales_users["AMER"], ada)


def test_what_no_person_owns_follows_its_account_to_another_region(sales_users: dict[str, Person]) -> None:
    ada = factories.person(external_id="005A")
    data = {"account": "A", "name": "Renewal", "kind": "renewal"}
    take_in(account())
    take_in(
        record("opportunity", external_id="O", **data),
        record("opportunity", external_id="P", owner="005A", **data),
    )
    assert list(Opportunity.objects.order_by("external_id").values_list("owner", flat=True)) == [None, ada.pk]
    take_in(account(region="APJ", minute=1))
    assert list(Opportunity.objects.order_by("external_id").values_list("owner", flat=True)) == [
        sales_users["APJ"].pk,
        ada.pk,
    ]


def test_a_new_account_takes_its_segment_at_once(sales_users: dict[str, Person]) -> None:
    take_in(account(region="AMER", carr=30_000))
    held = Account.objects.get()
    assert (held.segment, held.outgrew_on, held.owner) == ("mid_market", None, None)


@pytest.mark.parametrize("together", [True, False])
def test_an_account_that_outgrows_the_line_stays_smb_and_is_marked(together: bool) -> None:
    states = [account(carr=29_999), account(carr=30_000, minute=1), account(carr=31_000, minute=60 * 24)]
    for batch in [states] if together else [[each] for each in states]:
        take_in(*batch)
    held = Account.objects.get()
    assert (held.segment, held.outgrew_on) == ("smb", (NOW - timedelta(days=1)).date())
    take_in(account(carr=20_000, minute=60 * 24 + 1))
    assert Account.objects.get().outgrew_on is None


def test_an_account_that_shrinks_is_smb_again() -> None:
    take_in(account(carr=50_000))
    take_in(account(carr=5_000, minute=1))
    assert Account.objects.get().segment == "smb"


def test_a_plan_that_leaves_smb_counts_where_the_playbook_says_so(settings: Settings) -> None:
    settings.PLAYBOOK = "fy25"
    assert playbook.active().segment.not_plans == ("ultimate",)
    plan = {"external_id": "S", "account": "A", "starts_on": "2025-07-01", "renews_on": "2026-07-01"}
    take_in(account())
    take_in(record("subscription", **plan, plan="ultimate"))
    assert Account.objects.get().outgrew_on == NOW.date()
    take_in(account(name="Still Ultimate", minute=1))
    assert Account.objects.get().outgrew_on == NOW.date()
    take_in(record("subscription", **plan, plan="premium", minute=1))
    assert Account.objects.get().outgrew_on is None


@pytest.mark.parametrize(
    "named",
    [
        {"account": "A"},
        {"contact": "C"},
        {"lead": "L"},
        {"opportunity": "O"},
        {"subscription": "S"},
        {"lead": "M", "contact": "C"},
    ],
)
def test_a_signal_is_about_the_account_of_what_it_names(named: dict[str, str]) -> None:
    held = factories.account(external_id="A")
    factories.contact(held, external_id="C")
    factories.lead(held, external_id="L")
    factories.lead(None, external_id="M")
    factories.opportunity(held, external_id="O")
    factories.subscription(held, external_id="S")
    (taken,) = take_in(event("sales.contact_requested", **dict[str, Any](named)))
    assert (taken.outcome, taken.account, taken.applied_at, taken.evaluated_at) == ("signal", held, NOW, None)


def test_a_signal_waits_for_what_it_names() -> None:
    factories.account(external_id="A")
    (taken,) = take_in(event("sales.contact_requested", account="A", lead="L"))
    assert (taken.outcome, taken.waits_for) == ("waiting", "lead:L")
    take_in(record("lead", external_id="L", name="Jo"))
    taken.refresh_from_db()
    assert taken.outcome == "signal"


def test_mail_of_somebody_unknown_is_taken_in_without_an_account() -> None:
    (taken,) = take_in(mail("who@ever.example", subject="Hello", body="…"))
    assert (taken.outcome, taken.account, taken.applied_at) == ("signal", None, NOW)
    assert taken.reason == "It names no account, nor a record that has one."


def test_a_poisoned_event_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [event(name="Bad" if number == 7 else "Good") for number in range(20)]
    insert = bulk.upsert

    def poisoned(model: Any, rows: Any, **how: Any) -> Any:
        if any(row["name"] == "Bad" for row in rows):
            raise ValueError("There is something\nin here")
        return insert(model, rows, **how)

    monkeypatch.setattr(bulk, "upsert", poisoned)
    taken = take_in(*sent)
    assert [each.outcome for each in taken] == ["applied"] * 7 + ["refused"] + ["applied"] * 12
    assert taken[7].reason == "The book could not take it in: There is something"
    assert (taken[7].applied_at, taken[7].evaluated_at) == (None, NOW)
    assert Account.objects.count() == 19


def test_what_postgresql_itself_refuses_holds_up_nothing() -> None:
    good, bad = take_in(event(), event("billing.overage_found", account="never"))
    Event.objects.create(
        source="x",
        event_id="1",
        type="crm.account.upserted",
        time=NOW,
        received_at=NOW,
        data={"external_id": "Z", "name": "Z", "employees": -5},
    )
    later = event(external_id="never")
    assert take_in(later)[0].outcome == "applied"
    assert Event.objects.get(source="x").outcome == "refused"
    bad.refresh_from_db()
    assert (good.outcome, bad.outcome) == ("applied", "signal")


def test_it_says_so_where_another_worker_is_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_: str) -> None:
        raise baton.BatonTaken

    monkeypatch.setattr(baton, "take", taken)
    Event.objects.create(source="x", event_id="1", type="mail.received", time=NOW, received_at=NOW, data={})
    assert applying.apply_pending(now=NOW) == 0


def test_more_than_one_set_is_applied_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "AT_A_TIME", 2)
    take_in(*[event() for _ in range(5)])
    assert Account.objects.count() == 5


def test_the_triggers_are_woken_once_something_was_taken_in(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(wake, "_send", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        take_in(record("contact", external_id="C", account="A", name="Ada"))
    assert woken == ["accounts.tasks.apply_events"]
    with django_capture_on_commit_callbacks(execute=True):
        take_in(account())
    assert "routing.tasks.evaluate_events" in woken


def test_the_task_applies_what_is_there() -> None:
    Event.objects.create(
        source="x",
        event_id="1",
        type="mail.received",
        time=NOW,
        received_at=NOW,
        data={"from": "a@b.example"},
    )
    tasks.apply_events()
    assert Event.objects.get().outcome == "signal"


def mixed(number: int) -> list[dict[str, Any]]:
    """One record of each kind and a signal, all about one account, in the worst order."""
    name = f"{number}"
    return [
        event("sales.contact_requested", account=f"A{name}", opportunity=f"O{name}"),
        record(
            "activity", external_id=f"T{name}", account=f"A{name}", kind="call", happened_at=NOW.isoformat()
        ),
        record(
            "subscription",
            external_id=f"S{name}",
            account=f"A{name}",
            starts_on="2025-07-01",
            renews_on="2026-07-01",
        ),
        record(
            "opportunity",
            external_id=f"O{name}",
            account=f"A{name}",
            name="R",
            kind="renewal",
            owner="x@y.example",
        ),
        record("lead", external_id=f"L{name}", name="Jo", matched_account=f"A{name}"),
        record("contact", external_id=f"C{name}", account=f"A{name}", name="Ada"),
        event(external_id=f"A{name}", gitlab_admin=f"C{name}", region="EMEA"),
    ]


def test_a_hundred_events_cost_as_many_queries_as_seven() -> None:
    costs = []
    for size in (1, 15):
        with CaptureQueriesContext(connection) as queries:
            take_in(*(each for number in range(size) for each in mixed(size * 100 + number)))
        costs.append(len(queries) - 7 * size)  # take_in asks for each event once more
    assert costs[0] == costs[1] <= 50
