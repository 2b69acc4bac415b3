"""The floor's pages: the queue, picking and packing by scan, hand-over, and what was short."""
