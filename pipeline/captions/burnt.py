"""What libass draws on a shot: its captions, its countdown, its watermark, in the shot's own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from pipeline.captions.formats import break_ass, to_ass
from pipeline.captions.model import Captions, Cue
from pipeline.core.ports import Lettering
from pipeline.core.time import Programme, Span
from pipeline.edit.timeline import Break, Hold, Shot, Take, Timeline
from pipeline.production.profile import Profile


def captions_of(shot: Shot, timeline: Timeline, captions: Captions) -> tuple[Cue, ...]:
    """What is to be read during a shot. A cue that stays into the pause after its take is in both, each time
    as far as the shot goes.
    """
    return during(timeline.span(shot), captions)


def during(span: Span[Programme], captions: Captions) -> tuple[Cue, ...]:
    """What is to be read in a stretch of the film, as far as the stretch goes."""
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


def shared(timeline: Timeline, whole: Timeline, captions: Captions) -> Captions | None:
    """The captions of a whole film on the clock of one that is made of its shots; None where a shot is none
    of its.
    """
    if (timeline.size, timeline.rate) != (whole.size, whole.rate):
        return None
    there = {replace(shot, at=0): shot.at for shot in reversed(whole.shots)}
    runs: list[tuple[int, Shot, Shot]] = []  # what stands together in both films
    for shot in timeline.shots:
        if isinstance(shot, Take | Hold):
            at = there.get(replace(shot, at=0))
            if at is None:
                return None
            if runs and runs[-1][0] == at - shot.at and runs[-1][2].end == shot.at:
                runs[-1] = (at - shot.at, runs[-1][1], shot)
            else:
                runs.append((at - shot.at, shot, shot))
    cues: list[Cue] = []
    for shift, first, last in runs:
        span = Span(whole.time(first.at + shift), whole.time(last.end + shift))
        earlier = -shift / whole.rate
        cues += [replace(cue, span=_moved(cue.span, earlier)) for cue in during(span, captions)]
    return Captions(captions.language, tuple(cues))


def _moved(span: Span[Programme], seconds: Fraction) -> Span[Programme]:
    return Span(span.start + seconds, span.end + seconds)


def width(profile: Profile, size: tuple[int, int], measure: Callable[[str], float]) -> Callable[[str], float]:
    """How wide a line is in the caption font, of the picture's width. `measure` gives ems of the font."""
    em = profile.area(size).em(size)
    return lambda line: measure(line) * em / size[0]
