"""Documents for printing: HTML in, PDF out, with our own font and nothing fetched from anywhere."""

import io
from functools import cache
from pathlib import Path

FONT_FAMILY = "Open Sans"
_FACES = (("Regular", 400, "normal"), ("Bold", 700, "normal"), ("Italic", 400, "italic"))


class Refused(ValueError):
    """A document asked for something that is not in it."""


def render_pdf(html: str) -> bytes:
    """The document as PDF; paper size and margins are those of its ``@page`` rule, A4 without one.

    Text is set in Open Sans whatever the machine has. Pictures and styles must be in the document (``data:``
    addresses); any other address is not fetched and stays empty.
    """
    import plutoprint

    book = plutoprint.Book(size=plutoprint.PAGE_SIZE_A4, media=plutoprint.MEDIA_TYPE_PRINT)
    book.custom_resource_fetcher = _fetcher()
    book.load_html(html, user_style=_style())
    written = io.BytesIO()
    book.write_to_pdf_stream(written)
    return written.getvalue()


@cache
def _fonts() -> dict[str, tuple[int, str]]:
    """The address of each face we ship → its weight and style."""
    import ttf_opensans

    directory = Path(ttf_opensans.__file__).parent / "ttf"
    return {(directory / f"OpenSans-{name}.ttf").as_uri(): (weight, style) for name, weight, style in _FACES}


@cache
def _style() -> str:
    faces = "".join(
        f"@font-face {{ font-family: '{FONT_FAMILY}'; font-weight: {weight}; font-style: {style}; src: url('{uri}') }}"
        for uri, (weight, style) in _fonts().items()
    )
    return f"{faces} html {{ font-family: '{FONT_FAMILY}' }}"


@cache
def _fetcher():
    import plutoprint

    class OnlyWhatIsOurs(plutoprint.ResourceFetcher):
        """By itself plutoprint reads files and the network for whoever wrote the HTML."""

        def fetch_url(self, url: str):
            if url.startswith("data:") or url in _fonts():
                return plutoprint.default_resource_fetcher.fetch_url(url)
            raise Refused(f"A document may not fetch {url[:80]}.")

    return OnlyWhatIsOurs()
