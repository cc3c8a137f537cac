"""Values and files by their hash: what keys are made of."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any


def canonical(value: Any) -> str:
    """A value of JSON in one spelling: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """SHA-256 of a value of JSON, in hexadecimal."""
    return sha256(canonical(value).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        hasher = sha256()
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()
