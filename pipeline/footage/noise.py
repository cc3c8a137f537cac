"""The hum and hiss of a source, measured once around its middle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from pipeline.core.codec import Broken, Codec
from pipeline.core.digest import digest
from pipeline.core.footage import Cleaned, Cleaning, HeardBy
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.engine.task import Context, Task
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.footage.denoise import NoiseProfile, clean, measure

HALF = Fraction(30)
"""Seconds on either side of a source's middle in which its noise is measured."""


class _NoiseRecord(Codec[NoiseProfile]):
    def write(self, value: NoiseProfile) -> bytes:
        return value.record()

    def read(self, data: bytes) -> NoiseProfile:
        try:
            return NoiseProfile.read(data)
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as problem:
            raise Broken(str(problem)) from None


def _measure(
    at: Context, source: HeardBy, cleaning: Cleaning, quiet: tuple[Span[Source], ...]
) -> NoiseProfile:
    media = source.camera.media
    listen = partial(at.tools.renderer(source.only).as_recorded, "")
    first = max(0, (middle(source) + -HALF).samples())
    count = min(int(2 * HALF) * SAMPLE_RATE, int(media.duration * SAMPLE_RATE) - first)
    pieces = [listen(span.start.samples(), span.end.samples() - span.start.samples()) for span in quiet]
    return measure(cleaning, listen(first, count), pieces)


NOISE = Task("noise of {}", 2, _measure, _NoiseRecord(NoiseProfile), tools=("av",), stage="noise", here=True)
"""What is taken out of a source's sound."""


def middle(source: HeardBy) -> Time[Source]:
    """The moment around which a source's noise is measured."""
    return Time(source.camera.media.duration / 2)


def noise(
    workspace: Workspace, name: str, people: Sequence[str], source: HeardBy, quiet: Sequence[Span[Source]]
) -> NoiseProfile:
    """What is taken out of what is heard of a source, learnt where it is quiet."""
    cleaning = source.camera.cleaning
    if cleaning.hiss and not quiet:
        raise InputError(
            "has no quiet moment to learn its hiss from",
            where=name,
            next_step="take `hiss` out of production.toml for this source",
        )
    return workspace.make(NOISE, name, people, source=source, cleaning=cleaning, quiet=tuple(quiet))


def without(cleaning: Cleaning, found: NoiseProfile) -> Cleaned:
    """What is heard of a source without its noise."""
    key = f"{cleaning.name} as {digest(found.record().decode())}"
    return Cleaned(partial(clean, cleaning=cleaning, noise=found), key)
