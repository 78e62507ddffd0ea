"""Fail on a template with inline scripts or styles: under our policy a browser ignores them, silently."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "an inline style: give it a class": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script: put it into static/": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*.application/json)", re.IGNORECASE
    ),
    "an event handler: listen in static/": re.compile(r"<[^>{%]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"""["']\s*javascript:""", re.IGNORECASE),
}


def find_offences(text: str) -> list[tuple[int, str]]:
    """Line number and reason of each."""
    return sorted(
        (text.count("\n", 0, match.start()) + 1, reason)
        for reason, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    )


def main() -> int:
    offences = [
        f"{template.relative_to(ROOT)}:{line}: {reason}"
        for template in sorted(ROOT.glob("**/templates/**/*.html"))
        if not {".venv", "node_modules"} & set(template.parts)
        for line, reason in find_offences(template.read_text())
    ]
    print("\n".join(offences) or "Templates: nothing inline.")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
