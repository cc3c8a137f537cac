"""What a stage may ask of a hand. Stages import these and nothing else of `tools`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.core.area import Area
from pipeline.core.framing import Framing
from pipeline.core.time import Source, Span
from pipeline.core.word import Word

Speech = npt.NDArray[np.float32]
"""Mono, 16 kHz, shape (samples,), -1 to 1."""


REPOSITORY = "hub:"
"""Before the name of a repository of the hub that holds weights."""


def is_path(weights: str) -> bool:
    """Are weights called by where they lie, and not by a name?

    >>> [is_path(one) for one in ("base", "./base", "large-v3.pt", "hub:owner/name")]
    [False, True, True, False]
    """
    there = "/" in weights or "\\" in weights or weights.endswith(".pt")
    return there and not weights.startswith(REPOSITORY)


class Recogniser(Protocol):
    """An engine that hears words. `name` and `weights` say exactly which."""

    name: str
    weights: str

    def hear(
        self, speech: Speech, language: str, glossary: Sequence[str], progress: Callable[[float], None]
    ) -> tuple[str, list[list[Word]]]:
        """The language heard, and words in the engine's own segments, times from 0. `progress` takes seconds
        done.
        """
        ...


class Listener(Protocol):
    def __call__(self, start: Fraction, duration: Fraction) -> Speech:
        """A window of one source's chosen track, from `start` seconds."""
        ...


class Aligner(Protocol):
    """Finds when known words are said. `name` says exactly which aligner."""

    name: str

    def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
        """A span for each word, times from 0, or None where the words do not fit the sound."""
        ...


Samples = npt.NDArray[np.float32]
"""Shape (samples, 2), 48 kHz, -1 to 1."""


Run = tuple[int, int]
"""Frames of a shot, from 0: the first, and the one after the last."""


@dataclass(frozen=True)
class Piece:
    """A run of a take's frames: to be made, or copied from frame `old` on of the take as it was."""

    run: Run
    old: int | None = None


@dataclass(frozen=True)
class Patch:
    """How a take is put together from what it was: its pieces in order, and the folder of the earlier
    part.
    """

    pieces: tuple[Piece, ...]
    before: Path


@dataclass(frozen=True)
class Look:
    """How the film looks, the same for every part. `quality` names a table of configs/quality.toml.

    `clean`: are pictures without captions wanted too, where there are captions? `fill` is what stands beside
    a picture of another shape.
    """

    size: tuple[int, int]
    rate: Fraction
    quality: str
    watermark: str = ""
    codec: str = "h264"
    hardware: str = ""
    clean: bool = True
    fill: str = "bars"


Pixels = npt.NDArray[np.uint8]
"""Shape (height, width, 3): red, green, blue."""


Grey = npt.NDArray[np.uint8]
"""Shape (pictures, side, side): how light small square pictures are."""


class Scorer(Protocol):
    """Says how well words fit a sound."""

    def fit(self, speech: Speech, words: Sequence[str]) -> float | None:
        """A likelihood, comparable for the same sound only; None where they do not fit."""
        ...


@dataclass(frozen=True)
class TextScore:
    """How likely a text is (natural logarithms): given the sound, and to whoever hears nothing."""

    heard: float
    guessed: float


class TextScorer(Protocol):
    """Says how well whole texts fit a sound. `name` says exactly who it is."""

    name: str

    def score(self, speech: Speech, texts: Sequence[str]) -> list[TextScore] | None:
        """A score for each text, comparable for the same sound only; None where it cannot tell."""
        ...


class Lettering(Protocol):
    """Which font each letter of captions is drawn in; lengths are in ems of the caption font."""

    @property
    def base(self) -> str:
        """The font that nearly all letters come from."""

    @property
    def family(self) -> str:
        """What a player knows the first of the fonts by."""

    def width(self, text: str) -> float:
        """Of a line."""

    def line(self, lines: Sequence[str]) -> float:
        """How high each line of a caption is, in lines of the caption font."""

    def families(self, lines: Sequence[str]) -> list[list[tuple[str, str]]]:
        """The lines of a caption in runs, each with its font."""


