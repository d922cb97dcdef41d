"""WordPress itself, from the Debian archive: signatures checked by apt, unpacked, never installed."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .folders import cache, locked
from .processes import HarnessError, run

SUITES = {"bookworm": ("bookworm",), "trixie": ("trixie",), "newest": ("sid", "forky")}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LINKED = re.compile(r"\b(?:libjs-|libphp-|php-getid3)[\w.+-]*")
THEME = re.compile(r"\bwordpress-theme-[\w-]+")
VERSION = re.compile(r"^\$wp_version = '([^']+)';", re.M)


@dataclass(frozen=True)
class Core:
    """An unpacked WordPress that sites are made from."""

    folder: Path
    version: str


def get_core(name: str) -> Core:
    """Give the WordPress of a suite, from the cache or from the archive."""
    refusals = []
    for suite in SUITES[name]:
        folder = cache() / f"core-{suite}"
        try:
            with locked(f"core-{suite}"):
                if not _version(folder):
                    _Archive(suite).unpack(folder)
        except HarnessError as error:
            refusals.append(f"{suite}: {error}")
        else:
            return Core(folder, _version(folder))
    raise HarnessError(f"no WordPress from the archive: {'; '.join(refusals)}")


def _version(folder: Path) -> str:
    file = folder / "wp-includes" / "version.php"
    found = VERSION.search(file.read_text()) if file.is_file() else None
    return found.group(1) if found else ""


class _Archive:
    """One suite of the archive, seen through the mirror this machine already uses and private apt folders."""

    def __init__(self, suite: str) -> None:
        self.folder = cache() / f"apt-{suite}"
        self.debs = self.folder / "debs"
        for part in ("lists/partial", "archives/partial", "debs"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        sources = self.folder / "sources.list"
        sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} {suite} main\n")
        settings = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": self.folder / "lists",
            "Dir::Cache": self.folder,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Acquire::Retries": 3,
            "Acquire::Check-Valid-Until": "false",  # frozen mirrors; the signatures are still checked
        }
        self.options = [f"-o{name}={value}" for name, value in settings.items()]

    def unpack(self, target: Path) -> None:
        """Leave a self-contained WordPress in `target`: what Debian links to is copied in."""
        run(["apt-get", "-q", *self.options, "update"])
        control = run(["apt-cache", *self.options, "show", "--no-all-versions", "wordpress"])
        theme = THEME.search(control)
        packages = {"wordpress", "libjs-jquery", *LINKED.findall(_field(control, "Depends"))}
        packages |= {theme.group()} if theme else set()
        for old in self.debs.glob("*.deb"):
            old.unlink()
        run(["apt-get", "-q", *self.options, "download", *sorted(packages)], cwd=self.debs)
        root = self.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        for deb in self.debs.glob("*.deb"):
            run(["dpkg-deb", "-x", deb, root])
        self._assemble(root / "usr/share/wordpress", target)
        for leftover in (root, self.debs, self.folder / "lists"):
            shutil.rmtree(leftover)

    def _assemble(self, wordpress: Path, target: Path) -> None:
        for link in [path for path in wordpress.rglob("*") if path.is_symlink() and not path.exists()]:
            link.unlink()
        bundle = wordpress / "wp-includes/certificates/ca-bundle.crt"
        bundle.unlink(missing_ok=True)
        bundle.symlink_to("/etc/ssl/certs/ca-certificates.crt")
        half = target.with_name(target.name + ".part")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(wordpress, half)
        for debians_own in (".htaccess", "wp-config.php"):
            (half / debians_own).unlink(missing_ok=True)
        for part in ("uploads", "plugins", "themes", "upgrade", "mu-plugins"):
            (half / "wp-content" / part).mkdir(exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        half.rename(target)


def _mirror() -> str:
    """The archive as this machine's apt knows it."""
    lines = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Origin: Debian"]).splitlines()
    mirrors = [line.split()[0] for line in lines if line.split()[1:] == ["Debian"]]
    if not mirrors:
        raise HarnessError("apt knows no Debian archive here; run apt-get update first")
    return mirrors[0]


def _field(control: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*)$", control, re.M)
    return found.group(1) if found else ""
