"""`rebuild_analytics --tenant SLUG`: the figures, made anew from history."""

from django.core.management.base import BaseCommand, CommandError

from analytics.actions.rebuild import rebuild_figures
from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work


class Command(BaseCommand):
    help = "Make the figures of one merchant, or of all, anew from every fact. Deliveries wait meanwhile."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tenant", help="The merchant's slug; all of them when left out.")

    def handle(self, *args, tenant: str | None = None, **options) -> None:
        tenants = Tenant.objects.filter(slug=tenant) if tenant else Tenant.objects.all()
        if not tenants:
            raise CommandError(f"There is no merchant “{tenant}”.")
        for each in tenants:
            with unit_of_work(each.id, system("rebuild of the figures")):
                count = rebuild_figures(told=lambda done: self.stdout.write(f"  {done:,} facts", ending="\r"))
            self.stdout.write(f"{each.slug}: {count:,} facts counted again.")
