"""How many bytes people mean."""

from __future__ import annotations

import re

_BYTES = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)(i?)b?\s*", re.IGNORECASE)


def bytes_in(text: str) -> int:
    """A number of bytes as people write it; MB are millions, MiB are what some sites mean by MB. ValueError
    where it is none.

    >>> bytes_in("15MB"), bytes_in("16 MiB"), bytes_in("900k")
    (15000000, 16777216, 900000)
    """
    found = _BYTES.fullmatch(text)
    size = (
        int(float(found[1]) * (1024 if found[3] else 1000) ** "_kmg".index(found[2].lower() or "_"))
        if found
        else 0
    )
    if not size:
        raise ValueError(f'"{text}" is no size: write it as 15MB, or as 16MiB')
    return size
