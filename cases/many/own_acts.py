"""The acts of the case desk itself on many cases; each is the domain call of the single act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.access import Act
from cases import lifecycle, places, planning
from cases import serializers as single
from cases.many import forms, shapes
from cases.many.acts import BulkAct, register


def _hold_put_off(case_ids: Sequence[int], _given: dict[str, Any], now: datetime) -> None:
    places.hold_for_put_off(case_ids, now=now)


def offer() -> None:
    """Add them to what lists offer."""
    register(
        BulkAct(
            key="pick_up",
            name="Pick up",
            done="picked up",
            place=10,
            act=Act.WORK_CASES,
            shape=single.Nothing,
            do=lambda _given, call: lifecycle.pick_up(**call),
            hold=_hold_put_off,
        )
    )
    register(
        BulkAct(
            key="next_steps",
            name="Next step",
            done="given their next step",
            place=20,
            act=Act.WORK_CASES,
            shape=single.ToNextSteps,
            do=lambda given, call: planning.set_next_steps(**call, **given),
            form=forms.NextSteps,
        )
    )
    register(
        BulkAct(
            key="status",
            name="Status",
            done="moved",
            place=30,
            act=Act.WORK_CASES,
            shape=single.ToStatus,
            do=lambda given, call: lifecycle.set_status(**call, **given),
            hold=_hold_put_off,
            form=forms.Status,
        )
    )
    register(
        BulkAct(
            key="later",
            name="Later",
            done="put off",
            place=40,
            act=Act.WORK_CASES,
            shape=single.ToPutOff,
            do=lambda given, call: planning.put_off(**call, **given),
            form=forms.Later,
        )
    )
    register(
        BulkAct(
            key="close",
            name="Close",
            done="closed",
            place=60,
            act=Act.WORK_CASES,
            shape=shapes.ToCloseMany,
            do=lambda given, call: lifecycle.close(**call, closure=shapes.closure(given)),
            form=forms.Close,
        )
    )
