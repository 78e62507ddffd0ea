"""Indexes of tables in use are built beside their writers, and built again where that was interrupted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex

from smbcases.lib.building import BuildIndex

BEFORE = {"accounts": 9, "cases": 17, "routing": 7}
_VALID = "SELECT count(*) FROM pg_index WHERE indexrelid = %s::regclass AND indisvalid"


def test_no_index_of_a_table_in_use_locks_it() -> None:
    """Of an older migration's, a table was empty when the index came."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in BEFORE and int(name[:4]) >= BEFORE[app]:
            adding = [one for one in migration.operations if isinstance(one, AddIndex)]
            assert all(isinstance(one, BuildIndex) for one in adding), name
            assert not (adding and migration.atomic), name


@pytest.mark.django_db(transaction=True)
def test_interrupted_it_is_built_anew() -> None:
    migration = MigrationLoader(connection).disk_migrations["routing", "0007_count_turns"]
    state = MigrationLoader(connection).project_state(("routing", "0007_count_turns"))
    for operation in migration.operations:
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("routing", editor, state, state)
    with connection.cursor() as cursor:
        cursor.execute(_VALID, ["assignment_over_capacity"])
        assert cursor.fetchone() == (1,)
