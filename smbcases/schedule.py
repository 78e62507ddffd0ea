"""All that happens by the clock: one line a job, with its reason.

A job is a wake-up that expires before the next one, so that a stopped worker finds no pile of them.
"""

from typing import Any


def _every(seconds: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}


SCHEDULE = {
    "apply events": _every(5, "accounts.tasks.apply_events"),  # those whose wake-up was lost
    "release events": _every(600, "accounts.tasks.release_events"),  # whose record came another way
    "evaluate events": _every(5, "routing.tasks.evaluate_events"),  # applied ones that nobody looked at
    "drain pools": _every(5, "routing.tasks.drain_pools"),  # cases that wait while a place is free
    "look at the book": _every(60, "routing.tasks.look_at_the_book"),  # daily triggers, each when due
    "remind of high value": _every(600, "routing.tasks.remind_of_high_value"),  # touchpoints, the new year
    "tell of rooms": _every(600, "routing.tasks.tell_of_rooms"),  # once a week, at each person's hour
    "settle the book": _every(600, "cases.tasks.settle_book"),  # segment moves, and the sweep of ownership
    "sweep clocks": _every(60, "cases.tasks.sweep_clocks"),  # what has become late since
    "remind of tasks": _every(30, "cases.tasks.remind_of_tasks"),  # at the time each person asked for
    "send mails": _every(15, "cases.tasks.send_mails"),  # tried again, given up for lost, or never woken
    "read mails": _every(5, "cases.tasks.read_mails"),  # that came in, and whose wake-up was lost
    "fetch mails": _every(30, "cases.tasks.fetch_mails"),  # from the mailbox
    "place mails": _every(30, "cases.tasks.place_mails"),  # whose senders the book knows by now
    "mail notices": _every(60, "cases.tasks.mail_notices"),  # daily ones, and those whose wake-up was lost
    "forget answers": _every(
        3600, "accounts.tasks.forget_answers"
    ),  # of requests that nobody repeats any more
    "forget unfinished runs": _every(3600, "cases.tasks.forget_unfinished_runs"),  # previewed, never done
    "count ahead": _every(60, "cases.tasks.count_ahead"),  # long periods of dashboards, some at a time
    "sweep files": _every(3600, "cases.tasks.sweep_files"),  # removed ones, and those without a row
}
