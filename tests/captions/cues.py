"""Cues for tests: with words and their times, and as a file of a reviewer has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.captions.model import Cue, CueWord, plain_cue
from pipeline.captions.told_apart import told_apart
from pipeline.core.time import Programme, Span


def timed_cue(
    span: Span[Programme], lines: Sequence[str], words: Sequence[CueWord], speaker: str = "", **facts: Any
) -> Cue:
    """A cue of these words, in lines that hold them and nothing else."""
    cue = replace(plain_cue(span, lines, speaker, **facts), parts=tuple(words))
    assert cue.lines == tuple(lines), "the words are those of the lines"
    return cue


def as_read(cue: Cue, **changes: Any) -> Cue:
    """A cue as it comes back in WebVTT: with its speaker and its place, without its words' times; `lines` are
    what the reviewer wrote.
    """
    facts = {name: getattr(cue, name) for name in ("position", "kind", "colour", "off")}
    shown = plain_cue(cue.span, changes.pop("lines", cue.lines), cue.speaker, cue.quote, **facts)
    return told_apart(replace(shown, **changes), cue.conventions)
