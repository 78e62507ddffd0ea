"""Which cases were closed for nothing: said once, for who counts them and for the list of them."""

from __future__ import annotations

from django.db.models import Q

NO_ACTION = "no_action_required"
UNRESPONSIVE = "unresponsive"
IDLE = Q(status=UNRESPONSIVE) | Q(resolution_action=NO_ACTION)


def is_idle(status: str, action: str) -> bool:
    """Whether a case that ended so had nothing to do, or got no answer; as `IDLE` has it."""
    return status == UNRESPONSIVE or action == NO_ACTION
