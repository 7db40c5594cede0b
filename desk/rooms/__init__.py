"""The settings of a tenant, declared: each room is a table of its own with a list, a form and words."""

from __future__ import annotations

from desk.rooms.base import Column, Room
from desk.rooms.register import ROOMS, room_for

__all__ = ["ROOMS", "Column", "Room", "room_for"]
