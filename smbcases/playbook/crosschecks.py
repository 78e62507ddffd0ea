"""What no single entry can know: do the sections of a playbook fit together?"""

from collections.abc import Iterable, Iterator

from smbcases.playbook import clocks, conditions, merge, vocabulary
from smbcases.playbook.book import Playbook
from smbcases.playbook.problems import Path
from smbcases.playbook.trigger import TriggerSpec
from smbcases.playbook.wording import alternatives, did_you_mean

Mistakes = Iterator[tuple[Path, str]]
_TIERS = (1, 2, 3)


def mistakes(playbook: Playbook) -> Mistakes:
    """Every place where a section names what another does not have, with a sentence about it."""
    yield from _statuses(playbook)
    yield from _territories(playbook)
    yield from _tiers(playbook)
    yield from _priorities(playbook)
    yield from _names(playbook)
    yield from _order(playbook)
    yield from clocks.mistakes(playbook.clocks)
    yield from _handover_mails(playbook)
    for key, trigger in playbook.triggers.items():
        for path, sentence in _trigger(trigger, playbook):
            yield ("triggers", key, *path), f"{trigger.key}: {sentence}"


def _unknown(words: Iterable[str], known: Iterable[str], path: Path, what: str) -> Mistakes:
    names = list(known)
    for at, word in enumerate(words):
        if word not in names:
            hint = did_you_mean(word, names) or f"; expected {alternatives(names)}"
            yield (*path, at), f"there is no {what} “{word}”{hint}."


def _statuses(playbook: Playbook) -> Mistakes:
    for key, status in playbook.statuses.items():
        for move in status.moves:
            for _, sentence in _unknown([move], playbook.statuses, (), "status"):
                yield ("statuses", key, "moves", move), sentence
    for stage in ("open", "in_progress", "closed"):
        if stage not in {status.stage for status in playbook.statuses.values()}:
            yield ("statuses",), f"statuses: expected at least one status whose stage is {stage}."
    if "open" not in playbook.statuses:
        yield ("statuses",), "statuses: expected a status “open”, in which every case begins."


def _territories(playbook: Playbook) -> Mistakes:
    served: dict[str, str] = {}
    for key, territory in playbook.territories.items():
        for at, region in enumerate(territory.regions):
            path: Path = ("territories", key, "regions", at)
            if region != region.upper():
                yield path, f"expected the region in capitals, “{region.upper()}”."
            if region in served:
                yield path, f"region {region} is already in territory “{served[region]}”."
            served.setdefault(region, key)


def _tiers(playbook: Playbook) -> Mistakes:
    tiers, known = playbook.tiers, [*playbook.categories, *playbook.triggers]
    if sorted(tiers.may_trigger) != list(_TIERS):
        yield (
            ("tiers", "may_trigger"),
            "tiers › may_trigger: expected one list for each of the tiers 1, 2 and 3.",
        )
    if tiers.two_above >= tiers.one_above:
        yield ("tiers", "two_above"), "tiers › two_above: expected less than one_above."
    for tier, names in tiers.may_trigger.items():
        yield from _unknown(names, known, ("tiers", "may_trigger", str(tier)), "category or case type")


def _priorities(playbook: Playbook) -> Mistakes:
    for path, section in (
        (("priorities",), playbook.priorities),
        (("clocks", "pick_up_hours"), playbook.clocks.pick_up_hours),
    ):
        for priority in ("high", "medium", "low"):
            if priority not in section:
                yield path, f"{' › '.join(path)}: “{priority}” is missing."


