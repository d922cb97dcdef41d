"""A WordPress with the sample posts and the plugin, a service, and a browser: what the tests of the plugin live in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, Request, Response
from playwright.sync_api import Error as PlaywrightError

from tests.real.harness.service import Service
from tests.real.harness.website import WordPress

from .front import Front

CLASSIC = "harness_classic"  # the cookie that php/classic.php reads
ALLOWED = ("/favicon.ico",)
SCREEN = {  # without animations, which cost a sixth of the time that the browser takes
    "viewport": {"width": 1400, "height": 900},
    "locale": "en-US",
    "reduced_motion": "reduce",
}
PREFERENCES = {
    "core/edit-post": {"welcomeGuide": False, "fullscreenMode": False},
    "core": {"welcomeGuide": False, "enableChoosePatternModal": False},
    "_modified": "2030-01-01T00:00:00.000Z",
}
ENTER = """
    $id = username_exists( $given['name'] );
    if ( ! $id ) {
        $user = array( 'user_login' => $given['name'], 'user_pass' => wp_generate_password(), 'role' => $given['role'],
            'user_email' => "$given[name]@example.test", 'display_name' => ucfirst( $given['name'] ) );
        $id = wp_insert_user( $user );
        update_user_meta( $id, $GLOBALS['wpdb']->get_blog_prefix() . 'persisted_preferences', $given['preferences'] );
    }
    $until = time() + DAY_IN_SECONDS;
    $token = WP_Session_Tokens::get_instance( $id )->create( $until );
    return array(
        'id' => $id,
        'cookies' => array(
            LOGGED_IN_COOKIE => wp_generate_auth_cookie( $id, $until, 'logged_in', $token ),
            AUTH_COOKIE => wp_generate_auth_cookie( $id, $until, 'auth', $token ),
        ),
    );
"""
RESET = """
    global $wpdb;
    foreach ( get_users() as $user ) {
        update_user_meta( $user->ID, $wpdb->get_blog_prefix() . 'persisted_preferences', $given['preferences'] );
    }
    foreach ( $given['delete'] as $id ) {
        wp_delete_post( $id, true );
    }
    foreach ( $given['restore'] as $post ) {
        $wpdb->update( $wpdb->posts, array( 'post_content' => $post['content'], 'post_status' => $post['status'],
            'post_name' => $post['slug'], 'post_author' => $post['author'] ), array( 'ID' => $post['id'] ) );
        clean_post_cache( $post['id'] );
    }
    delete_metadata( 'post', 0, '_edit_lock', '', true );
    delete_option( 'link_suggester_changes' );
    delete_transient( 'link_suggester_pause' );
    return 1;
"""
CREATE = """
    global $wpdb;
    $post = $given['post'];
    $id = wp_insert_post( wp_slash( $post ), true );
    if ( is_wp_error( $id ) ) {
        return $id->get_error_message();
    }
    $wpdb->update( $wpdb->posts, array( 'post_content' => $post['post_content'] ), array( 'ID' => $id ) );
    foreach ( $given['terms'] as $taxonomy => $names ) {
        wp_set_object_terms( $id, $names, $taxonomy );
    }
    return $id;
