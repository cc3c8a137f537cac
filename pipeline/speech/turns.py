"""Who speaks, by the microphone that hears them best: a track or a side for each person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pipeline.core.codec import codec
from pipeline.core.footage import Footage
from pipeline.core.media import Feed, Media
from pipeline.core.signal import levels
from pipeline.core.time import Source, Span, nearest
from pipeline.engine.task import Context, Task
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.production.specs import SourceSpec
from pipeline.speech.transcript import Transcript, Words

CLEARLY = 6.0
"""dB by which a person's own microphone hears them above the others'."""
RATE, PIECE = 16_000, 600
STEP = Fraction(1, 100)
"""Of the levels of `levels`: ten milliseconds each."""

_FEED = re.compile(r"(?:track (\d{1,2}))? ?(?:(left|right)|channel (\d{1,2}))?", re.IGNORECASE)


def feed_named(name: str, media: Media, taken: Feed) -> Feed | None:
    """The microphone that a name in `[source.speakers]` stands for: "track 2", "left", "track 1 channel 2".
    None where it is a label of the transcript.
    """
    found = _FEED.fullmatch(name.strip())
    if not found or not any(found.groups()):
        return None
    number = int(found[1]) if found[1] else taken.tracks[0].number
    channel = {"left": 1, "right": 2}.get((found[2] or "").lower()) or (int(found[3]) if found[3] else None)
    track = next((one for one in media.tracks if one.number == number), None)
    if track is None or (channel or 1) > track.channels:
        there = ", ".join(f"track {one.number} with {one.channels} channel(s)" for one in media.tracks)
        raise ConfigError(
            f'"{name}" is not in the recording',
            where="production.toml, source.speakers",
            next_step=f"there are: {there}",
        )
    return Feed((track,), channel)


def _turns(
    at: Context, footage: Footage, feeds: tuple[str, ...], said: tuple[Span[Source], ...]
) -> tuple[int, ...]:
    """For each span the number of the feed that hears it clearly best, or -1."""
    chosen = [feed for name in feeds if (feed := feed_named(name, footage.media, footage.feed))]
    found: list[int] = []
    position = 0
    while position < len(said):
        start = max(Fraction(0), said[position].start.seconds)
        within = [span for span in said[position:] if span.end.seconds <= start + PIECE] or [said[position]]
        stop = max(span.end.seconds for span in within)
        count = nearest((stop - start) * RATE)
        power = [_levels(at, footage, feed, nearest(start * RATE), count) for feed in chosen]
        for span in said[position : position + len(within)]:
            low, high = (nearest((time.seconds - start) / STEP) for time in (span.start, span.end))
            found.append(_loudest([float(one[max(0, low) : max(high, low + 1)].mean()) for one in power]))
        position += len(within)
    return tuple(found)


def _levels(
    at: Context, footage: Footage, feed: Feed, first: int, count: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sides = at.tools.read(footage, feed.tracks[0], first, count, RATE)
    sound = sides[:, feed.channel - 1] if feed.channel else sides.mean(axis=1)
    found = np.asarray(levels(sound), np.float64)
    return np.append(found, found[-1:] if len(found) else [0.0])


def _loudest(power: Sequence[float]) -> int:
    best, second = sorted(range(len(power)), key=lambda number: -power[number])[:2]
    clear = power[best] > power[second] * 10 ** (CLEARLY / 10)
    return best if clear else -1


TURNS = Task("turns of {}", 1, _turns, codec(tuple[int, ...]), tools=("av",), here=True)
"""By which microphone each word of a source is heard best."""


def with_turns(
    workspace: Workspace, source: SourceSpec, footage: Footage, transcript: Transcript
) -> Transcript:
    """A transcript whose words are under the names of the microphones that hear them, where `speakers` names
    at least two; else as it is.

    A word that no microphone hears clearly best goes with its neighbours, where these are one person's.
    """
    named = [name for name in source.speakers if feed_named(name, footage.media, footage.feed)]
    if len(named) < 2 or not transcript.words:
        return transcript
    spans = tuple(word.span for word in transcript.words)
    heard = workspace.make(
        TURNS, source.id, source.everybody, footage=footage, feeds=tuple(named), said=spans
    )
    labels = [named[number] if number >= 0 else "" for number in heard]
    rows = [replace(word, speaker=name) for word, name in zip(transcript.words, _filled(labels), strict=True)]
    return replace(transcript, words=Words.of(rows))


def _filled(labels: Sequence[str]) -> list[str]:
    found, at = list(labels), 0
    while at < len(found):
        end = next((number for number in range(at, len(found)) if found[number]), len(found))
        if end > at and at and end < len(found) and found[at - 1] == found[end]:
            found[at:end] = [found[end]] * (end - at)
        at = end + 1
    return found
