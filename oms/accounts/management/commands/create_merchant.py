from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from oms.accounts import roles
from oms.accounts.actions.business import create_merchant
from oms.accounts.actions.invitations import invite_member
from oms.core.actors import system
from oms.core.errors import OmsError
from oms.core.tenancy import unit_of_work


class Command(BaseCommand):
    help = "Create a merchant, and print the link with which its first owner joins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--currency", default="USD", help="ISO 4217, like EUR")
        parser.add_argument("--country", default="US", help="ISO 3166, like GB")
        parser.add_argument("--timezone", default="UTC", help="like Europe/London")

    def handle(self, *, name: str, owner: str, currency: str, country: str, timezone: str, **_: object) -> None:
        try:
            with transaction.atomic():
                tenant = create_merchant(name=name, currency=currency, country=country, timezone=timezone)
                with unit_of_work(tenant.id, system("create_merchant")):
                    invitation = invite_member(email=owner, role=roles.OWNER)
        except OmsError as refusal:
            problems = "".join(f"\n  {each.field}: {each.message}" for each in refusal.fields)
            raise CommandError(f"{refusal.message}{problems}") from None
        self.stdout.write(f"{tenant.name} is at {settings.BASE_URL}/m/{tenant.slug}/")
        self.stdout.write(f"{invitation.email} joins as owner with this link, valid once within 7 days:")
        self.stdout.write(f"{settings.BASE_URL}/invitations/{invitation.token}/")
