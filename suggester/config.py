"""The settings a machine gives to the program; no other file reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from suggester.errors import ConfigError

APP = "link-suggester"


@dataclass(frozen=True)
class Config:
    """What is not said on the command line."""

    data: Path  # SUGGESTER_DATA: the data folder, all there is to back up
    cache: Path  # SUGGESTER_CACHE: what `try` and `demo` keep; may be deleted at any time
    encoder: str = "bundled"  # SUGGESTER_ENCODER: or the name or path of a sentence-transformers model
    threads: int = 0  # SUGGESTER_THREADS: for the encoder; 0 for as many as there are cores
    secret: str = field(default="", repr=False)  # SUGGESTER_SECRET: encrypts passwords, instead of a file in `data`

    @classmethod
    def here(cls) -> Config:
        """Read the settings of this process."""
        return cls.from_env(os.environ)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read the settings; a wrong one is named."""
        return cls(
            data=_folder(env, "SUGGESTER_DATA", user_data_path(APP, appauthor=False)),
            cache=_folder(env, "SUGGESTER_CACHE", user_cache_path(APP, appauthor=False)),
            encoder=env.get("SUGGESTER_ENCODER") or cls.encoder,
            threads=_whole(env, "SUGGESTER_THREADS", cls.threads),
            secret=_secret(env, "SUGGESTER_SECRET"),
        )


def _folder(env: Mapping[str, str], name: str, usual: Path) -> Path:
    return Path(env[name]).expanduser() if env.get(name) else usual


def _whole(env: Mapping[str, str], name: str, usual: int) -> int:
    text = env.get(name, "")
    if text and not text.isdecimal():
        raise ConfigError(f"{name} is {text!r}; write a whole number, as in {name}=2.")
    return int(text) if text else usual


def _secret(env: Mapping[str, str], name: str) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE points at."""
    if not (file := env.get(f"{name}_FILE")):
        return env.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}_FILE points at {file}, which cannot be read: {error}.") from error
