"""One WordPress on the loopback, as a test sees it."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from suggester.sample import SAMPLE

from .core import Core
from .database import Database
from .folders import PHP, copy_tree
from .processes import HarnessError, Server, free_port, listens, run
from .written import Written

SETTINGS = {
    "opcache.enable": "1",
    "opcache.enable_cli": "1",
    "opcache.memory_consumption": "192",
    "opcache.max_accelerated_files": "20000",
    "memory_limit": "256M",
    "upload_max_filesize": "64M",
    "post_max_size": "64M",
    "max_execution_time": "120",
}
AGED = re.compile(r"PHP Deprecated: .*/wp-includes/")
WORKERS = 4  # one alone would wait for itself where a request comes back to the same site
MUST_USE = ("quiet.php", "seo.php", "classic.php", "harness.php")
ACTIVATE = """
    require_once ABSPATH . 'wp-admin/includes/plugin.php';
    $failed = activate_plugin( $given['plugin'] );
    return is_wp_error( $failed ) ? $failed->get_error_message() : '';
"""


class WordPress:
    """An installed site with its server, its database and its switches; one that stands in its folder is used again.

    `must_use` are the files of php/ that it loads by itself. One that is not `installed` has its files and an empty
    database.
    """

    def __init__(
        self,
        core: Core,
        database: Database,
        folder: Path,
        *,
        path: str = "",
        permalinks: str,
        port: int = 0,
        must_use: Sequence[str] = MUST_USE,
        installed: bool = True,
    ) -> None:
        self.folder = folder
        self.permalinks = permalinks
        self.path = path
        self.user = "admin"
        self._database = database
        self._server: Server | None = None
        self._site = folder / "site.json"
        self.wordpress = folder / "web" / path.strip("/") if path else folder / "web"
        if self._site.exists():
            self.port = int(self.site["port"])
        else:
            self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        if not self._site.exists():
            self._install(core, must_use, installed)
        self.version = str(self.site["version"])
        self.password = str(self.site["password"])

    @property
    def site(self) -> dict[str, Any]:
        """What its wp-config.php reads: address, database, and the service where one is set by constants."""
        return dict(json.loads(self._site.read_text()))

    def configure(self, **fields: object) -> None:
        """Change what its wp-config.php reads; `service` is {"url": …, "key": …}, or None for no constants."""
        half = self._site.with_suffix(".part")
        half.touch(mode=0o600)
        half.write_text(json.dumps(self.site | fields))
        half.replace(self._site)

    def _install(self, core: Core, must_use: Sequence[str], installed: bool) -> None:
        """Make it; the note about the site is kept only of one that is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.wordpress.parent.mkdir(parents=True)
        copy_tree(core.folder, self.wordpress)
        name = re.sub(r"\W", "_", self.folder.name)
        site = {"url": self.url, "port": self.port, "database": name, "socket": str(self._database.socket)}
        self._site.write_text(json.dumps(site))
        (self.folder / "debug.log").touch()
        config = (PHP / "wp-config.php").read_text().replace("%%FOLDER%%", str(self.folder))
        (self.wordpress / "wp-config.php").write_text(config)
        for file in must_use:
            (self.wordpress / "wp-content/mu-plugins" / file).write_text((PHP / file).read_text())
        try:
            self._database.create(name)
            password = self._command("install.php", self.permalinks) if installed else ""
        except BaseException:
            self._site.unlink()
            raise
        self.configure(password=password, version=core.version)

    def add_plugin(self, source: Path, name: str) -> None:
        """Put a copy of a plugin's folder into it and switch it on; an older copy goes."""
        self.copy_plugin(source, name)
        refusal = self.php(ACTIVATE, plugin=f"{name}/{name}.php")
        if refusal:
            raise HarnessError(f"WordPress {self.version} refuses the plugin {name}: {refusal}")

    def copy_plugin(self, source: Path, name: str) -> None:
        """Put a copy of a plugin's folder into it; an older copy goes."""
        target = self.wordpress / "wp-content/plugins" / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)

    def start(self) -> None:
        """Serve it, where it does not yet; the address stays the same over stops and starts."""
        if self._server:
            return
        settings = [f"-d{name}={value}" for name, value in SETTINGS.items()]
        command = ["php", *settings, "-S", f"127.0.0.1:{self.port}", "-t", self.folder / "web", PHP / "router.php"]
        env = {"PHP_CLI_SERVER_WORKERS": str(WORKERS), "HARNESS_PATH": self.path}
        self._server = Server(command, self.folder / "php.log", env)
        self._server.wait_until(lambda: listens(self.port))

    @property
    def _name(self) -> str:
        return str(self.site["database"])

    def kill(self) -> None:
        """Take it away in the middle of whatever it does."""
        if self._server:
            self._server.kill()
            self._server = None

    def write(self, posts: Sequence[Written]) -> None:
        """Put made-up posts into it, past every hook of the editor."""
        self._command("import.php", text=json.dumps([asdict(post) for post in posts]))

    def write_sample(self) -> None:
        """Make it, while it is fresh, the sample site."""
        self._command("sample.php", str(SAMPLE))

    def php(self, code: str, **given: Any) -> Any:
        """Run PHP inside it as its administrator; `given` is there as the array $given."""
        out = self._command("eval.php", code, text=json.dumps(given))
        return json.loads(out)

    def rows(self, expressions: str, rest: str) -> list[dict[str, Any]]:
        """Ask its database directly; see `Database.rows`."""
        return self._database.rows(self._name, expressions, rest)

    def export(self, target: Path) -> Path:
        """Write WordPress's own export of everything to a file."""
        target.write_text(self._command("export.php"))
        return target

    @contextmanager
    def switched(self, **switches: Any) -> Iterator[None]:
        """Change its weather: plain, rest_closed, xmlrpc_closed, slow (milliseconds a request), patience."""
        file = self.folder / "switches.json"
        file.write_text(json.dumps(switches))
        try:
            yield
        finally:
            file.unlink()

    def fail_with(self, *statuses: int) -> None:
        """Let the next requests to its interfaces answer with these statuses, one after the other."""
        half = self.folder / "faults.part"
        half.write_text("\n".join(str(status) for status in statuses))
        half.replace(self.folder / "faults")

    def requests(self) -> list[str]:
        """The requests its interfaces got so far: method and address."""
        log = self.folder / "requests.log"
        return log.read_text().splitlines() if log.exists() else []

    def wait_for_requests(self, containing: str, count: int, seconds: float = 30) -> None:
        """Wait until so many requests have come in since the last `forget_requests`."""
        end = time.monotonic() + seconds
        while sum(containing in line for line in self.requests()) < count:
            if time.monotonic() > end:
                raise AssertionError(f"only these requests came: {self.requests()}")
            time.sleep(0.02)

    def forget_requests(self) -> None:
        """Start counting anew."""
        for log in ("requests.log", "outside.log"):
            (self.folder / log).unlink(missing_ok=True)

    def complaints(self) -> str:
        """What PHP complained of since it was last asked: nothing, where all is well.

        That an old WordPress has aged beside a newer PHP is not told.
        """
        log = self.folder / "debug.log"
        told = log.read_text()
        log.write_text("")
        return "".join(line for line in told.splitlines(keepends=True) if not AGED.search(line))

    def went_outside(self) -> list[str]:
        """The addresses outside this machine that our plugin asked for in PHP; they were refused."""
        log = self.folder / "outside.log"
        return log.read_text().splitlines() if log.exists() else []

    def _command(self, script: str, *arguments: str, text: str = "null") -> str:
        settings = ["-dmemory_limit=512M", "-dopcache.enable_cli=1", f"-dopcache.file_cache={self._opcache()}"]
        try:
            return run(["php", *settings, PHP / script, self.wordpress, *arguments], text=text)
        except HarnessError as error:
            raise HarnessError(f"{script}: {self.complaints() or error}") from error

    def _opcache(self) -> Path:
        folder = self.folder.parent / "opcache"
        folder.mkdir(exist_ok=True)
        os.chmod(folder, 0o700)
        return folder
