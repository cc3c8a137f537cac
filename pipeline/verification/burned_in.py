"""The captions' part of `ourwords verify`: the finished film is looked at and listened to, cue by cue.

What libass should have drawn is drawn anew on black and on white, and held against the pixels of the film;
the film without
captions tells which frame has the lightest ground. A few frames of each cue are measured: its first, middle
and last, the
lightest, and the frames just before and after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.captions import burnt, placement
from pipeline.captions.formats import COLOURS, ass_centis, to_ass
from pipeline.captions.model import Cue
from pipeline.core.area import Area
from pipeline.core.finding import Finding
from pipeline.core.ports import FaceFinder, Frame
from pipeline.core.time import Programme, Span, Time, clock
from pipeline.edit.timeline import Shot, Timeline
from pipeline.language import codes
from pipeline.verification import pixels as witness
from pipeline.verification.planned import Planned

LIMITS = {
    "covers-face": f"{placement.TOUCH:.0%}",
    "contrast": f"{witness.LEAST:g}:1",
    "burnt-text": "as its sidecar says",
}

SMALLEST = 16
"""Pixels of an em under which tesseract misreads what is right, as it did in films of 320x180."""

Numbered = tuple[int, Cue]
"""A cue with its number in the film, from 1."""


@dataclass(frozen=True)
class Seen:
    """One cue on one frame: everything that is measured of it."""

    frame: int
    contrast: witness.Contrast
    presence: float
    difference: tuple[float, float]
    tint: tuple[int, int, int]


class Screening:
    """`film` has captions burnt in; `clean` are the same frames without, where there are any. Of a film that
    is not the build's, no still is kept.
    """

    def __init__(self, planned: Planned, film: Path, clean: Path | None, *, keep: bool = True) -> None:
        self.planned, self.film, self.clean, self.keep = planned, film, clean, keep
        self.tools = planned.workspace.tools
        self.stills: dict[str, bytes] = {}
        """The worst frame of each cue that is not as it should be, by file name in build/."""
        self._crops: dict[int, witness.Pixels] = {}
        self._looked: list[int] = []

    @property
    def timeline(self) -> Timeline:
        return self.planned.timeline

    @cached_property
    def cues(self) -> list[Numbered]:
        return list(enumerate(self.planned.captions.cues, 1))

    @cached_property
    def drawn(self) -> dict[int, witness.Drawn]:
        """What libass draws for every cue, in white, by its number."""
        production, size = self.planned.production, self.timeline.size
        if not self.cues:
            return {}
        laid = tuple(
            replace(cue, colour="white", span=Span[Programme](_at(n), _at(n + 1)))
            for n, (_, cue) in enumerate(self.cues)
        )
        em = production.profile.area(size).em(size)
        fonts = self.planned.fonts
        letters = self.tools.typeface(fonts)
        ass = to_ass(laid, size, production.profile, letters.base, letters=letters)
        pictures = self.tools.drawn(ass, size, len(laid), fonts)
        return {
            number: witness.Drawn.of(letters, box, em)
            for (number, _), (letters, box) in zip(self.cues, pictures, strict=True)
        }

    def findings(self) -> list[Finding]:
        """What is wrong with the pictures of any cue, and the figures of them all."""
        shots = [(shot, mine) for shot in self.timeline.shots if (mine := self.cues_of(shot))]
        seen: dict[int, list[Seen]] = {}
        found: list[Finding] = []
        for told, problems in self.planned.workspace.side_by_side(lambda item: self._shot(*item), shots):
            seen |= told
            found += problems
        for number, cue in self.cues:
            worst = list(judged(number, cue, seen[number])) if number in seen else []
            found += [
                replace(one, measured=f"{one.measured}; frame {frame}{self._still(number, frame)}")
                for frame, one in worst
            ]
        return [*found, *summary(seen), *self._read(), *self._uncovered()]

    def _still(self, number: int, frame: int) -> str:
        """A picture of a frame that is not as it should be, kept; its name after a comma, or nothing."""
        if not self.keep:
            return ""
        name = f"verify/cue-{number}-frame-{frame}.jpg"
        if name not in self.stills:
            (shown,) = self.tools.frames(self.film, self.timeline.rate, frame, frame + 1)
            self.stills[name] = self.tools.jpeg(shown.pixels)
        return f", {name}"

    def _read(self) -> list[Finding]:
        """The text of each cue as tesseract reads it off the film; it is no judge of single letters, and so
        only warns.
        """
        language = self.tools.reads(codes.iso639_2(self.planned.captions.language))
        if not language or not self._crops:
            what = "was not read back by another reader: tesseract is not here, or does not know the language"
            return [Finding("burnt-text", "info", "the film", what, "not judged", "-")] if self._crops else []
        texts = [(number, cue) for number, cue in self.cues if number in self._crops]
        if self.drawn[texts[0][0]].em < SMALLEST:
            what = "was not read back by another reader: its letters are too small for tesseract"
            return [Finding("burnt-text", "info", "the film", what, "not judged", "-")]
        read = self.tools.read_text(
            [self._crops[number][..., 1] for number, _ in texts], language, self.drawn[texts[0][0]].em
        )
        return list(read_back(texts, read))

    def cues_of(self, shot: Shot) -> list[Numbered]:
        mine = set(burnt.captions_of(shot, self.timeline, self.planned.captions))
        return [(number, cue) for number, cue in self.cues if cue in mine]

    def _shot(self, shot: Shot, cues: Sequence[Numbered]) -> tuple[dict[int, list[Seen]], list[Finding]]:
        """A shot's frames in one go, with those of the clean film beside them."""
        runs = {number: self.frames(cue, shot) for number, cue in cues}
        wanted = {
            number: {run.start, (run.start + run.stop) // 2, run.stop - 1} for number, run in runs.items()
        }
        beside = self._beside(shot, cues, runs)
        seen: dict[int, list[Seen]] = {number: [] for number, _ in cues}
        lightest: dict[int, tuple[float, Frame]] = {}
        found: dict[str, Finding] = {}
        clean = self.tools.frames(self.clean, self.timeline.rate, shot.at, shot.end) if self.clean else None
        for shown in self.tools.frames(self.film, self.timeline.rate, shot.at, shot.end):
            bare = next(clean, None) if clean else None
            pixels = None
            for number, cue in cues:
                drawn = self.drawn[number]
                if shown.number in wanted[number]:
                    pixels = shown.pixels if pixels is None else pixels
                    seen[number].append(look(shown.number, pixels, drawn))
                    if shown.number == (runs[number].start + runs[number].stop) // 2:
                        self._crops[number] = pixels[drawn.place].copy()
                        found |= self._faces(number, cue, bare.pixels if bare else pixels)
                    if bare and shown.number not in (runs[number].start, runs[number].stop - 1):
                        found |= self._strayed(shown.number, number, cue, pixels, bare.pixels)
                elif (
                    shown.number in runs[number]
                    and bare
                    and bare.brightness(*drawn.place) > lightest.get(number, (-1.0, None))[0]
                ):
                    lightest[number] = bare.brightness(*drawn.place), shown
                elif shown.number in beside[number] and witness.presence(shown.pixels, drawn) > witness.THERE:
                    early = "before its time" if shown.number < runs[number].start else "after its time"
                    found |= {
                        f"{number} time": finding(
                            "burnt-text", number, cue, f"is on the screen {early}", f"frame {shown.number}"
                        )
                    }
        for number, (_, shown) in lightest.items():
            seen[number].append(look(shown.number, shown.pixels, self.drawn[number]))
        return seen, list(found.values())

    def frames(self, cue: Cue, shot: Shot) -> range:
        """The frames of a shot on which libass shows a cue, whose times a correction may have put between
        frames.
        """
        zero, rate = self.timeline.time(shot.at).seconds, self.timeline.rate
        first, after = (
            shot.at + ceil(Fraction(ass_centis(time.seconds - zero), 100) * rate)
            for time in (cue.span.start, cue.span.end)
        )
        return range(max(first, shot.at), max(first + 1, min(after, shot.end)))

    def _beside(self, shot: Shot, cues: Sequence[Numbered], runs: Mapping[int, range]) -> dict[int, set[int]]:
        """The frames just before and after each cue, where no line of the same words stands: at the top, the
        first line of two is where a single one is.
        """
        return {
            number: {
                frame
                for frame in (runs[number].start - 1, runs[number].stop)
                if shot.at <= frame < shot.end
                and not any(frame in runs[other] and _alike(text, cue) for other, text in cues)
            }
            for number, cue in cues
        }

    @cached_property
    def faces(self) -> FaceFinder | None:
        """Who finds faces, where its weights are at hand."""
        return self.tools.faces()

    def _faces(self, number: int, cue: Cue, clean: witness.Pixels) -> dict[str, Finding]:
        """Faces under a caption, in the middle of its time, with the zone that would raise it."""
        if not self.faces:
            return {}
        self._looked.append(number)
        height, width = clean.shape[:2]
        drawn = self.drawn[number]
        rows, columns = (np.flatnonzero(drawn.box.any(axis=axis)) for axis in (1, 0))
        box = Area(
            (drawn.left + columns[0]) / width,
            (drawn.top + rows[0]) / height,
            (drawn.left + columns[-1] + 1) / width,
            (drawn.top + rows[-1] + 1) / height,
        )
        under = [
            (share, face) for face in self.faces.find(clean) if (share := face.covered(box)) > placement.TOUCH
        ]
        if not under:
            return {}
        share, face = max(under, key=lambda one: one[0])
        zone = ", ".join(f"{side:.2f}" for side in (face.left, face.top, face.right, face.bottom))
        what = f'covers a face: [[zone]] kind = "face" with area = [{zone}] would move it'
        return {
            f"{number} face": replace(
                finding("covers-face", number, cue, what, f"{share:.0%} of it", f"{placement.TOUCH:.0%}"),
                severity="warning",
            )
        }

    def _uncovered(self) -> Iterator[Finding]:
        if self.cues and not self.faces:
            yield Finding(
                "covers-face",
                "info",
                "the film",
                "faces were not looked for: ourwords models fetch centerface brings what finds them",
                "not judged",
                "-",
            )
        elif self.cues:
            yield Finding(
                "covers-face",
                "info",
                "the film",
                f"faces were looked for under {len(self._looked)} cues, once each",
                "see above",
                f"{placement.TOUCH:.0%}",
            )

    def _strayed(
        self, frame: int, number: int, cue: Cue, pixels: witness.Pixels, clean: witness.Pixels
    ) -> dict[str, Finding]:
        drawn = self.drawn[number]
        places = witness.elsewhere(pixels, clean, [drawn], drawn.em)
        if not places:
            return {}
        what = "something is on the picture beside the caption that the film without captions has not"
        return {
            f"{number} stray": finding(
                "burnt-text", number, cue, what, f"frame {frame}, about {places} places half an em wide"
            )
        }


def _alike(one: Cue, two: Cue) -> bool:
    """Have two cues a line of the same words?"""
    return bool({*map(_letters, one.lines)} & {*map(_letters, two.lines)})


def look(frame: int, pixels: witness.Pixels, drawn: witness.Drawn) -> Seen:
    return Seen(
        frame,
        witness.contrast(pixels, drawn),
        witness.presence(pixels, drawn),
        witness.difference(pixels, drawn),
        witness.tint(pixels, drawn),
    )


def judged(number: int, cue: Cue, seen: Sequence[Seen]) -> Iterator[tuple[int, Finding]]:
    """What is wrong with a cue, with the frame on which it is worst."""
    absent, unlike = min(seen, key=lambda one: one.presence), max(seen, key=lambda one: one.difference[0])
    low, through = (
        min(seen, key=lambda one: one.contrast.low),
        max(seen, key=lambda one: one.contrast.through),
    )
    boxed = through.contrast.through <= witness.THROUGH
    if absent.presence < witness.THERE:
        what = "is not there as it should be: missing, moved, cut off, without its box, or another text"
        yield absent.frame, finding("burnt-text", number, cue, what, f"{absent.presence:.2f} alike")
    elif (
        boxed and unlike.difference[0] > witness.UNLIKE
    ):  # over a picture that shows through, nothing can be said of single letters
        what = (
            f"is not the text of its sidecar, in line {ceil(unlike.difference[1] * len(cue.lines))} of "
            f"{len(cue.lines)}"
        )
        yield (
            unlike.frame,
            finding(
                "burnt-text",
                number,
                cue,
                what,
                f"{unlike.difference[0]:.0%} of the ink is wrong",
                f"{witness.UNLIKE:.0%}",
            ),
        )
        return  # nor of the contrast of letters that are elsewhere
    if low.contrast.low < witness.LEAST:
        yield (
            low.frame,
            finding("contrast", number, cue, "does not stand out from what is behind it", str(low.contrast)),
        )
    elif not boxed:
        measured = f"luminance {through.contrast.through:.3f} in the box; {through.contrast}"
        yield (
            through.frame,
            finding(
                "contrast",
                number,
                cue,
                "its box lets the picture through",
                measured,
                f"luminance {witness.THROUGH:g}",
            ),
        )
    if absent.presence < witness.THERE:
        return
    wanted = bytes.fromhex(COLOURS[cue.colour])
    off = max(seen, key=lambda one: _apart(one.tint, wanted))
    nearest = min(
        COLOURS,
        key=lambda name: sum(
            (a - b) ** 2 for a, b in zip(off.tint, bytes.fromhex(COLOURS[name]), strict=True)
        ),
    )
    if nearest != cue.colour or _apart(off.tint, wanted) > witness.TINT:
        yield (
            off.frame,
            finding(
                "burnt-text",
                number,
                cue,
                f"is not {cue.colour}",
                "#" + bytes(off.tint).hex(),
                "#" + wanted.hex(),
            ),
        )


def _apart(one: Sequence[int], two: Sequence[int]) -> int:
    return max(abs(a - b) for a, b in zip(one, two, strict=True))


def summary(seen: Mapping[int, Sequence[Seen]]) -> Iterator[Finding]:
    """The figures of all cues, for the evidence sheet."""
    every = [(one.contrast.low, number, one) for number, several in seen.items() for one in several]
    if not every:
        return
    low, number, one = min(every, key=lambda item: item[0])
    medians = sorted(one.contrast.median for _, _, one in every)
    measured = (
        f"lowest {low:.1f}:1 (cue {number}, frame {one.frame}), median {medians[len(medians) // 2]:.1f}:1"
    )
    what = f"{len(every)} frames of {len(seen)} cues were measured"
    yield Finding("contrast", "info", "the film", what, measured, LIMITS["contrast"], criterion="1.4.3")


def finding(rule: str, number: int, cue: Cue, what: str, measured: str, limit: str = "") -> Finding:
    where, criterion = (
        f"{clock(cue.span.start.seconds)} {cue.quote}",
        "1.4.3" if rule == "contrast" else "1.2.2",
    )
    return Finding(
        rule,
        "error",
        where,
        f"“{cue.text}” {what}",
        measured,
        limit or LIMITS[rule],
        cue=number,
        criterion=criterion,
    )


ALIKE = 0.8
"""Share of letters and digits that tesseract must read as they are written. On our opaque box it reads nearly
all.
"""


def read_back(cues: Sequence[Numbered], read: Sequence[str]) -> Iterator[Finding]:
    """Cues that are read otherwise than they are written, and how many were read."""
    alike = [
        Levenshtein.normalized_similarity(_letters(cue.text), _letters(text))
        for (_, cue), text in zip(cues, read, strict=True)
    ]
    for (number, cue), text, share in zip(cues, read, alike, strict=True):
        if share < ALIKE:
            what = f"is read as “{' '.join(text.split())}” by tesseract"
            yield replace(
                finding("burnt-text", number, cue, what, f"{share:.0%} alike", f"{ALIKE:.0%}"),
                severity="warning",
            )
    if alike:
        measured = (
            f"lowest {min(alike):.0%} alike (cue {cues[alike.index(min(alike))][0]}), "
            f"{sum(share == 1 for share in alike)} to the letter"
        )
        yield Finding(
            "burnt-text",
            "info",
            "the film",
            f"{len(alike)} cues were read back by tesseract",
            measured,
            f"{ALIKE:.0%}",
            criterion="1.2.2",
        )


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _at(seconds: int) -> Time[Programme]:
    return Time(Fraction(seconds))
