"""Excerpts: just the encoded pictures that a shot is decoded from, copied out of its source.

Decoding starts at a key frame, on average half a group before the in point. Pictures there that no
other refers to are left out: they would be decoded for nothing (about half of them, with B-frames).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from pipeline.adapters.pyav.probe import key_frame, open_footage
from pipeline.core.media import Media
from pipeline.errors import FULL

CONTAINER = "nut"
"""Keeps any codec's packets with the time base they have."""

STREAMED = ("mpegts", "mpeg")
"""Containers without an index: the key frame has to be looked for."""

KEPT = 16
"""Pictures before the in point that stay, whatever they are: a decoder learns from them how far pictures are
out of order.
"""

AFTER = Fraction(1, 4)
"""Seconds beyond the out point: the last frame is over when the next begins, and a decoder may have to see
more to show it.
"""

MOST = 1 << 29
"""Bytes that are worth copying. What is larger is read where it lies."""


@dataclass(frozen=True)
class Entry:
    """What one encoded picture says of itself: seconds on the stream's own clock, and whether another may
    refer to it.
    """

    pts: Fraction
    key: bool
    size: int
    layer: int
    spare: bool


def excerpt(path: Path, media: Media, begin: Fraction, end: Fraction, out: Path) -> bool:
    """Copy what the pictures from `begin` to `end` (on the presentation timeline) are decoded from.

    False, and nothing is written, where that would gain nothing (every picture is a key frame) or would not
    be the same
    thing: pictures that an edit list hides, packets without times, a codec that the container cannot hold.
    """
    zero = media.picture_origin
    start = key_frame(path, media, begin) if media.container in STREAMED else begin
    begin, end, start = begin + zero, end + zero + AFTER, start + zero
    try:
        wanted = needed([_entry(packet) for packet in _packets(path, media, start, end)], begin)
        if not wanted:
            return False
        with av.open(
            str(out), "w", format=CONTAINER, options={"avoid_negative_ts": "disabled"}
        ) as copy:  # times stay what they are
            stream = None
            for number, packet in enumerate(_packets(path, media, start, end)):
                if number in wanted:
                    stream = stream or copy.add_stream_from_template(packet.stream)
                    packet.stream = stream
                    copy.mux(packet)
    except (FFmpegError, ValueError) as problem:
        out.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno in FULL:
            raise
        return False
    return True


def _packets(path: Path, media: Media, start: Fraction, end: Fraction) -> Iterator[av.Packet[Any]]:
    """In the order of decoding, from a key frame at or before `start` to the first picture that is decoded at
    `end` or later.
    """
    assert media.picture
    with open_footage(path) as container:
        stream = container.streams[media.picture.stream]
        tick = Fraction(stream.time_base or 1)
        container.seek(int(start / tick), stream=stream, backward=True)
        for packet in container.demux(stream):
            last = (
                packet.dts is not None and packet.dts * tick >= end
            )  # asked before it is copied: its times are the copy's then
            if packet.size:
                yield packet
            if last:
                return


def needed(entries: Sequence[Entry], begin: Fraction) -> frozenset[int]:
    """Which of the pictures, by number, must be decoded to show those from `begin` on; none where leaving
    some out gains nothing.
    """
    keys = [number for number, entry in enumerate(entries) if entry.key and entry.pts <= begin]
    if not keys or all(entry.key for entry in entries):
        return frozenset()
    times = sorted(entry.pts for entry in entries[keys[-1] :])
    first = times[max(0, bisect_right(times, begin) - 1 - KEPT)]
    highest = max(entry.layer for entry in entries)
    following = range(keys[-1], len(entries))
    chosen = [number for number in following if _serves(entries[number], first, highest)]
    return frozenset(chosen if sum(entries[number].size for number in chosen) <= MOST else ())


def _serves(entry: Entry, first: Fraction, highest: int) -> bool:
    """May this picture be needed to show those from `first` on?

    One of a lower layer may serve a higher one, whatever it says of its own.
    """
    return entry.pts >= first or entry.key or not entry.spare or entry.layer < highest


def _entry(packet: av.Packet[Any]) -> Entry:
    if packet.has_sidedata("new_extradata"):
        raise ValueError("a decoder is told anew what it decodes, which the copy would not say")
    if (
        packet.is_discard
        or packet.is_corrupt
        or packet.pts is None
        or packet.dts is None
        or packet.pts < packet.dts
        or not packet.time_base
    ):
        raise ValueError("hidden, broken or without a time")
    layer, spare = _kind(packet)
    return Entry(packet.pts * packet.time_base, packet.is_keyframe, packet.size, layer, spare)


def _kind(packet: av.Packet[Any]) -> tuple[int, bool]:
    """A picture's layer, and whether no other of its layer refers to it, by its codec's own headers.

    ITU-T H.264, 7.4.1: nal_ref_idc is 0. ITU-T H.265, table 7-1: an even type below 16.
    """
    context = packet.stream.codec_context
    extra = bytes(context.extradata or b"")
    match context.name:
        case "h264":
            return _kind_h264(_units(packet, extra[4] % 4 + 1 if extra[:1] == b"\1" else 0))
        case "hevc":
            prefix = extra[21] % 4 + 1 if extra[:1] == b"\1" and len(extra) > 21 else 0
            return _kind_hevc(_units(packet, prefix))
        case _:
            return 0, False


def _kind_h264(units: list[tuple[int, int]]) -> tuple[int, bool]:
    pictures = [head for head, _ in units if head & 31 in (1, 2, 5)]
    return 0, bool(pictures) and not any(head >> 5 & 3 for head in pictures)


def _kind_hevc(units: list[tuple[int, int]]) -> tuple[int, bool]:
    pictures = [(head >> 1 & 63, layer & 7) for head, layer in units if head >> 1 & 63 < 32]
    spare = bool(pictures) and all(kind < 16 and kind % 2 == 0 for kind, _ in pictures)
    return max((layer for _, layer in pictures), default=0), spare


def _units(packet: av.Packet[Any], prefix: int) -> list[tuple[int, int]]:
    """The first two bytes of each unit: after lengths of `prefix` bytes, or after start codes."""
    data = bytes(packet)
    found, at = [], 0
    while prefix and at + prefix + 1 < len(data):
        found.append((data[at + prefix], data[at + prefix + 1]))
        at += prefix + int.from_bytes(data[at : at + prefix], "big")
    while not prefix and (at := data.find(b"\0\0\1", at)) >= 0 and at + 4 < len(data):
        found.append((data[at + 3], data[at + 4]))
        at += 4
    return found
