import json
import os
import secrets
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from oms.core.actors import system
from oms.core.models import Job, Tenant
from oms.core.tenancy import unit_of_work
from oms.demo.merchant import KIND, SIZES, SLUG, Demo, begin_demo, finish, with_links


class Command(BaseCommand):
    help = (
        "Make the demo merchant with a year of trade, and write how to sign in to demo.json in the data directory. "
        "Run again after an interruption, it goes on with the day where it stopped."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when it exists already")
        parser.add_argument("--size", choices=SIZES, default="small", help="300, 20,000 or 1,000,000 orders")
        parser.add_argument("--orders", type=int, help="any other number of orders")
        parser.add_argument("--background", action="store_true", help="leave the work to the running product")
        parser.add_argument("--password", default="", help="for all its people; drawn at random by default")

    def handle(self, *, if_empty: bool, size: str, orders: int | None, background: bool, password: str, **_) -> None:
        tenant = Tenant.objects.filter(slug=SLUG).first()
        if tenant is not None:
            if if_empty:
                return
            demo = self._begun(tenant)
        else:
            demo = begin_demo(password=password or secrets.token_urlsafe(9), orders=orders or SIZES[size])
            tenant = Tenant.objects.get(slug=SLUG)
            self._write(demo)
        if background:
            self.stdout.write("Its trade is made by the running product; watch it on the Jobs page.")
            return
        self._shown, self._began = 0.0, time.monotonic()
        job = finish(tenant.id, demo.job, self._progress)
        if job.state != Job.DONE:
            raise CommandError(f"{job.title} ended as {job.state}: {job.error or 'cancelled'}")
        self._write(with_links(demo))
        took = time.monotonic() - self._began
        self.stdout.write(f"Demo merchant “{SLUG}” with {job.done:,} orders in {took:.0f} s; logins are in demo.json.")

    def _begun(self, tenant: Tenant) -> Demo:
        """The one that was interrupted."""
        with unit_of_work(tenant.id, system("demo data")):
            job = Job.objects.filter(kind=KIND).order_by("-created_at").first()
        path = settings.DATA_DIR / "demo.json"
        if job is None or not job.is_open or not path.exists():
            raise CommandError(f"The demo merchant “{SLUG}” exists already.")
        known = json.loads(path.read_text())
        return Demo(SLUG, known["logins"], known["api_key"], job.id)

    def _progress(self, job: Job) -> None:
        if time.monotonic() - self._shown < 5:
            return
        self._shown = time.monotonic()
        rate = job.done / max(self._shown - self._began, 0.001)
        self.stdout.write(f"{job.title}: {job.done:,} of {job.total:,}, {rate:,.0f} a second")
        self.stdout.flush()

    def _write(self, demo: Demo) -> None:
        target = settings.DATA_DIR / "demo.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(demo.to_json(), file, indent=2)
