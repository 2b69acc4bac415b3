from django.core.management.base import BaseCommand, CommandError

from oms.core.actors import system
from oms.core.errors import OmsError
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.demo.merchant import finish
from oms.demo.sandbox import fill_with_sample_data, own_orders, remove_sample_data


class Command(BaseCommand):
    help = "Fill a merchant that has nothing yet with sample data, or remove it again with all trade."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="whose")
        parser.add_argument("--remove", action="store_true", help="take it away again")

    def handle(self, *, tenant: str, remove: bool, **_) -> None:
        merchant = Tenant.objects.filter(slug=tenant).first()
        if merchant is None:
            raise CommandError(f"There is no merchant “{tenant}”.")
        actor = system("sample data command")
        try:
            with unit_of_work(merchant.id, actor):
                if remove:
                    own = own_orders()
                    remove_sample_data()
                    self.stdout.write(f"The sample data is gone, and {own} orders of your own with it.")
                    return
                job = fill_with_sample_data()
        except OmsError as refusal:
            raise CommandError(refusal.message) from None
        done = finish(merchant.id, job.id)
        self.stdout.write(f"{done.done} sample orders are there.")
