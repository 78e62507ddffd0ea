"""`Idempotency-Key`: a request whose answer was lost is sent again and does nothing twice.

The answer is committed in the one transaction of what the request did, under a unique (caller, key). So a second
request with the same key waits for the first and gets its answer; a process killed midway leaves neither.

Kept are answers to what was carried out (2xx) and refusals by the rules (409, 422): a copy of the request that comes
late must not do what its sender was told cannot be done. Not kept is what was never decided, so that the same key may
be sent again once it is put right: who may not (401, 403, 404), what cannot be read (400), another version
(412, 428), too often (429), and our own failures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import is_success
from rest_framework.views import APIView

from accounts.models import KeptAnswer
from smbcases.lib.refusal import Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_REFUSED_BY_THE_RULES = frozenset({409, 422})
_AT_ONCE = 1000  # rows that one statement removes

Handler = Callable[..., HttpResponse]


class BadKey(Refusal):
    name = "idempotency-key-unreadable"
    status = 400
    title = "Idempotency-Key cannot be read"


class KeyReused(Refusal):
    name = "idempotency-key-reused"
    status = 422
    title = "This Idempotency-Key was sent with another request"


def once(handler: Handler) -> Handler:
    """Wrap a view's method: with the header it is carried out once a key, without it as ever.

    Raises BadKey, and KeyReused where the caller sent the key with another method, address, body or If-Match.
    """

    @wraps(handler)
    def method(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _read_key(request)
        if key is None:
            return handler(view, request, *args, **kwargs)
        return _answer(view, request, key=key, do=lambda: handler(view, request, *args, **kwargs))

    method.takes_key = True  # type: ignore[attr-defined]  # for the document and for the test that asks for it
    return method


def forget(*, before: datetime) -> int:
    """Remove the answers of before, some at a time, so that nobody waits for it. Returns how many there were."""
    removed = 0
    while True:
        old = KeptAnswer.objects.filter(at__lt=before).order_by("at", "id").values("id")[:_AT_ONCE]
        count, _ = KeptAnswer.objects.filter(id__in=old).delete()
        removed += count
        if count < _AT_ONCE:
            return removed


def forget_old(*, now: datetime) -> int:
    return forget(before=now - settings.IDEMPOTENCY_KEYS_KEPT_FOR)


def _read_key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise BadKey(f"{HEADER} takes 1 to 255 visible ASCII characters, such as a UUID.")
    return key


def _answer(view: APIView, request: Request, *, key: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    digest = _digest(request)
    with transaction.atomic():
        kept, is_first = KeptAnswer.objects.get_or_create(
            caller=_caller(request), key=key, defaults={"digest": digest, "at": timezone.now()}
        )
        if not is_first:
            return _replay(kept, digest)
        response = _carry_out(view, do)
        if _is_final(response.status_code):
            kept.keep(status=response.status_code, headers=_headers(response), body=_body(view, response))
        else:
            transaction.set_rollback(True)
    return response


def _carry_out(view: APIView, do: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers, be it a refusal; a failure that nobody foresaw is raised and undoes all."""
    try:
        with transaction.atomic():
            return do()
    except Exception as error:  # noqa: BLE001  the framework's own handler raises what it does not know
        return view.handle_exception(error)


def _is_final(status: int) -> bool:
    return is_success(status) or status in _REFUSED_BY_THE_RULES


def _replay(kept: KeptAnswer, digest: str) -> HttpResponse:
    if kept.digest != digest:
        raise KeyReused("A new request needs a key of its own; the same key only repeats the same request.")
    response = kept.again()
    response[REPLAYED] = "true"
    return response


def _headers(response: HttpResponse) -> dict[str, str]:
    given = dict(response.items())
    if isinstance(response, Response):  # not rendered yet; until then its type is Django's default
        given["Content-Type"] = response.content_type or "application/json"
    return given


def _body(view: APIView, response: HttpResponse) -> bytes:
    if not isinstance(response, Response):
        return response.content
    renderer: BaseRenderer = view.request.accepted_renderer
    return bytes(renderer.render(response.data, renderer.media_type, view.get_renderer_context()))


def _caller(request: Request) -> str:
    """`key-3` or `person-7`: the same key of two callers are two."""
    name = str(request.user.pk)
    return name if name.startswith("key-") else f"person-{name}"


def _digest(request: Request) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(request):
        digest.update(piece + b"\0")
    return digest.hexdigest()


def _pieces(request: Request) -> Iterator[bytes]:
    """What makes it the same request. Of a form with files what is in it: its boundary is drawn anew each time."""
    yield f"{request.method} {request.get_full_path()} {request.headers.get('If-Match', '')}".encode()
    if not (request.content_type or "").startswith("multipart/"):
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name)).encode()
            yield from file.chunks()
            file.seek(0)
