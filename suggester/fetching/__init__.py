"""Asking for pages as a visitor of the site would: politely, bounded in every way, and never out of bounds."""

MOST_PAGES = 20_000  # visited of a site, unless more are asked for
REST = 0.25  # seconds between two requests to the site itself
EXTERNAL_REST = 1.0  # ... and to any other host
