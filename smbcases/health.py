"""Whether this process can do its work; asked by load balancers, containers and the local runner."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import access

_PATIENCE = 1.0  # seconds that the broker may take


@access.public
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; the body names the part that does not. Public."""
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    body = {name: "ok" if answers else "unreachable" for name, answers in parts.items()}
    return JsonResponse(body, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # so that the next request of this thread connects anew
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
