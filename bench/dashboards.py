"""Every dashboard and Run your day over a full book: the usual period and fiscal years, in the server, without the
network. What is kept of settled cases is there, as it is once the night's job has run; a fiscal year is also asked for
with nothing kept, as by who comes first with filters of their own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from bench import place, report

TIMES, WARM_UP = 9, 2
DAY = "Run your day"
BARE = "bare count of what closed in a period"
NOTHING_KEPT = "last fiscal year, nothing kept"
LISTS = "the slowest list that a figure of last fiscal year opens"
MUST = {DAY: 0.050}
MUST_DASHBOARD = 0.150
ADVOCATES = 200


def main() -> None:
    size = int(os.environ["BENCH_CASES"])
    found = _measured(size)
    report.answer(f"Dashboards over {size:,} cases, median in the server", [_row(*one) for one in found])


def _measured(size: int) -> list[tuple[str, float]]:
    """Each page with its median in seconds; a process fills the book and answers one page at a time."""
    command = [sys.executable, "-m", "bench.dashboards", str(size)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    pages = process.stdout.readline().rstrip("\n").split("\t")
    seconds: dict[str, list[float]] = {page: [] for page in pages}
    lists, unkept = ([page for page in pages if page.endswith(end)] for end in (LISTS, NOTHING_KEPT))
    rest = [page for page in pages if page not in {*lists, *unkept}]
    for group in (rest, lists, unkept):  # the last throw away what others keep
        for turn in range(WARM_UP + TIMES):
            for page in group:
                process.stdin.write(f"{page}\n")
                process.stdin.flush()
                taken = float(process.stdout.readline())
                if turn >= WARM_UP:
                    seconds[page].append(taken)
    process.communicate()
    return [(page, statistics.median(all_)) for page, all_ in seconds.items()]


def _row(page: str, seconds: float) -> report.Row:
    if page.startswith(BARE) or page.endswith((NOTHING_KEPT, LISTS)):
        return report.row(page, f"{1000 * seconds:.1f} ms")
    must = MUST.get(page, MUST_DASHBOARD)
    return report.row(page, f"{1000 * seconds:.1f} ms", must=f"< {1000 * must:.0f} ms", kept=seconds < must)


def answer_pages(size: int) -> None:
    """Fill this process's database and name the pages on one line; then, for each that is named on a line of the
    input, answer its seconds. Pages are asked through every middleware."""
    import django  # noqa: PLC0415  the process that only asks others needs no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from smbcases.readiness import get_ready  # noqa: PLC0415

    get_ready()  # as the pages' processes do
    place.prepare()
    advocates = min(ADVOCATES, max(1, size // 500))
    call_command("scale", "--cases", str(size), "--advocates", str(advocates), stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # else autovacuum does it while we measure
    pages = dict(_pages())
    print("\t".join(pages), flush=True)
    for line in sys.stdin:
        print(max(_timed(ask) for ask in pages[line.rstrip("\n")]), flush=True)


def _pages() -> Iterator[tuple[str, list[Callable[[], object]]]]:
    """What is asked for, by its name: dashboards as SMB Ops see them and the lists that they open, the day of who has
    most to do. Of several the slowest counts."""
    from datetime import timedelta  # noqa: PLC0415

    from django.db.models import Count  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Person  # noqa: PLC0415
    from cases.dashboards import asked as reading  # noqa: PLC0415
    from cases.dashboards import registry  # noqa: PLC0415
    from cases.models import Case  # noqa: PLC0415

    busy = Person.objects.filter(role="advocate", cases__closed_at__isnull=True)
    advocate = busy.annotate(held=Count("cases")).order_by("-held", "id").first()
    assert advocate is not None
    yield DAY, [_page(advocate, reverse("my_day"))]
    ops, _ = Person.objects.get_or_create(
        email="ops@bench.example", defaults={"name": "Otto Ops", "initials": "OO", "role": "ops"}
    )
    now = timezone.now()
    for kind in registry.seen_by(ops):
        url = registry.address(kind, reader=ops)
        yield kind.name, [_page(ops, url)]
        if kind.timed:
            yield f"{kind.name}, this fiscal year", [_page(ops, f"{url}?period=year")]
            yield f"{kind.name}, last fiscal year", [_page(ops, f"{url}?period=last_year")]
            yield f"{kind.name}, {NOTHING_KEPT}", [_page(ops, f"{url}?period=last_year", keep=False)]
            asked = reading.read({"period": "last_year"}, reader=ops, now=now, offered=kind.filters)
            urls = {figure.url for figure in kind.load(asked, ops, now).figures if figure.url.startswith("/")}
            if urls:  # those of large deals stand on its own page
                yield f"{kind.name}, {LISTS}", [_page(ops, one) for one in sorted(urls)]
    for words, days in (("30 days", 30), ("a year", 365)):
        closed = Case.objects.closed().filter(closed_at__gte=now - timedelta(days=days))
        yield f"{BARE} of {words}", [closed.count]


def _page(reader: object, address: str, *, keep: bool = True) -> Callable[[], object]:
    from django.core.cache import cache  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(reader)  # type: ignore[arg-type]  # models cannot be named before Django is set up

    def get() -> None:
        if not keep:
            cache.clear()
        response = client.get(address)
        assert response.status_code == HTTPStatus.OK, f"{address}: {response.status_code}"

    return get


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


if __name__ == "__main__":
    if len(sys.argv) > 1:
        answer_pages(int(sys.argv[1]))
    else:
        main()
