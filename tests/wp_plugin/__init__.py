"""The plugin in real WordPresses, in a real browser, with the real service."""
