"""A private MariaDB: a unix socket, no TCP port, no care for what a power cut would do to it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .processes import HarnessError, Server, run

FAST = (
    "--innodb-flush-log-at-trx-commit=0",
    "--sync-binlog=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=128M",
    "--innodb-log-file-size=32M",
    "--performance-schema=OFF",
    "--max-allowed-packet=64M",
)


class Database:
    """A database server over a folder of its own; what an earlier one left there is served again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s.sock"
        self.server: Server | None = None

    def start(self) -> None:
        """Make the data folder, where there is none, and serve it."""
        data = self.folder / "data"
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        is_new = not data.exists()
        for folder in (data, self.folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        if user:
            run(["chown", "-R", "mysql:mysql", self.folder])
        if is_new:
            self._make(data, user)
        command = ["mariadbd", "--no-defaults", *user, f"--datadir={data}", f"--socket={self.socket}"]
        own = [f"--pid-file={self.folder / 'pid'}", "--skip-networking", "--character-set-server=utf8mb4"]
        self.server = Server([*command, *own, self._scratch, *FAST], self.folder.parent / "mariadb.log")
        self.server.wait_until(self._answers)

    def stop(self) -> None:
        """End it, where it runs; its files are thrown away, so it need not put them in order first."""
        if self.server:
            self.server.kill()

    def close(self) -> None:
        """End it, where it runs, so that its files can be served again."""
        if self.server:
            self.server.stop(60)

    def _make(self, data: Path, user: list[str]) -> None:
        unasked = ["--auth-root-authentication-method=socket", "--skip-test-db", "--skip-name-resolve", "--force"]
        run(["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", self._scratch, *unasked])

    @property
    def _scratch(self) -> str:
        """Where temporary tables go: a server that starts throws away all that stand where its own will."""
        return f"--tmpdir={self.folder / 'tmp'}"

    def create(self, name: str) -> None:
        """Make an empty database that WordPress may use."""
        self._client(
            f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` CHARACTER SET utf8mb4;"
            f" CREATE USER IF NOT EXISTS wp@localhost IDENTIFIED BY 'wp'; GRANT ALL ON `{name}`.* TO wp@localhost"
        )

    def rows(self, name: str, expressions: str, rest: str) -> list[dict[str, Any]]:
        """Give rows as dicts: `expressions` is what stands inside JSON_OBJECT, `rest` what follows it."""
        out = self._client(f"SELECT JSON_OBJECT({expressions}) {rest}", name)
        return [json.loads(line) for line in out.splitlines()]

    def _client(self, statement: str, *database: str) -> str:
        command = ["mariadb", "--no-defaults", "-S", self.socket, "--default-character-set=utf8mb4"]
        return run([*command, "--batch", "--raw", "--skip-column-names", *database], text=statement)

    def _answers(self) -> bool:
        try:
            self._client("SELECT 1")
        except HarnessError:
            return False
        return True
