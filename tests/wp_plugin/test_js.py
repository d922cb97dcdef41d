"""The pure parts of the plugin's scripts, run by Node itself; and what may not stand in any of them."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ASSETS = HERE.parents[1] / "wp_plugin" / "assets"
SCRIPTS = sorted(ASSETS.glob("*.js"))
BLOCK_EDITOR = ("api", "quote", "words", "session", "cards", "panel", "block-editor")
MOST_BYTES = 30_000


@pytest.mark.parametrize("file", sorted((HERE / "js").glob("*.test.js")), ids=lambda file: file.name)
def test_the_scripts_do_what_their_tests_say(file: Path):
    done = subprocess.run(["node", "--test", str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_of_the_block_editor_are_light():
    travelling = sum(len(gzip.compress((ASSETS / f"{name}.js").read_bytes())) for name in BLOCK_EDITOR)
    assert travelling < MOST_BYTES


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
@pytest.mark.parametrize("word", [r"\bjQuery\b", r"\beval\(", r"\.innerHTML\s*\+=", r"dangerouslySetInnerHTML"])
def test_no_script_takes_a_risky_way(script: Path, word: str):
    assert not re.search(word, script.read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_sentence_on_the_screen_can_be_translated(script: Path):
    calls = re.findall(r"\b(?:__|_n)\(\s*'(?:[^'\\]|\\.)*'[^)]*\)", script.read_text())
    assert all("'link-suggester'" in call for call in calls)
