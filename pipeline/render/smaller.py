"""A finished film that fits into so many bytes, always, and what that cost.

Bits are given to as many pixels as they can feed: where they are too few, the picture becomes smaller before
it becomes coarse. Whatever an encoder does, the result is under the limit, or is refused with the smallest
limit that works.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from statistics import fmean

from pipeline.core.finding import Finding
from pipeline.core.footage import File
from pipeline.core.ports import Shrinker
from pipeline.core.size import bytes_in
from pipeline.engine.task import Context, Task
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError, InputError

Size = tuple[int, int]

HEIGHTS = (2160, 1440, 1080, 720, 540, 432, 360, 270, 180)

ENOUGH = 0.023
"""Bits that each pixel of each frame should have: with fewer, a smaller picture is more like the film.
Measured on a face at 40 to 300 kbit/s: the best of five sizes was the largest that had so many.
"""

SOUNDS = ((128_000, 2), (96_000, 2), (64_000, 2), (48_000, 1), (32_000, 1))
"""Bits a second and channels. Speech stays clear in the last."""

SOUND_SHARE = Fraction(1, 4)
LEAST = 12_000
"""Bits a second for a picture that is as small as any."""

TRIES = 4
USED = 0.85
"""What an encoder uses of its bytes at least, unless the film needs no more."""

SPARE = 0.98
"""An encoder aims, and hits within a hundredth or two."""


def size_of(text: str) -> int:
    """A number of bytes as people write it; ConfigError where it is none.

    >>> size_of("15MB"), size_of("16 MiB"), size_of("900k")
    (15000000, 16777216, 900000)
    """
    try:
        return bytes_in(text)
    except ValueError:
        raise ConfigError(f'"{text}" is no size', next_step="write it as 15MB, or as 16MiB") from None


@dataclass(frozen=True)
class Shape:
    """A film as far as its bytes are planned by it."""

    size: Size
    rate: Fraction
    frames: int

    @property
    def seconds(self) -> Fraction:
        return self.frames / self.rate

    def sizes(self) -> list[Size]:
        """Its own, and those below it, the largest first. A film that stands upright stands upright."""
        width, height = self.size
        short = min(width, height)
        steps = [one for one in HEIGHTS if one < short]
        return [self.size, *((_even(width * one, short), _even(height * one, short)) for one in steps)]


def _even(part: int, whole: int) -> int:
    return max(2, round(Fraction(part, whole) / 2) * 2)


@dataclass(frozen=True)
class Smaller:
    """What was made: its bytes, its picture's size, and how like the film it is (SSIM, 1 where it is the
    same): all of it, and its worst second.
    """

    bytes: int
    size: Size
    like: float
    worst: float

    def said(self) -> str:
        """For people."""
        seen = next(said for least, said in _SEEN if self.worst >= least)
        return (
            f"{self.bytes / 1e6:.1f} MB at {self.size[0]}x{self.size[1]}: SSIM {self.like:.3f} "
            f"({self.worst:.3f} in its worst second), {seen}"
        )

    def findings(self, where: str, limit: int) -> list[Finding]:
        """What the limit cost, where it is seen."""
        cost = Finding(
            "smaller",
            "warning",
            where,
            "had to be encoded so small that it is seen",
            self.said(),
            f"{limit / 1e6:.1f} MB",
        )
        return [] if self.worst >= _SEEN[0][0] else [cost]


_SEEN = (
    (0.98, "which is hard to see"),
    (0.94, "which is seen beside the original"),
    (0.0, "which is seen: give it more room if you can"),
)


def fit(shrinker: Shrinker, shape: Shape, most: int, beside: int = 0) -> Smaller:
    """Encode a film into at most `most` bytes; InputError with the smallest number that works, with what is
    `beside` it.
    """
    chosen = next((one for one in SOUNDS if _bytes(shape, one[0]) <= most * SOUND_SHARE), SOUNDS[-1])
    sound = shrinker.sound(*chosen)
    bits = _bits(shape, most - sound)
    for size in (one for one in shape.sizes() if bits >= LEAST and _fed(shape, one, bits)):
        shrinker.look(size)
        if made := _under(shrinker, shape, size, most, sound):
            size, made = _larger(shrinker, shape, size, made, most, sound)
            return _measured(shrinker, shape, size, made)
    return _least(shrinker, shape, most, beside)


def _under(shrinker: Shrinker, shape: Shape, size: Size, most: int, sound: int) -> int:
    """Aim at the limit, and lower each time that the encoder overshoots; how many bytes it has, or none."""
    bits = _bits(shape, most - sound)
    for _ in range(TRIES):
        if bits < LEAST:
            break
        made = shrinker.encode(size, bits)
        if made <= most:
            return made
        bits = int(bits * SPARE * (most - sound) / (made - sound))
    return 0


def _larger(
    shrinker: Shrinker, shape: Shape, size: Size, made: int, most: int, sound: int
) -> tuple[Size, int]:
    """A film that leaves bits over, as one of a screen does, has a larger picture."""
    for larger in reversed([one for one in shape.sizes() if one[0] > size[0]]):
        if made >= most * USED:
            break
        shrinker.look(larger)
        if more := _under(shrinker, shape, larger, most, sound):
            size, made = larger, more
        else:  # back to the one that fitted
            shrinker.look(size)
            return size, _under(shrinker, shape, size, most, sound)
    return size, made


def _least(shrinker: Shrinker, shape: Shape, most: int, beside: int) -> Smaller:
    """As small as can be. It does not depend on the limit: what it needs is what anybody needs."""
    size = shape.sizes()[-1]
    shrinker.sound(*SOUNDS[-1])
    shrinker.look(size)
    made = shrinker.encode(size, LEAST)
    if made > most:
        least = made + beside
        raise InputError(
            f"cannot have {max(0, most + beside)} bytes: as small as it can be, it has {least}",
            where="the film",
            next_step=f"give it {-(-least // 1000)}kB or more",
        )
    return _measured(shrinker, shape, size, made)


def _measured(shrinker: Shrinker, shape: Shape, size: Size, made: int) -> Smaller:
    like = shrinker.likeness(shape.size)
    second = max(1, round(shape.rate))
    seconds = [fmean(like[at : at + second]) for at in range(0, len(like), second)]
    return Smaller(made, size, round(fmean(like), 4), round(min(seconds), 4))


def _bits(shape: Shape, size: int) -> int:
    """Bits a second of a picture that has so many bytes, less what an MP4 says of each frame."""
    return int((size - 4096 - shape.frames * 16 - shape.seconds * 300) * 8 / shape.seconds * Fraction(SPARE))


def _bytes(shape: Shape, bits: int) -> Fraction:
    return shape.seconds * bits / 8


def _fed(shape: Shape, size: Size, bits: int) -> bool:
    """Are there bits enough for so many pixels? For the fewest there always are."""
    return bits >= ENOUGH * size[0] * size[1] * shape.rate or size == shape.sizes()[-1]


# What is kept -------------------------------------------------------------------------------------

FILM, FACTS = "film.mp4", "smaller.json"


def _made(at: Context, file: File, shape: Shape, most: int, beside: int, title: str, language: str) -> None:
    """The film in at most so many bytes, and what that cost."""

    def count(done: int) -> None:
        at.progress(done, shape.frames)

    shrinker = at.tools.shrinker(file.path, at.folder, shape.rate, shape.frames, count, title, language)
    made = fit(shrinker, shape, most, beside)
    shrinker.keep(at.folder / FILM)
    (at.folder / FACTS).write_text(json.dumps(asdict(made)), encoding="utf-8")


SMALLER: Task[Path] = Task("smaller {}", 2, _made, tools=("ffmpeg",), stage="smaller")


def smaller(
    workspace: Workspace,
    film: Path,
    shape: Shape,
    most: int,
    people: Iterable[str],
    *,
    of: str,
    beside: int = 0,
    title: str = "",
    language: str = "",
) -> tuple[Path, Smaller]:
    """A film in at most `most` bytes, made once: itself, where it has no more. `people` are those in it,
    `beside` are the bytes that share its limit; `title` and `language` are all that the new file says of
    itself.
    """
    if (size := film.stat().st_size) <= most:
        return film, Smaller(size, shape.size, 1, 1)
    file = File(film, workspace.fingerprints.of(film))
    how = {"beside": beside}
    said = {"title": title, "language": language}
    folder = workspace.make(SMALLER, of, people, how, file=file, shape=shape, most=most, **said)
    facts = json.loads((folder / FACTS).read_bytes())
    return folder / FILM, Smaller(**facts | {"size": tuple(facts["size"])})
