"""The two ways the graph's linear layers are written: in 32 bits, and in 8."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.build.graph import GUESS, LAYERS, MICROSOFT, WIDTH, Array, Graph
from models.build.weights import Weights

BALANCE = 0.7  # how much of a channel's spread moves from the numbers flowing in to the weights; 0.7 agreed best
SMALLEST = 1e-6
LOUD = 9.0  # wide inputs whose loudest channel is less than so many times the middle one agree as well untouched


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest and the largest number seen in each channel that flows into a linear layer."""

    low: Array
    high: Array

    def __or__(self, other: Range) -> Range:
        return Range(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


class Float:
    """As published."""

    gelu = "Gelu"

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}  # name of the layers -> tensor that flows into them

    def embed(self, graph: Graph, table: Array) -> str:
        """Look the tokens up."""
        return graph.op("Gather", graph.constant("words", table), "input_ids")

    def apply(self, graph: Graph, x: str, name: str, layers: list[tuple[Array, Array]]) -> list[str]:
        """Multiply and add, layer by layer."""
        self.inputs[name] = x
        outputs = []
        for number, (weight, bias) in enumerate(layers):
            product = graph.op("MatMul", x, graph.constant(f"{name}.{number}.weight", weight))
            outputs.append(graph.op("Add", product, graph.constant(f"{name}.{number}.bias", bias)))
        return outputs

    def guess(self, graph: Graph, x: str, weight: Array) -> str:
        """Multiply."""
        return graph.op("MatMul", x, graph.constant(GUESS, weight))


class Int8:
    """Weights with one scale for each output, inputs with one scale for all, fixed beforehand from what was seen.

    Fixed scales make a text's vector independent of its neighbours, and save looking for them each time. So that
    one scale does for all channels of an input, loud channels are turned down and their weights turned up.
    """

    gelu = "FastGelu"  # by tanh: at most 0.0005 off, and three quarters of the time

    def __init__(self, ranges: dict[str, Range]) -> None:
        self._ranges = ranges

    def embed(self, graph: Graph, table: Array) -> str:
        """Look the tokens up in eight bits, with one scale for each word."""
        scales = np.abs(table).max(axis=1, keepdims=True) / 127
        words = graph.constant("words", np.rint(table / scales).astype(np.int8))
        found = graph.op("Cast", graph.op("Gather", words, "input_ids"), to=1)
        return graph.op("Mul", found, graph.op("Gather", graph.constant("word_scales", scales), "input_ids"))

    def apply(self, graph: Graph, x: str, name: str, layers: list[tuple[Array, Array]]) -> list[str]:
        """Round the input once, then multiply whole numbers, layer by layer."""
        seen = self._ranges[name]
        down = _turned_down(seen, np.concatenate([weight for weight, _ in layers], axis=1))
        quiet = x if np.allclose(down, 1) else graph.op("Mul", x, graph.constant(f"{name}.down", 1 / down))
        low, high = min(float((seen.low / down).min()), 0.0), float((seen.high / down).max())
        scale = graph.constant(f"{name}.scale", np.array((high - low) / 255, dtype=np.float32))
        zero = graph.constant(f"{name}.zero", np.array(round(-low * 255 / (high - low)), dtype=np.uint8))
        whole = graph.op("QuantizeLinear", quiet, scale, zero)
        return [
            _multiply(graph, (whole, scale, zero), f"{name}.{number}", weight * down[:, None], bias)
            for number, (weight, bias) in enumerate(layers)
        ]

    def guess(self, graph: Graph, x: str, weight: Array) -> str:
        """Round the row as it comes, then multiply whole numbers."""
        scales = np.asarray(np.abs(weight).max(axis=0) / 127, dtype=np.float32)
        whole = graph.constant(GUESS, np.rint(weight / scales).astype(np.int8))
        return graph.op("DynamicQuantizeMatMul", x, whole, graph.constant(f"{GUESS}.scales", scales), domain=MICROSOFT)


def fold(weights: Weights, ranges: dict[str, Range]) -> tuple[Weights, dict[str, Range]]:
    """Turn loud channels of the heads down in the weights that make them; attention only mixes tokens."""
    weights, ranges = dict(weights), dict(ranges)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}.attention."
        value, output = f"{name}self.value", f"{name}output"
        seen, weight = ranges[output], weights[f"{output}.dense.weight"]
        down = _turned_down(seen, weight.T)
        weights[f"{value}.weight"] = weights[f"{value}.weight"] / down[:, None]
        weights[f"{value}.bias"] = weights[f"{value}.bias"] / down
        weights[f"{output}.dense.weight"] = weight * down
        ranges[output] = Range(seen.low / down, seen.high / down)
    return weights, ranges


def _turned_down(seen: Range, weight: Array) -> Array:
    loud = np.maximum(np.maximum(np.abs(seen.low), np.abs(seen.high)), SMALLEST)
    if len(loud) > WIDTH and loud.max() < LOUD * np.median(loud):
        return np.ones_like(loud)
    heavy = np.maximum(np.abs(weight).max(axis=1), SMALLEST)
    down = loud**BALANCE / heavy ** (1 - BALANCE)
    return np.asarray(down / np.exp(np.log(down).mean()), dtype=np.float32)


def _multiply(graph: Graph, x: tuple[str, str, str], name: str, weight: Array, bias: Array) -> str:
    whole, scale, zero = x
    scales = np.asarray(np.abs(weight).max(axis=0) / 127, dtype=np.float32)
    weights = graph.constant(f"{name}.weight", np.rint(weight / scales).astype(np.int8))
    of_weights, added = graph.constant(f"{name}.scales", scales), graph.constant(f"{name}.bias", bias)
    return graph.op("MatMulIntegerToFloat", whole, weights, scale, of_weights, zero, "", added, domain=MICROSOFT)
