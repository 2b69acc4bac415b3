"""From nothing to the first order: the steps of a merchant that has none."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import Item
from inventory.queries import visible_locations
from oms.accounts.models import SalesChannel


@dataclass(frozen=True)
class Step:
    """One step; ``done`` is worked out, never ticked. ``verb`` is what a role needs for it."""

    verb: str
    words: str
    why: str
    url: str
    done: bool = False


def steps_to_the_first_order(request: HttpRequest) -> list[Step]:
    """In order, and only what this person may do."""
    slug = request.merchant.slug
    orders = reverse("dashboard:orders", args=[slug])
    steps = [
        Step(
            "settings.edit", _("Name a sales channel"),
            _("Where your orders come from: your shop, a marketplace, the telephone."),
            reverse("dashboard:channels", args=[slug]), SalesChannel.objects.exists(),
        ),
        Step(
            "locations.edit", _("Add a location"),
            _("Where your stock lies and ships from, with its cut-off time."),
            reverse("dashboard:locations", args=[slug]), visible_locations().exists(),
        ),
        Step(
            "items.edit", _("Add items and their stock"),
            _("Or let the import create them from your order file."),
            reverse("dashboard:stock", args=[slug]), Item.objects.exists(),
        ),
        Step(
            "orders.import", _("Import your orders"),
            _("A CSV file or a workbook: you see what it would do before it does it."), f"{orders}import/",
        ),
        Step(
            "orders.place", _("Or type in one order"),
            _("By phone or by mail: its stock is reserved at once."), f"{orders}new/",
        ),
    ]  # fmt: skip
    return [each for each in steps if request.actor.permits(each.verb)]
