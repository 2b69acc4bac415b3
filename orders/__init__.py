"""The commercial fact: what was sold, to whom, for how much; drafts, holds, screening, cancellation, customers."""
