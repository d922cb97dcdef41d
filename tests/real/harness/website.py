"""One WordPress on the loopback, as a test sees it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

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
WORKERS = 3  # one alone would wait for itself where a request comes back to the same site


class WordPress:
    """An installed site with its server, its database and its switches."""

    def __init__(self, core: Core, database: Database, folder: Path, *, path: str = "", permalinks: str) -> None:
        self.version = core.version
        self.folder = folder
        self.permalinks = permalinks
        self.path = path
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.user = "admin"
        self._database = database
        self._name = folder.name.replace("-", "_")
        self._server: Server | None = None
        self.wordpress = folder / "web" / path.strip("/") if path else folder / "web"
        self.password = self._install(core)

    def _install(self, core: Core) -> str:
        self.wordpress.parent.mkdir(parents=True, exist_ok=True)
        copy_tree(core.folder, self.wordpress)
        site = {"url": self.url, "database": self._name, "socket": str(self._database.socket)}
        (self.folder / "site.json").write_text(json.dumps(site))
        (self.folder / "debug.log").touch()
        config = (PHP / "wp-config.php").read_text().replace("%%FOLDER%%", str(self.folder))
        (self.wordpress / "wp-config.php").write_text(config)
        (self.wordpress / "wp-content/mu-plugins/harness.php").write_text((PHP / "harness.php").read_text())
        self._database.create(self._name)
        return self._command("install.php", self.permalinks)

    def start(self) -> None:
        """Serve it, where it does not yet; the address stays the same over stops and starts."""
        if self._server:
            return
        settings = [f"-d{name}={value}" for name, value in SETTINGS.items()]
        command = ["php", *settings, "-S", f"127.0.0.1:{self.port}", "-t", self.folder / "web", PHP / "router.php"]
        env = {"PHP_CLI_SERVER_WORKERS": str(WORKERS), "HARNESS_PATH": self.path}
        self._server = Server(command, self.folder / "php.log", env)
        self._server.wait_until(lambda: listens(self.port))

    def kill(self) -> None:
        """Take it away in the middle of whatever it does."""
        if self._server:
            self._server.kill()
            self._server = None

    def write(self, posts: Sequence[Written]) -> None:
        """Put made-up posts into it, past every hook of the editor."""
        self._command("import.php", text=json.dumps([asdict(post) for post in posts]))

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
        """Change its weather: plain, rest_closed, xmlrpc_closed, slow (milliseconds a request)."""
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
        (self.folder / "requests.log").unlink(missing_ok=True)

    def complaints(self) -> str:
        """What PHP complained of since it was last asked: nothing, where all is well.

        That an old WordPress has aged beside a newer PHP is not told.
        """
        log = self.folder / "debug.log"
        told = log.read_text()
        log.write_text("")
        return "".join(line for line in told.splitlines(keepends=True) if not AGED.search(line))

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
