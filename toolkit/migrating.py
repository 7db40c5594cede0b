"""Migrations that a new installation doesn't have to wait for."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class Tables(migrations.Migration):
    """Makes new tables and nothing else. Django prepares the classes of all related models anew for each table; here it
    does so once for all of them.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """Make the tables. Raises TypeError for operations that need to see the state before them."""
        if not all(isinstance(operation, migrations.CreateModel) for operation in self.operations):
            raise TypeError(f"{self} does more than make tables. Let it be a migrations.Migration.")
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        project_state.__dict__.pop("apps", None)  # what is prepared is prepared again with each model that comes
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
