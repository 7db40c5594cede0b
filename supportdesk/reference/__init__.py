"""Tenants as data: a declarative file makes a whole desk. The reference files are examples to copy."""
