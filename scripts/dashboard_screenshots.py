"""Pictures of every page of the dashboard, to be looked at: light, dark, and on a phone, over the sample site.

python -m scripts.dashboard_screenshots [--out build/screenshots/dashboard]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from suggester.entities import Event, Post
from suggester.errors import UnknownTask
from suggester.store import Store
from suggester.store.suggestions import Ripple
from suggester.tasks.digest.telling import example
from suggester.tasks.digest.wording import letter
from suggester.tasks.service import Service as Rooms
from tests.real.harness.folders import workplace
from tests.real.harness.service import Service, suggester, told
from tests.wp_plugin.making import chromium

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2},
}
NIGHTS = (  # hours ago, seconds by stage, what the night noticed, why it failed
    (122, {"sync": 41.0, "embed": 188.0, "index": 9.0, "renew": 72.0, "check": 6.0}, {"appeared": 61}, ""),
    (98, {"sync": 3.1, "index": 1.2, "renew": 0.8, "check": 2.2}, {}, ""),
    (74, {"sync": 2.0}, {}, "blog.example does not answer; check that the address is right and the site is up."),
    (50, {"sync": 3.4, "embed": 2.9, "index": 1.2, "renew": 4.8, "check": 2.4}, {"appeared": 7, "linked": 2}, ""),
    (2, {"sync": 4.2, "embed": 6.8, "index": 1.3, "renew": 9.6, "check": 2.9},
     {"broken": 3, "orphaned": 2, "appeared": 14, "linked": 1, "died": 5}, ""),
)  # fmt: skip
RULE = ("kind,phrase,post", "always,leaf mould,leaf-mould", "never_target,,about")
SECONDS = 60_000
WHOLE = (
    "nights",
    "nights-bad",
    "email",
    "equity",
    "clusters",
    "cluster",
    "spread",
)  # pages that are shown to their end


class Tour:
    """Goes through the pages in one look, and keeps a picture of each."""

    def __init__(self, browser: Browser, service: Service, folder: Path, look: str, only: Collection[str] = ()) -> None:
        self.page: Page = browser.new_page(**LOOKS[look])
        self.data, self._only = service.data, only
        self.home = f"{service.url}/dashboard/1/"
        self._folder, self._look = folder, look
        self.page.goto(service.url + told(service.data, "dashboard", "--no-browser")["url"].partition("8765")[2])

    def take(self, name: str, show: Callable[[Page], object] = lambda page: None, path: str = "") -> None:
        """Take one picture, after going to a page and doing something there."""
        if self._only and name not in self._only:
            return
        self.page.goto(path if path.startswith("file:") else self.home + path)
        show(self.page)
        self.page.wait_for_timeout(600)  # until nothing moves any more
        file = self._folder / f"{name}-{self._look}.png"
        self.page.screenshot(path=file, full_page=name in WHOLE)
        print(file)

    def review(self) -> str:
        """Give the path of the newest run; plan one where there is none."""
        self.page.goto(f"{self.home}runs/")
        if not self.page.locator(".list .title").count():
            self.page.goto(self.home)
            self.page.get_by_role("button", name="Repair the orphans").click()
            self.page.wait_for_url("**/runs/*", timeout=SECONDS)
        else:
            self.page.locator(".list .title").first.click()
        return self.page.url.removeprefix(self.home)


def go_through(tour: Tour) -> None:
    """Show every page, and what opens in it."""
    run = tour.review()
    tour.take("overview")
    tour.take("orphans", lambda page: page.get_by_role("button", name="Find sources").nth(2).click(), "orphans")
    tour.take("runs", path="runs/")
    tour.take("review", path=run)
    tour.take("words", lambda page: page.locator("[data-key=e]").first.click(), run)
    tour.take("closely", lambda page: page.locator("[data-key=d]").first.click(), run)
    tour.take("confirm", lambda page: page.get_by_role("button", name="Apply ").click(), run)
    tour.take("rules", path="rules")
    tour.take("link-changes", path="links")
    tour.take("quality", path="quality")
    tour.take("equity", path="equity")
    tour.take("equity-starving", path="equity?show=starves")
    tour.take("clusters", path="clusters")
    tour.take("cluster", path="clusters/1")
    tour.take("nowhere", path="clusters?show=nowhere")
    tour.take("map", drawn, "map")
    tour.take("map-post", choose_on_map, "map")
    tour.take("spread", path="spread")
    tour.take("imports", path="imports")
    tour.take("understood", looked_at, "imports")
    tour.take("menu", lambda page: page.locator(".menu-button").click(force=True) if narrow(page) else None)
    tour.take("nights", path="nights")
    tour.take("email", path=email(tour.data).as_uri())
    with failure(tour.data):
        tour.take("nights-bad", path="nights")
        tour.take("overview-bad")
    tour.take("lost", path="nothing-here")
    tour.page.context.clear_cookies()
    tour.take("door")
    tour.page.close()


def looked_at(page: Page) -> None:
    """Drop an export of Search Console, of some posts of the sample site."""
    links = page.context.request.get(page.url.replace("/imports", "/exports/orphans.csv")).text().splitlines()[1:]
    rows = [
        f"{line.partition(',')[0]},{number * 7},{number * 910},0.8%,{4 + number * 1.7:.1f}"
        for number, line in enumerate(links, 1)
    ]
    table = "\n".join(["Top pages,Clicks,Impressions,CTR,Position", *rows])
    page.locator(".drop-field input").set_input_files(
        {"name": "Pages.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator(".understood").wait_for()


def narrow(page: Page) -> bool:
    """Whether a page is so narrow that its menu is behind a button."""
    return bool(page.locator(".menu-button").is_visible())


def drawn(page: Page) -> None:
    """Wait until the map is there, and as much of it in sight as can be."""
    page.locator("#map-note").wait_for(state="hidden")
    page.locator("#map").evaluate("canvas => canvas.scrollIntoView( { block: 'center' } )")


def choose_on_map(page: Page) -> None:
    """Show the strongest post on the map, with its suggestions."""
    drawn(page)
    page.locator("#found button[data-post]").first.click()
    page.get_by_role("heading", name="What it could link to").wait_for()
    for under_way in ("Looking through all posts", "Reading the post"):
        page.get_by_text(under_way).wait_for(state="hidden")


def live_through(data: Path) -> None:
    """Let some nights have been, so that there is something to see of them."""
    store = Store.open(data / "suggester.db")
    posts = [post for post in store.posts(1) if post.may_be_target]
    now = datetime.now(UTC)
    for number, (hours, seconds, noticed, error) in enumerate(NIGHTS):
        at = now - timedelta(hours=hours)
        refresh_id = store.begin_refresh(1, "night", number == 0, at)
        events = [_event(kind, refresh_id, n, posts, at) for kind, many in noticed.items() for n in range(many)]
        store.save_ripple(1, refresh_id, Ripple(events=events))
        counts = {kind: noticed.get(kind, 0) for kind in ("appeared", "died")}
        store.note_refresh(refresh_id, seconds, read=len(posts), changed=number * 3, **counts)
        if error:
            store.fail_refresh(refresh_id, error, at)
        else:
            store.end_refresh(refresh_id, at)
    store.close()


def _event(kind: str, refresh_id: int, number: int, posts: Sequence[Post], at: datetime) -> Event:
    source, target = posts[(7 * number + 3) % len(posts)], posts[(5 * number + 11) % len(posts)]
    what: dict[str, Any] = {"target": target.title, "target_url": target.url, "score": 1 / (number + 2)}
    if kind != "orphaned":
        what |= {"source": source.title, "source_url": source.url}
    words = " ".join(target.title.lower().split()[-2:])
    whys = {
        "broken": "No post stands at this address any more.",
        "orphaned": "The only link to it was taken out.",
        "died": "The words are not there any more.",
    }
    extra = {"broken": {"href": f"/{target.slug}-old/", "anchor": words}, "appeared": {"anchor": words}}
    return Event(
        1, refresh_id, kind, source.id, target.id, what | extra.get(kind, {}) | {"why": whys.get(kind, "")}, at
    )


def email(data: Path) -> Path:
    """Write the digest of the nights as the page that an email shows."""
    file = data / "email.html"
    service = Rooms.open(data)
    digest = service.next_digest(1)
    service.close()
    if digest is None:
        raise SystemExit("There is nothing to tell; `live_through` has to come first.")
    file.write_text(letter(digest, "https://links.example/dashboard/1").html, encoding="utf-8")
    return file


@contextmanager
def failure(data: Path) -> Iterator[None]:
    """Let a refresh have been given up, with a digest that could not be delivered, for as long as the block lasts."""
    store, now = Store.open(data / "suggester.db"), datetime.now(UTC)
    for task in store.tasks.every([1]):
        store.tasks.forget(task.id)
    store.tasks.add(1, "refresh", "night", now, now)
    taken = store.tasks.claim("pictures", now)
    if taken:
        store.tasks.fail(taken.id, "pictures", NIGHTS[2][3], now)
    store.tasks.add(1, "digest", "again", now + timedelta(hours=1), now)
    store.change_digest_wish(1, emails=("anna@blog.example", "bob@blog.example"))
    body = example(1, "", "", now).as_json()
    made = store.add_digest(
        1, "pictures", body, store.told_up_to(1), [("email", "anna@blog.example"), ("webhook", "")], now
    )
    sent, failed = next(row for row in store.digests(1) if row.id == made).deliveries
    store.note_delivery(sent.id, "sent", "", now, now)
    store.note_delivery(failed.id, "failed", "hooks.example answers 404 to the webhook; check the address.", now, now)
    yield
    store.note_delivery(failed.id, "sent", "", now, now)
    for task in store.tasks.every([1]):
        with suppress(UnknownTask):  # one that the worker took up by itself
            store.tasks.forget(task.id)
    store.close()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="dashboard_screenshots", description="Pictures of the dashboard.")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots/dashboard"))
    parser.add_argument("--only", nargs="*", default=(), help="names of the pictures, as in nights")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with workplace() as place, chromium() as browser:
        service = Service(place / "service", worker=True)
        table = place / "rules.csv"
        table.write_text("\n".join(RULE), encoding="utf-8")
        sample = str(files("suggester").joinpath("sample", "sample.xml"))
        for command in (("connect", sample), ("sync",), ("rules", "import", str(table))):
            done = suggester(service.data, *command)
            if done.returncode:
                print(done.stderr)
        live_through(service.data)
        service.start()
        try:
            for look in LOOKS:
                go_through(Tour(browser, service, asked.out, look, asked.only))
        finally:
            service.stop()


if __name__ == "__main__":
    main()
