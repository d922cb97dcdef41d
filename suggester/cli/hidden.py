"""What came back of a site's hidden links, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from suggester.cli.base import Desk
from suggester.cli.output import print_table, table
from suggester.web.quality import TOOLS, in_words, part_in_words, settings

if TYPE_CHECKING:
    from suggester.evaluate.own_site import Evaluation, Part

COLUMNS = {"#Back": "R@10/all", "#R@10": "R@10", "#nDCG@10": "nDCG@10", "#hit@1": "hit@1", "#Place": "place"}


def show_evaluation(desk: Desk, found: Evaluation) -> None:
    """Print both parts, and what was found in words."""
    for part in found.parts:
        print_table(desk, _table(part, found), "")
    for sentence in in_words(found):
        print_table(desk, sentence)
    print_table(desk, Text(settings(found), "bright_black"))


def _table(part: Part, found: Evaluation) -> Table:
    shown = table("", *COLUMNS, heading=part_in_words(part, found))
    for tool, name in TOOLS.items():
        if figures := part.figures.get(tool):
            cells = ["" if figure not in figures else f"{figures[figure]:.3f}" for figure in COLUMNS.values()]
            shown.add_row(Text(name), *cells)
    return shown
