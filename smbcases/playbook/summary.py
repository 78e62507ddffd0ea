"""A playbook told in a page of plain text, for those who run it."""

from calendar import day_name
from collections.abc import Iterable, Iterator

from smbcases.playbook.book import Playbook
from smbcases.playbook.clocks import Counting, Step
from smbcases.playbook.sections import Status
from smbcases.playbook.trigger import TriggerSpec

_COLUMN = 34


def lines(playbook: Playbook) -> Iterator[str]:
    """The whole summary, line by line."""
    yield f"{playbook.name} ({playbook.key})"
    for title, rows in (
        ("Who", _who(playbook)),
        ("Cases", _cases(playbook)),
        ("Clocks", _clocks(playbook)),
        ("Closing", _closing(playbook)),
        ("Required", _required(playbook)),
        ("High Value and renewals", _high_value(playbook)),
        ("Form subjects", _form(playbook)),
    ):
        yield from ("", title, *(f"  {name:<{_COLUMN}}{text}" for name, text in rows))
    yield from _case_types(playbook)


Rows = Iterator[tuple[str, str]]


def _list(words: Iterable[object]) -> str:
    return ", ".join(map(str, words)) or "none"


def _names(playbook: Playbook, keys: Iterable[str]) -> str:
    return _list(playbook.triggers[key].name for key in keys)


def _who(playbook: Playbook) -> Rows:
    segment, tiers = playbook.segment, playbook.tiers
    yield "fiscal year starts", playbook.fiscal_year_starts
    yield "SMB", f"cARR under {segment.carr_below:,} and fewer than {segment.employees_below} employees"
    yield "  not", f"countries: {_list(segment.not_countries)}; plans: {_list(segment.not_plans)}"
    for key, territory in playbook.territories.items():
        yield (
            f"territory {key}",
            f"{_list(territory.regions)} ({territory.time_zone}, {territory.working_hours})",
        )
    yield (
        "tiers",
        f"1 above {tiers.one_above:,}; 2 above {tiers.two_above:,} or LAM above {tiers.lam_above}; else 3",
    )
    for tier, names in tiers.may_trigger.items():
        bound = "" if tiers.enforced else " (not enforced)"
        yield f"  tier {tier} may trigger", f"{_list(names)}{bound}"


def _cases(playbook: Playbook) -> Rows:
    capacity = playbook.capacity
    yield "routing", f"{playbook.routing}; sticky: {_list(playbook.sticky)}"
    yield "capacity", f"{capacity.places} in progress, without {_names(playbook, capacity.free_case_types)}"
    yield "later", f"a deferred case returns to the {playbook.later.returns_to}"
    for status in playbook.statuses.values():
        yield status.name, f"→ {_moves(playbook, status)}"


def _moves(playbook: Playbook, status: Status) -> str:
    """Resolved, Duplicate (owner, manager); Blocked (owner): moves that the same people may make, together."""
    by_movers: dict[tuple[str, ...], list[str]] = {}
    for move, movers in status.moves.items():
        by_movers.setdefault(movers, []).append(playbook.statuses[move].short)
    return "; ".join(
        f"{_list(shorts)} ({_list(mover.replace('_', ' ') for mover in movers)})"
        for movers, shorts in by_movers.items()
    )


