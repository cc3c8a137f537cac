"""The film as a list of shots, snapped once to frames. Everything that leaves is computed from it.

Words, as editors use them: a *shot* is one stretch between two cuts; a *take* is a shot that plays
a contributor's words; *in* and *out* are where it starts and stops in its source, the out point
excluded. A shot's `at` and `frames` are whole frames of the film.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

from pipeline.core.framing import Framing
from pipeline.core.ports import Face
from pipeline.core.time import SAMPLE_RATE, Programme, Source, Span, Time, nearest
from pipeline.matching.model import Said
from pipeline.production.breaks import Template, Wording
from pipeline.production.cameras import camera

CARDS = {
    "note": "Content note",
    "title": "Title",
    "opening": "Opening",
    "scene": "Scene title",
    "end": "End card",
}


S = TypeVar("S", bound="Shot")


@dataclass(frozen=True)
class Cutaway:
    """A picture laid over a take while its sound goes on. Frames count from the start of the shot."""

    file: str
    still: bool
    start: Fraction
    """Seconds into the cutaway's own file."""
    at: int
    frames: int


@dataclass(frozen=True)
class Shot:
    """What is seen for some frames: `at` is its first frame in the film."""

    at: int
    frames: int

    def __post_init__(self) -> None:
        if self.frames < 1 or self.at < 0:
            raise ValueError(
                f"a shot lasts at least one frame and starts at 0 or later, not {self.at}+{self.frames}"
            )

    @property
    def end(self) -> int:
        return self.at + self.frames


@dataclass(frozen=True)
class Take(Shot):
    """Part of a quote, played from its source.

    `first` is the in point as a frame of the film's rate on the source's clock; `sound` is what may
    be heard: inside the shot, and silent outside it, however the frames fell. `part` of `parts`
    counts the stretches that a quote with words left out is made of. `speaker` is the name to show.
    `angle` names the camera it is seen from, blank for the source's own; times are the source's whichever it
    is.
    """

    quote: str
    contributor: str
    speaker: str
    source: str
    first: int
    sound: Span[Source]
    said: tuple[Said, ...]
    part: int = 1
    parts: int = 1
    cutaways: tuple[Cutaway, ...] = ()
    bleeps: tuple[Span[Source], ...] = ()
    angle: str = ""
    framing: Framing | None = None
    """What of the camera's picture is shown; None: all of it, fitted."""

    @property
    def camera(self) -> str:
        return camera(self.source, self.angle)

    def source_in(self, rate: Fraction) -> Time[Source]:
        return Time.frames_at(self.first, rate)

    def source_out(self, rate: Fraction) -> Time[Source]:
        return Time.frames_at(self.first + self.frames, rate)


@dataclass(frozen=True)
class Card(Shot):
    """Words on a plain ground: title, note, end. Silent."""

    style: str
    text: str
    scene: str = ""

    @property
    def face(self) -> Face:
        """What stands on it."""
        return Face(self.text, self.style)


@dataclass(frozen=True)
class Hold(Shot):
    """A moment of quiet: the take's first (or last) frame stands still. `approved` is the take's sound;
    `laid`, what lies over that frame and stands with it.
    """

    quote: str
    contributor: str
    source: str
    first: int
    approved: Span[Source]
    angle: str = ""
    laid: Cutaway | None = None
    framing: Framing | None = None

    @property
    def camera(self) -> str:
        return camera(self.source, self.angle)


@dataclass(frozen=True)
class Break(Shot):
    """A reflection break: its card holds while the room thinks, talks or writes."""

    id: str
    prompt: str
    kind: str
    seconds: Fraction
    after: str
    template: Template = "own"
    easy_read: str = ""
    notes: str = ""
    content_note: str = ""
    translations: tuple[tuple[str, Wording], ...] = ()
    """By language, in the order of their names."""

    @property
    def face(self) -> Face:
        """What stands on its card."""
        return Face(self.prompt, "break", heading=self.kind)

    @property
    def wording(self) -> Wording:
        """All that it says in the film's language."""
        return Wording(self.prompt, self.easy_read, self.notes, self.content_note)


@dataclass(frozen=True)
class Mark(Hold):
    """A reflection break that has no card: where it begins whoever plays the film stops it, on the picture
    that stands there in quiet.
    """

    stop: Break = field(kw_only=True)


