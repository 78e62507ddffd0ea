"""Each kind of mistake in a playbook file is refused with its file, its line and what was expected."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from smbcases.playbook import PlaybookError, UnknownPlaybook, loading

Spoil = Callable[[str, str, str], tuple[str, ...]]

ENTRIES = [
    (
        "every_year.yaml",
        "places: 50",
        "places: fifty",
        "capacity › places: expected a whole number, but found “fifty”.",
    ),
    (
        "every_year.yaml",
        "places: 50",
        "places: on",
        "capacity › places: expected a whole number, but found on.",
    ),
    (
        "every_year.yaml",
        "places: 50",
        "places:",
        "capacity › places: expected a whole number, but found nothing.",
    ),
    ("every_year.yaml", "places: 50", "places: -1", "capacity › places: expected 0 or more, but found “-1”."),
    (
        "every_year.yaml",
        "places: 50",
        "places: [50]",
        "capacity › places: expected a whole number, but found a list.",
    ),
    (
        "every_year.yaml",
        "places: 50",
        "spaces: 50",
        "capacity › spaces: nothing is called “spaces” here; did you mean",
    ),
    (
        "every_year.yaml",
        "carr_below: 30000",
        "carr_below: 30k",
        "segment › carr_below: expected an amount such as 30000",
    ),
    (
        "every_year.yaml",
        "{day: 3, kind: call}",
        "{day: 3, kind: fax}",
        "cadence › 2 › kind: expected email or call",
    ),
    (
        "every_year.yaml",
        "{day: 1, kind: email}",
        "{day: 0, kind: email}",
        "cadence › 1 › day: expected 1 or more",
    ),
    (
        "every_year.yaml",
        "{day: 3, kind: call}",
        "{day: 9, kind: call}",
        "cadence: expected rising days, but found 1, 9",
    ),
    (
        "every_year.yaml",
        "fiscal_year_starts: 02-01",
        "fiscal_year_starts: 02-30",
        "fiscal_year_starts: expected month",
    ),
    (
        "every_year.yaml",
        "fiscal_year_starts: 02-01",
        "fiscal_year_starts: 01-31",
        "fiscal_year_starts: expected a day",
    ),
    (
        "every_year.yaml",
        "    1: [inbound",
        "    4: [inbound",
        "tiers › may_trigger: expected one list for each of the",
    ),
    (
        "every_year.yaml",
        "two_above: 1000",
        "two_above: 8000",
        "tiers › two_above: expected less than one_above.",
    ),
    (
        "every_year.yaml",
        "limit_days: 15",
        "limit_days: 5",
        "clocks › limit_days: expected no less than target_days.",
    ),
    (
        "every_year.yaml",
        "{when: 4 h before, tell: [owner]}",
        "{when: 4 hours before, tell: [owner]}",
        "clocks › ladders › pick_up › 1 › when: expected “due” or a time such as “4 h before”",
    ),
    (
        "every_year.yaml",
        "{when: 4 h before, tell: [owner]}",
        "{when: 2 d before, tell: [owner]}",
        "clocks › ladders › pick_up: “2 d before” comes before the clock begins.",
    ),
    (
        "every_year.yaml",
        "{when: 4 h before, tell: [owner]}",
        "{when: 4 h before, tell: []}",
        "clocks › ladders › pick_up › 1 › tell: expected at least one entry",
    ),
    (
        "every_year.yaml",
        "{when: 7 d after, tell: [manager]}",
        "{when: 3 d before, tell: [manager]}",
        "clocks › ladders › limit: “3 d before” has to come after “due”.",
    ),
    (
        "every_year.yaml",
        "{when: 7 d after, tell: [manager]}",
        "{when: 7 d after, tell: [everybody]}",
        "clocks › ladders › limit › 3 › tell › 1: expected owner, manager or above",
    ),
    (
        "every_year.yaml",
        "counts: {pick_up: calendar,",
        "counts: {pick_up: office,",
        "clocks › counts › pick_up: expected calendar or working, but found “office”.",
    ),
    (
        "every_year.yaml",
        "counts: {pick_up: calendar,",
        "counts: {pickup: calendar,",
        "clocks › counts › pickup: nothing is called “pickup” here; did you mean “pick_up”.",
    ),
    (
        "fy26.yaml",
        "pauses: {target: [closed],",
        "pauses: {target: [asleep],",
        "clocks › pauses › target › 1: expected put_off or closed, but found “asleep”.",
    ),
    (
        "fy26.yaml",
        "limit: [closed]}",
        "limit: [put_off, closed]}",
        "clocks › pauses › limit: put_off cannot pause what no_limit_when_deferred waives.",
    ),
    (
        "fy26.yaml",
        "calendar: US, working_hours: 09:00-17:30}",
        "calendar: US, working_hours: 22:00-06:00}",
        "working_hours: expected hours of one day such as 09:00-17:30, but found “22:00-06:00”.",
    ),
    (
        "every_year.yaml",
        "employees_from: 2000",
        "employees_from: 9",
        "segment › enterprise: expected no less than the",
    ),
    (
        "every_year.yaml",
        "[support_ticket]",
        "[suport_ticket]",
        "there is no case type “suport_ticket”; did you mean",
    ),
    (
        "every_year.yaml",
        "  support: [",
        "  suport: [",
        "there is no department “suport”; did you mean “support”.",
    ),
    (
        "every_year.yaml",
        "high_value_only_action: request_not_possible",
        "high_value_only_action: give_up",
        "there is no resolution action “give_up”; expected answered_question, ",
    ),
    ("fy26.yaml", "routing: push", "routing: throw", "routing: expected push or pull, but found “throw”."),
    (
        "fy26.yaml",
        "enforced: off",
        "enforced: maybe",
        "tiers › enforced: expected on or off, but found “maybe”.",
    ),
    (
        "fy26.yaml",
        "time_zone: Europe/London",
        "time_zone: Mars",
        "time_zone: expected a time zone such as Europe/London",
    ),
    (
        "fy26.yaml",
        "calendar: GB",
        "calendar: Europe",
        "calendar: expected a country whose holidays are known, such as US, but found “Europe”",
    ),
    ("fy26.yaml", "regions: [EMEA, APJ]", "regions: []", "regions: expected at least one entry"),
    (
        "fy26.yaml",
        "regions: [EMEA, APJ]",
        "regions: [EMEA, amer]",
        "expected the region in capitals, “AMER”.",
    ),
    (
        "fy26.yaml",
        "regions: [EMEA, APJ]",
        "regions: [EMEA, AMER]",
        "region AMER is already in territory “amer”.",
    ),
    (
        "fy26.yaml",
        "      engaged: [owner]\n      duplicate",
        "      opne: [owner]\n      duplicate",
        "no status “opne”; did",
    ),
    (
        "fy26.yaml",
        "      attempting_contact: [owner]\n",
        "      attempting_contact: [boss]\n",
        "expected owner, team_lead, manager or ops, but found “boss”",
    ),
    (
        "every_year.yaml",
        "    - recommended_resource\n",
        "    - magic\n",
        "there is no resolution action “magic”",
    ),
    (
        "fy26.yaml",
        "sticky: [high_value_owner, iqm]",
        "sticky: [iqn]",
        "there is no sticky rule “iqn”; did you mean",
    ),
    (
        "fy26.yaml",
        "starts_on: 2025-05-05",
        "starts_on: May",
        "starts_on: expected a date such as 2025-05-05, but found",
    ),
    ("fy26.yaml", "low: 24}", "lowest: 24}", "pick_up_hours › lowest: expected high, medium or low"),
    (
        "fy26.yaml",
        "  - gitlab_admin",
        "  - gitlab_amdin",
        "the checklist has no line “gitlab_amdin”; did you mean",
    ),
    (
        "fy26.yaml",
        "keeps: [autorenewal_turned_off,",
        "keeps: [po_required,",
        "is also under keeps; it cannot be both.",
    ),
    (
        "fy26.yaml",
        "  po_required: on",
        "  po_required: yes",
        "po_required › enabled: expected on or off, but found “yes”.",
    ),
    (
        "fy26.yaml",
        "  po_required: on",
        "  po_requird: on",
        "case_types: there is no case type “po_requird”; did you mean",
    ),
    (
        "case_types/2_churn.yaml",
        "seats_used_share < 50",
        "seats_used_share <",
        "underutilization: condition: ",
    ),
    (
        "case_types/2_churn.yaml",
        "condition: ptc >= 5",
        "condition: ptcs >= 5",
        "cannot ask for “ptcs”; did you mean “ptc”.",
    ),
    (
        "case_types/2_churn.yaml",
        "[subscription.auto_renew_off]",
        "[subscription.off]",
        "no event type “subscription.off”",
    ),
    (
        "case_types/3_expansion.yaml",
        "on: lead",
        "on: prospect",
        "on: expected account, opportunity, subscription or lead",
    ),
    (
        "case_types/3_expansion.yaml",
        "  wakes_on: [startup.ready_to_pay]\n",
        "",
        "fo_opp_startup: nothing wakes it; expected",
    ),
    (
        "case_types/3_expansion.yaml",
        "condition: pte >= 5 and is_customer = True",
        'condition: ""',
        "high_pte: asked of the whole book each day, it needs a condition.",
    ),
    (
        "case_types/3_expansion.yaml",
        'subject: "{account}: Duo trial started"',
        'subject: "{acount}: Duo trial started"',
        "duo_trial_started: subject: there is no merge field “acount”; did you mean “account”.",
    ),
    (
        "case_types/3_expansion.yaml",
        'subject: "{account}: Duo trial started"',
        'subject: "{signature}: Duo trial started"',
        "duo_trial_started: subject: there is no merge field “signature”",
    ),
    (
        "case_types/3_expansion.yaml",
        'subject: "{account}: Duo trial started"',
        'subject: "{Account}: Duo trial started"',
        "duo_trial_started: subject: expected braces only around a merge field, as in {account}.",
    ),
    (
        "case_types/3_expansion.yaml",
        '  subject: "{account}: likely to grow"\n',
        "",
        "high_pte › subject: this entry is",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"), ENTRIES, ids=[entry[3][:60] for entry in ENTRIES]
)
def test_a_mistake_is_named_with_its_line(
    spoil: Spoil, folder: Path, file: str, old: str, new: str, sentence: str
) -> None:
    before = (folder / file).read_text(encoding="utf-8").split(old)[0]
    line = before.count("\n") + 1
    problems = spoil(file, old, new)
    named = [problem for problem in problems if sentence in problem]
    assert named, problems
    place = named[0].split(": ")[0]
    assert place.startswith(f"{file}, line ")
    assert abs(int(place.rsplit(" ", 1)[1]) - line) <= NEAR.get(sentence, 0), (place, line)


# Mistakes that are about a section, or about an entry that is not there, are named at the section's line.
NEAR = {
    "cadence: expected rising days, but found 1, 9": 2,
    "high_pte › subject: this entry is": 7,
    "fo_opp_startup: nothing wakes it; expected": 3,
    "high_pte: asked of the whole book each day, it needs a condition.": 4,
    "tiers › may_trigger: expected one list for each of the": 1,
    "underutilization: condition: ": 1,
    "is also under keeps; it cannot be both.": 3,
}


def test_a_key_given_twice(spoil: Spoil) -> None:
    problems = spoil("every_year.yaml", "  places: 50", "  places: 50\n  places: 60")
    assert len(problems) == 1
    assert "“places” is given twice (first on line " in problems[0]


def test_a_key_given_twice_far_apart(spoil: Spoil) -> None:
    problems = spoil("fy26.yaml", "later:\n", "name: FY27\n\nlater:\n")
    assert "“name” is given twice (first on line 4); keep one of them." in problems[0]


def test_text_that_is_not_yaml(spoil: Spoil) -> None:
    (problem,) = spoil("fy26.yaml", "name: FY26", "name: FY26: yes")
    assert problem == "fy26.yaml, line 4: this is not YAML: mapping values are not allowed in this context."


def test_a_file_without_sections(folder: Path) -> None:
    (folder / "fy26.yaml").write_text("- a\n- b\n")
    with pytest.raises(PlaybookError, match=r"fy26\.yaml, line 1: expected named sections"):
        loading.load("fy26", folder)


def test_an_alias_within_itself(folder: Path) -> None:
    (folder / "fy26.yaml").write_text("name: &name\n  again: *name\n")
    with pytest.raises(PlaybookError, match="an alias"):
        loading.load("fy26", folder)


def test_a_case_type_that_the_year_forgets(spoil: Spoil) -> None:
    (problem,) = spoil("fy26.yaml", "  support_ticket: on\n", "")
    assert problem.endswith("case_types: “support_ticket” is missing; say on or off.")


def test_a_case_type_in_two_files(spoil: Spoil) -> None:
    (problem,) = spoil("case_types/5_high_value.yaml", "high_value_check_in:\n", "po_required:\n")
    assert "case type “po_required” is also at case_types/4_urgent_renewal.yaml, line 3." in problem


def test_a_file_of_an_unknown_category(folder: Path) -> None:
    (folder / "case_types/2_churn.yaml").rename(folder / "case_types/2_leaving.yaml")
    with pytest.raises(PlaybookError, match="there is no category “leaving”; expected inbound, "):
        loading.load("fy26", folder)


def test_a_change_to_an_unknown_case_type(folder: Path) -> None:
    with (folder / "fy26.yaml").open("a") as file:
        file.write("\nchanges:\n  nonsense: {name: Nonsense}\n")
    with pytest.raises(
        PlaybookError, match="changes: expected a case type and its entries, but found “nonsense”"
    ):
        loading.load("fy26", folder)


def test_a_change_of_an_unknown_entry_is_named_in_the_year_s_file(folder: Path) -> None:
    with (folder / "fy26.yaml").open("a") as file:
        file.write("\nchanges:\n  po_required:\n    windw: 30 days\n")
    last = (folder / "fy26.yaml").read_text().count("\n")
    with pytest.raises(PlaybookError, match=rf"fy26\.yaml, line {last}: .*did you mean “window”"):
        loading.load("fy26", folder)


def test_all_mistakes_are_named_at_once(spoil: Spoil, folder: Path) -> None:
    year = folder / "fy26.yaml"
    year.write_text(year.read_text().replace("routing: push", "routing: throw"))
    problems = spoil("every_year.yaml", "places: 50", "places: fifty")
    assert [problem.split(",")[0] for problem in problems] == ["every_year.yaml", "fy26.yaml"]


def test_there_is_no_such_playbook() -> None:
    with pytest.raises(UnknownPlaybook, match="There is no playbook 'fy99'; there are fy25, fy26"):
        loading.load("fy99")


def test_norway_stays_a_country(folder: Path) -> None:
    shared = folder / "every_year.yaml"
    shared.write_text(shared.read_text().replace("not_countries: [JP]", "not_countries: [JP, NO]"))
    assert loading.load("fy26", folder).segment.not_countries == ("JP", "NO")


@given(at=some.integers(0, 10**4), noise=some.text("{}[]:-&*!|>'\"%@`#,? \n\tona1", max_size=6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_typed_the_answer_is_a_playbook_or_its_problems(
    folder: Path, at: int, noise: str
) -> None:
    text = (loading.DATA / "fy26.yaml").read_text(encoding="utf-8")
    at %= len(text)
    (folder / "fy26.yaml").write_text(text[:at] + noise + text[at + len(noise) :], encoding="utf-8")
    try:
        loading.load("fy26", folder)
    except PlaybookError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(problem.place.line >= 1 and problem.sentence.endswith(".") for problem in problems)
