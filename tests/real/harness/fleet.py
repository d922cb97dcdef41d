"""The service as it runs on many machines: two web processes behind nginx, workers, a Redis; each can be killed.

The processes are those of the profile `scale` of docker-compose.yml, with the nginx.conf that it ships. The sites are
export files, so that workers need no network but the way to Redis.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import requests

from suggester.store import Store

from .processes import HarnessError, Server, free_port, listens, run

ROOT = Path(__file__).parents[3]
SAMPLE = (ROOT / "suggester/sample/sample.xml").read_text("utf-8")
HOME = "backplot.example"
ITEM = re.compile(r"[ \t]*<item>.*?</item>\n?", re.S)
NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c; include {folder}/site.conf; }}
"""
PROGRAM = (sys.executable, "-m", "suggester.cli")
LETTERS = iter("abcdefghijklmnopqrstuvwxyz")  # of the networks of this process
WORKERS = ("worker-0", "worker-1")


class Fleet:
    """Its processes; `ways` are the words before a worker's command that lead into a network of its own."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        self.database = database or str(self.data / "suggester.db")
        self.redis_host = "127.0.0.1"
        self.redis_port, self.port, *self.web_ports = (free_port() for _ in range(4))
        self.url = f"http://127.0.0.1:{self.port}"
        self.ways: dict[str, list[str]] = {}
        self.keys: dict[int, str] = {}
        self.servers: dict[str, Server] = {}
        self._store: Store | None = None

    @property
    def env(self) -> dict[str, str]:
        """The settings of all its processes."""
        address = {"SUGGESTER_DATABASE": self.database} if "://" in self.database else {}
        redis = f"redis://{self.redis_host}:{self.redis_port}/0"
        return {"SUGGESTER_DATA": str(self.data), "SUGGESTER_QUEUE": redis, "SUGGESTER_THREADS": "1", **address}

    @property
    def store(self) -> Store:
        """The store, as the test looks into it."""
        if self._store is None:
            self._store = Store.open(self.database, self.data)
        return self._store

    def connect(self, names: Sequence[str], posts: int) -> list[int]:
        """Connect sites, each the beginning of the sample site under another name; give their numbers."""
        for name in names:
            self.write(name, posts)
        made = [self.store.add_site(f"https://{name}.example", str(self.file(name)), lang="en") for name in names]
        self.keys |= {site_id: self.store.add_key(site_id, "plugin") for site_id in made}
        return made

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.xml"

    def write(self, name: str, posts: int, edit: Callable[[list[str]], list[str]] = lambda items: items) -> None:
        """Write a site's export file, as a whole."""
        text = SAMPLE.replace(HOME, f"{name}.example")
        items = ITEM.findall(text)
        half = self.file(name).with_suffix(".part")
        half.write_text(ITEM.sub("", text).replace("</channel>", "".join(edit(items[:posts])) + "</channel>"), "utf-8")
        half.replace(self.file(name))

    # processes

    def start(self) -> None:
        """Start them all."""
        self.start_redis()
        for name in WORKERS:
            self.start_worker(name)
        for number in (0, 1):
            self.start_web(number, wait=False)
        self.start_nginx()
        for port in self.web_ports:
            self.servers["nginx"].wait_until(partial(listens, port))

    def start_redis(self) -> None:
        """Start a Redis that remembers nothing."""
        bound = ["--bind", self.redis_host, "--protected-mode", "no", "--port", str(self.redis_port)]
        command = ["redis-server", *bound, "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self._start("redis", command).wait_until(self._redis_answers)

    def start_web(self, number: int, wait: bool = True) -> None:
        port = self.web_ports[number]
        server = self._start(f"web-{number}", [*PROGRAM, "serve", "--no-worker", "--port", str(port)])
        if wait:
            server.wait_until(partial(listens, port))

    def start_nginx(self) -> None:
        """Start nginx with the file that is shipped, its names and ports exchanged."""
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        conf = (ROOT / "docker/nginx.conf").read_text().replace("listen 8080", f"listen 127.0.0.1:{self.port}")
        for number, port in enumerate(self.web_ports, 1):
            conf = conf.replace(f"web-{number}:8765", f"127.0.0.1:{port}")
        (folder / "site.conf").write_text(conf)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
        self._start("nginx", ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]).wait_until(
            lambda: listens(self.port)
        )

    def start_worker(self, name: str) -> None:
        """Start a worker, in the network that it has."""
        self._start(name, [*self.ways.get(name, ()), *PROGRAM, "worker"])

    def kill(self, name: str) -> None:
        """End one by kill -9: the process itself, and no other of its group."""
        server = self.servers.pop(name)
        server.process.kill()
        server.process.wait()

    def revive(self, name: str) -> None:
        """Start one again that was killed."""
        if name == "redis":
            self.start_redis()
        elif name in WORKERS:
            self.start_worker(name)
        else:
            self.start_web(int(name[-1]))

    def stop(self) -> None:
        """End what runs."""
        if self._store:
            self._store.close()
        for server in self.servers.values():
            server.kill()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    # what happens

    def post(self, site_id: int, path: str, body: dict[str, Any]) -> requests.Response:
        """Ask through nginx, again where nobody answers, as the plugin does."""
        headers = {"Authorization": f"Bearer {self.keys[site_id]}"}
        for _ in range(100):
            try:
                answer = requests.post(self.url + path, json=body, headers=headers, timeout=30)
                if answer.status_code < 500:
                    return answer
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise HarnessError(f"{path} has no answer; nginx says {self.folder / 'nginx/error.log'}")

    def wait_until_done(self, sites: Sequence[int], seconds: float = 120) -> None:
        """Wait until nothing waits and nothing is under way for these sites."""
        end = time.monotonic() + seconds
        while tasks := self.store.tasks.every(sites):
            if time.monotonic() > end:
                logs = "\n".join(f"{name}: {self.log(name)[-2000:]}" for name in self.servers)
                raise HarnessError(f"left to do: {tasks}\n{logs}")
            time.sleep(0.2)

    def _start(self, name: str, command: Sequence[str]) -> Server:
        self.servers[name] = Server(command, self.folder / f"{name}.log", self.env)
        return self.servers[name]

    def _redis_answers(self) -> bool:
        asked = ["redis-cli", "-h", self.redis_host, "-p", str(self.redis_port), "ping"]
        return "PONG" in subprocess.run(asked, capture_output=True, text=True).stdout


@contextmanager
def networks(how_many: int) -> Iterator[tuple[str, list[list[str]]]]:
    """Make networks of their own, each with a way to this machine; gives its address there, and the way into each.

    Needs to be root; HarnessError where it may not be done.
    """
    mark, made = f"sg{os.getpid() % 100_000}{next(LETTERS)}", []
    subnet = f"10.{200 + ord(mark[-1]) % 50}.{os.getpid() % 250}"
    try:
        run(["ip", "link", "add", mark, "type", "bridge"])
        run(["ip", "address", "add", f"{subnet}.1/24", "dev", mark])
        run(["ip", "link", "set", mark, "up"])
        for number in range(2, how_many + 2):
            name, here, there = f"{mark}-{number}", f"{mark}h{number}", f"{mark}n{number}"
            run(["ip", "netns", "add", name])
            made.append(name)
            run(["ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name])
            run(["ip", "link", "set", here, "master", mark, "up"])
            run(["ip", "-n", name, "address", "add", f"{subnet}.{number}/24", "dev", there])
            run(["ip", "-n", name, "link", "set", there, "up"])
        yield f"{subnet}.1", [["ip", "netns", "exec", name] for name in made]
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)
        subprocess.run(["ip", "link", "delete", mark], capture_output=True)
