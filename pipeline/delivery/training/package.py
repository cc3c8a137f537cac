"""Files that leave together: how large they are, and a ZIP file that is the same bytes whenever it is made of
the same files.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pipeline.core.time import decimal
from pipeline.engine.workspace import Workspace

Content = Path | bytes

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can say: when it was made is nobody's business."""

PACKED_ALREADY = frozenset({".mp4", ".m4a", ".jpg", ".jpeg", ".png", ".woff2", ".zip", ".h5p"})


def size(content: Content) -> int:
    """Bytes."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def told(count: int) -> str:
    """A number of bytes as people say it.

    >>> told(3_240_000), told(900)
    ('3.2 MB', '1 KB')
    """
    return f"{decimal(Fraction(count, 10**6), 1)} MB" if count >= 10**5 else f"{-(-count // 1000)} KB"


def hash_of(content: Content, workspace: Workspace) -> str:
    """SHA-256 of a file; what is remembered of it is not read again."""
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    ours = content.is_relative_to(workspace.cache.root)
    return workspace.cache.sha256(content) if ours else workspace.fingerprints.of(content)


def zipped(files: Mapping[str, Content], to: Path) -> Path:
    """Write these files into a ZIP file in their given order; what is packed already is stored as it is."""
    with ZipFile(to, "w") as package:
        for name, content in files.items():
            entry = ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            stored = PurePosixPath(name).suffix in PACKED_ALREADY
            entry.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
            entry.file_size = size(content)  # so that ZIP64 is taken where it is needed, and only there
            with package.open(entry, "w") as inner:
                if isinstance(content, bytes):
                    inner.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, inner, 1 << 20)
    return to
