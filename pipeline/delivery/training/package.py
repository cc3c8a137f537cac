"""A ZIP file that is the same bytes whenever it is made of the same files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

Content = Path | bytes

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can say: when it was made is nobody's business."""

PACKED_ALREADY = frozenset({".mp4", ".m4a", ".jpg", ".jpeg", ".png", ".woff2", ".zip", ".h5p"})


def zipped(files: Mapping[str, Content], to: Path) -> Path:
    """Write these files into a ZIP file in their given order; what is packed already is stored as it is."""
    with ZipFile(to, "w") as package:
        for name, content in files.items():
            entry = ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            stored = PurePosixPath(name).suffix in PACKED_ALREADY
            entry.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
            size = len(content) if isinstance(content, bytes) else content.stat().st_size
            entry.file_size = size  # so that ZIP64 is taken where it is needed, and only there
            with package.open(entry, "w") as inner:
                if isinstance(content, bytes):
                    inner.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, inner, 1 << 20)
    return to
