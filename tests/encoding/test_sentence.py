"""Any other encoder, through sentence-transformers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from suggester import encoding
from suggester.errors import ModelMissing
from tests.encoding.conftest import make_tiny

TEXTS = ["bake bread at home", "feed the sour dough", "", "pay taxes in march"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("sentence-transformers"),  # what takes seconds to load is loaded by one process
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_a_model_in_a_folder_gives_unit_vectors_and_zeros_for_empty_texts(tiny):
    encoder = encoding.load(str(tiny))
    vectors = encoder.encode(TEXTS)
    assert (vectors.dtype, vectors.shape, encoder.dimension) == (np.float32, (4, 16), 16)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 1], abs=1e-5)
    assert vectors[3] == pytest.approx(encoder.encode(TEXTS[3:])[0], abs=1e-5)


@pytest.mark.parametrize(("texts", "rows"), [([], 0), ([""], 1)])
def test_nothing_to_read_is_no_error(tiny, texts, rows):
    assert encoding.load(str(tiny)).encode(texts).shape == (rows, 16)


def test_a_lone_surrogate_is_no_error(tiny):
    assert encoding.load(str(tiny)).encode(["\ud800 bread"]).any()


def test_the_id_tells_models_apart_even_in_folders_of_one_name(tiny, tmp_path):
    same, other = tmp_path / "a" / tiny.name, tmp_path / "b" / tiny.name
    shutil.copytree(tiny, same)
    make_tiny(other, seed=2)
    ids = [encoding.load(str(folder)).id for folder in (tiny, same, other)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith("model/")
    assert ids[0].endswith("/16")


def test_a_model_that_cannot_be_found_says_so_in_one_sentence():
    script = (
        "from suggester import encoding, errors\n"
        "try: encoding.load('nobody/no-such-model')\n"
        "except errors.ModelMissing as error: print(error)"
    )
    offline = os.environ | {"HF_HUB_OFFLINE": "1"}  # else it is asked for again and again, for a minute
    said = subprocess.check_output([sys.executable, "-c", script], text=True, env=offline)
    assert said.startswith("The encoder nobody/no-such-model cannot be loaded")
    assert said.count("\n") == 1


def test_a_folder_without_a_model_says_so(tmp_path):
    with pytest.raises(ModelMissing, match="give a folder that holds the model"):
        encoding.load(str(tmp_path))


def test_without_the_extra_it_says_what_to_install():
    script = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from suggester import encoding, errors\n"
        "try: encoding.load('any/model')\n"
        "except errors.ModelMissing as error: print(error)"
    )
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert "pip install 'link-suggester[sentence-transformers]'" in said


def test_the_bundled_encoder_says_what_the_published_model_says(published, bundled):
    other = encoding.load(str(published))
    texts = [f"{a} {b}." for a in TEXTS if a for b in ("every morning", "without a recipe", "by yourself", "again")]
    ours, theirs = bundled.encode(texts), other.encode(texts)
    assert other.id.endswith("/384")
    assert other.id != bundled.id
    assert (ours * theirs).sum(axis=1).min() > 0.985
