"""The cookie of a signed-in browser: a signed one that names a session of the store, and a token for its forms."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlencode

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSessionInterface

from suggester.errors import FormRefused
from suggester.web.room import service

ADDRESS = "DASHBOARD_ADDRESS"
TOKEN, CSRF = "token", "csrf"
HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}


class _Cookies(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """Send the cookie back over https alone where that is how the browser came."""
        return request.is_secure or str(app.config[ADDRESS]).startswith("https:")


def keep_sessions(app: Flask, key: bytes, address: str) -> None:
    """Let the app keep sessions, signed with this key."""
    app.secret_key = key
    app.session_interface = _Cookies()
    app.config |= {
        ADDRESS: address.rstrip("/"),
        "SESSION_COOKIE_NAME": "link_suggester",
        "SESSION_COOKIE_PATH": "/dashboard",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # Strict would lose the session on the way here from WordPress
    }


def sign_in_address(token: str) -> str:
    """Give the address that a one-time link's token opens, as the browser will find it."""
    base = current_app.config[ADDRESS] or request.host_url.rstrip("/")
    return with_token(str(base), token)


def with_token(base: str, token: str) -> str:
    """Give the address of a one-time link below a service's address."""
    return f"{base.rstrip('/')}/dashboard/sign-in?{urlencode({'token': token})}"


def begin(link: str) -> None:
    """Sign this browser in with a link's token; LinkRefused where it is worth nothing."""
    opened = service().store.open_session(link, session.get(TOKEN, ""))
    session.clear()
    session[TOKEN], session[CSRF] = opened, secrets.token_urlsafe(32)


def end() -> None:
    """Sign this browser out; a copy of its cookie is worth nothing either from now on."""
    service().store.close_session(session.get(TOKEN, ""))
    session.clear()


def sites() -> frozenset[int]:
    """Give the sites that this browser may see; none where it is not signed in."""
    token = session.get(TOKEN, "")
    return service().store.sites_of_session(token) if token else frozenset()


def check_form() -> None:
    """Refuse a change that does not come from a form of ours."""
    if request.method in SAFE:
        return
    sent = request.headers.get(HEADER) or request.form.get(CSRF, "")
    if not hmac.compare_digest(sent.encode(), str(session.get(CSRF, "")).encode() or b"\0"):
        raise FormRefused("This form is from an earlier session; go back, reload the page, and send it again.")
