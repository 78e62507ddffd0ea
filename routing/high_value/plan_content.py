"""What an account plan says, and what two of its versions differ in: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from difflib import ndiff
from typing import Any, Literal, get_args

from smbcases.lib.refusal import Refusal

TouchpointState = Literal["planned", "done", "skipped"]
STATES: tuple[str, ...] = get_args(TouchpointState)
LONGEST_TEXT = 5000
LONGEST_LINE = 300
MOST_TOUCHPOINTS = 40


class BadPlan(Refusal):
    name = "plan-cannot-be-kept"
    status = 422
    title = "The plan cannot be kept like that"


@dataclass(frozen=True, kw_only=True)
class Touchpoint:
    """A talk agreed with the customer, on a day. `reminded`: somebody was told of it; it says nothing of the plan."""

    on: date
    what: str
    state: str = "planned"
    reminded: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.on:%-d %b %Y}: {self.what}, {self.state}"


@dataclass(frozen=True, kw_only=True)
class Content:
    """`deciders` and `users` are contacts by their CRM id; `growth` says what there is to it, by criterion."""

    goals: str = ""
    deciders: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    growth: Mapping[str, str]
    risks: str = ""
    touchpoints: tuple[Touchpoint, ...] = ()

    @property
    def next_touchpoint_on(self) -> date | None:
        """The first that is planned, also where its day has passed."""
        return min((one.on for one in self.touchpoints if one.state == "planned"), default=None)

    def stored(self) -> dict[str, Any]:
        touchpoints = [{**asdict(one), "on": one.on.isoformat()} for one in self.touchpoints]
        return {**asdict(self), "touchpoints": touchpoints}


def make(
    *,
    goals: str = "",
    deciders: list[str] | tuple[str, ...] = (),
    users: list[str] | tuple[str, ...] = (),
    growth: Mapping[str, str] | None = None,
    risks: str = "",
    touchpoints: list[Touchpoint] | tuple[Touchpoint, ...] = (),
) -> Content:
    """What was typed, tidied: texts without blanks around them, people once each, touchpoints by day."""
    return Content(
        goals=goals.strip(),
        deciders=tuple(dict.fromkeys(deciders)),
        users=tuple(dict.fromkeys(users)),
        growth={key: text.strip() for key, text in (growth or {}).items() if text.strip()},
        risks=risks.strip(),
        touchpoints=tuple(sorted(touchpoints, key=lambda one: (one.on, one.what))),
    )


def restored(stored: Mapping[str, Any]) -> Content:
    touchpoints = [
        Touchpoint(
            on=date.fromisoformat(one["on"]),
            what=one["what"],
            state=one["state"],
            reminded=one.get("reminded", False),
        )
        for one in stored.get("touchpoints", ())
    ]
    return make(**{**stored, "touchpoints": touchpoints})


def to_remind(content: Content, *, since: date | None, today: date) -> list[Touchpoint]:
    """The planned touchpoints whose day has come and that nobody was reminded of; all up to `since` were."""
    return [
        one
        for one in content.touchpoints
        if one.state == "planned" and not one.reminded and (since or date.min) < one.on <= today
    ]


def remembering(content: Content, held: Content, *, since: date | None) -> Content:
    """`content` with what `held` knows of reminders: of its touchpoints up to `since` somebody was reminded."""
    told = {
        (one.on, one.what)
        for one in held.touchpoints
        if one.reminded or (since is not None and one.on <= since)
    }
    marked = (replace(one, reminded=(one.on, one.what) in told) for one in content.touchpoints)
    return replace(content, touchpoints=tuple(marked))


def check(content: Content, *, criteria: Mapping[str, str]) -> None:
    """Raise BadPlan where something is too long, or of a kind that is not known."""
    if max(len(content.goals), len(content.risks), *map(len, content.growth.values()), 0) > LONGEST_TEXT:
        raise BadPlan(f"Keep each text under {LONGEST_TEXT} characters.")
    strange = [key for key in content.growth if key not in criteria]
    if strange:
        raise BadPlan(f"“{strange[0]}” is no criterion. They are: {', '.join(criteria)}.")
    if len(content.touchpoints) > MOST_TOUCHPOINTS:
        raise BadPlan(f"A plan has {MOST_TOUCHPOINTS} touchpoints at most.")
    for one in content.touchpoints:
        if not one.what.strip() or len(one.what) > LONGEST_LINE or one.state not in STATES:
            raise BadPlan(f"Say in a line what the touchpoint of {one.on:%-d %b %Y} is about.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that came or went."""

    came: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A part of the plan with what is new in it and what is gone."""

    part: str
    lines: tuple[Line, ...]


def changes(
    before: Content, after: Content, *, names: Mapping[str, str], criteria: Mapping[str, str]
) -> list[Changed]:
    """What `after` says otherwise, part by part. `names`: of contacts, by their CRM id."""
    old, new = _parts(before, names=names, criteria=criteria), _parts(after, names=names, criteria=criteria)
    found = []
    for part in {**old, **new}:
        lines = tuple(_compare(old.get(part, []), new.get(part, [])))
        if lines:
            found.append(Changed(part=part, lines=lines))
    return found


def _parts(
    content: Content, *, names: Mapping[str, str], criteria: Mapping[str, str]
) -> dict[str, list[str]]:
    growth = [f"{criteria.get(key, key)}: {text}" for key, text in content.growth.items()]
    return {
        "Goals": content.goals.splitlines(),
        "Who decides": [names.get(one, one) for one in content.deciders],
        "Who uses it": [names.get(one, one) for one in content.users],
        "Growth potential": [line for text in growth for line in text.splitlines()],
        "Risks": content.risks.splitlines(),
        "Touchpoints": [str(one) for one in content.touchpoints],
    }


def _compare(old: list[str], new: list[str]) -> Iterator[Line]:
    for line in ndiff(old, new):
        if line[:2] in {"+ ", "- "} and line[2:].strip():
            yield Line(came=line.startswith("+"), text=line[2:])
