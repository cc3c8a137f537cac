"""The programme from its parts: pictures copied, sound laid to the sample, brought to one loudness, encoded
once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.core.ports import Samples, Studio
from pipeline.core.time import SAMPLE_RATE
from pipeline.edit.timeline import Heard, Hold, Take, Timeline, sample_at, samples_of
from pipeline.errors import BrokenIO
from pipeline.render import loudness
from pipeline.render import shot as part
from pipeline.render.room_tone import MOST, Bed, Neighbour, Rooms, lay

VERSION = 4

PEAK = -1.0
"""dBTP that the encoded film must not exceed (EBU R 128)."""

HEADROOM = 0.6
"""dB below it that the sound is kept before AAC, which does not keep peaks."""

TOLERANCE = 0.3
"""LU the encoded film may be off before its gain is corrected; the promise is 0.5."""

ATTEMPTS = 5


def no_rooms(_: Neighbour) -> Samples:
    """Digital silence under cards."""
    return np.zeros((0, 2), np.float32)


def programme(
    room: Path,
    timeline: Timeline,
    parts: Sequence[Path],
    gains: Sequence[float],
    rooms: Rooms = no_rooms,
    most: float = MOST,
) -> Path:
    """All the sound as stereo floats in one file: exactly the samples that each shot's frames take. One shot
    in memory at a time.
    """
    path = room / "programme.f32"
    beds = lay(timeline, gains)
    tone = lru_cache(4)(lambda bed: bed.samples(quiet, most) if len(quiet := rooms(bed.shot)) else quiet)
    with path.open("wb") as out:
        for shot, made, gain in zip(timeline.shots, parts, gains, strict=True):
            at, count = sample_at(shot.at, timeline.rate), samples_of(shot, timeline.rate)
            over = [bed for bed in beds if bed.at < at + count and bed.end > at]
            if isinstance(shot, Take | Hold):
                heard = np.load(made / "sound.npy", mmap_mode="r")
                if len(heard) < count:
                    raise BrokenIO(
                        f"{made.name} holds {len(heard)} samples where {count} were planned",
                        next_step="delete build/ and build again",
                    )
                _write(out.write, heard[:count], gain, at, over, tone)
            else:
                for first in range(0, count, MINUTE):
                    _write(
                        out.write,
                        np.zeros((min(MINUTE, count - first), 2), np.float32),
                        0.0,
                        at + first,
                        over,
                        tone,
                    )
    return path


def sound_bytes(timeline: Timeline) -> int:
    """What the sound of a film takes on the disk while it is made: as floats, and encoded once and in each
    film.
    """
    return int(timeline.frames / timeline.rate * (SAMPLE_RATE * 8 + 3 * 24_000))


MINUTE = 60 * SAMPLE_RATE


def _write(
    write: Callable[[bytes], object],
    heard: Samples,
    gain: float,
    at: int,
    beds: Sequence[Bed],
    tone: Callable[[Bed], Samples],
) -> None:
    """A stretch of the programme from sample `at`, with the room tone that lies over it."""
    block = heard * np.float32(10 ** (gain / 20))
    for bed in beds:
        start, stop = max(at, bed.at), min(at + len(block), bed.end)
        laid = tone(bed) if stop > start else block[:0]
        if len(laid):
            block[start - at : stop - at] += laid[start - bed.at : stop - bed.at]
    write(np.ascontiguousarray(block, "<f4").tobytes())


def levels(timeline: Timeline, parts: Sequence[Path]) -> list[loudness.Level]:
    """How loud each shot is, as its part says."""
    return [
        part.level(made) if isinstance(shot, Take | Hold) else loudness.SILENT
        for shot, made in zip(timeline.shots, parts, strict=True)
    ]


def level(
    room: Path, raw: Path, before: tuple[float, float], target: float, studio: Studio
) -> tuple[Path, Heard]:
    """The sound encoded at the target, measured as a player hears it, and corrected until it holds.

    `before` are the LUFS and dBTP of the programme. Where no peak comes near the ceiling nothing is limited.
    """
    loud, high = before
    silent = loud <= loudness.ABSOLUTE + 1
    gain, ceiling = (0.0 if silent else target - loud), PEAK - HEADROOM
    for _ in range(ATTEMPTS):
        encoded = studio.encode(room, raw, gain, ceiling if high + gain > ceiling - 0.1 else None)
        measured, peak = studio.loudness(room, encoded)
        off = (
            target - measured if not silent and measured > loudness.ABSOLUTE else 0.0
        )  # a meter needs 400 ms to say anything
        if abs(off) <= TOLERANCE and peak <= PEAK:
            break
        gain += off if abs(off) > TOLERANCE else 0.0
        ceiling -= max(0.0, peak - PEAK + 0.1)
    return encoded, Heard(round(measured, 2), round(peak, 2), round(gain, 2))


def join(
    room: Path,
    timeline: Timeline,
    parts: Sequence[Path],
    gains: Sequence[float],
    target: float,
    studio: Studio,
    rooms: Rooms,
    *,
    chapters: str,
    language: str,
    names: Mapping[str, str],
) -> None:
    """The films in `names` (which picture of a part → file name), and heard.json with what was measured."""
    before = loudness.together(
        timeline.shots,
        levels(timeline, parts),
        gains,
        [float(shot.frames / timeline.rate) for shot in timeline.shots],
    )
    # Room tone is to be at most so loud in the finished film, whose gain is known by now.
    most = MOST - (target - before[0] if before[0] > loudness.ABSOLUTE + 1 else 0.0)
    raw = programme(room, timeline, parts, gains, rooms, most)
    encoded, heard = level(room, raw, before, target, studio)
    for which, out in names.items():
        pictures = [
            (_picture(made, which), shot.frames) for made, shot in zip(parts, timeline.shots, strict=True)
        ]
        studio.join(pictures, timeline.rate, room / "joined.mp4")
        studio.mux(room, room / "joined.mp4", encoded, chapters, timeline.title, language, out)
        (room / "joined.mp4").unlink()
    raw.unlink()
    encoded.unlink()
    (room / "heard.json").write_text(
        json.dumps({"loudness": heard.loudness, "peak": heard.peak, "gain": heard.gain}), encoding="utf-8"
    )


def _picture(made: Path, which: str) -> Path:
    wanted = made / f"{which}.mp4"
    return wanted if wanted.is_file() else made / "clean.mp4"
