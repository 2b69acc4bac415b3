"""What surrounds every page of a merchant: rail, search, jobs, help and the go-to keys.

The rail shows only what the acting person may open. No query is made here: whose merchants a person
belongs to is asked by the page that switches between them.
"""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class RailItem:
    """One entry of the rail. ``path`` is relative to the merchant's root."""

    label: str | Promise
    path: str
    icon: str = ""
    verb: str = ""
    key: str = ""
    children: tuple["RailItem", ...] = ()
    url: str = ""
    active: bool = False
    open: bool = False


RAIL = (
    RailItem(_("Home"), "", "house", key="g h"),
    RailItem(
        _("Orders"),
        "orders/",
        "inbox",
        "orders.view",
        "g o",
        (
            RailItem(_("Exceptions"), "orders/exceptions/", verb="orders.view"),
            RailItem(_("Import"), "orders/import/", verb="orders.import"),
        ),
    ),
    RailItem(
        _("Fulfillment"),
        "fulfilment/",
        "scan-barcode",
        "fulfillment.view",
        "g f",
        (
            RailItem(_("Ready to ship"), "fulfilment/ship/", verb="fulfillment.view"),
            RailItem(_("Short picks"), "fulfilment/shorts/", verb="fulfillment.view"),
            RailItem(_("Share out scarce stock"), "fulfilment/share-out/", verb="orders.allocate"),
        ),
    ),
    RailItem(
        _("Inventory"),
        "inventory/",
        "boxes",
        "stock.view",
        "g i",
        (
            RailItem(_("Products"), "inventory/products/", verb="stock.view"),
            RailItem(_("Counts"), "inventory/counts/", verb="stock.view"),
            RailItem(_("Locations"), "inventory/locations/", verb="locations.view"),
            RailItem(_("Stock alerts"), "inventory/alerts/", verb="stock.view"),
            RailItem(_("Put away"), "inventory/put-away/", verb="stock.receive"),
            RailItem(_("Lots and recalls"), "inventory/lots/", verb="stock.view"),
            RailItem(_("Offered to channels"), "inventory/offers/", verb="stock.view"),
            RailItem(_("Ledger"), "inventory/ledger/", verb="stock.view"),
            RailItem(_("Stock audit"), "inventory/audit/", verb="stock.audit"),
            RailItem(_("Transfers"), "inventory/transfers/", verb="stock.view"),
            RailItem(_("Assembly"), "inventory/assembly/", verb="stock.view"),
            RailItem(_("Files"), "inventory/files/", verb="stock.view"),
            RailItem(_("Value"), "inventory/value/", verb="value.view"),
            RailItem(_("Fields of your own"), "inventory/fields/", verb="items.edit"),
        ),
    ),
    RailItem(
        _("Purchasing"),
        "inventory/purchase-orders/",
        "clipboard-list",
        "purchasing.view",
        "g p",
        (
            RailItem(_("What to order"), "inventory/suggestions/", verb="purchasing.view"),
            RailItem(_("Suppliers"), "inventory/suppliers/", verb="purchasing.view"),
            RailItem(_("Bills"), "inventory/bills/", verb="billing.view"),
            RailItem(_("Received, not billed"), "inventory/not-billed/", verb="billing.view"),
            RailItem(_("Sent back"), "inventory/supplier-returns/", verb="purchasing.view"),
        ),
    ),
    RailItem(_("Shipping"), "shipping/", "truck", "shipments.view", "g s"),
    RailItem(_("Returns"), "returns/", "undo-2", "returns.view", "g r"),
    RailItem(
        _("Customers"),
        "customers/",
        "users",
        "customers.view",
        "g c",
        (RailItem(_("Messages"), "messages/", verb="messages.view"),),
    ),
    RailItem(_("Channels"), "channels/", "plug", "channels.view", "g n"),
    RailItem(_("Analytics"), "analytics/", "chart-column", "analytics.view", "g a"),
    RailItem(_("Jobs"), "jobs/", "list-checks", "jobs.view", "g j"),
    RailItem(
        _("Settings"),
        "settings/",
        "settings",
        "settings.view",
        "g ,",
        (RailItem(_("Parked events"), "settings/events/", verb="events.view"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of one page, for `dashboard/frame.html`."""

    merchant_name: str
    actor_label: str
    rail: tuple[RailItem, ...]
    home_url: str
    search_url: str
    switcher_url: str
    jobs_url: str
    help_url: str
    shortcuts: bool


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``frame`` on pages of a merchant, nothing elsewhere."""
    merchant = getattr(request, "merchant", None)
    actor = getattr(request, "actor", None)
    if merchant is None or actor is None:
        return {}
    root = f"/m/{merchant.slug}/"
    return {
        "frame": Frame(
            merchant_name=merchant.name,
            actor_label=actor.label,
            rail=_rail(root, request.path, actor),
            home_url=root,
            search_url=f"{root}search/",
            switcher_url="/merchants/",
            jobs_url=f"{root}jobs/" if actor.permits("jobs.view") else "",
            help_url=f"{root}help/",
            shortcuts=request.COOKIES.get("shortcuts") != "off",
        )
    }


def _rail(root: str, path: str, actor: object) -> tuple[RailItem, ...]:
    """The permitted items, with the longest path that leads to the page marked active."""
    entries = [(item, [child for child in item.children if _permits(actor, child)]) for item in RAIL]
    entries = [(item, children) for item, children in entries if children or _permits(actor, item)]
    paths = [root + entry.path for item, children in entries for entry in (item, *children)]
    # Every path starts with the root, so home is active only on its own page.
    active = max((p for p in paths if path == p or (p != root and path.startswith(p))), key=len, default="")

    def placed(item: RailItem, children: list[RailItem]) -> RailItem:
        below = tuple(placed(child, []) for child in children)
        # A person who may open only a page inside this part is led straight there.
        url = root + item.path if _permits(actor, item) else below[0].url
        is_open = active == url or any(child.active for child in below)
        return replace(item, url=url, children=below, active=active == url, open=is_open)

    return tuple(placed(item, children) for item, children in entries)


def _permits(actor: object, item: RailItem) -> bool:
    return not item.verb or actor.permits(item.verb)
