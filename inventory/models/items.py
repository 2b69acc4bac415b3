"""What we stock: items, the codes and the words they are found by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.stock.kits import KINDS
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Product(TenantModel):
    """A style that comes in variants: each an item, told apart by a value for each of ``options`` (size, colour)."""

    name = models.TextField()
    name_key = models.TextField(db_collation="C")
    options = ArrayField(models.TextField(), default=list)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name_key"], name="inventory_product_name")]


class Item(TenantModel):
    """A SKU we stock. ``sku_key`` is the SKU as it is compared: capitals, no surrounding blanks.

    Weight in grams, sizes in millimetres, quantities everywhere in the base unit.
    """

    sku = models.TextField()
    sku_key = models.TextField(db_collation="C")
    name = models.TextField(blank=True, default="")
    barcodes = ArrayField(models.TextField(), default=list, blank=True)
    weight_g = models.IntegerField(null=True, blank=True)
    length_mm = models.IntegerField(null=True, blank=True)
    width_mm = models.IntegerField(null=True, blank=True)
    height_mm = models.IntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    cost = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    active = models.BooleanField(default=True)
    # Sold for good: customers are told before they ask to send it back.
    final_sale = models.BooleanField(default=False)
    # A kit has no stock of its own: its components have.
    kind = models.TextField(default="goods", db_default="goods")
    # Of a kit: its components may come from several locations.
    ships_in_parts = models.BooleanField(default=False, db_default=False)
    # Its units are told apart by lot; a lot without a date of its own expires so long after it was made.
    tracks_lots = models.BooleanField(default=False)
    shelf_life_days = models.IntegerField(null=True, blank=True)
    # Each unit is known by its own number, which is asked for at these moments.
    tracks_serials = models.BooleanField(default=False)
    serials_at = ArrayField(models.TextField(), default=list, blank=True)
    # "import" when an order file named it first: someone should look at it.
    origin = models.TextField(default="manual")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    # What one is called: each, pair, metre. Always whole ones.
    unit = models.TextField(default="each")
    # The trade number of one unit, its check digit right; `barcodes` are any other codes.
    gtin = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    hs_code = models.TextField(blank=True, default="")
    country_of_origin = models.TextField(blank=True, default="")
    tags = ArrayField(models.TextField(), default=list, blank=True)
    # Key of a `CustomField` → value as text.
    custom = models.JSONField(default=dict, blank=True)
    product = TenantForeignKey(Product, on_delete=models.PROTECT, related_name="variants", null=True, db_index=False)
    option_values = ArrayField(models.TextField(), default=list, blank=True)

    @property
    def is_traced(self) -> bool:
        """Whether it matters which of its units it is."""
        return self.tracks_lots or self.tracks_serials

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "sku_key"], name="inventory_item_sku"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_item_kind"),
            models.UniqueConstraint(
                fields=["tenant_id", "product", "option_values"],
                condition=Q(product__isnull=False),
                name="inventory_item_variant",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="inventory_item_newest"),
            models.Index(
                fields=["tenant_id", "id"],
                name="inventory_item_traced",
                condition=Q(tracks_lots=True) | Q(tracks_serials=True),
            ),
        ]


class ItemCode(TenantModel):
    """Another way to name an item: a barcode, or a channel's own code (``channel_id`` set).

    ``pack`` is the packing level that carries the barcode; none is a single unit.
    """

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="codes", db_index=False)
    pack = TenantForeignKey(
        "inventory.PackLevel", on_delete=models.CASCADE, related_name="codes", null=True, db_index=False
    )
    kind = models.TextField()
    channel_id = models.UUIDField(null=True, blank=True)
    code_key = models.TextField(db_collation="C")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "code_key", "kind", "channel_id"],
                name="inventory_itemcode_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(kind__in=["barcode", "alias"]), name="inventory_itemcode_kind"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "item"], name="inventory_itemcode_of_item"),
            models.Index(
                fields=["tenant_id", "pack"], name="inventory_itemcode_of_pack", condition=Q(pack__isnull=False)
            ),
        ]


class ItemWord(TenantLogModel):
    """One word of an item's name or tags, in lower case: a prefix index over these is how a name is found.

    Row-level security keeps ``LIKE`` and trigrams off the indexes; a prefix of a plain column it lets through.
    """

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.TextField(db_collation="C")

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "word", "item"], name="inventory_itemword_once")]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_itemword_of_item")]
