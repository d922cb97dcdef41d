"""The name card beside an encoder's files: what it is, where it is from, and whether this program can read it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from suggester.encoding.protocol import Vectors
from suggester.encoding.quantise import from_int8
from suggester.errors import ModelMissing, ModelOutdated

FILE_NAME = "card.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
LICENCE = "LICENSE"
FORMAT = 1
PROBE = "A link is a promise: the page behind it says more about these very words."
CLOSE = 0.999  # the cosine of two vectors of one text that were computed in the same way


@dataclass(frozen=True, slots=True)
class Card:
    """What `card.json` says, field by field, besides its format number.

    1  first release
    """

    name: str
    precision: str  # "int8" or "fp32"
    dimension: int
    max_tokens: int  # longer texts are cut here
    source: str  # where the weights are from
    licence: str
    made: str  # how the files were made from the weights
    files: dict[str, str]  # file name -> SHA-256 in hexadecimal
    probe: list[int]  # the vector of `PROBE`, in eight bits

    @property
    def encoder_id(self) -> str:
        """Name, precision, and a hash of the files; another build of the same model is another encoder."""
        content = hashlib.sha256("".join(f"{name} {self.files[name]}\n" for name in (MODEL, TOKENIZER)).encode())
        return f"{self.name}/{self.precision}/{content.hexdigest()[:10]}"

    def agrees_with(self, vector: Vectors) -> bool:
        """Whether this processor gives for `PROBE` what it should."""
        return float(from_int8(np.array(self.probe, dtype=np.int8)) @ vector) > CLOSE


def write(card: Card, folder: Path) -> None:
    """Put the card beside the files it speaks of."""
    fields = {"format": FORMAT, **asdict(card)}
    lines = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    part = folder / (FILE_NAME + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(folder / FILE_NAME)


def read(folder: Path) -> Card:
    """Read the card of the encoder in a folder; refuse what this program cannot read, or what was tampered with."""
    card = _parse(folder / FILE_NAME)
    for name, expected in card.files.items():
        if not (folder / name).is_file():
            raise ModelMissing(f"The encoder in {folder} lacks its file {name}; install the package again.")
        if digest(folder / name) != expected:
            raise ModelOutdated(f"{folder / name} is not the file its card speaks of; install the package again.")
    return card


def digest(file: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _parse(file: Path) -> Card:
    if not file.is_file():
        raise ModelMissing(f"There is no encoder in {file.parent}; install the package again.")
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        if fields.pop("format") != FORMAT:
            raise ModelOutdated(f"{file} is of another format; install the encoder of this version, or build it again.")
        card = Card(**fields)
        if not {MODEL, TOKENIZER} <= card.files.keys():
            raise KeyError("files")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelOutdated(f"{file} cannot be read as an encoder's card; install the package again.") from error
    return card
