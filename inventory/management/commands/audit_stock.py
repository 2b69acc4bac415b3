from django.core.management.base import BaseCommand, CommandError

from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work


class Command(BaseCommand):
    help = "Prove that every balance equals its movements and every reserved unit has its reservation."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="one merchant only; all of them without it")

    def handle(self, *, tenant: str | None = None, **options) -> None:
        tenants = Tenant.objects.order_by("slug")
        if tenant:
            tenants = tenants.filter(slug=tenant)
            if not tenants.exists():
                raise CommandError(f"There is no merchant “{tenant}”. Use the slug from its address, /m/<slug>/.")
        broken = sum(self._audit(each) for each in tenants)
        if broken:
            raise CommandError(f"The stock book does not add up: {broken} broken rows, the first of each are above.")

    def _audit(self, tenant: Tenant) -> int:
        with unit_of_work(tenant.id, system("stock audit")):
            proof = prove_stock()
        self.stdout.write(
            f"{tenant.slug}: {proof.balances:,} balances, {proof.movements:,} movements, "
            f"{proof.reservations:,} reservations: {'all add up' if proof.holds else 'BROKEN'}"
        )
        for each in proof.breaks:
            self.stdout.write(f"  {each.check}: {each.sentence}")
        return len(proof.breaks)
