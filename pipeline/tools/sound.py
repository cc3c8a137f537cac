"""Reading sound by position: any window of any track, on the presentation timeline, to the sample.

Decoded samples are laid where their timestamps say; what a file leaves open (a late start, a gap)
is silence. So sound that starts 0.2 s after the picture stays 0.2 s after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError, InvalidDataError

from pipeline.errors import InputError
from pipeline.model.media import Media, Track
from pipeline.model.time import SAMPLE_RATE, nearest
from pipeline.tools.probe import open_footage

Samples = npt.NDArray[np.float32]
"""Shape (samples, channels), -1 to 1."""

LEAD = Fraction(1, 2)
"""Seconds decoded before a window: a codec needs its past, and a resampler its neighbours."""

SPEECH_RATE = 16_000


def read(path: Path, media: Media, track: Track, first: int, count: int, *, hz: int = SAMPLE_RATE, channels: int = 2) -> Samples:
    """`count` samples from sample `first` at `hz`, in `channels` (mono is doubled, more are mixed)."""
    out = np.zeros((count, channels), np.float32)
    try:
        with open_footage(path) as container:
            for at, block in _blocks(container, media, track, Fraction(first, hz), hz, channels):
                if at >= first + count:
                    break
                start, stop = max(at, first), min(at + len(block), first + count)
                if stop > start:
                    out[start - first : stop - first] = block[start - at : stop - at]
    except FFmpegError as problem:
        raise InputError(f"its sound cannot be decoded ({problem.strerror})", where=path.name, next_step="export the clip again") from None
    return out


def read_speech(path: Path, media: Media, track: Track, start: Fraction = Fraction(0), duration: Fraction | None = None) -> Samples:
    """A window in mono at 16 kHz, shape (samples,): what recognisers and the aligner listen to."""
    span = media.duration - start if duration is None else duration
    return read(path, media, track, nearest(start * SPEECH_RATE), nearest(span * SPEECH_RATE), hz=SPEECH_RATE, channels=1)[:, 0]


def _blocks(container: av.container.InputContainer, media: Media, track: Track, start: Fraction, hz: int, channels: int) -> Iterator[tuple[int, Samples]]:
    """Decoded and resampled blocks with the sample position of each."""
    stream = container.streams[track.stream]
    assert isinstance(stream, av.AudioStream) and stream.time_base
    wanted = start + media.origin - LEAD
    if wanted > 0:
        container.seek(int(wanted / stream.time_base), stream=stream, backward=True)
    resampler: av.AudioResampler | None = None
    expected = Fraction(0)  # where the next decoded sample should be, in seconds
    at = 0
    layout = "mono" if channels == 1 else "stereo"
    for frame in _decoded(container, stream):
        if frame.pts is None or not frame.samples:
            continue
        moment = frame.pts * Fraction(stream.time_base) - media.origin
        # A new start, or a jump of more than 10 ms, is laid anew; smaller ones are rounded timestamps.
        if resampler is None or abs(moment - expected) > Fraction(1, 100):
            if resampler:
                for done in resampler.resample(None):
                    yield at, _array(done)
            resampler = av.AudioResampler("fltp", layout, hz)
            at = nearest(moment * hz)
            expected = moment
        expected += Fraction(frame.samples, frame.sample_rate)
        frame.pts = None
        for done in resampler.resample(frame):
            yield at, _array(done)
            at += done.samples
    if resampler:
        for done in resampler.resample(None):
            yield at, _array(done)
            at += done.samples


def _decoded(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    """Frames from where a seek landed: in a programme stream that is in the middle of one, and its remains are no damage."""
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


def _array(frame: av.AudioFrame) -> Samples:
    return np.ascontiguousarray(frame.to_ndarray().T, np.float32)
