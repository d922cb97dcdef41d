"""The room of services behind the door: handed in once, never built inside a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from suggester.tasks.service import Service

KEY = "suggester"


def hand_in(app: Flask, room: Service) -> None:
    """Give the app its service."""
    app.extensions[KEY] = room


def service() -> Service:
    """Give the service of the running app."""
    return cast("Service", current_app.extensions[KEY])
