"""What a line's button does: the form or the page that deals with it, by the same address as from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from cases.day.things import About, Deed, Thing


@dataclass(frozen=True, kw_only=True)
class Act:
    """`way`: a `sheet` that opens in place, a `post` that is done by the click, or a `page` to go to."""

    words: str
    url: str
    way: str


@dataclass(frozen=True, kw_only=True)
class _How:
    """`page`: the address's name, which takes `ids` of what the line is about."""

    words: str
    page: str
    way: str = "sheet"
    ids: tuple[str, ...] = ("case_id",)
    query: Mapping[str, str] = field(default_factory=dict)


_HOW = {
    Deed.ANSWER: _How(words="Answer…", page="case_answer", ids=("case_id", "question_id")),
    Deed.PICK_UP: _How(words="Pick up", page="case_pick_up", way="post"),
    Deed.WRITE: _How(words="Write mail…", page="case_mail"),
    Deed.CALL: _How(words="Log a call…", page="case_touch", query={"kind": "call"}),
    Deed.PLAN_STEP: _How(words="Next step…", page="case_next_steps"),
    Deed.CLOSE: _How(words="Close…", page="case_close"),
    Deed.TICK: _How(words="Done", page="task_done", way="post", ids=("task_id",)),
    Deed.OPEN_PLAN: _How(words="Open plan", page="account_plan", way="page", ids=("account_id",)),
    Deed.OPEN: _How(words="Open", page="case", way="page"),
}
_OF_THE_CUSTOMER = frozenset({Deed.WRITE, Deed.CALL})


def act_of(thing: Thing, *, back: str) -> Act:
    """`back`: the page to return to when it is done. Who is not known yet can be neither written to nor called."""
    unknown = thing.deed in _OF_THE_CUSTOMER and thing.about.account_id is None
    how = _HOW[Deed.OPEN if unknown else thing.deed]
    url = _url(how, thing.about)
    if how.way == "sheet":
        url = f"{url}?{urlencode({**how.query, 'back': back})}"
    return Act(words=how.words, url=url, way=how.way)


def url_of(thing: Thing) -> str:
    """The page that the line is about."""
    about = thing.about
    if about.task_id is not None:
        return reverse("task", args=[about.task_id])
    return reverse("case", args=[about.case_id])


def _url(how: _How, about: About) -> str:
    return reverse(how.page, args=[getattr(about, name) for name in how.ids])
