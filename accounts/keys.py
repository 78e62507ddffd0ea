"""API keys: how a machine signs in, and how often it may ask.

A key is shown once, when it is made; we keep its digest. Its secret is random and long, so that a plain
digest of it can be looked up and tells nothing.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiKey, Person
from accounts.models.keys import Scope
from smbcases.lib.refusal import Refusal

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

MARK = "smb_"
_PREFIX = 12  # characters that we keep to recognise a key by
_SEEN_EVERY = timedelta(minutes=1)
_MINUTE = 60


class UnknownScope(Refusal):
    name = "unknown_scope"
    status = 400
    title = "There is no such scope"


class NoSuchKey(Refusal):
    name = "no_such_key"
    status = 404
    title = "There is no such key"


@dataclass(frozen=True)
class Machine:
    """Who asks, where a key was sent: `request.user` in place of a person.

    What it may do is what the key's scopes say. Where the key acts for a person, it may do no more than they
    may, and what it writes is written in their name.
    """

    key: ApiKey
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def person(self) -> Person | None:
        return self.key.acts_for

    @property
    def pk(self) -> str:
        return f"key-{self.key.pk}"

    def __str__(self) -> str:
        return str(self.key)


def create(*, name: str, scopes: Iterable[str], acts_for: Person | None, now: datetime) -> tuple[ApiKey, str]:
    """Make a key; the second value is the key itself, which cannot be had again. Raises UnknownScope."""
    asked = list(dict.fromkeys(scopes))
    unknown = [scope for scope in asked if scope not in Scope.values]
    if unknown or not asked:
        named = f"“{unknown[0]}” is not a scope. " if unknown else "A key needs at least one scope. "
        raise UnknownScope(f"{named}There are {', '.join(Scope.values)}.")
    secret = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:_PREFIX],
        digest=digest(secret),
        scopes=asked,
        acts_for=acts_for,
        created_at=now,
    )
    return key, secret


def revoke(*, prefix: str, now: datetime) -> list[ApiKey]:
    """Take back every live key that begins with `prefix`; it opens nothing from now on. Raises NoSuchKey."""
    keys = list(ApiKey.objects.filter(prefix=prefix[:_PREFIX], revoked_at__isnull=True).order_by("id"))
    if not keys:
        raise NoSuchKey(f"No key in force begins with {prefix}.")
    for key in keys:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
    return keys


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer smb_…`; anything else is left to the next way of signing in."""

    def authenticate(self, request: Request) -> tuple[Machine, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = _find(secret.strip())
        _note_use(key, now=timezone.now())
        return Machine(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="smbcases"'


class KeyThrottle(BaseThrottle):
    """So many requests a key and minute. Counted in the cache; without a cache nobody is turned away."""

    _left = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, ApiKey):
            return True
        now = timezone.now().timestamp()
        self._left = _MINUTE - now % _MINUTE
        try:
            asked = _count(f"api-key:{request.auth.pk}:{now // _MINUTE:.0f}")
        except (OSError, redis.RedisError) as error:
            logger.warning("Requests of keys are not counted now: %s", error)
            return True
        return bool(asked <= settings.API_KEY_REQUESTS_PER_MINUTE)

    def wait(self) -> float:
        """Seconds until the next minute."""
        return self._left


def _find(secret: str) -> ApiKey:
    try:
        key = ApiKey.objects.select_related("acts_for").get(digest=digest(secret))
    except ApiKey.DoesNotExist as error:
        raise AuthenticationFailed("We do not know this API key.") from error
    if not key.is_live:
        raise AuthenticationFailed("This API key was revoked.")
    if key.acts_for and not key.acts_for.is_active:
        raise AuthenticationFailed("This API key acts for somebody who is no longer active.")
    return key


def _note_use(key: ApiKey, *, now: datetime) -> None:
    """Once a minute is enough: a busy client would otherwise write its key's row with every request."""
    if key.last_used_at is None or key.last_used_at < now - _SEEN_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _SEEN_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def _count(name: str) -> int:
    try:
        return int(cache.incr(name))
    except ValueError:  # the first of this minute
        first: Any = cache.add(name, 1, timeout=2 * _MINUTE)
        return 1 if first else int(cache.incr(name))
