"""From the film to the footage and back: what people said of a moment is tied to the footage that is heard
there.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.captions.editing.model import Anchor, Correction
from pipeline.core.time import Programme, Span
from pipeline.edit.timeline import Hold, Take, Timeline

NOWHERE = Anchor("", -1, -1, "", "", None)


def anchor_at(timeline: Timeline, span: Span[Programme]) -> Anchor:
    """A time of the film as a place in the footage that is heard there; `NOWHERE` on a card, in a pause or a
    break.
    """
    frame = int(span.start.seconds * timeline.rate)
    take = timeline.shot_at(frame) if 0 <= frame < timeline.frames else None
    if not isinstance(take, Take):
        return NOWHERE
    start = take.source_in(timeline.rate) + (span.start - timeline.time(take.at))
    return Anchor(take.quote, -1, -1, "", take.source, Span(start, start + span.duration))


def dismissed(timeline: Timeline, corrections: Iterable[Correction]) -> tuple[Span[Programme], ...]:
    """Where in the film a person listened and said that nothing needs a label."""
    return tuple(span for one in corrections if one.kind == "nothing" for span in spans(timeline, one.anchor))


def spans(timeline: Timeline, anchor: Anchor) -> list[Span[Programme]]:
    """Where in the film these moments of the footage are heard."""
    found = []
    for take in timeline.takes if anchor.heard else ():
        low, high = take.source_in(timeline.rate), take.source_out(timeline.rate)
        if (
            anchor.heard
            and take.source == anchor.source
            and anchor.heard.start < high
            and anchor.heard.end > low
        ):
            found.append(
                Span(
                    timeline.programme(take, max(anchor.heard.start, low)),
                    timeline.programme(take, min(anchor.heard.end, high)),
                )
            )
    return found


def limit(timeline: Timeline, number: int) -> int:
    """The frame before which a take's captions must be gone: its end, or that of the pause in which its last
    picture stands.
    """
    take = timeline.shots[number]
    end = take.end
    for shot in timeline.shots[number + 1 :]:
        if end in timeline.cuts or not isinstance(shot, Hold):
            break
        end = shot.end
    return end
