"""`digest`: what is new of a site, shown or sent to those who want to hear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.errors import ConfigError
from suggester.web.answers import moment

if TYPE_CHECKING:
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
COLUMNS = ("kind", "source_id", "source", "source_url", "target_id", "target", "target_url", "anchor", "href", "why")


@click.command()
@click.option("--show", "deed", flag_value="show", default=True, help="Show what would be told now; send nothing.")
@click.option("--send", "deed", flag_value="send", help="Send what is new, and what did not arrive before.")
@click.option("--test", "deed", flag_value="test", help="Send an example to everywhere that digests go.")
@click.option("--new-secret", "deed", flag_value="secret", help="Make a new secret for the webhook, and print it.")
@with_options
@click.pass_obj
def digest(desk: Desk, deed: str) -> None:
    """Show or send what is new: links that broke, new orphans, new suggestions.

    The service sends it by itself after each night that brought something. Who gets it:

    \b
      suggester settings set digest_email you@your-site.example
      suggester settings set digest_webhook https://hooks.example/services/...
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        if deed == "test":
            _test(desk, service.test_digest(site_id))
        elif deed == "secret":
            _new_secret(desk, service, site_id)
        else:
            told = service.send_digests(site_id) if deed == "send" else None
            _show(desk, service, site_id, told)


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


def _show(desk: Desk, service: Service, site_id: int, told: bool | None) -> None:
    new, rows, wish = service.next_digest(site_id), service.digests(site_id), service.digest_wish(site_id)
    if print_json(desk, _whole(new, rows, wish, told), new.as_json()["findings"] if new else [], COLUMNS):
        return
    if told is None:
        _print_new(desk, new, service, site_id)
    else:
        print_table(desk, "Sent." if told else "There is nothing new to send.")
    if rows:
        print_table(desk, "", _sent(rows))
    if not wish.places:
        hint(desk, "Digests go to the dashboard alone; `suggester settings set digest_email ADDRESS` sends them, too.")


def _print_new(desk: Desk, new: Digest | None, service: Service, site_id: int) -> None:
    from suggester.tasks.digest.sending import pages_of
    from suggester.tasks.digest.wording import letter

    written = letter(new, pages_of(service.means, site_id)).text if new else "Nothing is new since the last digest."
    print_table(desk, Text(tame(written.rstrip())))


def _whole(new: Digest | None, rows: Sequence[DigestRow], wish: Wish, told: bool | None) -> dict[str, Any]:
    sent = {} if told is None else {"sent": told}
    return sent | {"new": new.as_json() if new else None, "digests": list(map(_of_row, rows)), **of_wish(wish)}


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
