"""Looks how large the numbers inside the model become, so that eight bits can be laid over them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from models.build import graph
from models.build.graph import Array
from models.build.linear import Float, Range
from models.build.weights import Weights

Tokens = NDArray[np.int64]

FIRST, LAST = 101, 102  # the tokens around every text
RIDGE = 0.01  # of the mean square of a channel; 0.001 to 0.1 guess alike
WORDS = (1996, 30_000)  # the part of the vocabulary that is whole words and pieces of words


def ranges(weights: Weights, texts: Iterable[Tokens]) -> dict[str, Range]:
    """Run the texts in full precision; for each linear layer, the range of each channel that flows in."""
    linear = Float()
    model = graph.write(weights, linear)
    model.graph.output.extend(helper.make_tensor_value_info(t, TensorProto.FLOAT, None) for t in linear.inputs.values())
    session = _session(model)
    found: dict[str, Range] = {}
    for tokens in texts:
        seen = session.run(list(linear.inputs.values()), {"input_ids": tokens})
        for name, value in zip(linear.inputs, seen, strict=True):
            here = Range(value.min(axis=(0, 1)), value.max(axis=(0, 1)))
            found[name] = found[name] | here if name in found else here
    return found


def guess(weights: Weights, texts: Iterable[Tokens]) -> Array:
    """Fit how a token's state behind the last layer follows from that before it, both as seen from their text's mean.

    Least squares with a ridge over all tokens; shape (WIDTH, WIDTH), to be multiplied from the right.
    """
    linear = Float()
    model = graph.write(weights, linear)
    behind = next(node.input[0] for node in model.graph.node if node.op_type == "ReduceMean")
    wanted = [linear.inputs[f"{graph.LAST}attention.self"], behind]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted)
    session = _session(model)
    squares, crossed = np.zeros((2, graph.WIDTH, graph.WIDTH))
    for tokens in texts:
        before, after = (x[0] - x[0].mean(axis=0) for x in session.run(wanted, {"input_ids": tokens}))
        squares += before.T.astype(np.float64) @ before
        crossed += before.T.astype(np.float64) @ after
    ridge = RIDGE * np.trace(squares) / graph.WIDTH * np.eye(graph.WIDTH)
    return np.asarray(np.linalg.solve(squares + ridge, crossed), dtype=np.float32)


def samples(tokenizer: Tokenizer, prose: str, longest: int, mixed: int = 60, words: int = 100) -> list[Tokens]:
    """What to look at: random words of the vocabulary, and some plain prose in pieces."""
    dice = np.random.default_rng(0)
    lengths = dice.integers(1, longest - 2, mixed)
    texts = [np.concatenate([[FIRST], dice.integers(*WORDS, length), [LAST]]) for length in lengths]
    spoken = prose.split()
    pieces = (" ".join(spoken[start : start + words]) for start in range(0, len(spoken), words))
    texts += [np.array(tokenizer.encode(piece).ids) for piece in pieces]
    return [text[None, :longest].astype(np.int64) for text in texts]


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