@dataclass(frozen=True)
class Timeline:
    """The film: `shots` touch, in order, from frame 0. `size` is (width, height) of square pixels."""

    title: str
    rate: Fraction
    size: tuple[int, int]
    shots: tuple[Shot, ...]

    def __post_init__(self) -> None:
        at = 0
        for shot in self.shots:
            if shot.at != at:
                raise ValueError(f"shot at frame {shot.at} should start at {at}: shots touch")
            at = shot.end

    @property
    def frames(self) -> int:
        return self.shots[-1].end if self.shots else 0

    @property
    def takes(self) -> tuple[Take, ...]:
        return tuple(shot for shot in self.shots if isinstance(shot, Take))

    @property
    def breaks(self) -> tuple[Break, ...]:
        """All that the film has, on its cards or marked: `at` is where it is stopped."""
        return tuple(one for shot in self.shots if (one := asked(shot)))

    @property
    def cuts(self) -> tuple[int, ...]:
        """The first frames of shots that look other than what was before; a pause in which the take's own
        picture stands is none.
        """
        return tuple(
            two.at for one, two in zip(self.shots, self.shots[1:], strict=False) if not _stands(one, two)
        )

    def time(self, frame: int) -> Time[Programme]:
        return Time.frames_at(frame, self.rate)

    def span(self, shot: Shot) -> Span[Programme]:
        return Span(self.time(shot.at), self.time(shot.end))

    def programme(self, take: Take, moment: Time[Source]) -> Time[Programme]:
        """The bridge between the two clocks: where a moment of a take's source falls in the film."""
        return self.time(take.at) + (moment - take.source_in(self.rate))

    def shot_at(self, frame: int) -> Shot:
        return self.shots[bisect_right([shot.at for shot in self.shots], frame) - 1]


def still(shot: Hold) -> Hold:
    """A pause, and nothing more."""
    return Hold(*(getattr(shot, one.name) for one in fields(Hold)))


def asked(shot: Shot) -> Break | None:
    """The break that a shot is, with its place in the film."""
    if isinstance(shot, Mark):
        return replace(shot.stop, at=shot.at, frames=shot.frames)
    return shot if isinstance(shot, Break) else None


def _stands(one: Shot, two: Shot) -> bool:
    """Whether the second shows the first's last picture, standing still. A cutaway up to the end is another
    picture, unless it stands too.
    """
    if isinstance(one, Take) and isinstance(two, Hold):
        over, last = over_the_end(one), one.first + one.frames - 1
        same = over.file == two.laid.file if over and two.laid else over is two.laid
        return same and (one.quote, one.camera, last) == (two.quote, two.camera, two.first)
    if isinstance(one, Hold) and isinstance(two, Hold):
        return (one.quote, one.camera, one.first, one.laid) == (two.quote, two.camera, two.first, two.laid)
    return False


def laid_over(shot: Shot) -> tuple[Cutaway, ...]:
    """The pictures that lie over a shot."""
    if isinstance(shot, Take):
        return shot.cutaways
    return (shot.laid,) if isinstance(shot, Hold) and shot.laid else ()


def over_the_end(take: Take) -> Cutaway | None:
    """What lies over a take's last frame."""
    return next((one for one in reversed(take.cutaways) if one.at + one.frames >= take.frames), None)


@dataclass(frozen=True)
class Heard:
    """The finished sound as measured on the encoded file."""

    loudness: float
    peak: float
    gain: float


def follow(shots: tuple[S, ...]) -> tuple[S, ...]:
    """The shots one after the other from frame 0, whatever their `at` was."""
    laid, at = [], 0
    for shot in shots:
        laid.append(replace(shot, at=at))
        at += shot.frames
    return tuple(laid)


def samples_of(shot: Shot, rate: Fraction) -> int:
    """Sound samples of a shot. Positions are rounded and not durations, so sums never drift."""
    return sample_at(shot.end, rate) - sample_at(shot.at, rate)


def sample_at(frame: int, rate: Fraction) -> int:
    """The first sample of a frame, at 48,000 a second."""
    return nearest(Fraction(frame) / rate * SAMPLE_RATE)


def reference(*parts: str) -> str:
    """A short stable name made of parts that may not be shown themselves."""
    return sha256("\0".join(parts).encode()).hexdigest()[:8]
