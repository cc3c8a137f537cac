"""One shot, made alone and kept: its picture with and without captions, and its sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.formats.captions import break_ass, to_ass
from pipeline.model.captions import Captions, Cue, Profile
from pipeline.model.time import SAMPLE_RATE, Programme, Source, Span, Time, decimal
from pipeline.model.timeline import Break, Card, Hold, Shot, Take, Timeline
from pipeline.stages import sound
from pipeline.tools.protocols import Look, Studio

VERSION = 4
"""Counted up when a part would come out differently from the same components."""

Tone = Span[Source] | None


def name(shot: Shot, number: int) -> str:
    match shot:
        case Take():
            return f"shot {number}, {shot.quote}" + (f" part {shot.part}" if shot.parts > 1 else "")
        case Hold():
            return f"shot {number}, pause at {shot.quote}"
        case Break():
            return f"shot {number}, {shot.id}"
        case Card():
            return f"shot {number}, {shot.style} card"
    raise AssertionError(shot)


def captions_of(shot: Shot, timeline: Timeline, captions: Captions) -> tuple[Cue, ...]:
    span = timeline.span(shot)
    return tuple(cue for cue in captions.cues if span.start <= cue.span.start < span.end)


def ass(shot: Shot, timeline: Timeline, cues: tuple[Cue, ...], profile: Profile, font: str, watermark: str) -> str:
    """What libass draws on a shot, in the shot's own time; blank where that is nothing."""
    if isinstance(shot, Break) and not watermark:
        return break_ass(Fraction(shot.frames) / timeline.rate, timeline.size, font, round(timeline.size[1] * 0.8))
    if not cues and not watermark:
        return ""
    return to_ass(cues, timeline.size, profile, font, offset=timeline.time(shot.at), watermark=watermark)


def components(shot: Shot, ass_text: str, look: Look, footage: Mapping[str, str], tone: Tone, build: str) -> dict[str, Any]:
    """Everything a part depends on, under names an editor understands. Where it stands in the film is not among them.

    `footage` gives a source's or cutaway's fingerprint, with its track.
    """
    common: dict[str, Any] = {
        "picture size": list(look.size),
        "frame rate": str(look.rate),
        "beside the picture": look.fill,
        "quality": look.quality,
        "watermark": look.watermark,
        "tools": build,
        "version": VERSION,
        "length": shot.frames,
        "captions": ass_text,
    }
    match shot:
        case Take():
            return common | {
                "footage": footage[shot.source],
                "in point": shot.first,
                "sound in and out": _span(shot.sound),
                "names hidden": [_span(span) for span in shot.bleeps],
                "cutaways": [[footage[c.file], c.still, decimal(c.start), c.at, c.frames] for c in shot.cutaways],
                "room tone": _span(tone) if tone and shot.bleeps else None,
            }
        case Hold():
            return common | {"footage": footage[shot.source], "in point": shot.first, "room tone": _span(tone) if tone else None}
        case Break():
            return common | {"prompt": shot.prompt, "kind": shot.kind}
        case Card():
            return common | {"text": shot.text, "style": shot.style}
    raise AssertionError(shot)


def make(room: Path, shot: Shot, ass_text: str, look: Look, tone: Tone, studio: Studio, count: Callable[[int], None]) -> None:
    """clean.mp4, captioned.mp4 where there is something to read, sound.npy where there is something to hear."""
    match shot:
        case Take():
            studio.take(room, shot, look, ass_text, count)
            first, samples = sound.window(shot, look.rate)
            heard = sound.shape(studio.sound(shot.source, first, samples), shot, look.rate, _tone(shot.source, tone if shot.bleeps else None, studio))
            np.save(room / "sound.npy", heard)
        case Hold():
            studio.hold(room, shot, look, ass_text)
            samples = int(shot.frames / look.rate * SAMPLE_RATE) + 2
            np.save(room / "sound.npy", sound.hold(_tone(shot.source, tone, studio), samples))
        case Break() | Card():
            studio.card(room, shot, look, ass_text, count)


def _tone(source: str, tone: Tone, studio: Studio) -> sound.Samples:
    if tone is None:
        return np.zeros((0, 2), np.float32)
    return studio.sound(source, tone.start.samples(), tone.end.samples() - tone.start.samples())


def _span(span: Span[Source]) -> list[str]:
    return [decimal(span.start.seconds), decimal(span.end.seconds)]


def rebased(cue: Cue, start: Time[Programme]) -> Cue:
    """A cue on the clock of a film that starts at `start` of this one."""
    zero = -start.seconds
    return replace(cue, span=Span(cue.span.start + zero, cue.span.end + zero))
