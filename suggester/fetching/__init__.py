"""Asking for pages as a visitor of the site would: politely, bounded in every way, and never out of bounds."""
