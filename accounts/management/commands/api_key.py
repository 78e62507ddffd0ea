"""`manage.py api_key create NAME --scope events:write`, `… list`, `… revoke PREFIX`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey, Person
from accounts.models.keys import Scope
from smbcases.lib.refusal import Refusal


class Command(BaseCommand):
    help = "Make, list and revoke the keys by which machines use the API."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a key and show it, once")
        create.add_argument("name", help="what the key is for")
        create.add_argument(
            "--scope", action="append", required=True, dest="scopes", metavar="|".join(Scope.values)
        )
        create.add_argument("--for", dest="person", metavar="EMAIL", help="write in this person's name")
        actions.add_parser("list", help="the keys, newest first")
        actions.add_parser("revoke", help="take a key back").add_argument(
            "prefix", help="its first characters"
        )

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            {"create": self._create, "list": self._list, "revoke": self._revoke}[action](options)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal

    def _create(self, options: dict[str, Any]) -> None:
        person = _person(options["person"]) if options["person"] else None
        _, secret = keys.create(
            name=options["name"], scopes=options["scopes"], acts_for=person, now=timezone.now()
        )
        self.stderr.write("This is the only time that the key is shown:")
        self.stdout.write(secret)

    def _list(self, _: dict[str, Any]) -> None:
        for key in ApiKey.objects.select_related("acts_for").order_by("-id"):
            self.stdout.write(_line(key))

    def _revoke(self, options: dict[str, Any]) -> None:
        for key in keys.revoke(prefix=options["prefix"], now=timezone.now()):
            self.stdout.write(f"Revoked {key}.")


def _person(email: str) -> Person:
    try:
        return Person.objects.get_by_natural_key(email)
    except Person.DoesNotExist as error:
        raise CommandError(f"Nobody here has the address {email}.") from error


def _line(key: ApiKey) -> str:
    used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in force"
    acts_for = f", for {key.acts_for.email}" if key.acts_for else ""
    return f"{key.prefix}…  {key.name}  {' '.join(key.scopes)}{acts_for}  {state}, {used}"
