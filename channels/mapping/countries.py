"""Country names as people write them → ISO 3166-1 alpha-2."""

from functools import cache

# Names in trade files that no list of territories has. "" is somewhere that is not one country: kept as unknown.
BY_HAND = {
    "eire": "IE", "rsa": "ZA", "usa": "US", "u.s.a.": "US", "uk": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "holland": "NL", "czech republic": "CZ",
    "hong kong": "HK", "macau": "MO", "turkey": "TR", "south korea": "KR", "korea": "KR", "russian federation": "RU",
    "uae": "AE", "ivory coast": "CI", "republic of ireland": "IE", "united states of america": "US",
    # Two bailiwicks, neither in the United Kingdom; Jersey has most of the people and of the post.
    "channel islands": "JE",
    "unspecified": "", "unknown": "", "european community": "", "european union": "", "other": "", "n/a": "",
}  # fmt: skip


@cache
def _by_name() -> dict[str, str]:
    from babel import Locale

    codes = {}
    for language in ("en", "de", "fr", "es", "it", "nl", "pt"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
                codes.setdefault(name.lower(), code)
    return codes


@cache
def country_code(name: str) -> str | None:
    """The code; "" for what is known to be no country; None for a name nobody knows."""
    given = " ".join(name.split()).lower()
    if not given or given in BY_HAND:
        return BY_HAND.get(given, "")
    known = _by_name()
    if len(given) == 2:
        return given.upper() if given.upper() in known.values() else None
    return known.get(given)
