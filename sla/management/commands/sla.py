from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from sla.explaining import Explanation, explanations
from sla.services.rebuilding import check_clocks
from sla.words import interval_words, target_words
from tickets.models import Ticket
from toolkit.clock import now
from toolkit.timefmt import full_moment, span


class Command(BaseCommand):
    """The SLA engine from the command line: its working, and whether what is stored is what it computes."""

    help = "sla explain TENANT NUMBER: why a ticket is due when it is. sla rebuild --check: are all stored clocks true?"
    requires_system_checks: list[str] = []  # setup_database has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        explain = parts.add_parser("explain", help="each clock of a ticket, to the second")
        explain.add_argument("tenant", help="the tenant's slug")
        explain.add_argument("number", type=int)
        rebuild = parts.add_parser("rebuild", help="compute every clock from its ticket's events again")
        rebuild.add_argument("--tenant", help="only this one")
        rebuild.add_argument("--check", action="store_true", help="only tell what differs; exits with 1 if anything does")
        rebuild.add_argument("--ledgers", action="store_true", help="add up the explanation of every clock, too")

    def handle(self, *args: Any, **options: Any) -> None:
        {"explain": self._explain, "rebuild": self._rebuild}[options["part"]](options)

    def _explain(self, options: dict[str, Any]) -> None:
        with tenant_scope(self._tenant(options["tenant"])):
            ticket = Ticket.objects.filter(number=options["number"]).first()
            if ticket is None:
                raise CommandError(f"There is no ticket #{options['number']}.")
            found = explanations(ticket, now())
            self.stdout.write(f"#{ticket.number} {ticket.subject}")
            for one in found:
                self._clock(one)
            if not found:
                self.stdout.write("No clock: best effort, or no contract with a policy.")

    def _clock(self, one: Explanation) -> None:
        clock = one.clock
        version = f"{one.policy_name}, version {one.policy_version}" if one.policy_version else "promised by an agent"
        agreed = f", agreed in contract {one.agreed_in}" if one.agreed_in else ""
        self.stdout.write(f"\n{clock.metric} {clock.cycle}: {clock.state}, {target_words(clock.target)}{agreed} ({version})")
        for interval in one.intervals:
            self.stdout.write(f"  {full_moment(interval.start, one.zone)} → {full_moment(interval.end, one.zone)}"
                              f"  {interval.seconds:>8} s  {interval_words(interval, one.calendar_name)}")
        due = f"; due {full_moment(clock.due_at, one.zone)}" if clock.due_at else ""
        limit = f" of {clock.limit_seconds} s" if clock.limit_seconds is not None else ""
        self.stdout.write(f"  counted {one.counted_seconds} s{limit} ({span(one.counted_seconds)}){due}")

    def _rebuild(self, options: dict[str, Any]) -> None:
        tenants = [self._tenant(options["tenant"])] if options["tenant"] else Tenant.objects.order_by("slug")
        differences = 0
        for tenant in tenants:
            report = check_clocks(tenant, at=now(), repair=not options["check"], ledgers=options["ledgers"])
            differences += len(report.differences)
            self.stdout.write(f"{tenant.slug}: {report.tickets} tickets, {report.clocks} clocks, "
                              f"{len(report.differences)} differences")
            for one in report.differences[:100]:
                self.stdout.write(f"  #{one.number} {one.metric} {one.cycle} {one.field}: stored {one.stored}, "
                                  f"computed {one.computed}")
        if differences and options["check"]:
            raise CommandError(f"{differences} differences between stored and computed clocks.", returncode=1)

    def _tenant(self, slug: str) -> Tenant:
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            known = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no tenant {slug!r}. Known: {known}.")
        return tenant
