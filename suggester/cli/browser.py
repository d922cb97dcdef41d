"""Showing a page to the person at the machine, where there is a screen."""

from __future__ import annotations

import webbrowser


def show(address: str) -> bool:
    """Open an address in the browser; False where there is none with a window."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    takes_over_the_terminal = type(browser) is webbrowser.GenericBrowser
    return not takes_over_the_terminal and browser.open(address)
