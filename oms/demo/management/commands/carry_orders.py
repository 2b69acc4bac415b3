import time

from django.core.management.base import BaseCommand, CommandError

from oms.core.models import Tenant
from oms.demo.carrying import carry_orders


class Command(BaseCommand):
    help = "Take placed orders to the door (release, pick, pack, label, hand over, deliver), and reckon up."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="whose orders")
        parser.add_argument("--limit", type=int, default=1_000, help="how many, the oldest first")

    def handle(self, *, tenant: str, limit: int, **_) -> None:
        merchant = Tenant.objects.filter(slug=tenant).first()
        if merchant is None:
            raise CommandError(f"There is no merchant “{tenant}”.")
        began = time.monotonic()
        reckoning = carry_orders(merchant.id, limit=limit)
        for line in reckoning.lines():
            self.stdout.write(line)
        self.stdout.write(f"in {time.monotonic() - began:.1f} s")
        if not reckoning.balanced:
            raise CommandError("The sums do not match. Please report this as a bug.")
