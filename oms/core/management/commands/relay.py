import signal

from django.core.management.base import BaseCommand

from oms.core.events import relay


class Command(BaseCommand):
    help = "Run the relay: list which tenants have work due, and wake a worker for each."

    def handle(self, **options) -> None:
        stopping = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        if not relay.has_own_login():
            self.stderr.write(
                "The relay shares the application's database login, so it asks tenant by tenant. "
                "Set DATABASE_RELAY_URL to a login of its own (oms/run/roles.sql makes one)."
            )
        relay.run(lambda: bool(stopping))
