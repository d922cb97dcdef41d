"""What a site owner decides: the settings, and the login with which WordPress is read."""

from __future__ import annotations

from typing import Any

from suggester.web import answers
from suggester.web.answers import Json
from suggester.web.api.endpoints import endpoint, room
from suggester.web.api.schemas.settings import CredentialsSchema, SettingsSchema, SignedInSchema, StoredSettingsSchema
from suggester.web.auth import site_id
from suggester.web.room import service
from suggester.wordpress.login import Login

settings = room("settings", "What a site owner decides: the settings, and the login with which WordPress is read.")


@endpoint(settings, "GET", "/settings", gives=StoredSettingsSchema)
def tell_settings() -> Json:
    """Tell what the site's owner decided."""
    return answers.settings(service().settings(site_id()))


@endpoint(settings, "PUT", "/settings", takes=SettingsSchema, gives=StoredSettingsSchema)
def keep_settings(wanted: dict[str, Any]) -> Json:
    """Keep what the site's owner decided; it holds from the next suggestion on. What is left out stays as it is."""
    return answers.settings(service().change_settings(site_id(), wanted))


@endpoint(settings, "PUT", "/credentials", takes=CredentialsSchema, gives=SignedInSchema)
def sign_in(given: dict[str, str]) -> Json:
    """Read WordPress with this login from the next sync on; WordPress is asked first whether it takes it."""
    service().sign_in(site_id(), Login(given["user"], given["password"]))
    return {"user": given["user"], "accepted": True}


@endpoint(settings, "DELETE", "/credentials", gives=SignedInSchema)
def sign_out() -> Json:
    """Forget the login; the site is then read as every visitor sees it."""
    service().sign_out(site_id())
    return {"user": "", "accepted": False}
