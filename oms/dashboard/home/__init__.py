"""Home: what needs me now, and the search box that is on every page."""
