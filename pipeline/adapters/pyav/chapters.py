"""A recording in several files: where each really begins and ends, and whether they are one stream cut up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from pipeline.adapters.pyav.probe import open_footage
from pipeline.core.media import Media, Track
from pipeline.core.time import nearest

NEAR = Fraction(1)
"""Seconds between the clocks of two pieces of one broadcast stream, at most."""

TAIL = Fraction(3)
"""Seconds before a file's end that are read to find it."""

ROUNDED = Fraction(1, 500)
"""Seconds by which a container may round where a picture ends: Matroska counts whole milliseconds."""


def is_stream(path: Path) -> bool:
    """Is it a broadcast stream, as AVCHD is? Packets of 188 bytes, alone or behind a time of 4."""
    with path.open("rb") as file:
        head = file.read(4 + 2 * 192)
    return any(
        len(head) > first + size and head[first] == head[first + size] == 0x47
        for first, size in ((0, 188), (4, 192))
    )


def one_stream(paths: Sequence[Path]) -> bool:
    """Are these pieces of one broadcast stream that was cut anywhere, in the middle of a picture too? Its
    clock runs on from each to the next, and only put together are they whole.
    """
    if not all(map(is_stream, paths)):
        return False
    try:
        clocks = [_clock(path) for path in paths]
        run_on = all(abs(after[0] - before[1]) < NEAR for before, after in pairwise(clocks))
        return run_on and not all(map(_begins_whole, paths[1:]))
    except (FFmpegError, StopIteration):
        return False


def _begins_whole(path: Path) -> bool:
    """Does a file begin with a picture that can be decoded by itself, as whole recordings do?"""
    with open_footage(path) as container:
        first = next(packet for packet in container.demux(video=0) if packet.size)
        return bool(first.is_keyframe and not first.is_corrupt)


def _clock(path: Path) -> tuple[Fraction, Fraction]:
    with open_footage(path) as container:
        start = Fraction(container.start_time or 0, av.time_base)
        return start, start + Fraction(container.duration or 0, av.time_base)


def ends(path: Path, media: Media, track: Track | None) -> tuple[Fraction, Fraction]:
    """Where the picture's last frame and the sound's last packet end, on the file's own clock."""
    picture, sound = media.duration, media.duration
    with open_footage(path, media.container) as container:
        if media.picture:
            length = 1 / media.picture.rate
            last = _last(container, container.streams[media.picture.stream], media, length)
            picture = _whole(last - media.picture.start, length) + media.picture.start
        if track:
            sound = _last(container, container.streams[track.stream], media, Fraction(0))
    return picture, sound


def _last(container: Any, stream: Any, media: Media, length: Fraction) -> Fraction:
    """Where the last packet of a stream ends. A frame lasts for `length`; a packet of sound says how long."""
    tick = Fraction(stream.time_base or 1)
    early = media.picture.early if media.picture and length else Fraction(0)
    container.seek(int(max(Fraction(0), media.duration + media.origin - TAIL) / tick), stream=stream)
    found = [
        (packet.pts or 0) * tick + (length or (packet.duration or 0) * tick)
        for packet in container.demux(stream)
        if packet.pts is not None and not packet.is_discard
    ]
    return max(found) - media.origin + early if found else media.duration


def _whole(seconds: Fraction, length: Fraction) -> Fraction:
    """A number of frames, where it is one but for how times are rounded."""
    exact = nearest(seconds / length) * length
    return exact if abs(exact - seconds) <= ROUNDED else seconds


def meets(before: Path, last: Media, after: Path, media: Media) -> Fraction | None:
    """Where a file's own 0 lies on the clock of the one before it, by the picture that both have: a tool that
    copies begins where it can, and leaves in what is between. None: they have nothing in common.
    """
    if not media.picture or not last.picture:
        return None
    with open_footage(after, media.container) as container:
        stream = container.streams[media.picture.stream]
        first = next((packet for packet in container.demux(stream) if packet.size), None)
        if first is None or first.pts is None:
            return None
        own, wanted = first.pts * Fraction(stream.time_base or 1) - media.picture_origin, bytes(first)
    with open_footage(before, last.container) as container:
        stream = container.streams[last.picture.stream]
        tick = Fraction(stream.time_base or 1)
        container.seek(int(max(Fraction(0), last.duration + last.origin - TAIL) / tick), stream=stream)
        there = [packet.pts for packet in container.demux(stream) if packet.size and bytes(packet) == wanted]
    shown = [pts * tick - last.picture_origin for pts in there if pts is not None]
    near = [moment for moment in shown if moment > last.duration - TAIL]
    return near[0] - own if len(near) == 1 else None  # a picture that stands still is stored alike again
