"""The reconcile report as lines of text."""

from collections.abc import Iterator

from channels.documents.outcomes import Totals
from channels.queries import Reconcile


def report_lines(report: Reconcile, *, placed: bool) -> Iterator[str]:
    """For a terminal: the file's sums, those of each outcome, and whether they agree."""
    yield ""
    yield f"{'':<48}{'documents':>10}{'rows':>12}{'units':>14}{'money':>18}"
    yield _line("The file", report.file, "")
    for name, label, totals in report.labelled:
        yield _line(f"  {label}", totals, f"{report.documents.get(name, 0):,}")
    yield _line("All outcomes", report.accounted, f"{sum(report.documents.values()):,}")
    yield "The sums agree to the cent." if report.balanced else "THE SUMS DO NOT AGREE."
    for kind, totals in sorted(report.lines.items()):
        if totals.rows:
            yield _line(f"  of the order lines: {kind}", totals, "")
    yield (
        f"Guests {report.guests:,} · free lines {report.free_lines:,} · times moved by the clock change "
        f"{report.moved_times:,} · codes without an item {report.missing_items:,}"
    )
    if placed:
        yield (
            f"Placed {report.orders:,} orders · cancelled {report.cancelled_units:,} units · returned "
            f"{report.returned_units:,} units · items created {report.created_items:,} · opening stock "
            f"generated {report.opening_units:,} units · units short {report.short_units:,}"
        )


def _line(label: str, totals: Totals, documents: str) -> str:
    return f"{label:<48}{documents:>10}{totals.rows:>12,}{totals.units:>14,}{totals.money:>18,.3f}"
