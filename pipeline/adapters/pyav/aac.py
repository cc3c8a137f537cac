"""AAC in pieces: frames out of the middle of what was encoded, in a file of their own, to be joined with
others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from pipeline.adapters.ffmpeg.process import SAFE_INPUT
from pipeline.core.ports import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.errors import BrokenIO

FRAME = 1024
BITS = 192_000

FIRST_GUESS = 30
"""Where the encoder's rate control begins. By itself it begins at 120, and takes five seconds to find out
that a voice may be encoded as finely as this.
"""


def encode(samples: Samples, lead: int, count: int, to: Path) -> Samples:
    """Write the frames that `count` samples begin in, after `lead` others; what a player hears of both.

    At the end of `samples` the last frame, which ends there, is written too.
    """
    # By its name: what fails in writing to a file of Python's reaches us as no error of the system.
    with av.open(f"file:{to}", "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        stream: Any = out.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", options=_options())
        stream.bit_rate = BITS
        frames = [*_encoded(stream, samples), *stream.encode(None)]
        first, ends = lead // FRAME, lead + count == len(samples)
        after = -(-len(samples) // FRAME) + 1 if ends else first + count // FRAME
        heard = _decoded(frames, bytes(stream.codec_context.extradata or b""))
        for number, packet in enumerate(frames[first:after]):
            packet.pts = packet.dts = number * FRAME
            packet.duration = FRAME
            out.mux(packet)
    return heard[: lead + count]


def _options() -> dict[str, str]:
    return {"flags": "+bitexact", "global_quality": str(FIRST_GUESS)}


def _encoded(stream: Any, samples: Samples) -> Iterator[Any]:
    for at in range(0, len(samples), FRAME):
        part = np.ascontiguousarray(samples[at : at + FRAME].T, np.float32)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
        yield from stream.encode(frame)


def _decoded(frames: Sequence[Any], settings: bytes) -> Samples:
    """What is heard, from the first sample that was encoded: a frame later than the first comes out."""
    player = AudioCodecContext.create("aac", "r")
    player.extradata = settings
    heard = [frame.to_ndarray() for packet in frames for frame in player.decode(av.Packet(bytes(packet)))]
    return np.concatenate([block.T for block in heard])[FRAME:]


def joined(pieces: Sequence[Path], samples: int, film: Any) -> Iterator[Any]:
    """Their frames one after the other, for a film of so many samples; the first begins before it, as a
    decoder's does. The film's sound has its stream when the first is asked for.
    """
    stream, settings, at = None, b"", -FRAME
    for path in pieces:
        with av.open(f"file:{path}", options=SAFE_INPUT) as piece:
            source = piece.streams.audio[0]
            own = bytes(source.codec_context.extradata or b"")
            if stream is None:
                stream, settings = film.add_stream_from_template(source, opaque=True), own
            for packet in piece.demux(source):
                if packet.size and own == settings:
                    packet.pts = packet.dts = at
                    packet.duration = min(FRAME, samples - at)
                    packet.time_base, packet.stream = Fraction(1, SAMPLE_RATE), stream
                    at += FRAME
                    yield packet
    if not samples <= at < samples + FRAME:
        raise BrokenIO(
            f"the film's sound has {at} samples where {samples} were planned",
            next_step="delete build/ and build again",
        )
