"""Plans of cases: what the demo's people will do."""

from itertools import product
from random import Random

from smbcases.demo import casework
from smbcases.demo.desk import Desk
from smbcases.demo.people import Manner
from smbcases.demo.talking import Talking

SUBJECTS = [
    casework.Subject(
        case_type=case_type,
        category=category,
        origin=origin,
        has_contact=True,
        has_lead=False,
        kind="renewal",
        days_to_close=days,
    )
    for (case_type, category), origin, days in product(
        (("high_value_account", "high_value"), ("fo_opp", "expansion"), ("referral", "inbound")),
        ("form", "trigger"),
        (None, 20),
    )
]


def _deeds():
    chance = Random(1)
    return {
        deed.kind
        for subject in SUBJECTS
        for _ in range(60)
        for deed in casework.plan(subject, manner=Manner(), chance=chance)
    }


def test_somebody_can_do_every_deed():
    for kind in _deeds():
        assert hasattr(Desk, f"_{kind}") or hasattr(Talking, kind), kind


def test_people_talk_ask_for_help_and_note_tasks():
    assert _deeds() >= {"ask", "answer_question", "note_task", "do_task", "ask_for_help", "note_by_filer"}
