"""Where captions stand: at the bottom, or at the top where they would cover a face, text or a sign-language
inset. Each move says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from pipeline.captions.model import Captions, Cue
from pipeline.core.area import Area
from pipeline.core.finding import Finding
from pipeline.core.ports import Lettering
from pipeline.core.time import Programme, Span, Time, clock
from pipeline.edit.timeline import Take, Timeline
from pipeline.production.keep_clear import Zone, ZoneKind
from pipeline.production.profile import Profile

Size = tuple[int, int]
TOUCH = 0.02
"""How much of a zone may lie under a box: rectangles are drawn by hand or found by a detector, and neither is
exact to a pixel.
"""

GRAVE = 0.1
"""How much of a zone must be covered for an error."""

NAMES: dict[ZoneKind, str] = {
    "face": "a face",
    "text": "text in the picture",
    "sign-language": "the sign-language inset",
}

OTHER = {"bottom": "top", "top": "bottom"}

TOGETHER = Fraction(1)
"""Seconds between two captions under which one follows the other, and does not jump from where that stands.
"""


@dataclass(frozen=True)
class There:
    """A zone in the film: what, where and from when to when."""

    kind: ZoneKind
    area: Area
    span: Span[Programme]


def in_film(zones: Iterable[Zone], timeline: Timeline) -> tuple[There, ...]:
    """Zones of sources brought to the takes that show them, but for what cutaways hide."""
    found = []
    for zone in zones:
        if not zone.camera:
            start, end = (
                zone.start or Fraction(0),
                zone.end if zone.end is not None else timeline.time(timeline.frames).seconds,
            )
            found += [There(zone.kind, zone.area, Span(Time(start), Time(end)))] if start < end else []
            continue
        for take in timeline.takes:
            if take.camera == zone.camera:
                found += _through(zone, take, timeline)
    return tuple(found)


def _through(zone: Zone, take: Take, timeline: Timeline) -> Iterator[There]:
    """A zone of a camera as a take shows it: where its window moves, anew for each second."""
    for span in _seen(zone, take, timeline):
        if not take.framing:
            yield There(zone.kind, zone.area, span)
            continue
        for part in _seconds(span) if take.framing.moves else [span]:
            middle = (part.start + part.duration / 2).snap(timeline.rate).frames(timeline.rate)
            area = take.framing.seen(zone.area, take.first + middle - take.at)
            if area:
                yield There(zone.kind, area, part)


def _seconds(span: Span[Programme]) -> Iterator[Span[Programme]]:
    start = span.start
    while start < span.end:
        end = min(span.end, start + Fraction(1))
        yield Span(start, end)
        start = end


def _seen(zone: Zone, take: Take, timeline: Timeline) -> list[Span[Programme]]:
    """When a take shows a zone of its camera."""
    whole = timeline.span(take)
    start = (
        max(whole.start, timeline.programme(take, Time(zone.start)))
        if zone.start is not None
        else whole.start
    )
    end = min(whole.end, timeline.programme(take, Time(zone.end))) if zone.end is not None else whole.end
    seen = []
    for cutaway in sorted(take.cutaways, key=lambda cutaway: cutaway.at):
        hides = timeline.time(take.at + cutaway.at)
        if start < min(hides, end):
            seen.append(Span(start, min(hides, end)))
        start = max(start, timeline.time(take.at + cutaway.at + cutaway.frames))
    return [*seen, Span(start, end)] if start < end else seen


def box(cue: Cue, position: str, profile: Profile, size: Size, letters: Lettering) -> Area:
    """What a cue's box covers. It never leaves the safe area: a line too wide for it is broken by libass."""
    area = profile.area(size)
    line, beside, above = area.box(size)
    line *= letters.line(cue.lines)
    safe = size[0] * area.safe_width - 2 * beside
    wide = [letters.width(text) * area.em(size) for text in cue.lines]
    lines = sum(max(1, ceil(one / safe)) for one in wide)
    half = (min(max(wide), safe) / 2 + beside) / size[0]
    tall, edge = min((lines * line + 2 * above) / size[1], area.safe_height), (1 - area.safe_height) / 2
    return (
        Area(0.5 - half, edge, 0.5 + half, edge + tall)
        if position == "top"
        else Area(0.5 - half, 1 - edge - tall, 0.5 + half, 1 - edge)
    )


def place(
    captions: Captions, there: Sequence[There], profile: Profile, size: Size, letters: Lettering
) -> Captions:
    """Every cue where it covers least; a cue that somebody has already placed, with a `why`, stays."""

    def covers(cue: Cue, position: str) -> list[tuple[ZoneKind, float]]:
        return _covered(cue, box(cue, position, profile, size, letters), there)

    cues = [_placed(cue, covers) for cue in captions.cues]
    for at in range(1, len(cues) - 1):
        before, cue, after = cues[at - 1 : at + 2]
        if _jumps(before, cue, after) and not covers(cue, after.position):
            why = f"at the {after.position}: the captions before and after it are there"
            cues[at] = replace(cue, position=after.position, why=why)
    return Captions(captions.language, tuple(cues))


Covers = Callable[[Cue, str], list[tuple[ZoneKind, float]]]
"""What a cue covers at a position, and how much of it."""


def _placed(cue: Cue, covers: Covers) -> Cue:
    """Where it covers less."""
    mine, other = covers(cue, cue.position), OTHER[cue.position]
    if cue.why or not mine or _cost(covers(cue, other)) >= _cost(mine):
        return cue
    what = " and ".join(dict.fromkeys(NAMES[kind] for kind, _ in mine))
    return replace(cue, position=other, why=f"at the {other}: at the {cue.position} it would cover {what}")


def _cost(covers: Sequence[tuple[ZoneKind, float]]) -> float:
    return sum(share for _, share in covers)


def _jumps(before: Cue, cue: Cue, after: Cue) -> bool:
    """Does it stand elsewhere than the captions that it follows and that follow it?"""
    away = before.position == after.position != cue.position and not cue.why
    return away and _run_on(before, cue) and _run_on(cue, after)


def _run_on(one: Cue, two: Cue) -> bool:
    return one.quote == two.quote and two.span.start - one.span.end < TOGETHER


def _covered(cue: Cue, area: Area, there: Sequence[There]) -> list[tuple[ZoneKind, float]]:
    """What a box covers while its cue is shown, and how much of it."""
    shares = [(zone.kind, zone.area.covered(area)) for zone in there if zone.span.overlap(cue.span) > 0]
    return [(kind, share) for kind, share in shares if share > TOUCH]


def covered(
    captions: Captions, there: Sequence[There], profile: Profile, size: Size, letters: Lettering
) -> list[Finding]:
    """What captions cover all the same, where neither place is free or somebody put them there."""
    return [
        one
        for number, cue in enumerate(captions.cues, 1)
        for one in _told(number, cue, _covered(cue, box(cue, cue.position, profile, size, letters), there))
    ]


def _told(number: int, cue: Cue, covers: Sequence[tuple[ZoneKind, float]]) -> Iterator[Finding]:
    for kind in NAMES:
        if shares := [share for found, share in covers if found == kind]:
            share = max(shares)
            placed = cue.why or f"at the {OTHER[cue.position]} it would cover as much or more"
            yield Finding(
                f"covers-{kind}",
                "error" if share > GRAVE else "warning",
                f"{clock(cue.span.start.seconds)} {cue.quote}",
                f"“{cue.text}” at the {cue.position} covers {NAMES[kind]} ({placed})",
                f"{share:.0%} of it",
                f"{TOUCH:.0%}",
                cue=number,
                criterion="1.2.2",
            )
