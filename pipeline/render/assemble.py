"""The programme from its parts: pictures copied, sound laid to the sample, brought to one loudness, encoded
in pieces that are kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import log10
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline.core.ports import Samples, Studio
from pipeline.core.time import SAMPLE_RATE
from pipeline.edit.timeline import Heard, Hold, Shot, Take, Timeline, sample_at, samples_of
from pipeline.errors import BrokenIO
from pipeline.render import limiter, loudness
from pipeline.render import shot as part
from pipeline.render.room_tone import DIES_AWAY, MOST, Bed, Neighbour, Rooms, lay
from pipeline.render.sound_pieces import Stretch

VERSION = 5
"""Counted up when a film would come out differently from the same parts."""

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
    ceiling: float = 0.0,
) -> Path:
    """All the sound as stereo floats in one file: exactly the samples that each shot's frames take, no peak
    above `ceiling` dBTP. One shot in memory at a time.
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
    limiter.limit(samples_in(path, "r+"), 10 ** (ceiling / 20))
    return path


def samples_in(raw: Path, mode: Literal["r", "r+"] = "r") -> Samples:
    """A programme's samples, as they lie in its file."""
    return np.memmap(raw, "<f4", mode).reshape(-1, 2)


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


@dataclass(frozen=True)
class Sound:
    """A film's sound: its pieces as they are encoded, how many samples they hold, and how it is heard."""

    pieces: tuple[Path, ...]
    samples: int
    heard: Heard


Encode = Callable[[Path], Sequence[Path]]
"""The pieces of a programme, each with its level as a player hears it."""


def sound(
    room: Path,
    timeline: Timeline,
    parts: Sequence[Path],
    gains: Sequence[float],
    target: float,
    rooms: Rooms,
    encode: Encode,
) -> Sound:
    """The programme at the target, encoded, measured as a player hears it, and corrected until it holds.

    The film's gain is in halves of a dB: the pieces that nothing changed in are those that they were.
    """
    seconds = [float(shot.frames / timeline.rate) for shot in timeline.shots]
    loud, _ = loudness.together(timeline.shots, levels(timeline, parts), gains, seconds)
    samples = sample_at(timeline.frames, timeline.rate)
    silent = loud <= loudness.ABSOLUTE + 1
    gain, ceiling = (0.0 if silent else loudness.halves(target - loud)), PEAK - HEADROOM
    for _ in range(ATTEMPTS):
        turned = [one + gain for one in gains]
        raw = programme(room, timeline, parts, turned, rooms, ceiling=ceiling)
        pieces = tuple(encode(raw))
        raw.unlink()
        measured, peak = _heard([part.level(piece) for piece in pieces], samples)
        off = (
            target - measured if not silent and measured > loudness.ABSOLUTE else 0.0
        )  # a meter needs 400 ms to say anything
        if abs(off) <= TOLERANCE and peak <= PEAK:
            break
        gain += loudness.halves(off) if abs(off) > TOLERANCE else 0.0
        ceiling -= max(0.0, peak - PEAK + 0.1)
    heard = Heard(round(measured, 2), round(peak, 2), round(gain, 2))
    return Sound(pieces, samples, heard)


def _heard(pieces: Sequence[loudness.Level], samples: int) -> tuple[float, float]:
    """LUFS and dBTP of pieces one after the other, as meters say it: nothing of less than a block."""
    peak = max(piece.peak for piece in pieces)
    power = np.concatenate([piece.power for piece in pieces])[: samples // loudness.STEP]
    loud = loudness.loudness(power) if len(power) >= loudness.BLOCK else loudness.ABSOLUTE
    return loud, 20 * log10(max(peak, 1e-6))


def join(
    room: Path,
    timeline: Timeline,
    parts: Sequence[Path],
    laid: Sound,
    studio: Studio,
    *,
    chapters: str,
    language: str,
    names: Mapping[str, str],
) -> None:
    """The films in `names` (which picture of a part → file name), and heard.json with what was measured."""
    for which, out in names.items():
        pictures = [
            (_picture(made, which), shot.frames) for made, shot in zip(parts, timeline.shots, strict=True)
        ]
        studio.film(
            pictures,
            timeline.rate,
            [piece / ENCODED for piece in laid.pieces],
            laid.samples,
            chapters=chapters,
            title=timeline.title,
            language=language,
            out=room / out,
        )
    heard = laid.heard
    (room / "heard.json").write_text(
        json.dumps({"loudness": heard.loudness, "peak": heard.peak, "gain": heard.gain}), encoding="utf-8"
    )


ENCODED = "sound.m4a"
"""A piece's file, beside its level."""


def encode_piece(room: Path, raw: Path, one: Stretch, studio: Studio) -> None:
    """One piece of a programme, and how loud a player hears it."""
    samples = np.array(samples_in(raw)[one.begin : one.end])
    heard = studio.encode(samples, one.lead, one.count, room / ENCODED)
    part.keep_level(room, loudness.Level.of(heard, one.lead))


def samples_print(raw: Path, one: Stretch) -> str:
    """What a piece is encoded from, as a hash: all that its bytes depend on besides the encoder."""
    return blake2b(samples_in(raw)[one.begin : one.end].tobytes(), digest_size=20).hexdigest()


def heard_in(timeline: Timeline, one: Stretch) -> list[Shot]:
    """The shots whose sound or room is in a piece or in what is encoded around it."""
    near = [
        (sample_at(shot.at, timeline.rate), sample_at(shot.end, timeline.rate)) for shot in timeline.shots
    ]
    return [
        shot
        for shot, (begin, end) in zip(timeline.shots, near, strict=True)
        if begin - DIES_AWAY < one.end and end + DIES_AWAY > one.begin
    ]


def _picture(made: Path, which: str) -> Path:
    wanted = made / f"{which}.mp4"
    return wanted if wanted.is_file() else made / "clean.mp4"
