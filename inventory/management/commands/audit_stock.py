from django.core.management.base import BaseCommand, CommandError

from inventory.actions.audit import audit_stock
from inventory.queries import counts
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work


class Command(BaseCommand):
    help = "Prove that every balance equals its movements and every reserved unit has its reservation."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="one merchant only; all of them without it")
        parser.add_argument(
            "--full", action="store_true", help="from the first entry, instead of from the last checkpoint"
        )

    def handle(self, *, tenant: str | None = None, full: bool = False, **options) -> None:
        tenants = Tenant.objects.order_by("slug")
        if tenant:
            tenants = tenants.filter(slug=tenant)
            if not tenants.exists():
                raise CommandError(f"There is no merchant “{tenant}”. Use the slug from its address, /m/<slug>/.")
        broken = sum(self._audit(each, full) for each in tenants)
        if broken:
            raise CommandError(f"The stock book does not add up: {broken} broken rows, the first of each are above.")

    def _audit(self, tenant: Tenant, full: bool) -> int:
        with unit_of_work(tenant.id, system("stock audit")):
            run = audit_stock(full=full)
            unexplained = counts.unexplained_tasks().count()
        since = f" after entry {run.after}" if run.after else ""
        self.stdout.write(
            f"{tenant.slug}: {run.balances:,} balances, {run.movements:,} movements{since}, "
            f"{run.reservations:,} reservations: {'all add up' if run.holds else 'BROKEN'}"
        )
        for each in run.breaks:
            self.stdout.write(f"  {each['check']}: {each['sentence']}" + (f" {each['first']}" if each["first"] else ""))
        if unexplained:
            self.stdout.write(f"  {unexplained:,} shelves with units nobody can explain wait to be counted")
        return run.broken
