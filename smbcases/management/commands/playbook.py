"""`manage.py playbook check | show [KEY] | diff A B | load | carry-over`: the rules of a fiscal year, read, compared,
loaded, and the book brought in line with them."""

import importlib
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smbcases import playbook
from smbcases.playbook import comparison, summary
from smbcases.playbook.problems import PlaybookError, UnknownPlaybook

_WRAP = 60


class Command(BaseCommand):
    help = "Check, show, compare and load playbooks."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser(
            "check", help="Is every playbook sound? Names each mistake's line; exits 1 on any."
        )
        show = actions.add_parser("show", help="Tell one playbook on a page.")
        show.add_argument("key", nargs="?", help="fy26, fy25 …; the active one if left out")
        diff = actions.add_parser("diff", help="What does the second say differently from the first?")
        diff.add_argument("before")
        diff.add_argument("after")
        actions.add_parser(
            "load",
            help="Bring the case types and mails of every playbook into the database, but for those that Ops edited.",
        )
        carry = actions.add_parser(
            "carry-over", help="Bring the book in line with the active playbook; load does it after a change."
        )
        carry.add_argument("--dry-run", action="store_true", help="only say what it would do")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action.replace('-', '_')}")(**options)
        except (PlaybookError, UnknownPlaybook) as error:
            raise CommandError(str(error)) from error

    def _check(self, **options: Any) -> None:
        known = playbook.keys()
        sound = [self._is_sound(key) for key in known]
        if not all(sound):
            raise CommandError("Mend the lines above, then check again.")

    def _is_sound(self, key: str) -> bool:
        try:
            found = playbook.get(key)
        except PlaybookError as error:
            self.stderr.write(str(error))
            return False
        switched_on = sum(trigger.enabled for trigger in found.triggers.values())
        self.stdout.write(f"OK {key}: {len(found.triggers)} case types, {switched_on} switched on")
        return True

    def _show(self, key: str | None, **options: Any) -> None:
        for line in summary.lines(playbook.get(key or settings.PLAYBOOK)):
            self.stdout.write(line)

    def _diff(self, before: str, after: str, **options: Any) -> None:
        found = list(comparison.differences(playbook.get(before), playbook.get(after)))
        self.stdout.write(f"{before} → {after}: {len(found)} differences")
        for section, differences in groupby(found, key=lambda one: one.section):
            self.stdout.write(f"\n{section.replace('_', ' ').capitalize()}")
            for one in differences:
                self._write_difference(one)

    def _write_difference(self, one: comparison.Difference) -> None:
        name = one.entry or one.section
        if len(one.before) + len(one.after) <= _WRAP:
            self.stdout.write(f"  {name}: {one.before} → {one.after}")
            return
        self.stdout.write(f"  {name}:\n    - {one.before}\n    + {one.after}")

    def _load(self, **options: Any) -> None:
        try:
            catalogue = importlib.import_module("routing.triggers.catalogue")
        except ModuleNotFoundError as error:
            raise CommandError(
                "There are no triggers to load into: routing.triggers is not installed."
            ) from error
        for what, loaded in (
            ("case types", catalogue.load()),
            ("mails", importlib.import_module("cases.mail.catalogue").load()),
        ):
            figures = f"{len(loaded.added)} added, {len(loaded.changed)} changed, {len(loaded.kept)} kept"
            self.stdout.write(f"{what}: {figures}")
            for name in loaded.kept:
                self.stdout.write(f"  {name} stays as Ops edited it, though the file has changed")
        carrying = importlib.import_module("cases.carrying")
        if carrying.is_due():
            self._carry_over(dry_run=False)

    def _carry_over(self, *, dry_run: bool, **options: Any) -> None:
        carrying = importlib.import_module("cases.carrying")
        now = timezone.now()
        done = carrying.preview(now=now) if dry_run else carrying.carry_all(now=now)
        said = "would be" if dry_run else "were"
        name = playbook.get(done.playbook).name
        if not done.before and not dry_run:
            self.stdout.write(f"The book stands under {name}.")
            return
        self.stdout.write(f"{done.before} → {done.playbook}")
        self.stdout.write(f"  {done.waiting} waiting cases {said} routed by {name}")
        self.stdout.write(f"  {done.keeping} cases in hand keep the rules that they were opened under")
        self.stdout.write(f"  {done.accounts} accounts {said} given another segment or tier")
