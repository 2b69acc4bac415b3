"""Roles: which verbs each may use. One table; every page and endpoint asks the same question of it."""

from decimal import Decimal

OWNER, MANAGER, WAREHOUSE, SUPPORT, FINANCE, READ_ONLY = (
    "owner", "manager", "warehouse", "support", "finance", "read_only",
)  # fmt: skip

LABELS = {
    OWNER: "Owner",
    MANAGER: "Manager",
    WAREHOUSE: "Warehouse",
    SUPPORT: "Support",
    FINANCE: "Finance",
    READ_ONLY: "Read only",
}

# Verb → what it lets a person do, in words: the role page, key scopes and the API's docs show these.
VERBS = {
    "orders.view": "See orders",
    "orders.place": "Place orders and save drafts",
    "orders.import": "Import orders from a file",
    "orders.edit": "Change tags and notes",
    "orders.cancel": "Cancel orders and lines",
    "orders.hold": "Place and lift holds",
    "orders.discount": "Give a discount",
    "orders.allocate": "Allocate and move orders between locations",
    "fulfillment.view": "See the floor's work and parcels",
    "fulfillment.release": "Release orders to the floor",
    "fulfillment.work": "Pick and pack, and answer cancellations",
    "fulfillment.pack_unverified": "Pack without scanning every unit",
    "orders.pay": "Write down payments",
    "orders.refund": "Give money back",
    "customers.view": "See customers' names and addresses",
    "returns.view": "See returns",
    "returns.edit": "Open, approve and decline returns",
    "returns.work": "Receive and inspect returned goods",
    "messages.view": "See the mail sent to customers",
    "messages.resend": "Send mail to customers again",
    "stock.view": "See stock and the ledger",
    "stock.receive": "Receive stock",
    "stock.adjust": "Adjust stock",
    "stock.reverse": "Take back entries of the ledger",
    "stock.report": "Book what has happened elsewhere (tills, 3PLs)",
    "stock.audit": "Prove the stock book, and close its periods",
    "stock.count": "Count stock",
    "stock.offer": "Set what channels are offered",
    "stock.transfer": "Move stock between locations",
    "stock.recall": "Block lots and call them back",
    "stock.assemble": "Assemble items, and take them apart",
    "purchasing.view": "See suppliers, purchase orders and what to order",
    "purchasing.edit": "Change suppliers, and write purchase orders",
    "purchasing.send": "Send purchase orders to suppliers",
    "value.view": "See what stock is worth",
    "value.edit": "Price goods, and decide how stock is valued",
    "billing.view": "See suppliers' bills, and what was not billed yet",
    "billing.edit": "Enter suppliers' bills, dispute them, and record credit notes",
    "billing.approve": "Approve bills that do not match",
    "items.edit": "Create and change items",
    "locations.view": "See locations",
    "locations.edit": "Create and change locations",
    "shipments.view": "See shipments and their tracking",
    "shipments.label": "Make shipments, buy and void labels",
    "shipments.hand_over": "Hand parcels over, and record scans",
    "carriers.edit": "Change carrier accounts and replay their messages",
    "channels.view": "See connections and their messages",
    "channels.edit": "Change connections and replay their messages",
    "analytics.view": "See the figures",
    "jobs.view": "See jobs",
    "jobs.control": "Cancel jobs",
    "events.view": "See parked events",
    "events.replay": "Replay parked events",
    "approvals.decide": "Approve what is above someone else's limit",
    "settings.view": "See settings",
    "settings.edit": "Change the business's settings and sales channels",
    "team.view": "See the team",
    "team.edit": "Invite people and change roles",
    "keys.edit": "Create and revoke API keys",
    "webhooks.edit": "Change webhooks and replay deliveries",
    "audit.view": "See the activity log",
}

_VIEW = {
    "orders.view", "customers.view", "stock.view", "locations.view", "shipments.view", "jobs.view",
    "settings.view", "fulfillment.view", "returns.view", "channels.view", "analytics.view", "messages.view",
    "purchasing.view",
}  # fmt: skip

ROLE_VERBS: dict[str, frozenset[str]] = {
    OWNER: frozenset(VERBS),
    MANAGER: frozenset(VERBS) - {"team.edit", "keys.edit"},
    WAREHOUSE: frozenset(
        {"orders.view", "stock.view", "stock.receive", "stock.adjust", "stock.reverse", "stock.count", "stock.transfer",
         "stock.assemble", "purchasing.view", "locations.view", "jobs.view", "shipments.view", "shipments.label",
         "shipments.hand_over", "fulfillment.view", "fulfillment.work", "returns.view", "returns.work"}
    ),
    SUPPORT: frozenset(
        {"orders.view", "orders.place", "orders.edit", "orders.cancel", "orders.hold", "orders.discount",
         "orders.pay", "orders.refund", "customers.view", "stock.view", "locations.view", "shipments.view", "jobs.view",
         "fulfillment.view", "returns.view", "returns.edit", "messages.view", "messages.resend", "channels.view"}
    ),
    FINANCE: frozenset(
        _VIEW
        | {"orders.pay", "orders.refund", "audit.view", "approvals.decide", "team.view", "stock.audit", "value.view",
           "value.edit", "billing.view", "billing.edit", "billing.approve"}
    ),
    READ_ONLY: frozenset(_VIEW - {"customers.view", "messages.view"}),
}  # fmt: skip

# The largest amount, in the merchant's currency, a role may decide alone; a tenant may set others.
LIMITED_VERBS = (
    "orders.discount",
    "orders.refund",
    "stock.adjust",
    "stock.reverse",
    "purchasing.send",
    "billing.approve",
)
DEFAULT_LIMITS: dict[str, dict[str, Decimal]] = {
    MANAGER: {
        "orders.discount": Decimal(500), "orders.refund": Decimal(2000), "stock.adjust": Decimal(5000),
        "stock.reverse": Decimal(5000), "purchasing.send": Decimal(10000),
        "billing.approve": Decimal(5000),
    },
    WAREHOUSE: {"stock.adjust": Decimal(250), "stock.reverse": Decimal(250)},
    SUPPORT: {"orders.discount": Decimal(50), "orders.refund": Decimal(250)},
}  # fmt: skip
