"""What the demo merchant sells and from where. All of it is invented."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal


@dataclass(frozen=True)
class Article:
    sku: str
    name: str
    price: Decimal
    cost: Decimal
    weight_g: int
    popularity: float
    kind: str = ""
    variant: str = ""


_KINDS = [
    ("MUG", "Stoneware mug", ("blue", "red", "moss", "sand"), "12.50", "4.10", 380, 9.0),
    ("TEA", "Loose leaf tea, 100 g", ("assam", "sencha", "rooibos", "earl grey"), "9.80", "3.30", 130, 7.0),
    ("KET", "Enamel kettle", ("cream", "black"), "49.00", "21.00", 1250, 2.2),
    ("BLK", "Wool blanket", ("grey", "ochre", "pine"), "89.00", "38.50", 1600, 1.6),
    ("CND", "Beeswax candle", ("small", "medium", "large"), "14.00", "5.20", 420, 5.0),
    ("NTB", "Linen notebook, A5", ("plain", "ruled", "dotted"), "16.50", "5.90", 290, 4.0),
    ("PEN", "Brass pen", ("fine", "broad"), "34.00", "12.00", 60, 1.8),
    ("TWL", "Waffle towel", ("white", "slate", "rose"), "22.00", "8.10", 340, 3.2),
    ("BRD", "Oak serving board", ("round", "long"), "42.00", "16.40", 1100, 1.5),
    ("SOP", "Olive soap", ("lavender", "cedar", "plain"), "6.50", "1.90", 110, 6.5),
    ("VAS", "Glass vase", ("low", "tall"), "38.00", "13.70", 900, 1.1),
    ("APR", "Canvas apron", ("indigo", "natural"), "45.00", "17.30", 480, 1.3),
    ("LMP", "Desk lamp", ("brass", "white"), "129.00", "61.00", 2400, 0.6),
    ("BAG", "Market bag", ("stripe", "plain"), "18.00", "6.00", 210, 3.0),
    ("CUP", "Espresso cup, set of 2", ("white", "black"), "24.00", "9.00", 420, 2.4),
]


def articles() -> list[Article]:
    """Every variant, the first of each kind the most wanted, as in real shops."""
    made = []
    for prefix, name, variants, price, cost, weight, popularity in _KINDS:
        for position, variant in enumerate(variants):
            made.append(
                Article(
                    sku=f"{prefix}-{variant[:3].upper()}",
                    name=f"{name}, {variant}" if "," not in name else f"{name} ({variant})",
                    price=Decimal(price),
                    cost=Decimal(cost),
                    weight_g=weight,
                    popularity=popularity / (1 + position),
                    kind=name,
                    variant=variant,
                )
            )
    return made


LOCATIONS = [
    {
        "code": "LEEDS", "name": "Leeds", "kind": "warehouse", "timezone": "Europe/London", "priority": 1,
        "share": 0.6, "cutoff": time(16, 30),
        "address": {
            "company": "Harbour & Pine", "line1": "14 Foundry Street", "city": "Leeds", "postcode": "LS11 5QP",
            "country": "GB", "latitude": 53.785, "longitude": -1.548,
        },
    },
    {
        "code": "LONDON", "name": "London shop", "kind": "store", "timezone": "Europe/London", "priority": 2,
        "share": 0.15, "cutoff": time(15),
        "address": {
            "company": "Harbour & Pine", "line1": "3 Lamb's Passage", "city": "London", "postcode": "EC1Y 8LE",
            "country": "GB", "latitude": 51.522, "longitude": -0.089,
        },
    },
    {
        "code": "UTRECHT", "name": "Utrecht", "kind": "third_party", "timezone": "Europe/Amsterdam", "priority": 3,
        "share": 0.25, "cutoff": time(17),
        "address": {
            "company": "Harbour & Pine", "line1": "Atoomweg 50", "city": "Utrecht", "postcode": "3542 AB",
            "country": "NL", "latitude": 52.11, "longitude": 5.06,
        },
    },
]  # fmt: skip

# Sold for good: it cannot be sent back.
FINAL_SALE = frozenset({"SOP-PLA"})

CHANNELS = [
    {"code": "web", "name": "Web shop", "kind": "shop", "told_by": "us"},
    {"code": "market", "name": "Marketplace", "kind": "marketplace", "told_by": "channel"},
    {"code": "phone", "name": "Phone and e-mail", "kind": "manual"},
]

FIRST_NAMES = [
    "Amara",
    "Bilal",
    "Carys",
    "Dev",
    "Elif",
    "Fergus",
    "Greta",
    "Hana",
    "Ivo",
    "Jonas",
    "Kezia",
    "Lars",
    "Maeve",
    "Nadia",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Sanjay",
    "Tove",
]
LAST_NAMES = [
    "Abbott",
    "Bakker",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gallagher",
    "Hughes",
    "Ivanova",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Osei",
    "Patel",
    "Quinn",
    "Rossi",
    "Silva",
    "Thompson",
]

PLACES = [
    ("12 Mill Lane", "Leeds", "", "LS6 2AB", "GB"),
    ("48 Deansgate", "Manchester", "", "M3 2FF", "GB"),
    ("7 Castle Street", "Edinburgh", "", "EH2 3AH", "GB"),
    ("101 Gloucester Road", "Bristol", "", "BS7 8AT", "GB"),
    ("22 Rye Lane", "London", "", "SE15 4ST", "GB"),
    ("5 Quay Street", "Cardiff", "", "CF10 1EA", "GB"),
    ("Torstraße 80", "Berlin", "", "10119", "DE"),
    ("Lindwurmstraße 12", "München", "", "80337", "DE"),
    ("18 rue Oberkampf", "Paris", "", "75011", "FR"),
    ("4 place Bellecour", "Lyon", "", "69002", "FR"),
    ("Prinsengracht 263", "Amsterdam", "", "1016 GV", "NL"),
    ("Biltstraat 44", "Utrecht", "", "3572 BC", "NL"),
    ("Rua Augusta 120", "Lisboa", "", "1100-053", "PT"),
    ("22 Dawson Street", "Dublin", "", "D02 X288", "IE"),
    ("Meir 50", "Antwerpen", "", "2000", "BE"),
]
