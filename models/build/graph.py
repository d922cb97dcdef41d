"""Writes all-MiniLM-L6-v2 as an ONNX graph, from token ids to a unit vector, straight from its weights.

The graph takes texts of one length at a time: it knows no padding and needs no mask. How its linear layers
compute is left to a `Linear`, so that the same graph is written in 32 bits and in 8.

A vector is the mean over all tokens, which half of them tell nearly as well as all. Where the weights hold `GUESS`, the
last layer therefore gives out, behind the first `ALL` tokens, every second token alone (which looks at all others as
ever); what the mean over all would be is guessed from what flows into the layer, which is known of all (a regression
estimator: W. Cochran, Sampling Techniques, 1977, chapter 7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.build.weights import Weights

LAYERS, HEADS, WIDTH = 6, 12, 384
LAST = f"encoder.layer.{LAYERS - 1}."
PLACES = "embeddings.position_embeddings.weight"
GUESS = "guess"  # name of a matrix: how a token's state behind the last layer follows from that before it
ALL = 32  # tokens of a text that the last layer gives out one and all; of what follows, every second
OPSET = 17
MICROSOFT = "com.microsoft"  # onnxruntime's own operators

Array = NDArray[np.float32]
Keep = Callable[[str], str]  # of a tensor, the tokens that go on


class Linear(Protocol):
    """How the graph multiplies by weights, and which of onnxruntime's operators bends what comes out."""

    gelu: str

    def embed(self, graph: Graph, table: Array) -> str:
        """Look the tokens up in the table of words."""
        ...

    def apply(self, graph: Graph, x: str, name: str, layers: list[tuple[Array, Array]]) -> list[str]:
        """Send `x` through several layers, each a weight matrix (inputs by outputs) and a bias."""
        ...

    def guess(self, graph: Graph, x: str, weight: Array) -> str:
        """Multiply a single row that nothing is known of beforehand."""
        ...


@dataclass
class Graph:
    """The nodes and constants written so far."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Keep a value under a name; the same name always means the same value."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: float | list[int]) -> str:
        """Add a node with one output; give the output's name."""
        output = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, list(inputs), [output], domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return output

    def zero(self) -> str:
        """Where a tensor begins."""
        return self.constant("zero", np.array([0]))

    def length(self) -> str:
        """How many tokens the texts have."""
        one, two = self.constant("one", np.array([1])), self.constant("two", np.array([2]))
        return self.op("Slice", self.op("Shape", "input_ids"), one, two)

    def model(self, vectors: str) -> onnx.ModelProto:
        """Close the graph behind its last tensor."""
        self.nodes.append(helper.make_node("Identity", [vectors], ["vectors"]))
        taken = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
        given = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", WIDTH])
        graph = helper.make_graph(self.nodes, "all-MiniLM-L6-v2", [taken], [given], list(self.constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="link-suggester")


def write(weights: Weights, linear: Linear) -> onnx.ModelProto:
    """Write the whole model."""
    graph = Graph()
    x = _embeddings(graph, weights, linear)
    for layer in range(LAYERS - 1):
        x = _transformed(graph, weights, linear, f"encoder.layer.{layer}.", x, _every)
    if GUESS not in weights:
        return _closed(graph, _mean(graph, _transformed(graph, weights, linear, LAST, x, _every)))
    keep = fewer(graph, len(weights[PLACES]))
    mean = _mean(graph, _transformed(graph, weights, linear, LAST, x, keep))
    left_out = graph.op("Sub", _mean(graph, x), _mean(graph, keep(x)))
    return _closed(graph, graph.op("Add", mean, linear.guess(graph, left_out, weights[GUESS])))


def _closed(graph: Graph, mean: str) -> onnx.ModelProto:
    return graph.model(graph.op("LpNormalization", mean, axis=-1, p=2))


def _embeddings(graph: Graph, weights: Weights, linear: Linear) -> str:
    table = weights["embeddings.word_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.length()
    place = graph.op("Slice", graph.constant("places", weights[PLACES]), graph.zero(), length)
    return _norm(graph, weights, "embeddings.LayerNorm", graph.op("Add", linear.embed(graph, table), place))


def _every(x: str) -> str:
    return x


def fewer(graph: Graph, most: int) -> Keep:
    """Keep the first tokens and every second behind them; `most` tokens a text at most."""
    places = np.array([place for place in range(most) if place < ALL or (place - ALL) % 2 == 0])
    counts = graph.constant("kept.counts", np.searchsorted(places, np.arange(most + 1)))
    kept = graph.op("Slice", graph.constant("kept", places), graph.zero(), graph.op("Gather", counts, graph.length()))
    found: dict[str, str] = {}

    def keep(x: str) -> str:
        if x not in found:
            found[x] = graph.op("Gather", x, kept, axis=1)
        return found[x]

    return keep


def _mean(graph: Graph, x: str) -> str:
    return graph.op("ReduceMean", x, axes=[1], keepdims=0)


def _transformed(graph: Graph, weights: Weights, linear: Linear, name: str, x: str, keep: Keep) -> str:
    return _feed_forward(graph, weights, linear, name, _attention(graph, weights, linear, name + "attention.", x, keep))


def _attention(graph: Graph, weights: Weights, linear: Linear, name: str, x: str, keep: Keep) -> str:
    parts = [_layer(weights, f"{name}self.{part}") for part in ("query", "key", "value")]
    query, key, value = linear.apply(graph, x, name + "self", parts)
    seen = graph.op("MultiHeadAttention", keep(query), key, value, domain=MICROSOFT, num_heads=HEADS)
    (y,) = linear.apply(graph, seen, name + "output", [_layer(weights, name + "output.dense")])
    return _norm(graph, weights, name + "output.LayerNorm", graph.op("Add", y, keep(x)))


def _feed_forward(graph: Graph, weights: Weights, linear: Linear, name: str, x: str) -> str:
    (wide,) = linear.apply(graph, x, name + "intermediate", [_layer(weights, name + "intermediate.dense")])
    bent = graph.op(linear.gelu, wide, domain=MICROSOFT)
    (y,) = linear.apply(graph, bent, name + "output", [_layer(weights, name + "output.dense")])
    return _norm(graph, weights, name + "output.LayerNorm", graph.op("Add", y, x))


def _layer(weights: Weights, name: str) -> tuple[Array, Array]:
    return weights[name + ".weight"].T, weights[name + ".bias"]


def _norm(graph: Graph, weights: Weights, name: str, x: str) -> str:
    scale, bias = (graph.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)
