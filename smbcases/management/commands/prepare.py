"""`manage.py prepare`: what has to be done to the database before this version may run on it."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cases import recounting


class Command(BaseCommand):
    help = "Migrate, load the playbook and, with DEMO=1, the demo book; nothing where all that is done."

    def handle(self, *args: Any, **options: Any) -> None:
        if _has_unapplied_migrations():
            call_command("migrate", interactive=False)
        call_command("playbook", "load")
        recounting.recount_touches()
        recounting.recount_clocks()
        if settings.DEMO:
            call_command("demo", "--if-empty")


def _has_unapplied_migrations() -> bool:
    """Asked first, because migrating nothing takes seconds of every start."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
