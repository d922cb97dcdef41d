"""WordPress application passwords, encrypted with a key that is not in the database."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from suggester.errors import ConfigError
from suggester.store.files import make_folder, read_or_make_secret

FILE = "secret.key"


class Secrets:
    """Locks and unlocks short texts."""

    def __init__(self, key: str | bytes) -> None:
        """Take any text as the key; a good one is long and random."""
        self._key = key.encode() if isinstance(key, str) else key

    @classmethod
    def of_folder(cls, folder: Path) -> Secrets:
        """Use the key file of a data folder; it is made on the first use."""
        return cls(read_or_make_secret(make_folder(folder) / FILE, Fernet.generate_key()))

    def lock(self, text: str) -> bytes:
        """Encrypt a text; an empty one stays empty."""
        return self._fernet().encrypt(text.encode()) if text else b""

    def unlock(self, token: bytes) -> str:
        """Decrypt what `lock` gave."""
        if not token:
            return ""
        try:
            return self._fernet().decrypt(token).decode()
        except InvalidToken as error:
            raise ConfigError(
                "The stored application password was encrypted with another secret; bring that secret "
                f"({FILE} or SUGGESTER_SECRET) back, or run `suggester connect` again with the password."
            ) from error

    def key_for(self, purpose: str) -> bytes:
        """Derive a key of 32 bytes for one purpose alone (HKDF of RFC 5869, with SHA-256)."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._key)

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(self._key).digest()))
