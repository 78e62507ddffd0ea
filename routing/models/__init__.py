"""Triggers and what they decided; pools, turns, time off and every assignment with its reasons."""

from routing.models.decisions import Assignment, Drain, Rule, Waiting, WaitingReason
from routing.models.nominations import Nomination, State
from routing.models.pools import Member, Pool, TimeOff
from routing.models.triggers import (
    BookPass,
    Evaluation,
    Trigger,
    TriggerVersion,
    Verdict,
)

__all__ = [
    "Assignment",
    "BookPass",
    "Drain",
    "Evaluation",
    "Member",
    "Nomination",
    "Pool",
    "Rule",
    "State",
    "TimeOff",
    "Trigger",
    "TriggerVersion",
    "Verdict",
    "Waiting",
    "WaitingReason",
]
