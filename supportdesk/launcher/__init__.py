"""`manage.py up`: the whole product on one machine, with its own Postgres and Valkey. Knows processes, no product rules."""
