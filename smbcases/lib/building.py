"""Migrations of tables that are large and in use: nothing is locked for longer than a moment.

A migration with these is not atomic. Interrupted, it is run again: what was built by then is built anew, also where
PostgreSQL was left with an index that is not valid.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import SeparateDatabaseAndState


class BuildIndex(AddIndexConcurrently):
    """An index is built while the table is written."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.remove_index(model, self.index, concurrently=True)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class AtOnce(SeparateDatabaseAndState):
    """Short operations that are all done or none, within a migration that is not atomic."""

    atomic = True

    def __init__(self, *operations: Any) -> None:
        super().__init__(database_operations=operations, state_operations=operations)
