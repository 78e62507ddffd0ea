"""`manage.py sign_ins`: whom to sign in as in the demo, an API key, and a line that opens a case."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from smbcases.demo import door
from smbcases.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Print the demo's sign-ins, its API key, and a line that opens a case."

    def handle(self, **_: Any) -> None:
        if not settings.DEMO:
            self.stdout.write(
                "The demo is off: sign in as yourself. manage.py createsuperuser makes the first one."
            )
            return
        try:
            found = door.people()
            self._write_people(found)
            self._write_example(found)
        except door.NoDemo:
            self.stdout.write("These are no demo people, so nobody's password is known here.")

    def _write_people(self, found: list[Person]) -> None:
        self.stdout.write(
            f"\nSign in at {door.address()}{reverse('sign_in')} with one click, or with the password {PASSWORD}:"
        )
        for person in found:
            self.stdout.write(f"  {person.get_role_display():<17} {person.name:<16} {person.email}")

    def _write_example(self, found: list[Person]) -> None:
        folder = getattr(settings, "DATA_DIR", None)
        if folder is None:
            return
        key, example = door.key(folder, now=timezone.now()), door.example(found)
        whose = (
            f"It lands with {example.lands_with}" if example.lands_with else "It lands with whoever is next"
        )
        self.stdout.write(f"\nAPI key: {key}")
        self.stdout.write(
            f"\nThis event opens a case on {example.account}:\n  {example.curl(address=door.address(), key=key)}"
        )
        self.stdout.write(
            f"\n{whose}; watch {door.address()}{reverse('my_cases')}. `manage.py sign_ins` tells the next one."
        )
