"""Every case type: switched as the year wants it, asked the way its number says, and worth reading."""

import re

import pytest

from smbcases import playbook
from smbcases.playbook import TriggerSpec, merge, vocabulary

BY_CATEGORY = {
    "inbound": "email_to_case contact_sales_request hand_raise_pql support_ticket sdr_created partner_opp referral "
    "ar_request",
    "churn": "autorenewal_turned_off renewal_payment_failure underutilization high_ptc",
    "expansion": "fo_opp fo_opp_startup qsr_payment_failure overage_qsr_off customer_mql duo_trial_started high_pte "
    "growth_signal",
    "urgent_renewal": "po_required multiyear_renewal renewal_will_fail eoa_renewal renewal_risk_will_churn "
    "free_user_limit renewal_with_duo missing_renewal_opportunity overdue_renewal",
    "high_value": "high_value_account high_value_check_in future_high_value_account",
}
OFF_IN_FY26 = {"underutilization", "high_ptc", "high_pte", "growth_signal", "overdue_renewal"}
ALL = [
    pytest.param(playbook.get(year).triggers[key], id=f"{year}-{key}")
    for year in ("fy25", "fy26")
    for key in playbook.get(year).triggers
]
INTERNAL = ("{message}", "{ptc}", "{pte}", "{tier}", "{carr}")


@pytest.mark.parametrize("year", ["fy25", "fy26"])
def test_all_case_types_are_there_by_category_and_in_order(year: str) -> None:
    found = [(trigger.category, key) for key, trigger in playbook.get(year).triggers.items()]
    assert found == [(category, key) for category, keys in BY_CATEGORY.items() for key in keys.split()]


def test_fy26_leaves_the_first_edition_of_fy25_off(fy26: playbook.Playbook) -> None:
    assert {key for key, trigger in fy26.triggers.items() if not trigger.enabled} == OFF_IN_FY26


def test_fy25_has_all_on(fy25: playbook.Playbook) -> None:
    assert all(trigger.enabled for trigger in fy25.triggers.values())


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("po_required", "days_to_close <= 90"),
        ("po_required", "via_partner = True"),
        ("multiyear_renewal", "days_to_close <= 90"),
        ("multiyear_renewal", "term_months > 12"),
        ("renewal_will_fail", "days_to_close <= 30"),
        ("renewal_with_duo", "days_to_close <= 60"),
        ("eoa_renewal", "users > 25"),
        ("overdue_renewal", "days_since_close >= 1"),
        ("underutilization", "seats_used_share < 50"),
        ("high_ptc", "ptc >= 5"),
        ("high_pte", "pte >= 5"),
        ("high_value_check_in", "check_in_day > 0"),
    ],
)
def test_the_numbers_of_the_windows(fy26: playbook.Playbook, key: str, part: str) -> None:
    assert part in fy26.triggers[key].condition
    if key != "po_required" and "12" not in part:
        assert fy26.triggers[key].note, "a number of our own is said to be one"


def test_the_years_ask_differently_who_is_high_value(
    fy25: playbook.Playbook, fy26: playbook.Playbook
) -> None:
    assert "tier = 1" in fy25.triggers["high_value_account"].condition
    assert "high_value = True" in fy26.triggers["high_value_account"].condition


def test_every_signal_wakes_a_case_type(fy26: playbook.Playbook) -> None:
    woken = {event for trigger in fy26.triggers.values() for event in trigger.wakes_on}
    assert woken >= vocabulary.SIGNAL_EVENTS


@pytest.mark.parametrize("trigger", ALL)
def test_texts_are_worth_reading(trigger: TriggerSpec) -> None:
    for text in (trigger.context, trigger.cta):
        assert 2 <= len(re.findall(r"[.?!](?= |$)", text)) <= 5
        assert 30 <= len(text.split()) <= 100
    assert "{account}" in trigger.context
    assert (
        "t is done when" in trigger.cta or "It is done once" in trigger.cta or "It stays open" in trigger.cta
    )
    assert "\n" not in trigger.context + trigger.cta


@pytest.mark.parametrize("trigger", ALL)
def test_mails_are_short_friendly_and_keep_what_is_ours(trigger: TriggerSpec) -> None:
    paragraphs = trigger.email_body.split("\n\n")
    assert paragraphs[0] == "Hi {contact_first_name|there},"
    assert paragraphs[-1] == "{signature}"
    assert 60 <= len(trigger.email_body.split()) <= 120
    assert not [field for field in INTERNAL if field in trigger.email_subject + trigger.email_body]


@pytest.mark.parametrize("field", ["subject", "context", "cta", "email_subject", "email_body"])
def test_no_two_case_types_say_the_same(fy26: playbook.Playbook, field: str) -> None:
    texts = [getattr(trigger, field) for trigger in fy26.triggers.values()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("trigger", ALL)
def test_texts_render_without_any_value(trigger: TriggerSpec) -> None:
    for text in (trigger.subject, trigger.context, trigger.cta, trigger.email_subject, trigger.email_body):
        assert "{" not in merge.render(text, {})


def test_a_version_changes_with_text_and_behaviour_but_not_with_the_note(fy26: playbook.Playbook) -> None:
    trigger = fy26.triggers["po_required"]
    assert re.fullmatch(r"[0-9a-f]{10}", trigger.version)
    assert trigger.model_copy(update={"note": "Other"}).version == trigger.version
    for change in ({"condition": ""}, {"cta": "Other"}, {"enabled": False}, {"priority": "high"}):
        spoiled = TriggerSpec.model_validate(trigger.model_dump() | change)
        assert spoiled.version != trigger.version


def test_a_playbook_is_read_once_a_process() -> None:
    assert playbook.get("fy26") is playbook.get("fy26")
    assert playbook.keys() == ("fy25", "fy26")
