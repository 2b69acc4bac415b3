"""Questions about imports, and about connections and what came in over them."""

from channels.queries.imports import (
    RawRow,
    Reconcile,
    download_header,
    has_effects,
    history_of,
    import_by_id,
    import_rows,
    known_documents,
    next_documents,
    open_lines,
    outcome_rows,
    reconcile,
    reconcile_of,
    rows_of,
    state_of,
    visible_imports,
)

__all__ = [
    "RawRow",
    "Reconcile",
    "download_header",
    "has_effects",
    "history_of",
    "import_by_id",
    "import_rows",
    "known_documents",
    "next_documents",
    "open_lines",
    "outcome_rows",
    "reconcile",
    "reconcile_of",
    "rows_of",
    "state_of",
    "visible_imports",
]
