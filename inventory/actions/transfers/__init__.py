"""Move goods between locations: prepare, send, receive, and close with what became of the rest."""

VERB = "stock.transfer"
CAUSE = "transfer"
