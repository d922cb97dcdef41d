"""Writes the translations that WordPress hands to scripts: one JSON file for each script that has texts.

    python3 scripts/translations_json.py languages/link-suggester-de_DE.po assets languages

Reads a .po file whose texts stand on single lines or are continued, as gettext writes them; needs nothing but Python.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*(".*")$')
REFERENCE = re.compile(r"assets/([\w-]+)\.js")


@dataclass
class Entry:
    """A text and its translation, with the scripts it stands in."""

    texts: dict[str, str] = field(default_factory=dict)  # msgid, msgctxt, msgstr[0] …
    scripts: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The text as WordPress's scripts look it up."""
        context = self.texts.get("msgctxt")
        return f"{context}\x04{self.texts['msgid']}" if context else self.texts["msgid"]

    @property
    def translations(self) -> list[str]:
        """The translation, or its singular and plurals."""
        return [text for name, text in sorted(self.texts.items()) if name.startswith("msgstr")]


def read(po: str) -> list[Entry]:
    """Read the entries of a catalogue; the first is its header."""
    return [_entry(paragraph) for paragraph in re.split(r"\n\s*\n", po.strip()) if "msgid" in paragraph]


def _entry(paragraph: str) -> Entry:
    entry, name = Entry(), ""
    for line in paragraph.splitlines():
        if line.startswith("#:"):
            entry.scripts.update(REFERENCE.findall(line))
        elif found := LINE.match(line):
            name = found.group(1) or name
            entry.texts[name] = entry.texts.get(name, "") + json.loads(found.group(2))
    return entry


def catalogues(entries: list[Entry], locale: str) -> dict[str, dict[str, object]]:
    """Give, for each script, what WordPress's `setLocaleData` takes."""
    header = dict(line.split(": ", 1) for line in entries[0].texts["msgstr"].splitlines() if ": " in line)
    texts: dict[str, dict[str, object]] = defaultdict(dict)
    for entry in entries[1:]:
        if all(entry.translations):
            for script in entry.scripts:
                texts[script][entry.key] = entry.translations
    start = {"domain": "messages", "lang": locale, "plural-forms": header["Plural-Forms"]}
    return {
        script: {"domain": "messages", "locale_data": {"messages": {"": start, **found}}}
        for script, found in texts.items()
    }


def main(po: Path, assets: Path, target: Path) -> None:
    """Write the files, and remove those of scripts that have no texts any more."""
    domain, locale = po.stem.rsplit("-", 1)
    wanted = {}
    for script, catalogue in catalogues(read(po.read_text()), locale).items():
        if (assets / f"{script}.js").exists():
            wanted[target / f"{domain}-{locale}-link-suggester-{script}.json"] = catalogue
    for old in set(target.glob(f"{domain}-{locale}-*.json")) - set(wanted):
        old.unlink()
    for file, catalogue in wanted.items():
        file.write_text(json.dumps(catalogue, ensure_ascii=False, indent="\t") + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
