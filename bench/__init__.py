"""Measurements: each prints JSON lines with a figure, its floor measured in the same run, and their ratio."""
