"""Charts: made by the server, to scale, and readable for those who do not see them."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template_string

from suggester.web.dashboard.charts import drawn_bars, drawn_line

SCORES = [("Jan", 40.0), ("Apr", 55.0), ("Jul", 50.0), ("Oct", 80.0)]
LINE = """{% from "dashboard/macros.html" import line_chart %}
{{ line_chart(points, "Score over time", "How it went.", least=0, most=100) }}"""
BARS = """{% from "dashboard/macros.html" import histogram %}
{{ histogram(points, "Links in", unit=" posts") }}"""


def test_points_stand_evenly_and_to_scale():
    drawn = drawn_line(SCORES, least=0, most=100)
    assert [mark.x for mark in drawn.marks] == [0, 33.33, 66.67, 100]
    assert [mark.y for mark in drawn.marks] == [60, 45, 50, 20]
    assert [value for value, _ in drawn.grid] == [25, 50, 75, 100]


def test_bars_stand_on_the_ground_and_the_highest_fills_the_chart():
    drawn = drawn_bars([("0", 5), ("1", 10), ("2", 0)])
    assert [mark.y for mark in drawn.marks] == [50, 0, 100]
    assert [mark.x for mark in drawn.marks] == [16.67, 50, 83.33]


@pytest.mark.parametrize(("most", "lines"), [(7, [2, 4, 6]), (10, [2.5, 5, 7.5, 10]), (1200, [500, 1000]), (0, [])])
def test_lines_across_stand_at_round_values(most: float, lines: list[float]):
    assert [value for value, _ in drawn_bars([("all", most)]).grid] == lines


def test_of_many_points_few_are_named_the_last_among_them():
    marks = drawn_line([(str(at), at) for at in range(40)]).marks
    named = [mark.name for mark in marks if mark.labelled]
    assert named[0] == "0"
    assert named[-1] == "39"
    assert len(named) <= 7


@pytest.mark.parametrize("points", [[], [("Jan", 40.0)], [("Jan", 0.0), ("Apr", 0.0)]])
@pytest.mark.parametrize("template", [LINE, BARS])
def test_nothing_or_little_is_drawn_as_well(app: Flask, points: list[tuple[str, float]], template: str):
    with app.test_request_context():
        page = render_template_string(template, points=points)
    assert ("Nothing to show yet" in page) == (not points)


@pytest.mark.parametrize("template", [LINE, BARS])
def test_a_chart_is_named_and_told_as_a_table_too(app: Flask, template: str):
    points = [("<Jan>", 40.0), ("Apr", 1234.0)]
    with app.test_request_context():
        page = render_template_string(template, points=points)
    named = re.search(r'role="img" aria-labelledby="([\w-]+)" aria-describedby="([\w-]+)"', page)
    assert named
    assert all(f'id="{each}"' in page for each in named.groups())
    assert '<th scope="row">&lt;Jan&gt;</th><td class="number">40' in page
    assert "1,234" in page
    assert "<Jan>" not in page
    assert "style=" not in page
