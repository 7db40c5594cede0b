from __future__ import annotations

from django.db import connection

from tests.factories.desk import Desk
from toolkit.prepared import Prepared

_PEOPLE = Prepared("people_named_so", "bigint, text", "SELECT id, name FROM accounts_person WHERE tenant_id = $1 AND name LIKE $2")


def test_a_prepared_read_finds_what_the_wall_lets_through_and_no_more(acme: Desk, globex: Desk) -> None:
    assert [name for _id, name in _PEOPLE.rows([acme.tenant.pk, "Alice%"])] == ["Alice"]
    assert _PEOPLE.rows([globex.tenant.pk, "%"]) == []


def test_a_new_connection_is_told_the_statement_again(acme: Desk) -> None:
    assert _PEOPLE.rows([acme.tenant.pk, "Alice%"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'people_named_so'")
        assert cursor.fetchone() == (1,)
        cursor.execute("DEALLOCATE ALL")
    delattr(connection, "supportdesk_prepared")
    assert _PEOPLE.rows([acme.tenant.pk, "Alice%"])
