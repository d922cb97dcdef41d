"""The PHP of the plugin: its own tests inside a real WordPress of each release, and what is demanded of every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.real.harness.core import get_core
from tests.real.harness.database import Database
from tests.real.harness.releases import releases
from tests.real.harness.website import WordPress

from ..conftest import VERSIONS
from .conftest import EDITORS
from .network import make_network

PLUGIN = Path(__file__).parents[2] / "wp_plugin"
TESTS = Path(__file__).parent / "php"
FILES = sorted(PLUGIN.rglob("*.php"))
NEWER_THAN_7_4 = re.compile(  # what would not run on PHP 7.4, as far as a pattern can tell
    r"\bmatch\s*\(|^\s*enum\s+\w|\breadonly\b|\?->|#\[|\b(?:public|private|protected)\s+[?\w\\]+\s+\$\w+\s*[,)]"
    r"|\)\s*:\s*[\w\\]+\s*\|\s*[\w\\]+|\(\s*\.\.\.\s*\)|\bfn\b.*\bthrow\b|\bcatch\s*\(\s*\w+\s*\)",
    re.M,
)


def ids(file: Path) -> str:
    return str(file.relative_to(PLUGIN))


def site(request: pytest.FixtureRequest, place: Path, database: Database, suite: str, name: str) -> WordPress:
    """Make a site with the plugin in it, connected to nothing."""
    wordpress = WordPress(get_core(suite), database, place / name, permalinks="/%postname%/")
    request.config.stash[VERSIONS].add(wordpress.version)
    wordpress.add_plugin(PLUGIN, "link-suggester")
    return wordpress


@pytest.fixture(scope="module", params=releases(EDITORS))
def php_site(request: pytest.FixtureRequest, place: Path, database: Database) -> Iterator[WordPress]:
    wordpress = site(request, place, database, request.param, f"php-{request.param}")
    yield wordpress
    wordpress.kill()


def phpunit(wordpress: WordPress) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LINK_SUGGESTER_WORDPRESS": str(wordpress.wordpress)}
    command = ["phpunit", "--configuration", str(TESTS / "phpunit.xml")]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)


def test_the_tests_in_php_pass_on_each_release(php_site: WordPress) -> None:
    done = phpunit(php_site)
    assert done.returncode == 0, done.stdout[-6000:]
    assert php_site.complaints() == ""


def test_the_tests_in_php_pass_in_a_network_of_sites(
    request: pytest.FixtureRequest, place: Path, database: Database
) -> None:
    wordpress = site(request, place, database, "trixie", "php-network")
    make_network(wordpress, "link-suggester/link-suggester.php")
    done = phpunit(wordpress)
    assert done.returncode == 0, done.stdout[-6000:]
    assert wordpress.complaints() == ""


def test_a_login_cookie_without_a_nonce_opens_nothing(php_site: WordPress) -> None:
    php_site.start()
    browser = requests.Session()
    browser.get(f"{php_site.url}/wp-login.php")
    browser.post(f"{php_site.url}/wp-login.php", {"log": "admin", "pwd": "admin"})
    nonce = browser.get(f"{php_site.url}/wp-admin/admin-ajax.php", params={"action": "rest-nonce"}).text
    post = php_site.php("return wp_insert_post( array( 'post_title' => 'A post', 'post_status' => 'publish' ) );")
    route = f"{php_site.url}/wp-json/link-suggester/v1/posts/{post}/suggestions"
    draft = {"title": "A post", "content": ""}
    assert browser.post(route, json=draft).status_code == 401
    assert browser.post(route, json=draft, headers={"X-WP-Nonce": "made-up"}).status_code == 403
    with_nonce = browser.post(route, json=draft, headers={"X-WP-Nonce": nonce})
    assert with_nonce.json()["code"] == "link_suggester_not_configured"
    assert php_site.complaints() == ""


def test_uninstalling_through_wordpress_leaves_nothing(php_site: WordPress) -> None:
    left = php_site.php(
        """
        require_once ABSPATH . 'wp-admin/includes/admin.php';
        update_option( 'link_suggester_connection', array( 'url' => 'http://127.0.0.1:1', 'key' => 'k' ) );
        set_transient( 'link_suggester_orphans', array( 1 ), 300 );
        deactivate_plugins( 'link-suggester/link-suggester.php' );
        uninstall_plugin( 'link-suggester/link-suggester.php' );
        $ours = "SELECT option_name FROM wp_options WHERE option_name LIKE '%link_suggester%'";
        $left = $GLOBALS['wpdb']->get_col( $ours );
        activate_plugin( 'link-suggester/link-suggester.php' );
        return $left;
        """
    )
    assert left == []


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_a_file_can_be_read_and_refuses_to_be_opened_by_itself(file: Path) -> None:
    done = subprocess.run(["php", "-l", file], capture_output=True, text=True)
    assert done.stdout.startswith("No syntax errors"), done.stdout
    guard = "WP_UNINSTALL_PLUGIN" if file.name == "uninstall.php" else "ABSPATH"
    assert f"defined( '{guard}' ) || exit;" in file.read_text()


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_a_file_keeps_to_php_7_4(file: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\])*'", "", file.read_text(), flags=re.S)
    found = NEWER_THAN_7_4.search(code)
    assert found is None, found and found.group()


def test_one_file_alone_speaks_to_the_network() -> None:
    network = re.compile(
        r"wp_(?:safe_)?remote_(?:get|post|head|request)|fsockopen|curl_|fopen|file_get_contents|WP_Http\("
    )
    speaking = {file.name for file in FILES if network.search(file.read_text())}
    assert speaking - {"class-connection-check.php"} == {"class-client.php"}


def test_files_are_written_as_wordpress_writes() -> None:
    command = ["phpcs", f"--standard={TESTS / 'phpcs.xml'}", "-q", "--report=emacs", str(PLUGIN)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_version_is_the_same_everywhere() -> None:
    main = (PLUGIN / "link-suggester.php").read_text()
    versions = re.findall(r"^ \* Version:\s+(\S+)$|^const VERSION\s+= '(\S+)';$", main, re.M)
    stable = re.findall(r"^Stable tag: (\S+)$", (PLUGIN / "readme.txt").read_text(), re.M)
    assert {found for pair in versions for found in pair if found} == set(stable)


def test_every_text_has_its_german(tmp_path: Path) -> None:
    """The template is made anew beside the one that is kept; the words must be the same, and all translated."""
    for folder in ("wp_plugin", "scripts"):
        shutil.copytree(PLUGIN.parent / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run([tmp_path / "scripts/translations.sh"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept = sorted((PLUGIN / "languages").iterdir())
    assert [file.name for file in kept] == sorted(file.name for file in (tmp_path / "wp_plugin/languages").iterdir())
    for file in kept:
        if file.suffix in {".json", ".pot"}:
            assert texts(file) == texts(tmp_path / "wp_plugin/languages" / file.name), (
                f"run scripts/translations.sh: {file}"
            )


def texts(file: Path) -> list[str]:
    """Give the lines of a catalogue that hold words; where they stand does not count."""
    return sorted(line for line in file.read_text().splitlines() if line and not line.startswith("#"))
