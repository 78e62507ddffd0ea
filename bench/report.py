"""Figures as rows: what was measured, the figure, what it must be, and what it is compared with."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

RESULTS = Path(__file__).parent / "results"


class Row(TypedDict):
    """`kept` is None where a figure only stands there to be compared with."""

    what: str
    figure: str
    must: str
    kept: bool | None


class Section(TypedDict):
    title: str
    rows: list[Row]


def row(what: str, figure: str, *, must: str = "", kept: bool | None = None) -> Row:
    return Row(what=what, figure=figure, must=must, kept=kept)


def answer(title: str, rows: list[Row]) -> None:
    """Hand a section back to the process that asked for it."""
    print(json.dumps(Section(title=title, rows=rows)))


def show(section: Section) -> None:
    print(f"\n{section['title']}", file=sys.stderr)
    for each in section["rows"]:
        mark = {True: "ok", False: "MISSED", None: ""}[each["kept"]]
        print(
            f"  {each['what']:<68} {each['figure']:>18}  {each['must']:<24} {mark}",
            file=sys.stderr,
            flush=True,
        )


def write(sections: list[Section], *, facts: dict[str, Any], partial: bool) -> None:
    """One file a run: a table to read, and the same as JSON. A partial run is shown and not kept."""
    if partial:
        return
    RESULTS.mkdir(exist_ok=True)
    name = datetime.now(tz=UTC).strftime("%Y-%m-%d-%H%M")
    (RESULTS / f"{name}.json").write_text(
        json.dumps({"machine": facts, "sections": sections}, indent=1) + "\n"
    )
    (RESULTS / f"{name}.md").write_text(_table(sections, facts))
    print(f"\nWritten to bench/results/{name}.md", file=sys.stderr)


def _table(sections: list[Section], facts: dict[str, Any]) -> str:
    lines = ["# Measured", "", *(f"- {name}: {value}" for name, value in facts.items())]
    for section in sections:
        lines += ["", f"## {section['title']}", "", "| what | figure | must be | |", "|---|--:|---|---|"]
        for each in section["rows"]:
            mark = {True: "kept", False: "**missed**", None: ""}[each["kept"]]
            lines.append(f"| {each['what']} | {each['figure']} | {each['must']} | {mark} |")
    return "\n".join(lines) + "\n"
