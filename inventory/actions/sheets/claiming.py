"""Within one file, each SKU, barcode and shelf belongs to the first row that names it."""

from collections.abc import Sequence
from uuid import UUID

from inventory.models import SheetClaim
from oms.core.db.bulk import insert_rows


def claim(import_id: UUID, wanted: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Key → the row that has it, of this chunk or of one before. ``wanted``: key and row, in file order."""
    insert_rows(
        SheetClaim,
        [{"import_id": import_id, "key": key, "row": row} for key, row in wanted],
        on_conflict="ON CONFLICT (tenant_id, import_id, key) DO NOTHING",
    )
    keys = [key for key, _ in wanted]
    return dict(SheetClaim.objects.filter(import_id=import_id, key__in=keys).values_list("key", "row"))


def forget_claims(import_id: UUID) -> None:
    SheetClaim.objects.filter(import_id=import_id)._raw_delete("default")