"""
READY = """() => {
    const editor = window.wp && wp.data && wp.data.select( 'core/editor' );
    return editor && editor.getCurrentPostId() && editor.__unstableIsEditorReady()
        && document.querySelector( 'iframe[name="editor-canvas"], .editor-styles-wrapper' );
}"""
VISUAL = "window.tinymce && tinymce.get( 'content' ) && tinymce.get( 'content' ).initialized"
SETTLED = f"document.querySelector( '#wp-content-wrap.html-active' ) || ( {VISUAL} )"
SAVED = """() => {
    const editor = wp.data.select( 'core/editor' );
    return ! editor.isSavingPost() && ! editor.isAutosavingPost() && editor.didPostSaveRequestSucceed();
}"""

PANEL = """() => {
    const box = document.querySelector( '#link-suggester' );
    const panels = box ? [ box ] : [ ...document.querySelectorAll( '.link-suggester-panel' ) ];
    const focused = document.activeElement;
    const busy = panels.flatMap( ( panel ) => [ ...panel.querySelectorAll( '[aria-disabled=true]' ) ] );
    return [
        'focus: ' + focused.tagName + ' ' + ( focused.id || focused.getAttribute( 'aria-label' ) || focused.className ),
        ...busy.map( ( button ) => 'busy: ' + button.getAttribute( 'aria-label' ) ),
        ...panels.map( ( panel ) => panel.innerText.replace( /\\n\\s*\\n/g, '\\n' ) ),
    ].join( '\\n' );
}"""


@dataclass
class User:
    """Somebody who is logged in."""

    id: int
    cookies: dict[str, str]


@dataclass(repr=False)
class EditorWorld:
    """One WordPress for all tests of a release; the methods are what a test may do with it."""

    wordpress: WordPress
    service: Service
    front: Front
    key: str
    browser: Browser
    users: dict[str, User] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)  # errors that pages threw or logged
    refusals: list[str] = field(default_factory=list)  # answers of 400 and above to the browser
    outside: list[str] = field(default_factory=list)  # requests of the browser to other machines
    waiting: list[str] = field(default_factory=list)  # requests of the browser that have no answer yet
    _allowed: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _created: list[int] = field(default_factory=list)
    _gone: set[int] = field(default_factory=set)  # posts of earlier tests
    _originals: dict[int, dict[str, Any]] = field(default_factory=dict)
    _synced: bool = False

    @property
    def settings_page(self) -> str:
        """Where the plugin's settings are, below the admin."""
        return "options-general.php?page=link-suggester"

    @property
    def url(self) -> str:
        """The site's address."""
        return self.wordpress.url

    @property
    def version(self) -> tuple[int, int]:
        """The WordPress release, as in (6, 8)."""
        major, minor = self.wordpress.version.split(".")[:2]
        return int(major), int(minor.split("-")[0])

    # Posts

    def create_post(
        self,
        content: str,
        title: str = "A post of this test",
        *,
        type: str = "post",
        status: str = "draft",
        author: str = "admin",
        terms: dict[str, list[str]] | None = None,
        **fields: str,
    ) -> int:
        """Put a post into WordPress, its content as it is, byte for byte; it goes with the test."""
        post = {"post_title": title, "post_content": content, "post_type": type, "post_status": status}
        post |= {"post_author": self.user(author).id, "post_date": "2025-05-05 05:05:05"} | fields
        made = self.wordpress.php(CREATE, post=post, terms=terms or {})
        assert isinstance(made, int), made
        self._created.append(made)
        return made

    def is_of_an_earlier_test(self, post_id: int) -> bool:
        """Whether a post went with a test that is over."""
        return post_id in self._gone

    def stored(self, post_id: int) -> str:
        """The post_content as the database holds it."""
        (row,) = self.wordpress.rows("'content', post_content", f"FROM wp_posts WHERE ID = {post_id}")
        return str(row["content"])

    def sample_id(self, slug: str) -> int:
        """The id of a post of the sample site."""
        return next(post_id for post_id, post in self._originals.items() if post["slug"] == slug)

    def sync(self) -> None:
        """Let the service read what changed."""
        self.service.sync(self.wordpress)
        self._synced = True

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let a worker do what waits; what it reads of posts that are put back afterwards is read again then."""
        self._synced = True
        with self.service.working():
            yield

    # The connection

    def point_at(self, url: str = "", key: str = "") -> None:
        """Connect the plugin by constants: to the front, unless told otherwise."""
        self.wordpress.configure(service={"url": url or self.front.url, "key": key or self.key})

    def unplug(self) -> None:
        """Take the connection away: the plugin then has what its settings page stores, at first nothing."""
        self.wordpress.configure(service=None)
        self.wordpress.php("delete_option( 'link_suggester_connection' ); return 1;")

    def ask(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - the answer's JSON
        """Ask the service itself, past plugin and front."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = requests.request(
            method, f"{self.service.url}/v1{path}", headers=headers, json=body or None, timeout=60
        )
        answer.raise_for_status()
        return answer.json()

    @contextmanager
    def impatient(self, seconds: float = 1) -> Iterator[None]:
        """Let WordPress wait no longer than this for the service."""
        with self.wordpress.switched(patience=seconds):
            yield

    # The browser

    def user(self, name: str) -> User:
        """Log somebody in: "admin", or another name, who becomes an author of that name."""
        if name not in self.users:
            role = "administrator" if name == "admin" else "author"
            self.users[name] = User(**self.wordpress.php(ENTER, name=name, role=role, preferences=PREFERENCES))
        return self.users[name]

    def page(self, user: str = "admin", *, classic: bool = False, **options: Any) -> Page:  # noqa: ANN401 - Playwright's
        """Give an empty page of a browser in which somebody is logged in; "" for nobody."""
        context = self.browser.new_context(**SCREEN | options)
        self._contexts.append(context)
        cookies = dict(self.user(user).cookies) if user else {}
        cookies |= {CLASSIC: "1"} if classic else {}
        if cookies:
            context.add_cookies([{"name": name, "value": cookies[name], "url": self.url} for name in cookies])
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfinished", self._over)
        context.on("requestfailed", self._over)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda message: self._logged(message.type, message.text))
        return page

    def admin(self, path: str = "", page: Page | None = None, user: str = "admin") -> Page:
        """Open a page of the admin."""
        page = page or self.page(user)
        page.goto(f"{self.url}/wp-admin/{path}")
        return page

    def editor(
        self, post_id: int = 0, page: Page | None = None, user: str = "admin", type: str = "post", **query: object
    ) -> Page:
        """Open the block editor on a post, or on a new one, and wait until one can write."""
        page = page or self.page(user)
        page.goto(self.editor_address(post_id, type, **query))
        page.wait_for_function(READY)
        if page.locator("iframe[name=editor-canvas]").count():
            self.canvas(page).locator(".block-editor-block-list__layout").first.wait_for()
        return page

    def classic_editor(self, post_id: int = 0, page: Page | None = None, user: str = "admin", **query: object) -> Page:
        """Open the classic editor, and wait until its page is there."""
        page = page or self.page(user, classic=True)
        page.goto(self.editor_address(post_id, **query))
        page.locator("#content").wait_for(state="attached")
        return page

    def editor_address(self, post_id: int = 0, type: str = "post", **query: object) -> str:
        """Where a post is edited; without an id, where a new one is."""
        fields = {"post": post_id, "action": "edit"} if post_id else {"post_type": type}
        return f"{self.url}/wp-admin/{'post' if post_id else 'post-new'}.php?{urlencode(fields | query)}"

    def canvas(self, page: Page) -> Page | FrameLocator:
        """Where the blocks are: a frame since WordPress 6.5, the page itself before."""
        frame = page.locator("iframe[name=editor-canvas]")
        return page.frame_locator("iframe[name=editor-canvas]") if frame.count() else page

    def block(self, page: Page, index: int) -> Locator:
        """One of the blocks, counted over all, as it stands in the canvas."""
        return self.canvas(page).locator("[data-block][data-type]").nth(index)

    def content(self, page: Page) -> str:
        """The post's content as the block editor has it now, saved or not."""
        return str(page.evaluate("wp.data.select( 'core/editor' ).getEditedPostContent()"))

    def save(self, page: Page) -> None:
        """Save from the block editor, and wait until that is done."""
        page.evaluate("wp.data.dispatch( 'core/editor' ).savePost()")
        page.wait_for_function(SAVED)

    def sidebar(self, page: Page) -> Locator:
        """Open the suggestions with the button at the top, and give the panel."""
        page.get_by_role("button", name="Link suggestions", exact=True).first.click()
        panel = page.locator(".link-suggester-panel")
        panel.wait_for()
        return panel

    def allow(self, *parts: str) -> None:
        """Let answers of 400 and above pass in this test, where the address or the sentence holds one of these."""
        self._allowed += parts

    # Between the tests

    def scene(self) -> str:
        """Say what stands on the open pages and what was asked, for the report of a test that failed."""
        told = [f"{each.method} {each.path} answered after {each.seconds:.1f} s" for each in self.front.asked[-8:]]
        told += [f"no answer yet: {each}" for each in self.waiting[-8:]]
        told += self.refusals + self.trouble
        told += [f"{page.url}\n{_panel(page)}" for context in self._contexts for page in context.pages]
        return "\n".join(told)

    def begin(self) -> None:
        """Good weather, a clean desk."""
        if not self._originals:
            self._originals = self._sample_now()
        self.wordpress.php(RESET, preferences=PREFERENCES, delete=[], restore=[])
        self.point_at()
        self._forget()

    def end(self) -> None:
        """Put everything back; then nobody may have had anything to complain of."""
        for context in self._contexts:
            context.close()
        now = self._sample_now()
        changed = [post for post_id, post in self._originals.items() if now.get(post_id) != post]
        self.front.mode = "through"
        self.wordpress.php(RESET, preferences=PREFERENCES, delete=self._created, restore=changed)
        if self._synced:
            self.service.sync(self.wordpress)
        told = {
            "errors in the browser": [each for each in self.trouble if not self._may(each)],
            "refused in the browser": [each for each in self.refusals if not self._may(each)],
            "asked of other machines": [each for each in self.outside if not self._may(each)]
            + self.wordpress.went_outside(),
            "debug.log": self.wordpress.complaints(),
        }
        self._forget()
        assert not any(told.values()), {what: each for what, each in told.items() if each}

    def _forget(self) -> None:
        self.wordpress.forget_requests()
        self.front.reset()
        self._gone.update(self._created)
        lists = (self.trouble, self.refusals, self.outside, self.waiting)
        for each in (*lists, self._allowed, self._contexts, self._created):
            each.clear()
        self._synced = False

    def _sample_now(self) -> dict[int, dict[str, Any]]:
        fields = "'id', ID, 'content', post_content, 'status', post_status, 'slug', post_name, 'author', post_author"
        kept = ", ".join(str(post_id) for post_id in self._originals)
        where = f"ID IN ({kept})" if kept else "post_type IN ('post', 'page') AND post_status <> 'auto-draft'"
        return {row["id"]: row for row in self.wordpress.rows(fields, f"FROM wp_posts WHERE {where}")}

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
            self.outside.append(request.url)
        self.waiting.append(f"{request.method} {request.url}")

    def _over(self, request: Request) -> None:
        told = f"{request.method} {request.url}"
        if told in self.waiting:
            self.waiting.remove(told)

    def _answered(self, response: Response) -> None:
        status = int(response.headers.get("x-harness-status", response.status))  # also of an answer in an envelope
        if status >= 400:
            self.refusals.append(f"{status} {response.request.method} {response.url}")

    def _logged(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith("Failed to load resource"):  # those are in `refusals`
            self.trouble.append(text)

    def _may(self, told: str) -> bool:
        return any(part in told for part in (*ALLOWED, *self._allowed))


def switch_editor(page: Page, mode: str) -> None:
    """Turn the classic editor to its "visual" or its "text" mode, and wait until it is there."""
    page.wait_for_function(SETTLED)  # a visual mode that still comes up would take the place of the text mode again
    page.click("#content-tmce" if mode == "visual" else "#content-html")
    if mode == "visual":
        page.wait_for_function(VISUAL)


def _panel(page: Page) -> str:
    try:
        return str(page.evaluate(PANEL))
    except PlaywrightError as trouble:
        return f"(cannot be read: {trouble})"
