"""A clip held against what it should be today, as a film is: its words, sound, pictures and captions against
the plan made anew from the lists; and what a clip has besides: a shape, a limit, and a way of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from pipeline.captions.model import Cue
from pipeline.core.area import Area
from pipeline.core.finding import Finding
from pipeline.core.footage import File
from pipeline.core.framing import Framing
from pipeline.core.ports import FaceFinder, Frame
from pipeline.core.time import clock
from pipeline.edit.timeline import Heard, Shot, Take
from pipeline.engine.task import Context, Task
from pipeline.render.parts import LOUDNESS
from pipeline.verification import cards, flash, framed, loudness_rules, playable
from pipeline.verification import pixels as witness
from pipeline.verification.burned_in import Screening, finding
from pipeline.verification.planned import Planned
from pipeline.verification.verify import ORDER, Proof

GRAVE = 0.1
"""How much of a face a caption covers where it is an error: less is for a person to look at."""

SMALL = (48, 48)
UNLIKE = 12.0
"""Steps of 255 by which a picture that was encoded once more differs on the average, seen in so few pixels,
from which it is another one. Down to 300 kbit/s it leaves 3 and less."""

SIDES = (320, 224, 480, 640)
"""Pixels of the longer side at which a face is looked for in turn: in a close-up it is found in few."""

GREY = 128
A_SECOND = 4
"""Looks a second at pictures that were encoded once more."""


def _loud(at: Context, film: File) -> Heard:
    return Heard(*at.tools.loudness(film.path, at.folder), gain=0.0)


LOUD = Task("measure the sound of {}", 1, _loud, LOUDNESS, tools=("ffmpeg",))
"""How loud a finished file is, for its bytes alone."""


@dataclass(frozen=True)
class Due:
    """What a clip should be, beside its plan. `most` bytes are its limit, 0 for none; `title` and `chapters`
    all that its file may say.
    """

    burnt: bool = True
    most: int = 0
    title: str = ""
    chapters: Collection[str] = ()


@dataclass(frozen=True)
class _Nothing:
    """What a film's manifest has, and no clip: its plan is made anew."""

    shots: Sequence[Mapping[str, object]] = ()
    files: Mapping[str, str] = field(default_factory=dict)


class ClipScreening(Screening):
    """Captions burnt into a clip, whose pictures may have been made smaller than planned."""

    @cached_property
    def size(self) -> tuple[int, int]:
        first = next(iter(self.tools.frames(self.film, self.timeline.rate, 0, 1)), None)
        return first.size if first else self.timeline.size

    @cached_property
    def _parts(self) -> dict[Shot, Path]:
        return dict(zip(self.timeline.shots, self.planned.parts, strict=True))

    def bare(self, shot: Shot) -> Iterator[Frame] | None:
        part = self._parts[shot]
        if not ((part / "captioned.mp4").is_file() and (part / "clean.mp4").is_file()):
            return None
        frames = self.tools.frames(part / "clean.mp4", self.timeline.rate, 0, shot.frames)
        return (one if one.size == self.size else Fitted(one, self.size) for one in frames)

    def findings(self) -> list[Finding]:
        """The same; a face that is covered is an error, and so is a box outside the safe area."""
        return [_grave(one) for one in [*super().findings(), *self._outside()]]

    @property
    def _safe(self) -> Area:
        area = self.planned.production.profile.area(self.size)
        across, down = (1 - area.safe_width) / 2, (1 - area.safe_height) / 2
        return Area(across, down, 1 - across, 1 - down)

    def _outside(self) -> Iterator[Finding]:
        """Boxes that libass draws where a screen may cut them off."""
        safe, (width, height) = self._safe, self.size
        for number, cue in self.cues:
            drawn = self.drawn[number]
            rows, columns = (np.flatnonzero(drawn.box.any(axis=axis)) for axis in (1, 0))
            if not len(rows):
                continue
            box = Area(
                (drawn.left + columns[0]) / width,
                (drawn.top + rows[0]) / height,
                min(1.0, (drawn.left + columns[-1] + 1) / width),
                min(1.0, (drawn.top + rows[-1] + 1) / height),
            )
            pixel = 1.5 / min(width, height)
            if (
                box.left < safe.left - pixel
                or box.right > safe.right + pixel
                or box.top < safe.top - pixel
                or box.bottom > safe.bottom + pixel
            ):
                yield self._unsafe(number, cue, f"{1 - box.covered(safe):.0%} of its box")

    def _strayed(
        self, frame: int, number: int, cue: Cue, pixels: witness.Pixels, clean: witness.Pixels
    ) -> dict[str, Finding]:
        found = super()._strayed(frame, number, cue, pixels, clean)
        safe, (width, height) = self._safe, self.size
        rows = slice(round(safe.top * height), round(safe.bottom * height))
        columns = slice(round(safe.left * width), round(safe.right * width))
        inside = np.zeros(pixels.shape[:2], bool)
        inside[rows, columns] = True
        apart = np.abs(pixels[..., 1].astype(int) - clean[..., 1]) > witness.STRAY
        beyond = int((apart & ~inside).sum())
        if found and beyond > (self.drawn[number].em / 2) ** 2:
            found |= {f"{number} safe": self._unsafe(number, cue, f"{beyond} pixels; frame {frame}")}
        return found

    @staticmethod
    def _unsafe(number: int, cue: Cue, measured: str) -> Finding:
        return finding("safe-area", number, cue, "stands where a screen may cut it off", measured, "none")


