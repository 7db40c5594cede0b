from __future__ import annotations

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from toolkit.migrating import Tables


class _Migration(Tables):
    operations = (migrations.AddField("ticket", "colour", models.TextField()),)


def test_what_needs_to_see_the_state_before_it_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Let it be a migrations\.Migration"):
        _Migration("0009_colour", "tickets").apply(ProjectState(), schema_editor=None)
