"""One server, two ways in: live streams are async, everything else is plain WSGI on threads.

Django's own ASGI path is several times slower with sync code; threads keep database connections open.
"""

from __future__ import annotations

from a2wsgi import WSGIMiddleware

from supportdesk.wsgi import application as wsgi_application

from desk.live import live_stream, wants_live  # isort: skip -- Django must be set up first

_pages = WSGIMiddleware(wsgi_application, workers=8)  # type: ignore[arg-type]


async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Live streams to `desk.live`, the rest to Django."""
    if scope["type"] == "http" and wants_live(scope["path"]):
        await live_stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