@dataclass(frozen=True)
class Fitted:
    """A frame of a part, in as many pixels as the clip has."""

    of: Frame
    size: tuple[int, int]

    @property
    def number(self) -> int:
        return self.of.number

    @cached_property
    def pixels(self) -> witness.Pixels:
        return self.of.small(*self.size)

    def small(self, width: int, height: int) -> witness.Pixels:
        return self.of.small(width, height)

    def brightness(self, rows: slice, columns: slice) -> float:
        return float(self.pixels[rows, columns].mean())


def _grave(one: Finding) -> Finding:
    share = (
        float(one.measured.partition("%")[0]) / 100
        if one.rule == "covers-face" and "%" in one.measured
        else 0
    )
    return replace(one, severity="error") if share > GRAVE else one


class ClipProof(Proof):
    """One verification of a clip's file."""

    def __init__(
        self,
        planned: Planned,
        film: Path,
        due: Due,
        *,
        faces: Mapping[Take, Mapping[int, Sequence[Area]]] | None = None,
        listen: bool = False,
    ) -> None:
        """`faces`: of each take that is to be looked at, those in its source by the camera's frames."""
        super().__init__(planned, _Nothing(files={}), film, listen=listen)
        self.due, self.seen_in_source = due, faces or {}

    def findings(self) -> list[Finding]:
        if not self.film.is_file():
            return [Finding("file-missing", "error", "the clip", "is not there", "missing", "there")]
        due = self.due
        packed = self.workspace.tools.packaging(self.film)
        found = playable.findings("the clip", packed, title=due.title, chapters=due.chapters, most=due.most)
        if any(one.rule == "plays" for one in found):
            return found  # of what does not play nothing more can be told
        found += self._loudness()
        pictures = list(self._pictures())
        found += pictures
        if any(one.rule == "length" for one in pictures):
            return found
        found += self.screening.findings() if due.burnt else []
        found += flash.findings(self._flashes(), self.planned.timeline)
        found += cards.judged(self._cards(), self.planned.timeline)
        each = self.workspace.side_by_side(self._shot, self.planned.timeline.shots)
        found += [one for several in each for one in several]
        found += self._captions_by_ear()
        found += self._faces()
        return sorted(found, key=lambda one: ORDER[one.severity])

    @cached_property
    def screening(self) -> ClipScreening:
        return ClipScreening(self.planned, self.film, None, keep=False)

    def _loudness(self) -> list[Finding]:
        people = sorted({take.contributor for take in self.planned.timeline.takes})
        heard = self.workspace.make(LOUD, self.film.name, people, film=File(self.film, self.digest))
        found = loudness_rules.check(heard, self.production.film.loudness)
        measured = f"{heard.loudness:.1f} LUFS, {heard.peak:.1f} dBTP"
        told = Finding("loudness", "info", "the clip", "as a player hears it", measured, "")
        return [*(replace(one, where="the clip") for one in found), told]

    # Pictures --------------------------------------------------------------------------------

    def _pictures(self) -> Iterator[Finding]:
        """Are its pictures those of its parts: packet by packet; of a clip that was made smaller, as they
        look?
        """
        timeline = self.planned.timeline
        prints = self.workspace.tools.picture_prints(self.film)
        if len(prints) != timeline.frames:
            measured, limit = f"{len(prints)} frames", f"{timeline.frames}"
            yield Finding("length", "error", "the clip", "is longer or shorter than planned", measured, limit)
            return
        for number, (shot, part) in enumerate(zip(timeline.shots, self.planned.parts, strict=True), 1):
            where = f"{clock(timeline.time(shot.at).seconds)} shot {number}"
            made = self._picture_of(part)
            if part in self.workspace.cache.mended:
                what = "its part on the shelf was not what was made; it is again: make the clip again"
                yield Finding("part-changed", "error", where, what, "changed", "as made")
            if self.workspace.tools.picture_prints(made) == prints[shot.at : shot.end]:
                continue
            measured = self._unlike(shot, made) if self.due.most else "other frames"
            if measured:
                what = "its pictures are not those of its part"
                yield Finding("other-picture", "error", where, what, measured, "the same")

    def _picture_of(self, part: Path) -> Path:
        captioned = part / "captioned.mp4"
        return captioned if self.due.burnt and captioned.is_file() else part / "clean.mp4"

    def _unlike(self, shot: Shot, made: Path) -> str:
        """How unlike its part a shot looks, where it is too much; blank where it is as like as encoding
        leaves it.
        """
        tools, rate = self.workspace.tools, self.planned.timeline.rate
        step = max(1, round(rate / A_SECOND))
        mine = tools.frames(self.film, rate, shot.at, shot.end)
        theirs = tools.frames(made, rate, 0, shot.frames)
        apart = [
            float(np.abs(one.small(*SMALL).astype(float) - two.small(*SMALL)).mean())
            for n, (one, two) in enumerate(zip(mine, theirs, strict=False))
            if n % step == 0 or n == shot.frames - 1
        ]
        worst = max(apart, default=255.0)
        return f"{worst:.0f} of 255 apart" if worst > UNLIKE else ""

    # Faces -----------------------------------------------------------------------------------

    def _faces(self) -> Iterator[Finding]:
        """Is the speaker's face whole in the picture, wherever the source has it?"""
        if not self.seen_in_source:
            return
        finder = self.workspace.tools.faces()
        if not finder:
            what = "faces were not looked for: ourwords models fetch centerface brings what finds them"
            yield Finding("face", "info", "the clip", what, "not judged", "-")
            return
        for take, theirs in self.seen_in_source.items():
            bare, looks = {take.first + n for n in framed.bare(take)}, []
            wanted = {at - take.first + take.at: at for at in theirs if at in bare}
            for shown in self.workspace.tools.frames(
                self.film, self.planned.timeline.rate, take.at, take.end
            ):
                if shown.number in wanted:
                    looks.append(self._look(take, shown, wanted[shown.number], theirs, finder))
            yield from framed.findings(take, self.planned.timeline, looks)

    def _look(
        self,
        take: Take,
        shown: Frame,
        at: int,
        theirs: Mapping[int, Sequence[Area]],
        finder: FaceFinder,
    ) -> framed.Look:
        """A frame of the clip. A face that is not found in it as large as it is may be in fewer pixels, or
        where the window lies in the camera's picture: there it is as large as it was found.
        """
        sizes, found = (self._display(take), self.planned.timeline.size), list[Area]()
        looks = [partial(finder.find, shown.pixels, side) for side in SIDES]
        if take.framing:
            looks.insert(1, partial(self._put_back, shown, take.framing, at, sizes[0], finder))
        for one in looks:
            found += one()
            look = framed.look(shown.number, at, take.framing, sizes, (theirs[at], found))
            if not look.missed:
                break
        return look

    @staticmethod
    def _put_back(
        shown: Frame, window: Framing, at: int, camera: tuple[int, int], finder: FaceFinder
    ) -> list[Area]:
        """The faces of a frame that is laid where its window is, in a picture with nothing else in it."""
        scale = SIDES[-1] / max(camera)
        across, down = (max(1, round(side * scale)) for side in camera)
        wide, high = max(1, round(window.width * across)), max(1, round(window.height * down))
        left, top = (int(edge * side) for edge, side in zip(window.at(at), (across, down), strict=True))
        wide, high = min(wide, across - left), min(high, down - top)
        picture = np.full((down, across, 3), GREY, np.uint8)
        picture[top : top + high, left : left + wide] = shown.small(wide, high)
        seen = (window.seen(one, at) for side in SIDES[::3] for one in finder.find(picture, side))
        return [one for one in seen if one]

    def _display(self, take: Take) -> tuple[int, int]:
        picture = self.planned.material.cameras[take.camera].media.picture
        return picture.display if picture else self.planned.timeline.size
