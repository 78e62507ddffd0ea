"""My Cases over 10 k, 100 k and 1 M cases: first, deep and filtered page, without the network."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from html import unescape
from http import HTTPStatus
from urllib.parse import urljoin

from bench import place, report

SIZES = (10_000, 100_000, 1_000_000)
TIMES, WARM_UP = 60, 5
BARE = "bare query of the first page"
PAGES = ("first page", "deep page", "filtered page", BARE)
MUST_GROW = 1.3
MUST_ANSWER = 0.030
Medians = dict[str, float]


def main() -> None:
    largest = int(os.environ["BENCH_CASES"])
    sizes = [size for size in SIZES if size <= largest]
    found = _measured(sizes)
    rows = [row for size in sizes for row in _rows(size, found)]
    report.answer("My Cases, median in the server", rows)


class _Book:
    """A book of `size` cases in a database of its own, read by a process that answers one page at a time."""

    def __init__(self, size: int) -> None:
        environment = os.environ | {"DATABASE_URL": place.database(f"lists_{size}")}
        command = [sys.executable, "-m", "bench.lists", str(size)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)

    def ask(self, page: str) -> float:
        """Seconds that the page took. Waits until the book is filled."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{page}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


def _measured(sizes: Sequence[int]) -> dict[int, Medians]:
    """Medians in seconds by size and page. The sizes take turns, so that what else the machine does hits all alike."""
    books = {}
    for size in sizes:
        books[size] = _Book(size)
        books[size].ask(PAGES[0])
    seconds: dict[int, dict[str, list[float]]] = {size: {page: [] for page in PAGES} for size in sizes}
    for turn in range(WARM_UP + TIMES):
        for page in PAGES:
            for size in sizes:
                taken = books[size].ask(page)
                if turn >= WARM_UP:
                    seconds[size][page].append(taken)
    for book in books.values():
        book.close()
    return {
        size: {page: statistics.median(all_) for page, all_ in found.items()}
        for size, found in seconds.items()
    }


def _rows(size: int, found: dict[int, Medians]) -> list[report.Row]:
    smallest, is_last = found[SIZES[0]], size == max(found)
    rows = []
    for page, seconds in found[size].items():
        growth = seconds / smallest[page]
        measured = page != BARE
        rows.append(
            report.row(
                f"{size:>9,} cases, {page}",
                f"{1000 * seconds:.1f} ms  {growth:.2f} ×",
                must=f"< {1000 * MUST_ANSWER:.0f} ms, ≤ {MUST_GROW} ×" if is_last and measured else "",
                kept=(seconds < MUST_ANSWER and growth <= MUST_GROW) if is_last and measured else None,
            )
        )
    return rows


def answer_pages(size: int) -> None:
    """Fill this process's database; then, for each page named on a line of the input, answer its seconds.

    Pages are asked through every middleware, without the network.
    """
    import django  # noqa: PLC0415  the process that only asks others needs no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Count  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from accounts.models import Person  # noqa: PLC0415
    from cases.models import Case  # noqa: PLC0415
    from smbcases.readiness import get_ready  # noqa: PLC0415

    get_ready()  # as the pages' processes do
    place.prepare()
    advocates = min(200, size // 500)  # so that each has enough closed cases for a deep page of 25 rows
    call_command("scale", "--cases", str(size), "--advocates", str(advocates), stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # else autovacuum does it while we measure
    busy = Person.objects.filter(role="advocate", cases__closed_at__isnull=True)
    advocate = busy.annotate(held=Count("cases")).order_by("-held", "id").first()
    assert advocate is not None
    client = Client(SERVER_NAME="localhost")
    client.force_login(advocate)
    first = reverse("my_cases")

    def get(address: str, **asked: str) -> str:
        response = client.get(address, asked)
        html = response.content.decode()
        assert response.status_code == HTTPStatus.OK, response.status_code
        assert "SMB-" in html, f"no rows at {address}"
        return html

    deep = f"{first}?tab=closed"
    for _ in range(3):
        deep = _following(get(deep), page=deep) or deep
    mine = Case.objects.open().owned_by(advocate).order_by("due_at", "id")
    pages: dict[str, Callable[[], object]] = {
        "first page": lambda: get(first),
        "deep page": lambda: get(deep),
        "filtered page": lambda: get(first, category="inbound"),
        BARE: lambda: list(mine.values("id", "subject", "due_at")[:25]),
    }
    for line in sys.stdin:
        print(_timed(pages[line.strip()]), flush=True)


def _following(html: str, *, page: str) -> str | None:
    """Where the page's own link to the next rows leads."""
    link = re.search(r'rel="next" href="([^"]+)"', html)
    return urljoin(page, unescape(link[1])) if link else None


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


if __name__ == "__main__":
    if len(sys.argv) > 1:
        answer_pages(int(sys.argv[1]))
    else:
        main()
