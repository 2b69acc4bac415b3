"""The colours promise contrast; the promise is computed again from the file that ships."""

import re
from pathlib import Path

import pytest

from oms.dashboard.vocabulary import TONES

TOKENS = Path(__file__).parents[2] / "oms" / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9A-F]{6}),\s*(#[0-9A-F]{6})\);")
THEMES = {"light": 0, "dark": 1}
SURFACES = ["page", "surface", "raised", "sunken", "selected"]

# What stands on what, and the ratio the design promises in both themes.
WORDS_ON_SURFACES = [("text", 12.2), ("text-2", 7.1), ("text-3", 5.1)]
MINIMA = [
    *[(word, surface, ratio) for word, ratio in WORDS_ON_SURFACES for surface in SURFACES],
    *[("control", surface, 3.0) for surface in SURFACES],
    *[("focus", surface, 3.0) for surface in SURFACES],
    *[("action", surface, 4.5) for surface in SURFACES],
    *[("danger", surface, 4.5) for surface in SURFACES],
    ("on-action", "action", 6.6),
    ("on-action", "action-hover", 6.6),
    ("on-danger", "danger", 6.5),
    *[(f"{tone}-fg", f"{tone}-bg", 7.4) for tone in TONES],
    *[(f"series-{number}", "surface", 4.8) for number in range(1, 7)],
]


def colours() -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), MINIMA)
def test_contrast(ink: str, ground: str, least: float, theme: str):
    tokens = colours()
    ratio = contrast(tokens[ink][THEMES[theme]], tokens[ground][THEMES[theme]])
    # The design rounds its figures to one decimal.
    assert round(ratio, 1) >= least, f"{ink} on {ground} is {ratio:.2f} in {theme}"


def test_every_colour_of_a_component_comes_from_the_tokens():
    styled = [path for path in TOKENS.parent.glob("*.css") if path.name not in {"tokens.css", "print.css"}]
    assert len(styled) == 7
    for sheet in styled:
        literal = re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{]*;)", sheet.read_text())
        assert not literal, f"{sheet.name} names {literal}"
        named = set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet.read_text()))
        known = set(re.findall(r"--([a-z0-9-]+):", TOKENS.read_text()))
        assert named <= known, f"{sheet.name} uses unknown tokens {named - known}"
