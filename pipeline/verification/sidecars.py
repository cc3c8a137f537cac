"""A clip's caption files held against the captions that it should have: read as a player reads them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import zip_longest

from pipeline.captions import formats
from pipeline.captions.model import Captions, Cue
from pipeline.core.finding import Finding
from pipeline.core.time import clock
from pipeline.errors import InputError

NEAR = Fraction(1, 500)
"""Seconds: files count milliseconds, and round."""


def findings(name: str, data: bytes, due: Captions) -> Iterator[Finding]:
    """Where a caption file does not say what was approved, or not then."""
    codec = formats.of_file(name)
    assert codec, "only files of captions are asked of"
    wanted = formats.read(name, formats.write(codec.name, due).encode()).cues
    try:
        found = formats.read(name, data).cues
    except InputError as problem:
        yield Finding("sidecar", "error", name, f"cannot be read: {problem.what}", "unreadable", "captions")
        return
    for number, (mine, theirs) in enumerate(zip_longest(found, wanted), 1):
        if told := _apart(mine, theirs):
            what, measured, limit = told
            there = theirs or mine
            at = clock(there.span.start.seconds) if there else ""
            yield Finding("sidecar", "error", f"{name} {at}", what, measured, limit, cue=number)
            return  # what comes after it may only be moved along


def _apart(mine: Cue | None, theirs: Cue | None) -> tuple[str, str, str] | None:
    """What, measured and due; None where they are alike."""
    if mine is None or theirs is None:
        what = "a caption is missing" if mine is None else "has a caption too many"
        return what, _said(mine), _said(theirs)
    if mine.lines != theirs.lines:
        return "a caption says something else", _said(mine), _said(theirs)
    ends = [(mine.span.start, theirs.span.start), (mine.span.end, theirs.span.end)]
    if any(abs(one - two) > NEAR for one, two in ends):
        return "a caption stands at another time", _when(mine), _when(theirs)
    return None


def _said(cue: Cue | None) -> str:
    return f"“{cue.text}”" if cue else "nothing"


def _when(cue: Cue) -> str:
    return f"{float(cue.span.start.seconds):.3f} to {float(cue.span.end.seconds):.3f} s"
