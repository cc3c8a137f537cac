"""The film to be read: who speaks, what sounds, what is written on the screen and, where somebody described
it, what is seen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Programme, Span, Time, decimal
from pipeline.edit.timeline import Card, Shot, Timeline, asked


@dataclass(frozen=True)
class Line:
    """One paragraph, and when it begins. `kind` is scene, card, break, quote, sound, music or description."""

    kind: str
    speaker: str
    text: str
    quote: str = ""
    at: Time[Programme] = field(default=Time[Programme](Fraction(0)), compare=False)

    @property
    def seconds(self) -> str:
        """Where a player is to begin: `#t=` of the Media Fragments URI."""
        return decimal(self.at.seconds, 3)

    @property
    def clock(self) -> str:
        """The same for people."""
        whole = int(self.at.seconds)
        return f"{whole // 60}:{whole % 60:02}"


def lines(timeline: Timeline, captions: Captions, described: Sequence[Cue] = ()) -> list[Line]:
    """In the order of the film; a speaker's words that follow one another in a quote are one paragraph."""
    found: list[tuple[Time[Programme], Line]] = [
        (timeline.span(shot).start, line) for shot in timeline.shots if (line := _written(shot))
    ]
    found += [(cue.span.start, Line("description", "", cue.text)) for cue in described]
    spans = [timeline.span(shot) for shot in timeline.shots]
    found += [(_seen(cue, spans), _said(cue)) for cue in captions.cues]
    found.sort(key=lambda item: item[0])  # what is written comes before what is said at the same time
    return _paragraphs(replace(line, at=at) for at, line in found)


def _paragraphs(lines: Iterable[Line]) -> list[Line]:
    paragraphs: list[Line] = []
    for line in lines:
        before = paragraphs[-1] if paragraphs else None
        if before and line.kind == "quote" and replace(before, text="") == replace(line, text=""):
            paragraphs[-1] = replace(before, text=f"{before.text} {line.text}")
        else:
            paragraphs.append(line)
    return paragraphs


def _written(shot: Shot) -> Line | None:
    if isinstance(shot, Card):
        return Line("scene" if shot.scene else "card", "", " ".join(shot.text.split()))
    pause = asked(shot)
    return Line("break", "", f"{pause.prompt} ({decimal(pause.seconds, 1)} seconds)") if pause else None


def _seen(cue: Cue, spans: Sequence[Span[Programme]]) -> Time[Programme]:
    """A caption comes where its shot does, even if it comes up a little before. Shots touch, in order:
    `spans` are theirs.
    """
    first = bisect_right(spans, cue.span.start, key=lambda span: span.end)
    last = bisect_left(spans, cue.span.end, key=lambda span: span.start)
    shot = max(spans[first:last] or spans[:1], key=cue.span.overlap)
    return max(cue.span.start, shot.start)


def _said(cue: Cue) -> Line:
    if cue.kind != "speech":
        return Line(cue.kind, "", cue.text)
    return Line("quote", cue.speaker, cue.unlabelled, cue.quote)


_WRITTEN = {
    "break": "Reflection: {text}",
    "card": "[On screen] {text}",
    "description": "[Description] {text}",
}


def written(line: Line) -> str:
    """What is nobody's words, as it is read."""
    return _WRITTEN.get(line.kind, "{text}").replace("{text}", line.text)


def text(timeline: Timeline, captions: Captions, described: Sequence[Cue] = ()) -> str:
    """The transcript as plain text."""
    out = [timeline.title, "=" * len(timeline.title), ""]
    for line in lines(timeline, captions, described):
        if line.kind == "scene":
            out += [line.text, "-" * len(line.text), ""]
        elif line.kind == "quote" and line.speaker:
            out += [f"{line.speaker}: {line.text}", ""]
        else:
            out += [written(line), ""]
    return "\n".join(out)
