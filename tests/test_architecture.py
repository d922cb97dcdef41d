"""What holds over all files of the package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from suggester import errors

PACKAGE = Path(errors.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
LARGEST_FILE = 600
LONGEST_FUNCTION = 60

RINGS = [
    {"entities", "errors", ""},
    {"content", "encoding", "graph", "engine", "imports", "sample"},
    {"wordpress", "store", "fetching", "searchconsole"},
    {"tasks", "evaluate"},
    {"config", "logs", "web", "cli", "__main__"},
]
RING = {name: number for number, ring in enumerate(RINGS) for name in ring}
PURE = RINGS[1] - {"sample"}
COSTLY = {  # 90 MB, and a second
    "sklearn", "scipy.cluster", "scipy.optimize", "scipy.sparse.csgraph", "scipy.stats",
    "cryptography.hazmat.primitives.serialization",
}  # fmt: skip
IMPURE = {"requests", "urllib.request", "http", "socket", "sqlalchemy", "sqlite3", "flask", "time"}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                [node.module] if node.module != "suggester" else [f"suggester.{each.name}" for each in node.names]
            )
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def room(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def named(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", FILES, ids=named)
def test_imports_point_inwards(file):
    for module in imported(file):
        if module.startswith("suggester."):
            there = module.split(".")[1]
            assert RING[there] <= RING[room(file)], f"{room(file)} imports {there}"


@pytest.mark.parametrize("file", [file for file in FILES if room(file) in PURE], ids=named)
def test_the_heart_knows_no_network_no_database_and_no_clock(file):
    assert not IMPURE & {module.split(".")[0] for module in imported(file)}


def test_only_one_file_reads_the_environment():
    reads = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*(environ|getenv)")
    assert [named(file) for file in FILES if reads.search(file.read_text("utf-8"))] == ["config.py"]


def test_only_two_files_of_the_store_ask_which_database_it_is():
    knows = re.compile(r"\bPRAGMA\b|import sqlite3|sqlalchemy\.dialects|dialect\.name|\bBEGIN IMMEDIATE\b")
    assert [named(file) for file in FILES if knows.search(file.read_text("utf-8"))] == [
        "store/columns.py",
        "store/dialect.py",
    ]


def test_nothing_that_is_read_can_run_code():
    runs = {"pickle", "marshal", "shelve", "joblib", "dill"}
    assert not [named(file) for file in FILES if runs & set(imported(file))]


def test_what_serves_loads_nothing_costly_before_it_is_needed():
    told = "import sys, suggester.tasks.service, suggester.web.app, suggester.web.server; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert not COSTLY & set(loaded)


def test_the_drawing_shows_every_error():
    drawn = set(re.findall(r"^ *[*x+] (\w+)", errors.__doc__ or "", re.M))
    real = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert drawn == real


def test_the_drawing_shows_each_error_below_its_parent():
    parents = {"*": "Exception"}
    for mark, name in re.findall(r"^ *([*x+]) (\w+)", errors.__doc__ or "", re.M):
        kind = getattr(errors, name)
        assert kind.__base__.__name__ == parents[mark]
        parents |= {"*": {"x": name}, "x": {"+": name}, "+": {}}[mark]


def test_errors_of_one_kind_share_an_exit_code():
    branches = errors.SuggesterError.__subclasses__()
    codes = {branch.exit_code for branch in branches}
    assert len(codes) == len(branches)
    assert all(leaf.exit_code == branch.exit_code for branch in branches for leaf in branch.__subclasses__())


@pytest.mark.parametrize("file", FILES, ids=named)
def test_files_and_functions_stay_short(file):
    text = file.read_text("utf-8")
    assert text.count("\n") <= LARGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.body[0].lineno < LONGEST_FUNCTION, node.name


@pytest.mark.xdist_group("kept together")
def test_tests_that_share_a_costly_site_run_in_one_process(request: pytest.FixtureRequest):
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@kept together")
