"""Choosing how a site is read, and getting an application password for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from suggester.errors import AnswerUnreadable, ConfigError, SiteError, SiteRefused
from suggester.wordpress import addresses
from suggester.wordpress.discovery import is_wordpress
from suggester.wordpress.export import ExportSource
from suggester.wordpress.lists import parts
from suggester.wordpress.login import Account, Login
from suggester.wordpress.rest import RestSource
from suggester.wordpress.source import Source
from suggester.wordpress.xmlrpc import XmlRpcSource

Say = Callable[[str], None]

_FILES = (".xml", ".gz", ".zip", ".wxr")
_PAGE = "/wp-admin/authorize-application.php"


def open_source(
    url_or_path: str,
    login: Login | None = None,
    say: Say = lambda sentence: None,
    ca_file: Path | str | None = None,
) -> Source:
    """Open an export file, or a site over REST; over XML-RPC, said aloud, where REST is closed."""
    if is_file(url_or_path):
        return ExportSource(Path(url_or_path))
    rest = RestSource(url_or_path, login=login, ca_file=ca_file)
    try:
        _probe(rest)
    except (SiteRefused, AnswerUnreadable) as error:
        if not is_wordpress(rest.front):
            raise
        if login is None:
            raise _without_login(error) from error
        return _over_xmlrpc(url_or_path, login, ca_file, error, say)
    if rest.account and not rest.account.edits_others:
        say(
            f"{rest.account.user} may not edit everybody's posts, so only what visitors see is read, and nothing can "
            "be written; use the login of an editor for more."
        )
    return rest


def is_file(url_or_path: str) -> bool:
    """Whether what a person typed means a file; a folder, or a missing file with a telling name, is said to be one."""
    if "://" in url_or_path:
        return False
    path = Path(url_or_path)
    try:
        if path.is_dir():
            raise ConfigError(f"{url_or_path} is a folder; name the file in it, or write https:// before a site.")
        if path.exists():
            return True
    except OSError as error:
        raise ConfigError(f"{url_or_path[:80]} cannot be looked at ({error.strerror}); check its name.") from error
    if path.suffix.lower() in _FILES or url_or_path.startswith(("/", "./", "../", "~")):
        raise ConfigError(f"There is no file {url_or_path}; check its name and folder.")
    return False


def check_login(source: Source) -> Account:
    """Say who the login of a source is; a wrong one is refused."""
    if isinstance(source, RestSource | XmlRpcSource):
        return source.check_login()
    raise SiteRefused("An export file needs no login.")


def authorise_url(site_url: str, app_name: str, success_url: str = "", page: str = "") -> str:
    """WordPress's own page on which a person hands out an application password.

    `page` is the one that a `RestSource`'s `root.authorise_page` names; without it the usual place is taken. WordPress
    sends nobody back to a plain http address, so such a `success_url` is left out: it then shows the password to copy.
    """
    query = {"app_name": app_name}
    if urlsplit(success_url).scheme == "https":
        query["success_url"] = success_url
    return f"{page or addresses.normal(site_url) + _PAGE}?{urlencode(query)}"


def find_authorise_url(site_url: str, app_name: str, ca_file: Path | str | None = None) -> str:
    """Look at a site without a login, and give its own page for application passwords.

    What is wrong with the address shows here, before anybody is asked for a password.
    """
    rest = RestSource(site_url, ca_file=ca_file)
    try:
        _probe(rest)
    except (SiteRefused, AnswerUnreadable):
        if not is_wordpress(rest.front):
            raise
        return authorise_url(site_url, app_name)
    return authorise_url(site_url, app_name, page=rest.root.authorise_page)


def read_authorisation(returned_url: str) -> tuple[str, Login]:
    """Read the site and the login out of the address to which WordPress sent the person back."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(returned_url).query).items()}
    if query.get("success") == "false":
        raise SiteRefused("The application password was not approved in WordPress; connect again to be asked.")
    if not all(query.get(name) for name in ("site_url", "user_login", "password")):
        raise SiteRefused("WordPress sent no application password back; connect again, or paste one by hand.")
    return query["site_url"], Login(query["user_login"], query["password"])


def _probe(rest: RestSource) -> None:
    """Ask for what every sync needs, so that a closed API shows now."""
    if rest.root and rest.gate.login:
        rest.check_login()
    rest.lists.count(next(parts(rest.types)))


def _over_xmlrpc(url: str, login: Login, ca_file: Path | str | None, closed: SiteError, say: Say) -> XmlRpcSource:
    """The same site over XML-RPC; where that does not work either, the first refusal says more."""
    source = XmlRpcSource(url, login, ca_file=ca_file)
    try:
        source.check_login()
    except (SiteRefused, AnswerUnreadable) as error:
        raise SiteRefused(f"{closed} XML-RPC does not help either: {error}") from error
    say(f"The REST API of this site is closed to us, so it is read over XML-RPC instead. ({closed})")
    return source


def _without_login(error: Exception) -> SiteRefused:
    return SiteRefused(
        f"{error} Connect with an application password (Users > Profile in WordPress), "
        "or use an export file (Tools > Export)."
    )
