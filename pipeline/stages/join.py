"""The programme from its parts: pictures copied, sound laid to the sample, brought to one loudness, encoded once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import BrokenIO
from pipeline.model.time import SAMPLE_RATE
from pipeline.model.timeline import Heard, Hold, Take, Timeline, samples_of
from pipeline.tools.protocols import Studio

VERSION = 3

PEAK = -1.0
"""dBTP that the encoded film must not exceed (EBU R 128)."""

TOLERANCE = 0.3
"""LU the encoded film may be off before its gain is corrected; the promise is 0.5."""

MOST_GAIN = 24.0


def gain_for(level: float, target: float) -> float:
    """dB that bring a source to the film's loudness; a silent source is left alone."""
    return 0.0 if level <= -69 else round(max(-MOST_GAIN, min(MOST_GAIN, target - level)), 2)


def programme(room: Path, timeline: Timeline, parts: Sequence[Path], gains: Mapping[str, float]) -> Path:
    """All the sound as stereo floats in one file: exactly the samples that each shot's frames take."""
    path = room / "programme.f32"
    with path.open("wb") as out:
        for shot, part in zip(timeline.shots, parts, strict=True):
            count = samples_of(shot, timeline.rate)
            if isinstance(shot, Take | Hold):
                heard = np.load(part / "sound.npy", mmap_mode="r")
                if len(heard) < count:
                    raise BrokenIO(f"{part.name} holds {len(heard)} samples where {count} were planned", next_step="delete build/ and build again")
                block = heard[:count] * np.float32(10 ** (gains[shot.source] / 20))
            else:
                block = np.zeros((count, 2), np.float32)
            out.write(np.ascontiguousarray(block, "<f4").tobytes())
    return path


def sound_bytes(timeline: Timeline) -> int:
    """What the sound of a film takes on the disk while it is made: as floats twice (as mixed, as decoded again), and encoded."""
    return int(timeline.frames / timeline.rate * (2 * SAMPLE_RATE * 8 + 3 * 24_000))


def level(room: Path, raw: Path, target: float, studio: Studio) -> tuple[Path, Heard]:
    """The sound encoded at the target, measured as a player hears it, and corrected until it holds."""
    before, _ = studio.loudness(room, raw)
    gain, ceiling = (target - before if before > -69 else 0.0), PEAK - 0.6
    for _ in range(5):
        encoded = studio.encode(room, raw, gain, ceiling)
        decoded = studio.decode(room, encoded)
        loudness, peak = studio.loudness(room, decoded)
        decoded.unlink()
        off = target - loudness if before > -69 else 0.0
        if abs(off) <= TOLERANCE and peak <= PEAK:
            break
        gain += off if abs(off) > TOLERANCE else 0.0
        ceiling -= max(0.0, peak - PEAK + 0.1) if peak > PEAK else 0.0
    return encoded, Heard(round(loudness, 2), round(peak, 2), round(gain, 2))


def join(
    room: Path,
    timeline: Timeline,
    parts: Sequence[Path],
    gains: Mapping[str, float],
    target: float,
    studio: Studio,
    *,
    chapters: str,
    language: str,
    names: Mapping[str, str],
) -> None:
    """The films in `names` (which picture of a part → file name), and heard.json with what was measured."""  # fmt: skip
    raw = programme(room, timeline, parts, gains)
    encoded, heard = level(room, raw, target, studio)
    for which, out in names.items():
        pictures = [(_picture(part, which), shot.frames) for part, shot in zip(parts, timeline.shots, strict=True)]
        studio.join(pictures, timeline.rate, room / "joined.mp4")
        studio.mux(room, room / "joined.mp4", encoded, chapters, timeline.title, language, out)
        (room / "joined.mp4").unlink()
    raw.unlink()
    encoded.unlink()
    (room / "heard.json").write_text(json.dumps({"loudness": heard.loudness, "peak": heard.peak, "gain": heard.gain}))


def _picture(part: Path, which: str) -> Path:
    wanted = part / f"{which}.mp4"
    return wanted if wanted.is_file() else part / "clean.mp4"
