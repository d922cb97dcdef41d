"""The product against real WordPresses of three releases, on the loopback."""
