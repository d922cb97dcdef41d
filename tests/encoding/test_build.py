"""The bundled encoder can be made again from the published weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from suggester import encoding
from suggester.encoding.bundled import home
from suggester.encoding.card import read

onnx = pytest.importorskip("onnx", reason="needs the extra `models`")

from models.build.__main__ import build  # noqa: E402
from models.build.calibrate import FIRST, LAST, samples  # noqa: E402
from models.build.graph import Graph  # noqa: E402
from models.build.linear import Float, Int8, Range  # noqa: E402

ROOT = Path(__file__).parents[2]
TEXTS = ["Feed the starter with rye flour.", "A form for the tax office.", "tomato " * 400, "東京の天気", "x"]


@pytest.mark.slow
def test_a_build_gives_the_encoder_that_is_shipped(published, tmp_path, bundled):
    command = [sys.executable, "-m", "models.build", "--weights", str(published), "--out", str(tmp_path)]
    said = subprocess.check_output(command, cwd=ROOT, text=True)
    again = encoding.load(folder=tmp_path)
    assert said.strip() == f"{tmp_path}: {again.id}"
    assert (again.encode(TEXTS) * bundled.encode(TEXTS)).sum(axis=1) == pytest.approx(np.ones(5), abs=0.001)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in home().iterdir()}
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.slow
def test_eight_bits_stay_close_to_thirty_two(published, tmp_path, bundled):
    made = build(published, tmp_path, "fp32", max_tokens=128)
    assert read(tmp_path) == made
    assert (made.precision, made.max_tokens) == ("fp32", 128)
    full = encoding.load(folder=tmp_path)
    short = [text for text in TEXTS if len(text) < 100]
    cosines = (full.encode(short) * bundled.encode(short)).sum(axis=1)
    assert cosines.min() > 0.98
    assert cosines.mean() > 0.99


def test_ranges_are_joined_channel_by_channel():
    joined = Range(np.array([-1.0, 0.0]), np.array([1.0, 5.0])) | Range(np.array([-3.0, 1.0]), np.array([0.0, 6.0]))
    assert (joined.low.tolist(), joined.high.tolist()) == ([-3, 0], [1, 6])


def test_it_looks_at_random_words_and_at_prose():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(home() / "tokenizer.json"))
    texts = samples(tokenizer, "plain prose " * 150, longest=40, mixed=5)
    assert len(texts) == 5 + 3
    assert all(text.shape[0] == 1 and text.shape[1] <= 40 for text in texts)
    assert all(text[0, 0] == FIRST for text in texts)
    assert all(text[0, -1] == LAST for text in texts[:5])


def test_whole_numbers_give_nearly_what_fractions_give():
    import onnxruntime

    dice = np.random.default_rng(1)
    x = dice.normal(size=(1, 7, 32)).astype(np.float32) * np.linspace(0.1, 9, 32, dtype=np.float32)
    layers = [(dice.normal(size=(32, 8)).astype(np.float32), dice.normal(size=8).astype(np.float32)) for _ in range(2)]
    seen = Range(x.min(axis=(0, 1)), x.max(axis=(0, 1)))
    results = []
    for linear in (Float(), Int8({"layer": seen})):
        graph = Graph()
        outputs = linear.apply(graph, "x", "layer", layers)
        taken = onnx.helper.make_tensor_value_info("x", 1, ["texts", "tokens", 32])
        given = [onnx.helper.make_tensor_value_info(name, 1, None) for name in outputs]
        body = onnx.helper.make_graph(graph.nodes, "layer", [taken], given, list(graph.constants.values()))
        opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
        model = onnx.helper.make_model(body, opset_imports=opsets, ir_version=9)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        results.append(np.concatenate(session.run(None, {"x": x})))
    full, rounded = results
    assert np.abs(full - rounded).max() < 0.02 * np.abs(full).max()
