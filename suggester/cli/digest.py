"""`digest`: what is new of a site, shown or sent to those who want to hear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.errors import ConfigError
from suggester.web.answers import moment

if TYPE_CHECKING:
    from suggester.store import SiteRow
    from suggester.store.digests import Delivery, DigestRow
    from suggester.tasks.digest.findings import Digest
    from suggester.tasks.digest.sending import Attempt, Wish
    from suggester.tasks.service import Service

MEANINGS = {
    "digest_email": "who gets a digest of what is new, after a night that brought something",
    "digest_webhook": "address that gets it as JSON, which Slack and its like show, too",
    "digest_secret": "signs what goes to the webhook; made by itself, `suggester digest --new-secret` makes another",
    "digest_private": "the one host, or host:port, of a private network that the webhook may be in",
}
STATES = {"waiting": "waits for another try", "sent": "sent", "failed": "given up"}
COLUMNS = (
    "site",
    "kind",
    "source_id",
    "source",
    "source_url",
    "target_id",
    "target",
    "target_url",
    "anchor",
    "href",
    "why",
)


@click.command()
@click.option("--show", "deed", flag_value="show", default=True, help="Show what would be told now; send nothing.")
@click.option("--send", "deed", flag_value="send", help="Send what is new, and what did not arrive before.")
@click.option("--test", "deed", flag_value="test", help="Send an example to everywhere that digests go.")
@click.option("--new-secret", "deed", flag_value="secret", help="Make a new secret for the webhook, and print it.")
@with_options
@click.pass_obj
def digest(desk: Desk, deed: str) -> None:
    """Show or send what is new: links that broke, new orphans, new suggestions.

    The service sends it by itself after each night that brought something; of all sites, or of that of --site. Who
    gets it:

    \b
      suggester settings set digest_email you@your-site.example
      suggester settings set digest_webhook https://hooks.example/services/...
    """
    with desk.open() as service:
        if deed == "test":
            _test(desk, service.test_digest(desk.site_id(service)))
        elif deed == "secret":
            _new_secret(desk, service, desk.site_id(service))
        else:
            rows = [service.find_site(desk.site)] if desk.site else service.sites()
            _show(desk, service, rows, send=deed == "send")


def wanted_by(name: str, values: Sequence[str]) -> dict[str, Any]:
    """Read a digest setting that was typed, as `Service.change_digest_wish` takes it."""
    if name == "digest_email":
        return {"emails": tuple(each for value in values for each in value.replace(",", " ").split())}
    if len(values) > 1:
        raise ConfigError(f"{name} takes one value, or none to leave it empty.")
    return {name.removeprefix("digest_"): values[0].strip() if values else ""}


def of_wish(wish: Wish) -> dict[str, Any]:
    """Tell where digests go; of what lets others post or sign, only that it is there."""
    host = urlsplit(wish.webhook).hostname
    return {
        "digest_email": list(wish.emails),
        "digest_webhook": f"{host}/…" if host else "",
        "digest_secret": "set" if wish.secret else "",
        "digest_private": wish.private,
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """One site, and what there is to tell of it."""

    site: SiteRow
    sent: bool | None  # None where nothing was to be sent
    new: Digest | None
    digests: Sequence[DigestRow]
    wish: Wish

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What would be told now, line by line."""
        found = self.new.as_json()["findings"] if self.new else []
        return [{"site": self.site.url, **each} for each in found]

    @property
    def whole(self) -> dict[str, Any]:
        """All of it for a program."""
        sent = {} if self.sent is None else {"sent": self.sent}
        new = self.new.as_json() if self.new else None
        return {"site": self.site.url, **sent, "new": new, "digests": list(map(_of_row, self.digests))} | of_wish(
            self.wish
        )


def _show(desk: Desk, service: Service, rows: Sequence[SiteRow], send: bool) -> None:
    told = []
    for row in rows:
        sent = service.send_digests(row.id) if send else None
        wish, digests = service.digest_wish(row.id), service.digests(row.id)
        told.append(_Told(row, sent, service.next_digest(row.id), digests, wish))
    lines = [line for each in told for line in each.findings]
    if print_json(desk, {"sites": [each.whole for each in told]}, lines, COLUMNS):
        return
    for each in told:
        _print(desk, each, service)
    if not all(each.wish.places for each in told):
        hint(desk, "Digests go to the dashboard alone; `suggester settings set digest_email ADDRESS` sends them, too.")


def _print(desk: Desk, told: _Told, service: Service) -> None:
    from suggester.tasks.digest.sending import pages_of
    from suggester.tasks.digest.wording import letter

    name = told.site.name or told.site.url
    if told.sent is not None:
        print_table(desk, Text(tame(f"{name}: {'sent.' if told.sent else 'there is nothing new to send.'}")))
    elif told.new:
        print_table(desk, Text(tame(letter(told.new, pages_of(service.means, told.site.id)).text.rstrip())))
    else:
        print_table(desk, Text(tame(f"{name}: nothing is new since the last digest.")))
    if told.digests:
        print_table(desk, "", _sent(told.digests))


def _of_row(row: DigestRow) -> dict[str, Any]:
    counts: Mapping[str, int] = row.body["counts"]
    deliveries = list(map(_of_delivery, row.deliveries))
    return {"key": row.key, "made_at": moment(row.made_at), "counts": dict(counts), "deliveries": deliveries}


def _of_delivery(one: Delivery) -> dict[str, Any]:
    told = {"channel": one.channel, "address": one.address, "state": one.state, "tries": one.tries, "error": one.error}
    return told | {"at": moment(one.changed_at)}


def _sent(rows: Sequence[DigestRow]) -> Any:  # noqa: ANN401 - a table of rich
    from suggester.tasks.digest.findings import Digest
    from suggester.tasks.digest.wording import headline

    shown = table("Made", "What", "Where", "State", "Why")
    for row in rows:
        what = headline(Digest.of_json(row.body))
        for one in row.deliveries:
            words = (one.address or "webhook", STATES[one.state])
            shown.add_row(f"{row.made_at:%Y-%m-%d %H:%M}", what, *words, Text(tame(one.error)))
        if not row.deliveries:
            shown.add_row(f"{row.made_at:%Y-%m-%d %H:%M}", what, "dashboard", "", "")
    return shown


def _test(desk: Desk, attempts: Sequence[Attempt]) -> None:
    told: list[dict[str, Any]] = [
        {"channel": each.channel, "address": each.address, "taken": each.error is None, "error": str(each.error or "")}
        for each in attempts
    ]
    if not print_json(desk, {"attempts": told}, told):
        shown = table("Where", "Taken", "Why")
        for each in told:
            shown.add_row(each["address"] or "webhook", "yes" if each["taken"] else "no", Text(tame(each["error"])))
        print_table(desk, shown)
    for attempt in attempts:
        if attempt.error:
            raise click.exceptions.Exit(attempt.error.exit_code)


def _new_secret(desk: Desk, service: Service, site_id: int) -> None:
    from suggester.tasks.digest.webhook import new_secret

    made = service.change_digest_wish(site_id, {"secret": new_secret()}).secret
    if not print_json(desk, told := {"digest_secret": made}, [told]):
        click.echo(made)
    hint(desk, "The secret is shown this once; the receiver checks signatures with it from now on.")
