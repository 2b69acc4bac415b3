"""Charts with axes, drawn on the server from a Vega-Lite description, in the page's own colours.

Colours are the tokens of the style sheet, so that light, dark and forced colours work. A chart that was drawn
once is kept for a day: the same numbers give the same picture.
"""

import hashlib
import json
from collections.abc import Sequence

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

KEPT_SECONDS = 86_400
SERIES = [f"var(--series-{number})" for number in range(1, 7)]
CONFIG = {
    "background": None, "view": {"stroke": None}, "font": "system-ui",
    "axis": {
        "labelColor": "var(--text-2)", "titleColor": "var(--text-2)", "gridColor": "var(--line)",
        "domainColor": "var(--control)", "tickColor": "var(--control)", "labelFontSize": 12, "titleFontSize": 12,
        "labelAngle": 0,
    },
    "legend": {"labelColor": "var(--text)", "title": None, "orient": "top", "labelFontSize": 12},
    "range": {"category": SERIES},
}  # fmt: skip


def stacked_columns(rows: Sequence[dict], *, x: str, y: str, by: str, unit: str) -> SafeString:
    """A column per day, stacked by a name; ``x`` is an ISO date."""
    return draw(
        {
            "data": {"values": list(rows)}, "mark": {"type": "bar"}, "width": 620, "height": 180,
            "encoding": {
                "x": {"field": x, "type": "ordinal", "timeUnit": "yearmonthdate", "axis": {
                    "title": None, "format": "%-d %b", "labelOverlap": True}},
                "y": {"field": y, "type": "quantitative", "aggregate": "sum", "axis": {
                    "title": unit, "tickMinStep": 1}},
                "color": {"field": by, "type": "nominal"},
            },
        }
    )  # fmt: skip


def columns_by_month(rows: Sequence[dict], *, x: str, y: str, unit: str) -> SafeString:
    """A column per month; ``x`` is the ISO date of its first day."""
    return draw(
        {
            "data": {"values": list(rows)}, "mark": {"type": "bar", "color": SERIES[0]}, "width": 620, "height": 160,
            "encoding": {
                "x": {"field": x, "type": "ordinal", "timeUnit": "yearmonth", "axis": {
                    "title": None, "format": "%b %Y", "labelOverlap": True}},
                "y": {"field": y, "type": "quantitative", "axis": {"title": unit}},
            },
        }
    )  # fmt: skip


def range_bars(rows: Sequence[dict], *, name: str, value: str, upto: str, unit: str) -> SafeString:
    """A bar per name to ``value``, with a whisker to ``upto``; in the order given."""
    y = {"field": name, "type": "nominal", "sort": None, "axis": {"title": None}}
    return draw(
        {
            "data": {"values": list(rows)}, "width": 520, "height": {"step": 30},
            "layer": [
                {"mark": {"type": "bar", "color": SERIES[0], "height": 14}, "encoding": {
                    "y": y, "x": {"field": value, "type": "quantitative", "axis": {"title": unit}}}},
                {"mark": {"type": "rule", "color": "var(--text-2)", "strokeWidth": 2}, "encoding": {
                    "y": y, "x": {"field": value, "type": "quantitative"}, "x2": {"field": upto}}},
            ],
        }
    )  # fmt: skip


def stepped(rows: Sequence[dict], *, x: str, y: str, sign: str, signs: Sequence[str], unit: str) -> SafeString:
    """A line that holds its height until it changes; ``x`` is an ISO date. Where a row's ``sign`` is one of the two
    ``signs``, something came (a triangle) or ran out (a cross)."""
    across = {"field": x, "type": "temporal", "timeUnit": "yearmonthdate", "axis": {
        "title": None, "format": "%-d %b", "labelOverlap": True}}  # fmt: skip
    up = {"field": y, "type": "quantitative", "scale": {"zero": True}, "axis": {"title": unit, "tickMinStep": 1}}
    told = {"field": sign, "type": "nominal"}
    return draw(
        {
            "data": {"values": list(rows)}, "width": 620, "height": 160,
            "layer": [
                {"mark": {"type": "line", "interpolate": "step-after", "color": SERIES[0], "strokeWidth": 2},
                 "encoding": {"x": across, "y": up}},
                {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                 "transform": [{"filter": {"field": sign, "oneOf": list(signs)}}],
                 "encoding": {"x": across, "y": up,
                              "shape": {**told, "scale": {"domain": list(signs), "range": ["triangle-up", "cross"]}},
                              "color": {**told, "scale": {"domain": list(signs), "range": [SERIES[2], SERIES[4]]}}}},
            ],
        }
    )  # fmt: skip


def draw(spec: dict) -> SafeString:
    """The chart as SVG. Its own words are left out of what is read aloud: the table beside it says the same."""
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, **spec}
    key = "plot:" + hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        import vl_convert

        found = vl_convert.vegalite_to_svg(whole)
        cache.set(key, found, KEPT_SECONDS)
    # Made by the library from numbers and names that it escapes itself.
    return mark_safe(found)
