"""A WordPress to try the plugin in: the sample site, the plugin active, the service connected; until Ctrl-C.

    python -m scripts.demo_wordpress [--wordpress 6.1|6.8|newest] [--fresh]

Everything runs on the loopback and lives in one folder, which the next start finds again. Nothing is sent anywhere;
only WordPress itself is fetched, once, from the Debian archive.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from suggester.config import Config
from tests.real.harness.core import get_core
from tests.real.harness.database import Database
from tests.real.harness.processes import HarnessError, free_port, listens, stop_left_behind
from tests.real.harness.service import Service
from tests.real.harness.website import WordPress

VERSIONS = {"6.1": "bookworm", "6.8": "trixie", "7.1": "newest"}
NAMES = (*VERSIONS, *VERSIONS.values())
PLUGIN = Path(__file__).parents[1] / "wp_plugin"
MUST_USE = ("quiet.php", "seo.php", "classic.php")
ENTER = "Link_Suggester\\Connection::save( $given['url'], $given['key'] ); return 1;"  # as its settings page does
PORT, SERVICE_PORT = 8080, 8766
WORTH_OPENING = ("smelly-compost-bin", "soil-ph-test")  # one with links to add, one that nobody links to


def main() -> int:
    """Start everything, say where it is, and stop it all in the end."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    suite = VERSIONS.get(asked.wordpress, asked.wordpress)
    folder = asked.folder or _usual_folder() / suite
    try:
        with _alone(folder, asked.fresh), _running(folder, suite, asked.port) as (wordpress, service):
            print(_welcome(wordpress, service), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("\nStopped. What you did there is kept; the same command goes on from there, --fresh begins anew.")
    except (HarnessError, OSError) as error:
        print(f"The demo did not start: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo_wordpress", description="A WordPress to try the plugin in.")
    parser.add_argument("--wordpress", choices=NAMES, default="6.8", help="which release (default: 6.8)")
    parser.add_argument("--port", type=int, default=0, help=f"of a new site (default: {PORT}, or a free one)")
    parser.add_argument("--folder", type=Path, help="where it lives")
    parser.add_argument("--fresh", action="store_true", help="throw away what an earlier start left")
    return parser.parse_args()


def _usual_folder() -> Path:
    """The database server works as a user of its own where root starts it, and must be able to walk to the folder."""
    return Path("/var/tmp/link-suggester-demo") if os.geteuid() == 0 else Config.here().cache / "wordpress"


@contextmanager
def _alone(folder: Path, fresh: bool) -> Iterator[None]:
    """Hold the folder for this process, without servers of an earlier one; empty it where that was asked for."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = f"it runs already, in {folder}, as process {lock.read() or 'unknown'}"
            raise HarnessError(f"{holder}; stop that one, or name another --folder.") from None
        lock.truncate(0)
        print(os.getpid(), end="", file=lock, flush=True)
        if stop_left_behind(folder):
            print("Stopped what an earlier start had left running.", flush=True)
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        yield


@contextmanager
def _running(folder: Path, suite: str, port: int) -> Iterator[tuple[WordPress, Service]]:
    """The three servers, stopped in the end in the opposite order."""
    core = get_core(suite)
    database, service = Database(folder / "mariadb"), Service(folder / "service", _free(SERVICE_PORT), worker=True)
    wordpress: WordPress | None = None
    try:
        print(f"Starting WordPress {core.version} ...", flush=True)
        database.start()
        new = not (folder / "wordpress/site.json").exists()
        wordpress = WordPress(
            core,
            database,
            folder / "wordpress",
            permalinks="/%postname%/",
            port=port or _free(PORT),
            must_use=MUST_USE,
        )
        if listens(wordpress.port):
            raise HarnessError(f"port {wordpress.port} is taken; free it, or begin anew elsewhere with --fresh --port.")
        if new:
            print("Writing the sample posts ...", flush=True)
            wordpress.write_sample()
        wordpress.start()
        _connect(wordpress, service)
        yield wordpress, service
    finally:
        service.stop()
        if wordpress:
            wordpress.kill()
        database.close()


def _connect(wordpress: WordPress, service: Service) -> None:
    """Read the site, and tell the plugin where the service is."""
    key = wordpress.site.get("key") or service.connect(wordpress)
    wordpress.configure(key=key)
    print("Reading the posts ...", flush=True)
    service.sync(wordpress)
    service.start()
    wordpress.add_plugin(PLUGIN, "link-suggester")
    wordpress.php(ENTER, url=service.url, key=key)


def _free(port: int) -> int:
    return free_port() if listens(port) else port


def _welcome(wordpress: WordPress, service: Service) -> str:
    links, orphan = (_editor(wordpress, slug) for slug in WORTH_OPENING)
    return dedent(f"""
        WordPress {wordpress.version} with the plugin:   {wordpress.url}/wp-admin/
        User and password:            admin / admin
        The service:                  {service.url}

        What to click:
          1. Open a post with links to add:  {links}
             and there, at the top right, "Link suggestions": hover, then "Add link".
          2. A post that nobody links to:    {orphan}
             "Links to this post" shows where it deserves a link.
          3. Settings > Link suggester, and all posts with their links in and out:  {wordpress.url}/wp-admin/edit.php
          4. The classic editor: a link at the top right of every admin page changes to it and back.

        Ctrl-C stops everything.""")


def _editor(wordpress: WordPress, slug: str) -> str:
    (row,) = wordpress.rows("'id', ID", f"FROM wp_posts WHERE post_name = '{slug}' AND post_type = 'post'")
    return f"{wordpress.url}/wp-admin/post.php?post={row['id']}&action=edit"


if __name__ == "__main__":
    sys.exit(main())