class FaceFinder(Protocol):
    """Finds faces in a picture."""

    def find(self, pixels: Pixels, side: int = ...) -> list[Area]:
        """Where they are, the surest first; `side` is how many pixels of the longer side are looked at."""
        ...


class Frame(Protocol):
    """One frame of a finished film, as a screen shows it."""

    @property
    def number(self) -> int: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def pixels(self) -> Pixels: ...

    def small(self, width: int, height: int) -> Pixels:
        """The same in fewer pixels, each the mean of those that it stands for."""
        ...

    def brightness(self, rows: slice, columns: slice) -> float:
        """How light a part of it is, in the units of the encoding."""
        ...


class Laid(Protocol):
    """A picture laid over others: from `start` seconds of its file, `frames` of it from frame `at` on."""

    @property
    def file(self) -> str: ...
    @property
    def start(self) -> Fraction: ...
    @property
    def at(self) -> int: ...
    @property
    def frames(self) -> int: ...


class Played(Protocol):
    """Pictures of a camera from frame `first` of the film's rate on; what begins outside `sound` is never
    shown.
    """

    @property
    def camera(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def sound(self) -> Span[Source]: ...
    @property
    def cutaways(self) -> Sequence[Laid]: ...
    @property
    def framing(self) -> Framing | None: ...


class Held(Protocol):
    """One picture of a camera, standing still."""

    @property
    def camera(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def approved(self) -> Span[Source]: ...
    @property
    def laid(self) -> Laid | None: ...
    @property
    def framing(self) -> Framing | None: ...


@dataclass(frozen=True)
class Face:
    """What stands on a card. With a `heading` its time is seen to run down."""

    text: str
    style: str
    heading: str = ""


class Drawn(Protocol):
    """A card, for some frames."""

    @property
    def frames(self) -> int: ...
    @property
    def face(self) -> Face: ...


class Studio(Protocol):
    """Picture and sound, made in a room (a private folder). `build` says exactly with which tools."""

    @property
    def build(self) -> str: ...

    def take(
        self,
        room: Path,
        take: Played,
        look: Look,
        ass: str,
        count: Callable[[int], None],
        patch: Patch | None = None,
    ) -> None:
        """clean.mp4, and captioned.mp4 where `ass` is not blank."""
        ...

    def hold(self, room: Path, hold: Held, look: Look, ass: str) -> None: ...

    def card(self, room: Path, card: Drawn, look: Look, ass: str, count: Callable[[int], None]) -> None: ...

    def sound(self, source: str, first: int, count: int) -> Samples:
        """A window of what is heard of a source, from sample `first` on its presentation timeline."""
        ...

    def encode(self, heard: Samples, lead: int, count: int, to: Path) -> Samples:
        """Write `count` samples encoded, without the `lead` before them and what comes after; what a player
        hears of both.
        """
        ...

    def film(
        self,
        pictures: Sequence[tuple[Path, int | Run]],
        rate: Fraction,
        sound: Sequence[Path],
        samples: int,
        *,
        chapters: str,
        title: str,
        language: str,
        out: Path,
    ) -> None:
        """One file of pictures and encoded sound as they are; so many samples are heard of it."""
        ...


class Shrinker(Protocol):
    """Encodes one film into fewer bytes, in a room of its own."""

    def sound(self, bits: int, channels: int) -> int:
        """Encode the sound; how many bytes it has."""
        ...

    def look(self, size: tuple[int, int]) -> None:
        """Look through the film at a size, before it is encoded at that."""
        ...

    def encode(self, size: tuple[int, int], bits: int) -> int:
        """Encode the picture, so many bits a second, beside the sound; how many bytes it all has."""
        ...

    def likeness(self, size: tuple[int, int]) -> list[float]:
        """How like the film each frame is, seen at this size; 1 where it is the same."""
        ...

    def keep(self, to: Path) -> None:
        """Let what was encoded last be the result."""
        ...
