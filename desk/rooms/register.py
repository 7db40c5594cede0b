"""All rooms, by their address."""

from __future__ import annotations

from desk.rooms.base import Room
from desk.rooms.catalogue import CATALOGUE
from desk.rooms.channels import CHANNELS
from desk.rooms.customers import CUSTOMERS
from desk.rooms.look import LOOK
from desk.rooms.mailboxes import MAILBOXES
from desk.rooms.team import TEAM
from desk.rooms.work import WORK
from toolkit.errors import NotFoundError

ROOMS: dict[str, Room] = {room.slug: room for room in (*CATALOGUE, *CUSTOMERS, *TEAM, *CHANNELS, *MAILBOXES, *WORK, *LOOK)}


def room_for(slug: str) -> Room:
    """The room at an address. Raises NotFoundError."""
    if slug not in ROOMS:
        raise NotFoundError
    return ROOMS[slug]
