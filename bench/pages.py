"""Pages against the barest page that the same server can give."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management.base import OutputWrapper
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client

from accounts.models import Tenant, User
from accounts.tenancy import tenant_scope
from bench.measure import side_by_side, tell
from desk.guards import staff
from tickets.models import Comment, Ticket

HOST = "bench0.localhost"
LOGIN = "bench0.priya@example.com"
_BARE = "{% for row in rows %}<p>{{ row.number }} {{ row.subject }}</p>{% endfor %}"
_BARE_TICKET = "{% for row in rows %}<p>{{ row.body }}</p>{% endfor %}"


@staff
def floor_queue(request: HttpRequest) -> HttpResponse:
    """One indexed query and as many rows as the queue has, through a bare template."""
    rows = list(Ticket.objects.filter(status__in=["new", "open", "pending", "on_hold"]).order_by("due_at", "id")[:50])
    return HttpResponse(engines["django"].from_string(_BARE).render({"rows": rows}))


@staff
def floor_ticket(request: HttpRequest) -> HttpResponse:
    """One indexed query and as many rows as the ticket's page shows."""
    ticket = int(request.GET["ticket"])
    rows = list(Comment.objects.filter(ticket_id=ticket).order_by("created_at", "id"))
    return HttpResponse(engines["django"].from_string(_BARE_TICKET).render({"rows": rows}))


def client() -> Client:
    """A browser of an agent of the first bench tenant."""
    found = Client(headers={"host": HOST})
    user = User.objects.get(email=LOGIN)
    found.force_login(user, backend="accounts.login.TenantBackend")
    return found


def _get(browser: Client, path: str) -> Callable[[], None]:
    def call() -> None:
        assert browser.get(path).status_code == 200, path

    return call


def queue(out: OutputWrapper) -> None:
    """The queue of 50 rows."""
    browser = client()
    value, floor = side_by_side(_get(browser, "/desk/views/breaching-next"), _get(browser, "/bench/queue"))
    tell(out, "queue", value, floor, "s p95")


def ticket(out: OutputWrapper) -> None:
    """A ticket's page with its conversation."""
    browser = client()
    with tenant_scope(Tenant.objects.get(slug="bench0")):
        found = Ticket.objects.filter(status="open")[:1].get()
    value, floor = side_by_side(_get(browser, f"/desk/t/{found.number}"), _get(browser, f"/bench/ticket?ticket={found.pk}"))
    tell(out, "ticket", value, floor, "s p95")


def search(out: OutputWrapper) -> None:
    """A rare and a common word, against the queue."""
    browser = client()
    for word in ("xyzzy", "pump"):
        value, floor = side_by_side(_get(browser, f"/desk/search?q={word}"), _get(browser, "/desk/views/breaching-next"))
        tell(out, f"search {word}", value, floor, "s p95")
