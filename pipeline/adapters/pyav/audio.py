"""Reading sound by position: any window of what is listened to, on the presentation timeline, to the sample.

Decoded samples are laid where their timestamps say; what a file leaves open (a late start, a gap)
is silence. So sound that starts 0.2 s after the picture stays 0.2 s after it. Rates are converted by
soxr on a grid that starts at zero: where reading began makes no difference to any sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, gcd, lcm
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError, InvalidDataError
from av.stream import Discard

from pipeline.adapters.pyav.downmix import matrix
from pipeline.adapters.pyav.probe import of_disk, open_footage
from pipeline.core.footage import Footage
from pipeline.core.media import Feed, Media, Track
from pipeline.core.time import SAMPLE_RATE, nearest
from pipeline.errors import InputError

Samples = npt.NDArray[np.float32]
"""Shape (samples, channels), -1 to 1."""

LEAD = Fraction(1, 2)
"""Seconds decoded before a window: a codec needs its past, and a converter of rates its neighbours."""

JUMP = Fraction(1, 100)
"""Seconds a timestamp may be from where the last sample ended before it is a gap and not rounding."""

SPEECH_RATE = 16_000

AT_ONCE = 1 << 13
"""Samples that are mixed and converted together: a decoder's frames are of a thousand or fewer, and each step
costs as much for one as for many. What is heard is the same.
"""

INDEXED = "mov"
"""The container of which sound is read without its pictures, which are most of it: an index says where each
packet lies. In others that saves little, and a seek may land elsewhere.
"""

QUALITY = "HQ"
"""soxr's name for 20 bits: what it adds is 120 dB below full scale."""


def hear(
    path: Path, media: Media, feed: Feed, first: int, count: int, *, hz: int = SAMPLE_RATE, channels: int = 2
) -> Samples:
    """`count` samples from sample `first` at `hz`, of what is listened to.

    Several tracks are laid on one clock, none is shifted, and their mean is taken: never louder than the
    loudest of them.
    """
    heard = [
        read(path, media, track, first, count, hz=hz, channels=channels, channel=feed.channel)
        for track in feed.tracks
    ]
    return heard[0] if len(heard) == 1 else np.mean(heard, axis=0, dtype=np.float32)


def hear_all(
    footage: Footage, first: int, count: int, *, hz: int = SAMPLE_RATE, channels: int = 2
) -> Samples:
    """The same of a whole recording, all its files: each from where its sound begins on the recording's clock
    until the next one's does.
    """
    out = np.zeros((count, channels), np.float32)
    files = footage.chapters
    begins = [nearest((one.sound + _start(one.media)) * hz) for _, one in files[1:]]
    for (path, one), low, high in zip(files, [first, *begins], [*begins, first + count], strict=True):
        start, stop = max(low, first), min(high, first + count)
        if stop > start:
            shift = nearest(one.sound * hz)
            feed = _feed(footage.feed, one.media)
            found = hear(path, one.media, feed, start - shift, stop - start, hz=hz, channels=channels)
            out[start - first : stop - first] = found
    return out


def _start(media: Media) -> Fraction:
    return media.tracks[0].start if media.tracks else Fraction(0)


def _feed(feed: Feed, media: Media) -> Feed:
    """What is listened to, by the tracks that this file has under the same numbers."""
    own = {track.number: track for track in media.tracks}
    return replace(feed, tracks=tuple(own.get(track.number, track) for track in feed.tracks))


def hear_speech(
    path: Path, media: Media, feed: Feed, start: Fraction = Fraction(0), duration: Fraction | None = None
) -> Samples:
    """A window in mono at 16 kHz, shape (samples,): what recognisers and the aligner listen to."""
    span = media.duration - start if duration is None else duration
    return hear(
        path,
        media,
        feed,
        nearest(start * SPEECH_RATE),
        nearest(span * SPEECH_RATE),
        hz=SPEECH_RATE,
        channels=1,
    )[:, 0]


def read_speech(
    path: Path, media: Media, track: Track, start: Fraction = Fraction(0), duration: Fraction | None = None
) -> Samples:
    """The same of one whole track."""
    return hear_speech(path, media, Feed((track,)), start, duration)


def read(
    path: Path,
    media: Media,
    track: Track,
    first: int,
    count: int,
    *,
    hz: int = SAMPLE_RATE,
    channels: int = 2,
    channel: int | None = None,
) -> Samples:
    """`count` samples of a track from sample `first` at `hz`, in `channels` (mono is on both sides, more are
    mixed: channels.py).
    """
    out = np.zeros((count, channels), np.float32)
    try:
        with open_footage(
            path, media.container
        ) as container:  # by the demuxer that ingest let in, and no other
            for at, block in _blocks(container, media, track, Fraction(first, hz), hz, channels, channel):
                if at >= first + count:
                    break
                start, stop = max(at, first), min(at + len(block), first + count)
                if stop > start:
                    out[start - first : stop - first] = block[start - at : stop - at]
    except FFmpegError as problem:
        if failed := of_disk(path, problem):
            raise failed from None
        raise InputError(
            f"its sound cannot be decoded ({problem.strerror})",
            where=path.name,
            next_step="export the clip again",
        ) from None
    return out