def _names(playbook: Playbook) -> Mistakes:
    """Words of one section that must be known in another, or to the code."""
    types = playbook.triggers
    lists: list[tuple[Path, Iterable[str], Iterable[str], str]] = [
        (("clocks", "no_limit"), playbook.clocks.no_limit, types, "case type"),
        (("capacity", "free_case_types"), playbook.capacity.free_case_types, types, "case type"),
        (("renewals_team", "keeps"), playbook.renewals_team.keeps, types, "case type"),
        (("renewals_team", "case_types"), playbook.renewals_team.case_types, types, "case type"),
        (("sticky",), playbook.sticky, sorted(vocabulary.STICKY_RULES), "sticky rule"),
        *(
            (("form_subjects", department), subjects, types, "case type")
            for department, subjects in playbook.form_subjects.items()
        ),
    ]
    for path, words, known, what in lists:
        yield from _unknown(words, known, path, what)
    for at, item in enumerate(playbook.required_ten):
        for _, sentence in _unknown([item.key], sorted(vocabulary.CHECKLIST), (), "check"):
            yield ("required_ten", at, "key"), sentence
    for department in playbook.form_subjects:
        for _, sentence in _unknown([department], sorted(vocabulary.DEPARTMENTS), (), "department"):
            yield ("form_subjects", department), sentence
    yield from _unknown(
        playbook.closing.disqualified_lead_actions,
        playbook.closing.resolution_actions,
        ("closing", "disqualified_lead_actions"),
        "resolution action",
    )
    action = playbook.closing.high_value_only_action
    for _, sentence in _unknown([action], playbook.closing.resolution_actions, (), "resolution action"):
        yield ("closing", "high_value_only_action"), sentence
    for at, case_type in enumerate(playbook.renewals_team.case_types):
        if case_type in playbook.renewals_team.keeps:
            yield (
                ("renewals_team", "case_types", at),
                f"“{case_type}” is also under keeps; it cannot be both.",
            )


def _order(playbook: Playbook) -> Mistakes:
    """Numbers that must rise."""
    days = [touch.day for touch in playbook.cadence]
    for path, numbers in (
        (("cadence",), days),
        (("high_value", "check_in_days"), list(playbook.high_value.check_in_days)),
    ):
        if numbers != sorted(set(numbers)):
            yield path, f"{' › '.join(path)}: expected rising days, but found {', '.join(map(str, numbers))}."
    if playbook.segment.enterprise.employees_from < playbook.segment.employees_below:
        yield (
            ("segment", "enterprise", "employees_from"),
            "segment › enterprise: expected no less than the SMB line.",
        )


def _trigger(trigger: TriggerSpec, playbook: Playbook) -> Mistakes:
    if trigger.category not in playbook.categories:
        yield (), f"there is no category “{trigger.category}”; expected {alternatives(playbook.categories)}."
    yield from _unknown(trigger.wakes_on, sorted(vocabulary.EVENT_TYPES), ("wakes_on",), "event type")
    if not trigger.wakes_on and not trigger.daily:
        yield (), "nothing wakes it; expected event types under wakes_on, or daily: on."
    if trigger.daily and not trigger.condition:
        yield (), "asked of the whole book each day, it needs a condition."
    if problem := conditions.problem(trigger.condition, on=trigger.on):
        yield ("condition",), f"condition: {problem}"
    yield from _texts(trigger)


def _texts(trigger: TriggerSpec) -> Mistakes:
    for name in ("subject", "context", "cta", "email_subject", "email_body"):
        known = vocabulary.EMAIL_MERGE_FIELDS if name.startswith("email") else vocabulary.MERGE_FIELDS
        yield from _merge_fields(getattr(trigger, name), known, path=(name,))


def _handover_mails(playbook: Playbook) -> Mistakes:
    for key, mail in playbook.handover_mails.items():
        if not key.startswith("handover_"):
            yield (
                ("handover_mails", key),
                f"handover_mails: expected a key like handover_welcome, but found “{key}”.",
            )
        for name in ("subject", "body"):
            path: Path = ("handover_mails", key, name)
            for _, sentence in _merge_fields(
                getattr(mail, name), vocabulary.HANDOVER_MERGE_FIELDS, path=path
            ):
                yield path, f"{key}: {sentence}"


def _merge_fields(text: str, known: Iterable[str], *, path: Path) -> Mistakes:
    name = path[-1]
    for _, sentence in _unknown(sorted(merge.fields(text)), sorted(known), (), "merge field"):
        yield path, f"{name}: {sentence}"
    if merge.stray_braces(text):
        yield path, f"{name}: expected braces only around a merge field, as in {{account}}."
