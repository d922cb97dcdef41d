"""The encoder that comes with the program."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from suggester import encoding
from suggester.encoding import card
from suggester.encoding.bundled import BundledEncoder, home
from suggester.encoding.runtime import Model
from suggester.errors import ModelMissing, ModelOutdated

SOURDOUGH = "Feed the sourdough starter with rye flour before you bake bread."
BREAD = "How to keep a starter alive for baking a loaf."
TAXES = "The tax office wants the form by the end of March."
TEXTS = [SOURDOUGH, BREAD, TAXES, "", "Übergrößenträger naïve café", "東京の天気", "👍🏽 " * 40, "word " * 2000]


def test_it_gives_unit_vectors_in_the_order_of_the_texts(bundled):
    vectors = bundled.encode([TAXES, SOURDOUGH])
    assert vectors.dtype == np.float32
    assert vectors.shape == (2, bundled.dimension) == (2, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert vectors[1] == pytest.approx(bundled.encode([SOURDOUGH])[0])


def test_texts_on_one_subject_lie_closer_than_others(bundled):
    sourdough, bread, taxes = bundled.encode([SOURDOUGH, BREAD, TAXES])
    assert sourdough @ bread > 0.4 > 0.2 > sourdough @ taxes


def test_a_text_gives_the_same_vector_whatever_stands_beside_it(bundled):
    together = bundled.encode(TEXTS)
    alone = np.concatenate([bundled.encode([text]) for text in TEXTS])
    assert (together == alone).all()


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "\u2003"])
def test_an_empty_text_gives_zeros(bundled, empty):
    assert not bundled.encode([empty]).any()
    assert bundled.encode([empty, SOURDOUGH])[1].any()


def test_no_texts_give_no_rows(bundled):
    assert bundled.encode([]).shape == (0, 384)


@pytest.mark.parametrize("odd", ["\ud800 half a pair", "a\0b", "\u202eright to left", "x" * 500, "<b>&amp;"])
def test_any_string_has_a_vector(bundled, odd):
    assert np.linalg.norm(bundled.encode([odd])[0]) == pytest.approx(1, abs=1e-5)


def test_what_stands_behind_the_longest_text_it_reads_does_not_matter(bundled):
    short, long = "bread and butter " * 200, "bread and butter " * 100_000
    first, second = bundled.encode([short, long])
    assert first == pytest.approx(second)


@pytest.mark.parametrize(
    "text",
    [
        "bread and butter " * 300,
        "bread\nand\nbutter\n" * 300,  # no space to cut at
        "incomprehensibilities of counterrevolutionaries " * 40,  # the start holds too few tokens
        "a " * 900 + "naïve\u0301 \u0301café" * 300,
        "東京の天気、 京都の天気。" * 200,
        "x" * 5000,
        " " * 5000 + "late words",
        "[SEP] [CLS] ##ing don't e-mail 3.14 " * 100,
    ],
)
def test_the_start_of_a_long_text_has_the_tokens_of_the_whole(text):
    model = Model.open(home(), 256)
    whole = Tokenizer.from_file(str(home() / card.TOKENIZER))
    whole.enable_truncation(256)
    assert model.tokens(text) == whole.encode(text).ids


def test_many_threads_may_encode_at_once(bundled):
    expected = bundled.encode(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(bundled.encode, [TEXTS] * 16))
    assert all((result == expected).all() for result in results)


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_the_number_of_threads_changes_no_vector(bundled, threads):
    assert (BundledEncoder.load(threads=threads).encode(TEXTS) == bundled.encode(TEXTS)).all()


def test_its_id_says_which_model_in_how_many_bits_and_which_build(bundled):
    name, precision, build = bundled.id.split("/")
    assert (name, precision) == ("all-MiniLM-L6-v2", "int8")
    assert len(build) == 10


def test_another_build_has_another_id(rewrite, bundled):
    made = card.read(home())
    tokenizer = (home() / card.TOKENIZER).read_bytes() + b"\n"
    folder = rewrite(files={card.MODEL: made.files[card.MODEL]} | {card.TOKENIZER: _sha256(tokenizer)})
    (folder / card.TOKENIZER).write_bytes(tokenizer)
    assert BundledEncoder.load(folder).id != bundled.id


def test_a_processor_that_loses_sums_gets_the_exact_way(rewrite, bundled):
    strange = rewrite(probe=[127] + [0] * 383)  # stands for a processor on which the probe comes out differently
    exact = BundledEncoder.load(strange)
    cosines = (exact.encode(TEXTS[:3]) * bundled.encode(TEXTS[:3])).sum(axis=1)
    assert cosines == pytest.approx([1, 1, 1], abs=0.002)


def test_it_is_the_encoder_one_gets_without_a_name(bundled):
    assert encoding.load().id == encoding.load("bundled").id == bundled.id


def test_it_lies_in_the_package_or_beside_it():
    package = Path(str(files("suggester")))
    assert home() in {package / "models" / "encoder", package.parent / "models" / "encoder"}
    assert {card.MODEL, card.TOKENIZER, card.LICENCE, card.FILE_NAME} <= {file.name for file in home().iterdir()}


def test_it_loads_neither_torch_nor_scikit_learn():
    script = (
        "import sys; from suggester import encoding; encoding.load().encode(['x'])\n"
        "print({'torch', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "set()"


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers"])
def test_without_its_libraries_it_says_what_to_install(library):
    script = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from suggester import encoding, errors\n"
        "try: encoding.load()\n"
        "except errors.ModelMissing as error: print(error)"
    )
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert library in said
    assert "pip install onnxruntime tokenizers" in said
    assert "words alone" in said


def test_a_folder_without_an_encoder_is_refused(tmp_path):
    with pytest.raises(ModelMissing, match="install the package again"):
        encoding.load(folder=tmp_path)


def test_a_model_that_onnxruntime_cannot_read_is_refused(rewrite, copy):
    rewrite(files=card.read(copy).files | {card.MODEL: _sha256(b"no model")})
    (copy / card.MODEL).write_bytes(b"no model")
    with pytest.raises(ModelOutdated, match="update onnxruntime"):
        BundledEncoder.load(copy)


def _sha256(content):
    return hashlib.sha256(content).hexdigest()
