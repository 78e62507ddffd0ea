"""My Cases over 10 k, 100 k and 1 M cases: first, deep and filtered page, without the network."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from html import unescape
from http import HTTPStatus
from urllib.parse import urljoin

from bench import place, report

SIZES = (10_000, 100_000, 1_000_000)
TIMES = 60
MUST_GROW = 1.3
MUST_ANSWER = 0.030
Medians = dict[str, float]


def main() -> None:
    largest = int(os.environ["BENCH_CASES"])
    sizes = [size for size in SIZES if size <= largest]
    found = {size: _measured(size) for size in sizes}
    rows = [row for size in sizes for row in _rows(size, found)]
    report.answer("My Cases, median in the server", rows)


def _measured(size: int) -> Medians:
    """Medians in seconds by page, taken in a process of its own on a book of `size` cases."""
    environment = os.environ | {"DATABASE_URL": place.database(f"lists_{size}")}
    command = [sys.executable, "-m", "bench.lists", str(size)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    medians: Medians = json.loads(done.stdout.splitlines()[-1])
    return medians


def _rows(size: int, found: dict[int, Medians]) -> list[report.Row]:
    smallest, is_last = found[SIZES[0]], size == max(found)
    rows = []
    for page, seconds in found[size].items():
        growth = seconds / smallest[page]
        measured = page != "bare query of the first page"
        rows.append(
            report.row(
                f"{size:>9,} cases, {page}",
                f"{1000 * seconds:.1f} ms  {growth:.2f} ×",
                must=f"< {1000 * MUST_ANSWER:.0f} ms, ≤ {MUST_GROW} ×" if is_last and measured else "",
                kept=(seconds < MUST_ANSWER and growth <= MUST_GROW) if is_last and measured else None,
            )
        )
    return rows


def measure(size: int) -> Medians:
    """Fill this process's database and time each page through every middleware, without the network."""
    import django  # noqa: PLC0415  the process that only asks others needs no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from accounts.models import Person  # noqa: PLC0415
    from cases.models import Case  # noqa: PLC0415

    place.prepare()
    call_command("scale", "--cases", str(size), stdout=sys.stderr)
    advocates = Person.objects.filter(role="advocate", cases__closed_at__isnull=True)
    advocate = advocates.annotate(held=Count("cases")).order_by("-held", "id").first()
    assert advocate is not None
    client = Client(SERVER_NAME="localhost")
    client.force_login(advocate)
    page = reverse("my_cases")

    def get(address: str, **asked: str) -> str:
        response = client.get(address, asked)
        html = response.content.decode()
        assert response.status_code == HTTPStatus.OK, response.status_code
        assert "SMB-" in html, f"no rows at {address}"
        return html

    deep = f"{page}?tab=closed"
    for _ in range(3):
        deep = _following(get(deep), page=deep) or deep
    mine = Case.objects.open().owned_by(advocate).order_by("due_at", "id")
    return {
        "first page": _median(lambda: get(page)),
        "deep page": _median(lambda: get(deep)),
        "filtered page": _median(lambda: get(page, category="inbound")),
        "bare query of the first page": _median(lambda: list(mine.values("id", "subject", "due_at")[:25])),
    }


def _following(html: str, *, page: str) -> str | None:
    """Where the page's own link to the next rows leads."""
    link = re.search(r'rel="next" href="([^"]+)"', html)
    return urljoin(page, unescape(link[1])) if link else None


def _median(ask: Callable[[], object]) -> float:
    for _ in range(5):
        ask()
    return statistics.median(_timed(ask) for _ in range(TIMES))


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
