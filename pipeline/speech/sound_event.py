"""What there is to hear of a source besides its words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.time import Source, Span


@dataclass(frozen=True)
class Noise:
    """A loud moment that is no voice; `decibels` above the room at its loudest."""

    span: Span[Source]
    decibels: float


@dataclass(frozen=True)
class Sounds:
    """Where a voice is heard, and where something loud that is none."""

    voiced: tuple[Span[Source], ...]
    loud: tuple[Noise, ...]
