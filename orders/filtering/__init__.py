"""The language orders are filtered and searched with, the same in the list, in saved views and in the API.

``is:late hold:address channel:"Shopify UK" sku:MUG* tag:vip placed:>2026-11-01 country:DE,FR -is:held mug``

`reading` splits the text into terms, `fields` knows what each may say (both pure), `finding` routes
plain words by their shape, `applying` makes a queryset that pages on ``("-placed_at", "-id")``.
"""

from orders.filtering.applying import apply_query
from orders.filtering.reading import Term, read_terms

__all__ = ["Term", "apply_query", "read_terms"]
