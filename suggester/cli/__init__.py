"""The command line: the same verbs as over HTTP, and those that a person at the machine needs."""

from __future__ import annotations

import click

from suggester.cli.apply import apply, undo
from suggester.cli.ask import suggest
from suggester.cli.audit import audit
from suggester.cli.base import PoliteGroup, with_options
from suggester.cli.clicks import clicks
from suggester.cli.clusters import clusters
from suggester.cli.dashboard import dashboard
from suggester.cli.digest import digest
from suggester.cli.equity import equity
from suggester.cli.evaluate import evaluate
from suggester.cli.export import export
from suggester.cli.imports import import_, imports
from suggester.cli.inbound import inbound
from suggester.cli.keep import connect, status, sync
from suggester.cli.keys import keys
from suggester.cli.links import links
from suggester.cli.move import move
from suggester.cli.orphans import orphans
from suggester.cli.queue import queue
from suggester.cli.refresh import refresh
from suggester.cli.rules import rules
from suggester.cli.runs import runs
from suggester.cli.serving import serve
from suggester.cli.settings import settings
from suggester.cli.similar import similar
from suggester.cli.train import train
from suggester.cli.trial import demo, try_
from suggester.cli.visit import visit
from suggester.cli.worker import hand, worker


@click.group(cls=PoliteGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="link-suggester", prog_name="suggester")
@with_options
def main() -> None:
    """Find the internal links the posts of a WordPress site lack, and the words they should stand on.

    Look first, with nothing installed and nothing changed:

    \b
      suggester demo                        a sample site that comes along
      suggester try https://blog.example    any public WordPress site
      suggester try export.xml              a WordPress export file

    Then keep a site: connect it, sync it, and serve its suggestions to the plugin.
    """


for command in (
    try_,
    demo,
    connect,
    sync,
    refresh,
    suggest,
    inbound,
    similar,
    orphans,
    audit,
    visit,
    equity,
    clusters,
    clicks,
    import_,
    imports,
    export,
    runs,
    apply,
    undo,
    status,
    links,
    settings,
    rules,
    evaluate,
    train,
    serve,
    worker,
    queue,
    hand,
    dashboard,
    digest,
    keys,
    move,
):
    main.add_command(command)
