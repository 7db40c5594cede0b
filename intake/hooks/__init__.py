"""Signed requests of other systems."""
