"""Writes all-MiniLM-L6-v2 as an ONNX graph, from token ids to a unit vector, straight from its weights.

The graph takes texts of one length at a time: it knows no padding and needs no mask. How its linear layers
compute is left to a `Linear`, so that the same graph is written in 32 bits and in 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.build.weights import Weights

LAYERS, HEADS, WIDTH = 6, 12, 384
OPSET = 17
MICROSOFT = "com.microsoft"  # onnxruntime's own operators

Array = NDArray[np.float32]


class Linear(Protocol):
    """How the graph multiplies by weights."""

    def embed(self, graph: Graph, table: Array) -> str:
        """Look the tokens up in the table of words."""
        ...

    def apply(self, graph: Graph, x: str, name: str, layers: list[tuple[Array, Array]]) -> list[str]:
        """Send `x` through several layers, each a weight matrix (inputs by outputs) and a bias."""
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
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        x = _attention(graph, weights, linear, name + "attention.", x)
        x = _feed_forward(graph, weights, linear, name, x)
    mean = graph.op("ReduceMean", x, axes=[1], keepdims=0)
    return graph.model(graph.op("LpNormalization", mean, axis=-1, p=2))


def _embeddings(graph: Graph, weights: Weights, linear: Linear) -> str:
    table = weights["embeddings.word_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    one, two = graph.constant("one", np.array([1])), graph.constant("two", np.array([2]))
    length = graph.op("Slice", graph.op("Shape", "input_ids"), one, two)
    places = graph.constant("places", weights["embeddings.position_embeddings.weight"])
    place = graph.op("Slice", places, graph.constant("zero", np.array([0])), length)
    return _norm(graph, weights, "embeddings.LayerNorm", graph.op("Add", linear.embed(graph, table), place))


def _attention(graph: Graph, weights: Weights, linear: Linear, name: str, x: str) -> str:
    parts = [_layer(weights, f"{name}self.{part}") for part in ("query", "key", "value")]
    query, key, value = linear.apply(graph, x, name + "self", parts)
    seen = graph.op("MultiHeadAttention", query, key, value, domain=MICROSOFT, num_heads=HEADS)
    (y,) = linear.apply(graph, seen, name + "output", [_layer(weights, name + "output.dense")])
    return _norm(graph, weights, name + "output.LayerNorm", graph.op("Add", y, x))


def _feed_forward(graph: Graph, weights: Weights, linear: Linear, name: str, x: str) -> str:
    (wide,) = linear.apply(graph, x, name + "intermediate", [_layer(weights, name + "intermediate.dense")])
    bent = graph.op("Gelu", wide, domain=MICROSOFT)
    (y,) = linear.apply(graph, bent, name + "output", [_layer(weights, name + "output.dense")])
    return _norm(graph, weights, name + "output.LayerNorm", graph.op("Add", y, x))


def _layer(weights: Weights, name: str) -> tuple[Array, Array]:
    return weights[name + ".weight"].T, weights[name + ".bias"]


def _norm(graph: Graph, weights: Weights, name: str, x: str) -> str:
    scale, bias = (graph.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)
