"""What libass draws on a shot: its captions, its countdown, its watermark, in the shot's own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from pipeline.captions.formats import break_ass, to_ass
from pipeline.captions.model import Captions, Cue
from pipeline.core.ports import Lettering
from pipeline.core.time import Programme, Span, Time
from pipeline.edit.timeline import Break, Shot, Timeline
from pipeline.production.profile import Profile


def captions_of(shot: Shot, timeline: Timeline, captions: Captions) -> tuple[Cue, ...]:
    """What is to be read during a shot. A cue that stays into the pause after its take is in both, each time
    as far as the shot goes.
    """
    span = timeline.span(shot)
    return tuple(
        replace(cue, span=Span(max(cue.span.start, span.start), min(cue.span.end, span.end)))
        for cue in captions.cues
        if cue.span.overlap(span) > 0
    )


def ass(
    shot: Shot,
    timeline: Timeline,
    cues: tuple[Cue, ...],
    profile: Profile,
    font: str,
    watermark: str,
    letters: Lettering | None = None,
) -> str:
    """An ASS file; blank where there is nothing to draw."""
    if isinstance(shot, Break) and not watermark:
        return break_ass(Fraction(shot.frames) / timeline.rate, timeline.size, profile, font)
    if not cues and not watermark:
        return ""
    zero = timeline.time(shot.at)
    return to_ass(cues, timeline.size, profile, font, offset=zero, watermark=watermark, letters=letters)


def rebased(cue: Cue, start: Time[Programme]) -> Cue:
    """A cue on the clock of a film that starts at `start` of this one."""
    zero = -start.seconds
    return replace(cue, span=Span(cue.span.start + zero, cue.span.end + zero))


def width(profile: Profile, size: tuple[int, int], measure: Callable[[str], float]) -> Callable[[str], float]:
    """How wide a line is in the caption font, of the picture's width. `measure` gives ems of the font."""
    em = profile.area(size).em(size)
    return lambda line: measure(line) * em / size[0]