def _blocks(
    container: av.container.InputContainer,
    media: Media,
    track: Track,
    start: Fraction,
    hz: int,
    channels: int,
    channel: int | None,
) -> Iterator[tuple[int, Samples]]:
    """Decoded blocks at `hz`, mixed, with the sample position of each."""
    stream = container.streams[track.stream]
    assert isinstance(stream, av.AudioStream) and stream.time_base
    if media.container == INDEXED:
        for other in container.streams:
            other.discard = Discard.default if other.index == stream.index else Discard.all
    tick = Fraction(stream.time_base)
    anchor = (stream.start_time or 0) * tick - media.origin
    wanted = start + media.origin - LEAD
    if wanted > 0:
        container.seek(int(wanted / tick), stream=stream, backward=True)
    # Packets of others are as long as their writer liked.
    even = not stream.codec_context.name.startswith("pcm_")
    run: _Run | None = None
    for frame in _decoded(container, stream):
        if frame.pts is None or not frame.samples:
            continue
        # A new start, or a jump, is laid anew; less is how timestamps are rounded.
        if run is None or not run.goes_on(frame, frame.pts):
            if run:
                yield from run.convert(last=True)
            moment = frame.pts * tick - media.origin
            first = nearest(moment * frame.sample_rate)
            if even:
                first = _on_grid(moment, anchor, frame.samples, frame.sample_rate, tick)
            run = _Run(frame, first, tick, media.origin, hz, channels, channel)
        run.add(frame)
        if run.waiting >= AT_ONCE:
            yield from run.convert()
    if run:
        yield from run.convert(last=True)


def _decoded(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    """Frames from where a seek landed: in a programme stream that is in the middle of one, and its remains
    are no damage.
    """
    begun = False
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except InvalidDataError:
            if begun:
                raise
            continue
        begun = begun or bool(frames)
        yield from frames


def _on_grid(moment: Fraction, anchor: Fraction, samples: int, rate: int, tick: Fraction) -> int:
    """The sample at which a frame begins. Frames of one length follow each other from the track's start;
    where the timestamp
    agrees to the tick, that is where it lies, so that coarse timestamps (Matroska's milliseconds) move
    nothing."""
    laid = anchor * rate + samples * nearest((moment - anchor) * rate / samples)
    return nearest(laid if abs(laid - moment * rate) <= tick * rate else moment * rate)


class _Run:
    """Samples that follow each other without a gap, from sample `first` at their rate, mixed and converted to
    `hz` as they come.
    """

    def __init__(
        self,
        frame: av.AudioFrame,
        first: int,
        tick: Fraction,
        origin: Fraction,
        hz: int,
        channels: int,
        channel: int | None,
    ) -> None:
        rate = frame.sample_rate
        self._alike, self._first, self._taken = _alike(frame), first, 0
        self._waiting = av.AudioFifo()
        self._mix = matrix([place.name for place in frame.layout.channels], channels, channel)
        # Whole numbers of one unit: in fractions, asking this of each frame takes longer than decoding it.
        self._unit = lcm(tick.denominator, origin.denominator, rate, JUMP.denominator)
        self._tick, self._origin, self._sample, self._jump = (
            int(time * self._unit) for time in (tick, origin, Fraction(1, rate), JUMP)
        )
        self._converter = None
        self._pad = np.zeros((0, channels), np.float32)
        self._at = self._from = first
        if rate != hz:
            import soxr

            # Conversion begins where a sample of both rates falls on the same moment; silence fills up to the
            # first one.
            step = rate // gcd(rate, hz)
            self._pad = np.zeros((first % step, channels), np.float32)
            self._at = (first - first % step) * hz // rate
            self._from = ceil(Fraction(first * hz, rate))
            self._converter = soxr.ResampleStream(rate, hz, channels, dtype="float32", quality=QUALITY)

    def goes_on(self, frame: av.AudioFrame, pts: int) -> bool:
        """Does this frame begin where the last one ended, in the same kind of samples?"""
        end = (self._first + self._taken) * self._sample
        return abs(pts * self._tick - self._origin - end) <= self._jump and _alike(frame) == self._alike

    @property
    def waiting(self) -> int:
        """Samples that are not converted yet."""
        return self._waiting.samples

    def add(self, frame: av.AudioFrame) -> None:
        self._taken += frame.samples
        frame.pts = None  # laid by us
        self._waiting.write(frame)

    def convert(self, *, last: bool = False) -> Iterator[tuple[int, Samples]]:
        frame = self._waiting.read()
        block = self._pad[:0] if frame is None else np.asarray(_floats(frame) @ self._mix, np.float32)
        if self._converter:
            block, self._pad = np.concatenate([self._pad, block]), self._pad[:0]
            block = np.asarray(self._converter.resample_chunk(block, last=last), np.float32)
        skip = min(len(block), max(0, self._from - self._at))
        if len(block) > skip:
            yield self._at + skip, block[skip:]
        self._at += len(block)


def _alike(frame: av.AudioFrame) -> tuple[int, str, str]:
    """What two frames that are read as one must share."""
    return frame.sample_rate, frame.format.name, frame.layout.name


def _floats(frame: av.AudioFrame) -> Samples:
    """A decoded frame as floats, shape (samples, channels)."""
    data = frame.to_ndarray()
    data = data.T if frame.format.is_planar else data.reshape(-1, len(frame.layout.channels))
    if data.dtype.kind == "f":
        return np.asarray(data, np.float32)
    full = np.float32(2.0 ** (8 * data.dtype.itemsize - 1))
    return np.asarray(data, np.float32) / full - (1 if data.dtype.kind == "u" else 0)
