"""One shot, made alone and kept: its picture with and without captions, and its sound."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.area import shape
from pipeline.core.framing import Framing
from pipeline.core.ports import Look, Patch, Studio
from pipeline.core.time import SAMPLE_RATE, Source, Span, decimal
from pipeline.edit.timeline import Break, Card, Cutaway, Hold, Shot, Take
from pipeline.render import audio_edit
from pipeline.render.loudness import Level

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


def components(
    shot: Shot, ass_text: str, look: Look, footage: Mapping[str, str], tone: Tone, encoder: str, build: str
) -> dict[str, Any]:
    """Everything a part depends on, under names an editor understands. Where it stands in the film is not
    among them.

    `footage` gives a source's or cutaway's fingerprint, with its track and recorder, and an angle's with how
    it runs beside its source.
    """
    common: dict[str, Any] = {
        "picture size": list(look.size),
        "frame rate": str(look.rate),
        "beside the picture": look.fill,
        "quality": look.quality,
        "encoder": encoder,
        "watermark": look.watermark,
        "clean picture": look.clean,
        "tools": build,
        "version": VERSION,
        "length": shot.frames,
        "captions": ass_text,
    }
    match shot:
        case Take():
            return common | {
                "footage": footage[shot.source],
                **_camera(shot, footage),
                "in point": shot.first,
                "sound in and out": _span(shot.sound),
                "names hidden": [_span(span) for span in shot.bleeps],
                "cutaways": [_laid(one, footage) for one in shot.cutaways],
                "room tone": _span(tone) if tone and shot.bleeps else None,
            }
        case Hold():
            return common | {
                "footage": footage[shot.source],
                **_camera(shot, footage),
                "in point": shot.first,
                "approved in and out": _span(shot.approved),
                "room tone": _span(tone) if tone else None,
                **({"over it": _laid(shot.laid, footage)} if shot.laid else {}),
            }
        case Break():
            return common | {"prompt": shot.prompt, "kind": shot.kind} | _laid_out(look)
        case Card():
            return common | {"text": shot.text, "style": shot.style} | _laid_out(look)
    raise AssertionError(shot)


def _laid_out(look: Look) -> dict[str, int]:
    """Cards of square and tall pictures are laid out otherwise than they once were, and wide ones are not."""
    return {"laid out": 2} if shape(look.size) != "wide" else {}


def _laid(one: Cutaway, footage: Mapping[str, str]) -> list[Any]:
    return [footage[one.file], one.still, decimal(one.start), one.at, one.frames]


def _camera(shot: Take | Hold, footage: Mapping[str, str]) -> dict[str, Any]:
    """Where it is seen from, and through which window; nothing where that is its source, whole."""
    camera = {"camera": footage[shot.camera]} if shot.angle else {}
    return camera | ({"framing": _window(shot.framing)} if shot.framing else {})


def _window(of: Framing) -> list[Any]:
    keys = [[key.frame, str(key.left), str(key.top)] for key in of.keys]
    return [str(of.width), str(of.height), keys]


@dataclass(frozen=True)
class Recipe:
    """A part as it is to be made: its name, what is drawn on it, where its room tone comes from, and the
    components of its key.
    """

    name: str
    shot: Shot
    ass: str
    tone: Tone
    components: Mapping[str, Any]


def make(
    room: Path,
    recipe: Recipe,
    look: Look,
    studio: Studio,
    count: Callable[[int], None],
    patch: Patch | None = None,
) -> None:
    """clean.mp4, captioned.mp4 where there is something to read; sound.npy and its level.json where there is
    something to hear.

    `patch` says which pictures are copied from the take as it was (patch.py).
    """
    shot, tone = recipe.shot, recipe.tone
    match shot:
        case Take():
            studio.take(room, shot, look, recipe.ass, count, patch)
            first, samples = audio_edit.window(shot, look.rate)
            heard = audio_edit.shape(
                studio.sound(shot.source, first, samples),
                shot,
                look.rate,
                tone_of(shot.source, tone if shot.bleeps else None, studio),
            )
            keep(room, heard)
        case Hold():
            studio.hold(room, shot, look, recipe.ass)
            samples = int(shot.frames / look.rate * SAMPLE_RATE) + 2
            keep(room, audio_edit.hold(tone_of(shot.source, tone, studio), samples))
        case Break() | Card():
            studio.card(room, shot, look, recipe.ass, count)


def sound_bytes(shot: Shot, rate: Fraction) -> int:
    """What a part's sound takes on the disk: two channels of floats."""
    return int(shot.frames / rate * SAMPLE_RATE) * 8 if isinstance(shot, Take | Hold) else 0


def keep(room: Path, heard: audio_edit.Samples) -> None:
    """A part's sound, and how loud it is."""
    np.save(room / "sound.npy", heard)
    keep_level(room, Level.of(heard))


def keep_level(room: Path, found: Level) -> None:
    """How loud a sound is, beside it."""
    (room / "level.json").write_text(
        json.dumps({"peak": found.peak, "power": [float(f"{power:.6g}") for power in found.power]}),
        encoding="utf-8",
    )


def level(part: Path) -> Level:
    """How loud a part's sound is, or a piece of the film's."""
    record = json.loads((part / "level.json").read_bytes())
    return Level(np.array(record["power"], np.float64), record["peak"])


def tone_of(source: str, tone: Tone, studio: Studio) -> audio_edit.Samples:
    """The samples of a quiet stretch; none where there is none."""
    if tone is None:
        return np.zeros((0, 2), np.float32)
    return studio.sound(source, tone.start.samples(), tone.end.samples() - tone.start.samples())


def _span(span: Span[Source]) -> list[str]:
    return [decimal(span.start.seconds), decimal(span.end.seconds)]
