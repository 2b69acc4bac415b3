import dataclasses
import json
import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from oms.core.models import Tenant
from oms.demo.merchant import ORDERS, SLUG, make_demo


class Command(BaseCommand):
    help = "Make the demo merchant, and write how to sign in to demo.json in the data directory."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when it exists already")
        parser.add_argument("--orders", type=int, default=ORDERS)
        parser.add_argument("--password", default="", help="for all its people; drawn at random by default")

    def handle(self, *, if_empty: bool, orders: int, password: str, **options) -> None:
        if Tenant.objects.filter(slug=SLUG).exists():
            if if_empty:
                return
            raise CommandError(f"The demo merchant “{SLUG}” exists already.")
        demo = make_demo(password=password or secrets.token_urlsafe(9), orders=orders)
        target = settings.DATA_DIR / "demo.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(dataclasses.asdict(demo), file, indent=2)
        self.stdout.write(f"Demo merchant “{SLUG}” with {orders} orders; logins are in {target.name}.")
