"""The acts of the case desk itself on many cases; each is the deed of the single act."""

from __future__ import annotations

from accounts.access import Act
from cases import concluding, lifecycle, planning
from cases import serializers as single
from cases.many import closed_beside, forms, shapes
from cases.many.acts import BulkAct, register


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
            deed=lambda _given, by, now: lifecycle.PickUp(by=by, now=now),
        )
    )
    register(
        BulkAct(
            key="next_steps",
            name="Next step",
            done="given a next step",
            place=20,
            act=Act.WORK_CASES,
            shape=single.ToNextSteps,
            deed=lambda given, by, now: planning.SetNextSteps(**given, by=by, now=now),
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
            deed=lambda given, by, now: lifecycle.SetStatus(**given, by=by, now=now),
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
            deed=lambda given, by, now: planning.PutOff(**given, by=by, now=now),
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
            deed=lambda given, by, now: concluding.Close(closure=single.closure(given), by=by, now=now),
            form=forms.Close,
            take_back=closed_beside.take_back,
        )
    )
