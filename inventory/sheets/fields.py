"""What a file of items or of stock can tell, and the header names it usually has for that."""

from collections.abc import Mapping

from oms.core.sheets.columns import Field

ITEMS, STOCK, KITS = "items", "stock", "kits"
OPENING, COUNTED, ADD = "opening", "counted", "add"
# How the quantities of a stock file are meant → the verb that it takes.
MODES = {COUNTED: "stock.adjust", OPENING: "stock.receive", ADD: "stock.receive"}

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
KINDS: Mapping[str, tuple[Field, ...]] = {ITEMS: ITEM_FIELDS, STOCK: STOCK_FIELDS, KITS: KIT_FIELDS}
