"""The bundled encoder can be made again from the published weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from suggester import encoding
from suggester.encoding.bundled import home
from suggester.encoding.card import LICENCE, read

onnx = pytest.importorskip("onnx", reason="needs the extra `models`")

from models.build.__main__ import build  # noqa: E402
from models.build.calibrate import FIRST, LAST, samples  # noqa: E402
from models.build.graph import ALL, LAYERS, WIDTH, Graph, fewer  # noqa: E402
from models.build.linear import Float, Int8, Range, fold  # noqa: E402

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
    dice = np.random.default_rng(1)
    x = dice.normal(size=(1, 7, 32)).astype(np.float32) * np.linspace(0.1, 9, 32, dtype=np.float32)
    layers = [(dice.normal(size=(32, 8)).astype(np.float32), dice.normal(size=8).astype(np.float32)) for _ in range(2)]
    seen = Range(x.min(axis=(0, 1)), x.max(axis=(0, 1)))
    results = []
    for linear in (Float(), Int8({"layer": seen})):
        graph = Graph()
        outputs = linear.apply(graph, "x", "layer", layers)
        results.append(np.concatenate(_run(graph, outputs, {"x": ["texts", "tokens", 32]}, x)))
    full, rounded = results
    assert np.abs(full - rounded).max() < 0.02 * np.abs(full).max()


@pytest.mark.parametrize(
    ("tokens", "kept"),
    [
        (1, [0]),
        (ALL, list(range(ALL))),
        (ALL + 1, list(range(ALL + 1))),
        (ALL + 2, list(range(ALL + 1))),
        (ALL + 5, [*range(ALL), ALL, ALL + 2, ALL + 4]),
        (60, [*range(ALL), *range(ALL, 60, 2)]),
    ],
)
def test_the_last_layer_gives_out_the_first_tokens_and_every_second_behind_them(tokens, kept):
    graph = Graph()
    output = fewer(graph, 60)("x")
    found = _run(graph, [output], {"x": [1, "tokens", 1], "input_ids": [1, "tokens"]}, np.arange(tokens))
    assert found[0].ravel().tolist() == kept


def test_what_is_left_out_is_guessed_nearly_as_well_in_whole_numbers():
    dice = np.random.default_rng(3)
    row, weight = dice.normal(size=(1, 32)).astype(np.float32), dice.normal(size=(32, 8)).astype(np.float32)
    full, rounded = (
        _run(graph, [linear.guess(graph, "x", weight)], {"x": [1, 32]}, row)[0]
        for linear, graph in ((Float(), Graph()), (Int8({}), Graph()))
    )
    assert full == pytest.approx(row @ weight, abs=1e-4)
    assert np.abs(full - rounded).max() < 0.02 * np.abs(full).max()


@pytest.mark.slow
def test_a_long_text_read_in_part_stays_close_to_the_whole(published, tmp_path, bundled):
    build(published, tmp_path, "fp32")
    prose = (home() / LICENCE).read_text().split()
    pieces = [" ".join(prose[start : start + 150]) for start in range(0, 1500, 150)]
    cosines = (encoding.load(folder=tmp_path).encode(pieces) * bundled.encode(pieces)).sum(axis=1)
    assert cosines.min() > 0.98
    assert cosines.mean() > 0.988


def test_channels_of_the_heads_turned_down_in_the_weights_give_the_same_sums():
    dice = np.random.default_rng(2)
    weights, ranges = {}, {}
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}.attention."
        for part in ("self.value", "output.dense"):
            weights[f"{name}{part}.weight"] = dice.normal(size=(WIDTH, WIDTH)).astype(np.float32)
            weights[f"{name}{part}.bias"] = dice.normal(size=WIDTH).astype(np.float32)
        loud = np.linspace(0.1, 9, WIDTH, dtype=np.float32)
        ranges[f"{name}output"] = Range(-loud, loud)
    folded, turned = fold(weights, ranges)
    first = "encoder.layer.0.attention."
    x = dice.normal(size=(5, WIDTH)).astype(np.float32)
    sums = [(x @ w[f"{first}self.value.weight"].T) @ w[f"{first}output.dense.weight"].T for w in (weights, folded)]
    assert sums[0] == pytest.approx(sums[1], rel=1e-3, abs=0.05)
    assert np.ptp(turned[f"{first}output"].high) < np.ptp(ranges[f"{first}output"].high) / 2


def _run(graph, outputs, inputs, value):
    """Run a piece of the graph on numbers for `x`; the tokens are as many, and all alike."""
    import onnxruntime

    taken = [
        onnx.helper.make_tensor_value_info(name, 7 if name == "input_ids" else 1, shape)
        for name, shape in inputs.items()
    ]
    given = [onnx.helper.make_tensor_value_info(name, 1, None) for name in outputs]
    body = onnx.helper.make_graph(graph.nodes, "piece", taken, given, list(graph.constants.values()))
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
    model = onnx.helper.make_model(body, opset_imports=opsets, ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = np.asarray(value, dtype=np.float32)
    x = x.reshape(1, -1, 1) if x.ndim == 1 else x
    ids = np.zeros(x.shape[:2], dtype=np.int64)
    return session.run(None, {name: ids if name == "input_ids" else x for name in inputs})
