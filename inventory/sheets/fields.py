"""What a file of items or of stock can tell, and the header names it usually has for that."""

from collections.abc import Mapping
from dataclasses import replace

from oms.core.sheets.columns import Field

ITEMS, STOCK, KITS, SUPPLIERS, COUNTS = "items", "stock", "kits", "suppliers", "counts"
OPENING, COUNTED, ADD = "opening", "counted", "add"
# How the quantities of a stock file are meant → the verb that it takes.
MODES = {COUNTED: "stock.adjust", OPENING: "stock.receive", ADD: "stock.receive"}
# The verb that a file of another kind takes, and the one to see files of a kind.
VERBS = {ITEMS: "items.edit", KITS: "items.edit", SUPPLIERS: "purchasing.edit", COUNTS: "stock.count"}
SEEN = {
    ITEMS: "stock.view", STOCK: "stock.view", KITS: "stock.view", SUPPLIERS: "purchasing.view", COUNTS: "stock.view",
}  # fmt: skip

SKU = Field(
    "sku",
    "SKU",
    ("sku", "itemsku", "productsku", "variantsku", "stockcode", "itemcode", "productcode", "articlenumber",
     "articleno", "partnumber", "itemnumber", "itemno", "code", "item"),
    required=True,
)  # fmt: skip
# The labels are the header of an export, so that it explains itself when it is imported again.
ITEM_FIELDS = (
    SKU,
    Field("name", "Name", ("name", "itemname", "productname", "title", "description", "itemdescription")),
    Field("gtin", "GTIN", ("gtin", "gtin13", "gtin14")),
    Field("barcodes", "Barcodes", ("barcodes", "barcode", "ean", "upc", "variantbarcode")),
    Field("weight_g", "Weight (g)", ("weightg", "weightgrams", "weightingrams", "grams", "variantgrams", "weight")),
    Field("length_mm", "Length (mm)", ("lengthmm", "length")),
    Field("width_mm", "Width (mm)", ("widthmm", "width")),
    Field("height_mm", "Height (mm)", ("heightmm", "height")),
    Field("price", "Price", ("price", "variantprice", "unitprice", "sellingprice", "listprice")),
    Field("cost", "Cost", ("cost", "unitcost", "costperitem", "purchaseprice", "costprice")),
    Field("active", "Active", ("active", "forsale", "published", "enabled")),
    Field("final_sale", "Final sale", ("finalsale", "nonreturnable")),
    Field("unit", "Unit", ("unit", "unitofmeasure", "uom", "baseunit")),
    Field("packs", "Packs", ("packs", "packinglevels", "casepacks")),
    Field("description", "Description", ("description", "bodyhtml", "longdescription")),
    Field("hs_code", "HS code", ("hscode", "hstariffcode", "commoditycode", "harmonizedcode", "variantharmonizedcode")),
    Field("country_of_origin", "Country of origin", ("countryoforigin", "origincountry", "madein", "origin")),
    Field("tags", "Tags", ("tags", "keywords", "labels")),
    Field("product", "Product", ("product", "parent", "style", "parentsku")),
    Field("options", "Options", ("options", "optionvalues", "variant")),
    Field("substitutes", "Substitutes", ("substitutes", "alternatives")),
)
# What a column of the merchant's own field is called among an item's fields: this, and the field's key.
OWN = "custom."
STOCK_FIELDS = (
    SKU,
    Field("location", "Location", ("location", "locationcode", "warehouse", "site", "store"), required=True),
    Field(
        "quantity",
        "Quantity",
        ("quantity", "qty", "onhand", "counted", "stock", "units", "available", "openingstock"),
        required=True,
    ),
    Field("state", "State", ("state", "condition", "stockstate")),
)
KIT_FIELDS = (
    Field("kit", "Kit", ("kit", "kitsku", "bundle", "bundlesku", "parent", "parentsku", "set"), required=True),
    Field("component", "Component", ("component", "componentsku", "part", "child", "childsku", "sku"), required=True),
    Field("quantity", "Quantity", ("quantity", "qty", "units", "perkit", "quantityperkit"), required=True),
)
SUPPLIER_FIELDS = (
    Field("supplier", "Supplier", ("supplier", "suppliercode", "vendor", "vendorcode"), required=True),
    Field("supplier_name", "Supplier name", ("suppliername", "vendorname", "company")),
    Field("email", "E-mail", ("email", "supplieremail", "vendoremail")),
    Field("currency", "Currency", ("currency", "currencycode")),
    replace(SKU, required=False),
    Field("code", "Supplier SKU", ("suppliersku", "vendorsku", "theircode", "supplierpartnumber", "vendorpartnumber")),
    Field("prices", "Price", ("price", "prices", "cost", "unitcost", "purchaseprice", "unitprice")),
    Field("minimum", "MOQ", ("moq", "minimum", "minimumorder", "minimumorderquantity", "least")),
    Field("pack_size", "Pack", ("pack", "packsize", "casesize", "unitsperpack", "orderin")),
    Field("lead_time_days", "Lead days", ("leaddays", "leadtime", "leadtimedays", "days")),
    Field("rank", "Rank", ("rank", "priority")),
)
COUNT_FIELDS = (
    next(each for each in STOCK_FIELDS if each.name == "location"),
    SKU,
    Field("quantity", "Counted", ("counted", "quantity", "qty", "units", "found"), required=True),
    next(each for each in STOCK_FIELDS if each.name == "state"),
)
KINDS: Mapping[str, tuple[Field, ...]] = {
    ITEMS: ITEM_FIELDS, STOCK: STOCK_FIELDS, KITS: KIT_FIELDS, SUPPLIERS: SUPPLIER_FIELDS, COUNTS: COUNT_FIELDS,
}  # fmt: skip
KIND_NAMES = tuple(KINDS)
