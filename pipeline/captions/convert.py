"""A caption file in another format, and what is lost on the way: what the format cannot hold, what no cue
keeps, and what is read back otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from pipeline.captions.formats import (
    CODECS,
    WIDE_LAYOUT,
    CannotStay,
    Codec,
    Layout,
    Subtitles,
    of_file,
    read,
    rewritten,
    written,
)
from pipeline.captions.formats.codec import Fact
from pipeline.captions.formats.text import decode
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.core.time import Span
from pipeline.errors import ConfigError

FINER = Fraction(1, 1000)
"""Seconds by which nobody sees that a time is another: a file's millisecond."""


@dataclass(frozen=True)
class Lost:
    """What is not in the new file any more, how often it was there, and how it is now."""

    what: str
    count: int
    now: str = ""


@dataclass(frozen=True)
class Converted:
    """A file in another format: its bytes, how many cues are read from it, and what is lost."""

    format: str
    data: bytes
    cues: int
    lost: tuple[Lost, ...]


def target(file: Path, to: str | None) -> str:
    """The format that is asked for by its name, or else by how the file ends."""
    codec = CODECS.get(to.lower()) if to is not None else of_file(file.name)
    if codec is not None and codec.write:
        return codec.name
    raise ConfigError(
        f"{codec.label} is read and not written" if codec else f'"{to or file.name}" names no caption format',
        where="--to" if to is not None else str(file),
        next_step=f"use one of: {', '.join(written())}",
    )


class _AsRead(Captions):
    """Cues as a file has them: they may stand at once."""

    def __post_init__(self) -> None:
        pass


def converted(found: Subtitles, to: str, *, name: str = "", layout: Layout = WIDE_LAYOUT) -> Converted:
    """A file that was read, in another format. In its own it is the same file, byte for byte. `name` is what
    the new one is called, which may say its language.
    """
    codec = CODECS[target(Path(name), to)]
    if found.data and codec.name == found.format:
        with suppress(CannotStay):  # where somebody changed words, it is written anew
            return Converted(codec.name, rewritten(found, found.cues), len(found.cues), ())
    data = _written(found, codec, layout)
    back = read(name or f"a.{codec.endings[0]}", data)
    return Converted(codec.name, data, len(back.cues), tuple(_lost(found, codec, back)))


def _written(found: Subtitles, codec: Codec, layout: Layout) -> bytes:
    cues = sorted(found.cues, key=lambda cue: cue.span.start)
    shown = cues if codec.at_once else list(_one_at_a_time(cues))
    assert codec.write
    return codec.write(_AsRead(found.language, tuple(shown)), layout).encode()


def _at_once(cues: Sequence[Cue]) -> list[Cue]:
    """Cues that stand while another does."""
    found: list[Cue] = []
    latest: Cue | None = None
    for cue in cues:
        if latest is not None and cue.span.start < latest.span.end:
            found += [one for one in (latest, cue) if one not in found[-2:]]
        latest = cue if latest is None or cue.span.end > latest.span.end else latest
    return found


def _one_at_a_time(cues: Sequence[Cue]) -> Iterator[Cue]:
    """What stands on the screen from one change to the next, all that does in one cue."""
    coming, standing = list(reversed(cues)), list[Cue]()
    for start, end in pairwise(sorted({edge for cue in cues for edge in (cue.span.start, cue.span.end)})):
        standing = [cue for cue in standing if cue.span.end > start]
        while coming and coming[-1].span.start == start:
            standing.append(coming.pop())
        if len(standing) == 1:
            yield replace(standing[0], span=Span(start, end))
        elif standing:
            lines = [line for cue in standing for line in cue.lines]
            yield plain_cue(Span(start, end), lines, position=standing[0].position)


# What is lost --------------------------------------------------------------------------------

_FACTS: dict[Fact, str] = {
    "speaker": "speakers",
    "kind": "sounds and music marked as such",
    "off": "voices out of vision",
    "position": "positions",
    "colour": "colours",
    "breaks": "line ends",
}
"""What a cue of ours keeps, as people call it. A label stays in the text, whatever the format."""


def _has(cue: Cue, fact: Fact) -> bool:
    usual = {"kind": "speech", "position": "bottom", "colour": "white"}
    return bool(getattr(cue, fact)) and getattr(cue, fact) != usual.get(fact)


def _lost(found: Subtitles, codec: Codec, back: Subtitles) -> Iterator[Lost]:
    counts: Counter[str] = Counter()
    if found.data and CODECS[found.format].beside:
        text = decode("", found.data)
        for what, looks in CODECS[found.format].beside.items():
            counts[what] += sum(1 for _ in re.finditer(looks, text, re.MULTILINE))
    for fact, what in _FACTS.items():
        if fact not in codec.holds:
            counts[what] = max(counts[what], sum(_has(cue, fact) for cue in found.cues))
    yield from (Lost(what, count) for what, count in counts.items() if count)
    if found.language and not back.language:
        yield Lost(
            "languages", 1, f"{found.language}: a name like film.{found.language}.{codec.endings[0]} says it"
        )
    ordered = sorted(found.cues, key=lambda cue: cue.span.start)
    if not codec.at_once and (together := _at_once(ordered)):
        yield Lost("cues at once", len(together), "shown as one, from each change of them to the next")
        ordered = list(_one_at_a_time(ordered))
    yield from _otherwise(ordered, list(back.cues))


def _otherwise(cues: list[Cue], back: list[Cue]) -> Iterator[Lost]:
    """What is read from the new file, held against what was read from the old one."""
    if len(cues) != len(back):
        yield Lost("cues", abs(len(cues) - len(back)), f"{len(back)} are read from it, of {len(cues)}")
        return
    pairs = list(zip(cues, back, strict=True))
    texts = [(one, two) for one, two in pairs if one.text.split() != two.text.split()]
    if texts:
        yield Lost("signs", len(texts), f"“{texts[0][0].text[:40]}” reads “{texts[0][1].text[:40]}”")
    off = [_off(one, two) for one, two in pairs]
    if late := [seconds for seconds in off if seconds > FINER]:
        yield Lost("times", len(late), f"up to {float(max(late)):.3f} s off")


def _off(one: Cue, two: Cue) -> Fraction:
    return max(abs(one.span.start - two.span.start), abs(one.span.end - two.span.end))
