"""Single events by 8 clients: how long the 202 takes, and how long until the case is on somebody's My Cases."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import django
import orjson
import requests

django.setup()

from bench import book, place, report
from cases.models import Case

CLIENTS = 8
PER_SECOND = 50
SECONDS = 20
MUST_ANSWER = 0.050
MUST_SHOW = 1.0


def main() -> None:
    place.prepare()
    book.hire(200)
    accounts = book.stock(PER_SECOND * SECONDS + 200 + 2000)
    with place.desk() as address:
        headers = {"Authorization": f"Bearer {book.key()}", "Content-Type": "application/cloudevents+json"}
        _send(accounts[:200], address=address, headers=headers, per_second=PER_SECOND)
        paced = accounts[200 : 200 + PER_SECOND * SECONDS]
        shown = _Shown(paced)
        answers = _send(paced, address=address, headers=headers, per_second=PER_SECOND)
        delays = shown.delays({name: at for name, at, _ in answers})
        began = time.perf_counter()
        flat_out = _send(accounts[-2000:], address=address, headers=headers, per_second=0)
        rate = len(flat_out) / (time.perf_counter() - began)
    answer_p95 = _p95([seconds for _, _, seconds in answers])
    show_p95 = _p95(delays)
    report.answer(
        f"Single events posted by {CLIENTS} clients",
        [
            report.row(
                f"p95 of the 202, at {PER_SECOND} events/s",
                f"{1000 * answer_p95:.0f} ms",
                must=f"< {1000 * MUST_ANSWER:.0f} ms",
                kept=answer_p95 < MUST_ANSWER,
            ),
            report.row("median of the same", f"{1000 * statistics.median(s for _, _, s in answers):.0f} ms"),
            report.row(
                f"p95 from the 202 to My Cases, at {PER_SECOND} events/s",
                f"{1000 * show_p95:.0f} ms",
                must=f"≤ {1000 * MUST_SHOW:.0f} ms",
                kept=show_p95 <= MUST_SHOW,
            ),
            report.row("the same 8 clients without a pause", f"{rate:,.0f} events/s"),
            report.row("p95 of the 202 then", f"{1000 * _p95([s for _, _, s in flat_out]):.0f} ms"),
        ],
    )


Answer = tuple[str, float, float]


def _send(accounts: Sequence[str], *, address: str, headers: dict[str, str], per_second: int) -> list[Answer]:
    """Post one event an account; answer each account with the moment of its 202 and the seconds it took."""
    began = time.perf_counter()
    local = threading.local()

    def post(place_in_line: int) -> Answer:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        if per_second:
            time.sleep(max(0.0, began + place_in_line / per_second - time.perf_counter()))
        body = orjson.dumps(book.hand_raise(accounts[place_in_line], number=2))
        asked = time.perf_counter()
        local.session.post(f"{address}/api/events", data=body, headers=headers, timeout=60).raise_for_status()
        answered = time.perf_counter()
        return accounts[place_in_line], answered, answered - asked

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(post, range(len(accounts))))


class _Shown:
    """Watches which accounts have an assigned case, every 10 ms: from then on My Cases has it."""

    def __init__(self, accounts: Sequence[str]) -> None:
        self._wanted = set(accounts)
        self._seen: dict[str, float] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        last = 0
        ends = time.perf_counter() + SECONDS + 60
        while len(self._seen) < len(self._wanted) and time.perf_counter() < ends:
            new = Case.objects.filter(pk__gt=last, owner__isnull=False, account__isnull=False).order_by("pk")
            for pk, name in new.values_list("pk", "account__external_id"):
                last = pk
                if name in self._wanted:
                    self._seen.setdefault(name, time.perf_counter())
            time.sleep(0.01)

    def delays(self, answered: dict[str, float]) -> list[float]:
        self._thread.join()
        missing = self._wanted - self._seen.keys()
        assert not missing, f"{len(missing)} of the posted events have no assigned case"
        return [max(0.0, self._seen[name] - at) for name, at in answered.items()]


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


if __name__ == "__main__":
    main()
