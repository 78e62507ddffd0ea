#!/usr/bin/env python
"""Django's commands. Locally they find the servers that `make run` has started."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smbcases.settings.local")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  settings have to be named first
    from django.db.utils import OperationalError  # noqa: PLC0415  likewise

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if os.environ.get("DATABASE_URL") or "refused" not in str(error):
            raise
        sys.exit(
            "The database is not running. Start it with `make run`, or for the length of one command with\n"
            f"  python -m smbcases.embedded exec -- python {' '.join(sys.argv)}"
        )


if __name__ == "__main__":
    main()
