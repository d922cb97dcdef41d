"""Numbers as people of many countries write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.imports.figures import decimal_comma, number

STYLES = ((",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("'", "."), ("", "."), ("", ","))


def written(value: float, digits: int, thousands: str, decimal: str) -> str:
    whole, _, rest = f"{value:,.{digits}f}".partition(".")
    return whole.replace(",", thousands) + (decimal + rest if rest else "")


@given(st.integers(0, 10**12), st.sampled_from(STYLES))
def test_a_count_is_read_in_every_style(value: int, style: tuple[str, str]):
    assert number(written(value, 0, *style), whole=True) == value


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from(STYLES))
def test_decimals_are_read_in_every_style(whole: int, cents: int, style: tuple[str, str]):
    value = whole + cents / 100
    text = written(value, 2, *style)
    assert number(text, whole=False) == pytest.approx(value)
    assert decimal_comma([text]) == (style[1] == ",")


@given(st.lists(st.integers(0, 10**7), min_size=1), st.booleans())
def test_a_column_is_read_by_what_the_other_numbers_tell(values: list[int], comma: bool):
    style = (".", ",") if comma else (",", ".")
    told = decimal_comma([written(7.5, 1, *style), *(written(value, 0, *style) for value in values)])
    assert told is comma
    assert [number(written(value, 0, *style), whole=False, comma=told) for value in values] == values


@given(st.text())
def test_no_text_breaks_the_reader(text: str):
    found = number(text, whole=True)
    assert found is None or isinstance(found, float)
    assert decimal_comma([text]) in (None, True, False)


@pytest.mark.parametrize(
    ("text", "whole", "comma", "value"),
    [
        ("3.47%", False, None, 3.47),
        ("3,47 %", False, None, 3.47),
        ("1.234", True, None, 1234),  # a count is whole
        ("1.234", False, None, 1.234),
        ("1.234", False, True, 1234),
        ("1,234", False, False, 1234),
        ("0.123", True, None, 0.123),  # no thousands begin with 0
        ("1.234.567,8", True, None, 1234567.8),
        ("1,23,456", True, None, 123456),  # as in India
        ("12K", True, None, 12_000),
        ("1.5M", True, None, 1_500_000),
        ("<10", True, None, 10),
        ("１２３", True, None, 123),  # full width, as in Japan
        ("−3", True, None, -3),
        ("-", True, None, None),
        ("", True, None, None),
        ("n/a", True, None, None),
        ("2026-01-01", True, None, None),
        ("https://blog.example/1", True, None, None),
        ("9" * 50, True, None, None),
    ],
)
def test_numbers_are_read_as_they_are_meant(text, whole, comma, value):
    assert number(text, whole=whole, comma=comma) == value


def test_nothing_is_said_where_nothing_tells():
    assert decimal_comma(["1,234", "12", ""]) is None
