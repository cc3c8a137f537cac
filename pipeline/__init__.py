"""ourwords: from interviews and approved quotes to a captioned training film.

The promise under everything: no frame and no word leaves it that its contributor has not
approved for that use. Read `film.py` first: it is the whole film being made, an artifact a line.

    import pipeline

    with pipeline.open("my-film") as film:
        film.transcripts["amara"].words
        film.matches["q03"].best
        film.timeline.takes
        film.captions.cues
        film.build(final=True)
        film.verify(listen=True)
        film.clips(theme="helped")

And without any production: `pipeline.captions.read`, `check`, `fix` and `write`; `pipeline.match`;
`pipeline.loudness`.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline import captions as captions
    from pipeline import errors as errors
    from pipeline.api import Project as Project
    from pipeline.api import open as open  # noqa: A004 - `pipeline.open("my-film")` is what people write
    from pipeline.captions.as_transcript import transcript as transcript
    from pipeline.edit.timeline import Break as Break
    from pipeline.edit.timeline import Card as Card
    from pipeline.edit.timeline import Hold as Hold
    from pipeline.edit.timeline import Take as Take
    from pipeline.errors import OurwordsError as OurwordsError
    from pipeline.matching.files import match as match
    from pipeline.matching.files import same_word as same_word
    from pipeline.render.files import loudness as loudness

__version__ = "0.1.0"

SENDS_NOTHING = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""What libraries are told before any of them is imported, in this process and in all that it starts.

onnxruntime looks up a host of its makers otherwise; its own `disable_telemetry_events()` comes too late.
"""

os.environ.update(SENDS_NOTHING)

_HOMES = {
    "pipeline.api": ("Project", "open"),
    "pipeline.edit.timeline": ("Break", "Card", "Hold", "Take"),
    "pipeline.errors": ("OurwordsError",),
    "pipeline.matching.files": ("match", "same_word"),
    "pipeline.render.files": ("loudness",),
    "pipeline.captions.as_transcript": ("transcript",),
}
_MODULES = ("captions", "errors")

__all__ = [
    *_MODULES,
    *(name for names in _HOMES.values() for name in names),
]


def __getattr__(name: str) -> Any:
    """Public names, imported when they are first asked for: `ourwords --help` loads nothing."""
    if name in _MODULES:
        return import_module(f"pipeline.{name}")
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
