"""Words on the screen: made, judged, corrected, written.

Of a caption file by itself: `read`, `check`, `fix` and `write` (captions/files.py).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.captions.files import check as check
    from pipeline.captions.files import fix as fix
    from pipeline.captions.files import read as read
    from pipeline.captions.files import write as write

__all__ = ["check", "fix", "read", "write"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipeline.captions import files

    return getattr(files, name)