def _clocks(playbook: Playbook) -> Rows:
    clocks = playbook.clocks
    hours = _list(f"{priority} {hours} h" for priority, hours in clocks.pick_up_hours.items())
    yield "picked up within", f"{hours}, from when it is {clocks.pick_up_from}{_of(clocks.counts.pick_up)}"
    yield "target to close", f"{clocks.target_days} days{_of(clocks.counts.target)}"
    deferred = "; deferred cases" if clocks.no_limit_when_deferred else ""
    free = _names(playbook, clocks.no_limit)
    yield "longest open", f"{clocks.limit_days} days{_of(clocks.counts.limit)}, except {free}{deferred}"
    for name, title in (("target", "target stands still"), ("limit", "longest open stands still")):
        yield title, _list(f"while {pause.replace('_', ' ')}" for pause in getattr(clocks.pauses, name))
    business = "business " if clocks.counts.answer == "working" else ""
    yield "questions answered", f"within {clocks.answer_business_days} {business}day(s)"
    yield "next step late", _day_over(clocks.counts.next_step)
    for name, steps in ((name, getattr(clocks.ladders, name)) for name in type(clocks.ladders).model_fields):
        yield f"ladder of {name.replace('_', ' ')}", _ladder(steps)
    for name, weekly in (
        ("clean-up told", playbook.clean_up.summary),
        ("ownership swept", playbook.clean_up.ownership_sweep),
    ):
        told = f"each {day_name[weekly.weekday]} from {weekly.hour}:00" if weekly.runs else "by hand only"
        yield name, told
    moved = ", moved to working days" if clocks.counts.touch == "working" else ""
    yield "cadence", _list(f"day {touch.day} {touch.kind}" for touch in playbook.cadence) + moved


def _of(counting: Counting) -> str:
    return " of working hours" if counting == "working" else ""


def _day_over(counting: Counting) -> str:
    return "after its day, or the next working day" if counting == "working" else "after its day"


def _ladder(steps: Iterable[Step]) -> str:
    """4 h before: owner; due: owner, manager."""
    return "; ".join(f"{step.when}: {_list(step.tell)}" for step in steps) or "none"


def _closing(playbook: Playbook) -> Rows:
    closing, steps = playbook.closing, playbook.next_steps
    yield "resolution actions", _list(closing.resolution_actions.values())
    yield (
        "feedback",
        f"required ({closing.feedback_when_none} if none)" if closing.feedback_required else "optional",
    )
    yield (
        "unresponsive",
        f"after {closing.unresponsive_after_days} days and {closing.unresponsive_attempts} attempts or more",
    )
    yield "High Value only by", closing.resolution_actions[closing.high_value_only_action]
    yield (
        "disqualified lead by",
        _list(closing.resolution_actions[action] for action in closing.disqualified_lead_actions),
    )
    yield "case reasons", _list(playbook.case_reasons.values())
    yield "next steps", f"at least {steps.min_words} words, such as “{steps.example}”"


def _required(playbook: Playbook) -> Rows:
    for when in ("picking_up", "managing", "closing"):
        items = [item for item in playbook.required_ten if item.when == when]
        yield when.replace("_", " "), _list(f"{item.name}{'*' * item.with_opportunity}" for item in items)
    yield "", "* only where the case has an opportunity"


def _high_value(playbook: Playbook) -> Rows:
    high, team, large = playbook.high_value, playbook.renewals_team, playbook.large_deals
    amounts = _list(f"{currency} {amount:,}" for currency, amount in large.amount_from.items())
    yield "large deals from", f"{amounts}; {large.elsewhere:,} of any other"
    yield "criteria", f"{_list(high.criteria.values())}; {high.nominations} nominations each"
    yield "check-ins", f"after {_list(high.check_in_days)} days"
    yield (
        "renewals team",
        f"from {team.starts_on}: cARR under {team.carr_below:,} and LAM under {team.lam_below}",
    )
    yield "  switches off", _names(playbook, team.case_types)
    yield "  keeps", _names(playbook, team.keeps)


def _form(playbook: Playbook) -> Rows:
    for department, subjects in playbook.form_subjects.items():
        yield department, _names(playbook, subjects)


def _case_types(playbook: Playbook) -> Iterator[str]:
    for key, category in playbook.categories.items():
        yield from ("", f"{category.name} ({category.priority})")
        for trigger in playbook.triggers.values():
            if trigger.category == key:
                yield f"  {_case_type(trigger)}"


def _case_type(trigger: TriggerSpec) -> str:
    switch = "on " if trigger.enabled else "off"
    return f"{switch} {trigger.name:<38}{trigger.window}; once per {trigger.once_per.replace('_', ' ')}"
