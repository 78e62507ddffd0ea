"""A form that was sent after the session had ended: what was typed waits in the browser's next session, and is a draft
again as soon as the same person has signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from accounts.models import Person
from cases.filing import drafts

_LONGEST = 60_000  # characters that somebody who is not signed in may leave with us
_NAME = "unsent_form"
View = Callable[..., HttpResponseBase]


def kept(view: View) -> View:
    """Wrap a view that files: what is sent to it by nobody is put by before it asks them to sign in."""

    @wraps(view)
    def keeping(request: HttpRequest, key: UUID, *args: Any, **more: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            put_by(request, key)
        return view(request, key, *args, **more)

    return keeping


def put_by(request: HttpRequest, key: UUID) -> None:
    """Keep what was typed in the session, for whoever the form was shown to; too long a text is left to the draft."""
    typed = drafts.read(request.POST.dict())
    whose = request.POST.get("whose", "")
    if sum(map(len, typed.values())) <= _LONGEST:
        request.session[_NAME] = {"key": str(key), "whose": whose, "typed": typed}


def take(request: HttpRequest, key: UUID, *, person: Person, now: datetime) -> bool:
    """Make a draft of what was put by for this form and person. Whether there was something."""
    held = request.session.get(_NAME)
    if not held or held["key"] != str(key):
        return False
    del request.session[_NAME]
    if held["whose"] != str(person.pk):
        return False
    drafts.save(key=key, person=person, typed=held["typed"], now=now)
    return True
