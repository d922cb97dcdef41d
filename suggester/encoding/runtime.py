"""Runs an encoder's ONNX model: text in, vector out, through onnxruntime and tokenizers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from suggester.encoding.card import MODEL, TOKENIZER
from suggester.encoding.protocol import Vectors
from suggester.encoding.texts import well_formed
from suggester.errors import ModelMissing, ModelOutdated

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

MOST_CHARACTERS = 64  # for each token; what lies behind is never tokenised, so that megabytes cost no more than a page
USUAL_CHARACTERS = 6  # for each token; the start of a long text that most often has all the tokens there is room for


class Model:
    """A model and its tokenizer; may be used from many threads at once."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, session: onnxruntime.InferenceSession, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._max_tokens = max_tokens

    @classmethod
    def open(cls, folder: Path, max_tokens: int, exact: bool = False) -> Model:
        """Open the model in a folder.

        Some processors lose the top of a sum of products of eight bits. `exact` keeps it, at half the speed.
        """
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelMissing(
                f"The encoder needs {error.name}, which is not installed (Alpine Linux has none); "
                "run `pip install onnxruntime tokenizers`, or go on with words alone."
            ) from error
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            session = onnxruntime.InferenceSession(
                str(folder / MODEL), _options(exact), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own making
            raise ModelOutdated(f"The encoder in {folder} cannot be run; update onnxruntime ({error}).") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        return cls(tokenizer, session, max_tokens)

    def vector(self, text: str) -> Vectors:
        """Give the unit vector of one text."""
        row: Vectors = self._session.run(None, {"input_ids": np.array([self.tokens(text)], dtype=np.int64)})[0][0]
        return row

    def tokens(self, text: str) -> list[int]:
        """Give the ids of a text's first tokens, `max_tokens` at most; of a long text only the start is looked at.

        Tokens never reach across a space, so the start of the text up to a space has the very tokens of the whole.
        """
        end = text.rfind(" ", 0, self._max_tokens * USUAL_CHARACTERS)
        if len(text) > self._max_tokens * USUAL_CHARACTERS and end > 0:
            tokens = self._encode(text[:end])
            if len(tokens) == self._max_tokens:
                return tokens
        return self._encode(text[: self._max_tokens * MOST_CHARACTERS])

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(well_formed(text)).ids
        return ids


def _options(exact: bool) -> onnxruntime.SessionOptions:
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # each text is one thread's work
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a text's tensors are small; keeping the largest ever seen is not
    options.enable_mem_pattern = False
    options.graph_optimization_level = levels.ORT_ENABLE_BASIC  # the graph is already written as it runs best
    if exact:
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED
        options.add_session_config_entry("session.x64quantprecision", "1")
    return options
