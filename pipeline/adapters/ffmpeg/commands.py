"""ffmpeg command lines, built by ffmpeg-python as lists and run by process.py.

Every function that returns arguments is pure, so that a test can read them. Files have fixed names
in the working folder: source, cutaway0, card.png, captions.ass, fonts/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from heapq import merge
from io import BytesIO
from itertools import chain
from math import ceil, floor
from pathlib import Path
from typing import IO, Any

import ffmpeg as graph

from pipeline.adapters.ffmpeg.conform import Size, fit, fit_still, lay_out, opening, steady, through
from pipeline.adapters.ffmpeg.encoders import Encoder, ticks
from pipeline.adapters.ffmpeg.process import MAX_PIXELS, MOST_SIDE, SAFE_INPUT, place, run
from pipeline.adapters.fonts import Typeface, packaged
from pipeline.adapters.pyav.probe import still_format
from pipeline.adapters.pyav.stream_copy import CONTAINER
from pipeline.core.framing import Framing
from pipeline.core.media import Media, Picture
from pipeline.core.ports import Drawn, Held, Laid, Played, Run
from pipeline.core.time import SAMPLE_RATE, SOON, Source, Span, nearest
from pipeline.errors import BrokenIO, InputError

Counter = Callable[[int], None]

GROUND, INK, FAINT = "0x12151C", "0xF4F1EA", "0x6B7689"


@dataclass(frozen=True)
class Reel:
    """A moving picture as ffmpeg reads it, under a fixed name: an excerpt (excerpt.py), or the whole file
    from `seek` seconds on.

    The clock it is asked for by is `shift` seconds behind its own.
    """

    name: str
    media: Media
    shift: Fraction = Fraction(0)
    seek: Fraction | None = None

    @property
    def picture(self) -> Picture:
        assert self.media.picture
        return self.media.picture

    def frames(
        self,
        first: int,
        end: int,
        size: Size,
        rate: Fraction,
        fill: str,
        approved: Span[Source] | None = None,
    ) -> Any:
        """Frames `first` up to `end` of the film's rate on the source's own clock, and at those times, as the
        film has them.

        None begins outside what is approved. Timestamps stay the source's (-copyts), so where decoding starts
        does not
        change which frame is shown. A picture that starts late or ends early stands still.
        """
        begin, zero = Fraction(first) / rate, self.media.picture_origin + self.shift
        late = {"start_time": f"{float(begin):.6f}"} if self.picture.start - self.shift > begin else {}
        stream = self._input(opening(self.picture, size, fill))
        if self.shift:  # an AVI's tick is a whole frame, and a shift is a part of one
            stream = stream.filter("settb", "1/1000000")
        if zero:  # counts from anywhere: laid on the presentation timeline, to the tick
            stream = stream.filter("setpts", f"round(PTS-{zero.numerator}/{zero.denominator}/TB)")
        stream = steady(stream, self.picture, rate)
        if approved:
            stream = stream.filter("setpts", only(approved, rate))
        stream = stream.filter("fps", fps=str(rate), **late).filter("tpad", stop=-1, stop_mode="clone")
        return stream.filter("trim", start_pts=first, end_pts=end)

    def fitted(
        self, stream: Any, size: Size, fill: str, framing: Framing | None = None, first: int = 0
    ) -> Any:
        """Fitted into the film, or seen through a window; the stream begins with the camera's frame
        `first`.
        """
        if framing:
            return through(stream, self.picture, size, framing, first)
        return fit(stream, self.picture, size, fill)

    def _input(self, options: Mapping[str, Any]) -> Any:
        if self.seek is None:
            return graph.input(
                f"file:{self.name}", f=CONTAINER, protocol_whitelist="file,pipe", threads=1, **options
            )["0"]
        seek = f"{float(self.seek + self.media.origin):.6f}"
        source = graph.input(
            f"file:{self.name}",
            noaccurate_seek=None,
            seek_timestamp=1,
            ss=seek,
            threads=1,
            **options,
            **SAFE_INPUT,
        )
        return source[str(self.picture.stream)]


def only(approved: Span[Source], rate: Fraction) -> str:
    """Timestamps by which no frame that begins outside `approved` is shown in it, for ffmpeg's setpts.

    What begins before is no later than where the span's first film frame starts, and the first that begins
    inside is moved to there, so that it takes their place; what begins after is moved behind the
    span's last film frame. Where nothing begins soon after the in point, what is on the screen there stays.
    """
    start, end = approved.start.seconds, approved.end.seconds
    first, after = (
        f"round({frame * rate.denominator}/{rate.numerator}/TB)"
        for frame in (floor(start * rate), ceil(end * rate))
    )
    early, late, settled = f"lt(ld(1),{start})", f"gte(ld(1),{end})", f"ld(0)+gte(ld(1),{start + SOON})"
    # A time in doubles is a little off: a billionth of a second is more than that, and less than any frame.
    inside = f"if({settled},PTS,st(0,1)*{first})"
    return f"st(1,PTS*TB+1e-9);if({early},min(PTS,{first}),if({late},max(PTS,{after}),{inside}))"


def still(name: str, demuxer: str) -> Any:
    """A picture file as a stream of one frame."""
    return graph.input(f"file:{name}", f=demuxer, protocol_whitelist="file,pipe")["v"]


def standing(picture: Any, frames: int, rate: Fraction) -> Any:
    """A picture that stands for a number of frames."""
    return (
        picture.filter("loop", loop=-1, size=1)
        .filter("settb", f"{rate.denominator}/{rate.numerator}")
        .filter("setpts", "N")
        .filter(
            "fps", fps=str(rate)
        )  # a picture says 25 a second of itself, and the encoder would believe it
        .filter("trim", end_frame=frames)
    )


def captioned(stream: Any) -> Any:
    """The stream with the shot's captions.ass burnt in."""
    return stream.filter("ass", "captions.ass", fontsdir="fonts")


def outputs(
    stream: Any,
    encoder: Encoder,
    rate: Fraction,
    first: int = 0,
    *,
    burn: bool,
    clean: bool = True,
    begin: int = 0,
) -> list[str]:
    """One or two encodes of the same frames: clean.mp4, and captioned.mp4 where there is text to burn.

    `stream` counts from frame `begin` of its shot, whose captions are on that clock.
    """
    # Said of the frames too, or an encoder believes the source: parts must share their tables.
    stream = stream.filter(
        "setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv"
    )
    pictures = {"clean.mp4": captioned(stream) if burn else stream}
    if burn and clean:
        split = stream.split()
        pictures = {"captioned.mp4": captioned(split[1]), "clean.mp4": split[0]}
    made = [
        graph.output(_from_zero(picture, begin), name, **encoder.options(rate, first + begin))
        for name, picture in pictures.items()
    ]
    whole = graph.merge_outputs(*made) if len(made) > 1 else made[0]
    return [
        "-xerror",
        "-copyts",
        "-filter_complex_threads",
        "1",
        "-progress",
        "pipe:1",
        "-stats_period",
        "0.5",
        *map(str, whole.get_args()),
    ]


def _from_zero(stream: Any, frame: int) -> Any:
    return stream.filter("setpts", f"PTS-{frame}") if frame else stream


def take_arguments(
    take: Played,
    reel: Reel | str,
    cutaways: Sequence[tuple[Laid, Reel | str]],
    size: Size,
    rate: Fraction,
    encoder: Encoder,
    *,
    burn: bool,
    clean: bool = True,
    fill: str = "bars",
    run: Run | None = None,
) -> list[str]:
    """A take, or only the frames `run` of it. It and its cutaways come with the film of each, or the demuxer
    of a still one.
    """
    begin, end = run or (0, take.frames)
    if isinstance(reel, str):
        stood = standing(fit_still(still("source", reel), size, fill), end - begin, rate)
        stream = stood.filter("setpts", f"PTS+{begin}")
    else:
        around = "bars" if take.framing else fill
        stream = reel.frames(take.first + begin, take.first + end, size, rate, around, take.sound)
        stream = _from_zero(stream, take.first)
        stream = reel.fitted(stream, size, fill, take.framing, take.first + begin)
    for number, (cutaway, what) in enumerate(cutaways):
        stream = graph.overlay(
            stream, _cutaway(f"cutaway{number}", cutaway, what, size, rate, fill), eof_action="pass"
        )
    return outputs(stream, encoder, rate, take.first, burn=burn, clean=clean, begin=begin)


LOOKED = "looked.raw"


def look(
    reel: Reel, first: int, end: int, every: int, size: Size, rate: Fraction, room: Path, blame: str
) -> None:
    """Every so many of a reel's frames, as a film of this size shows them, in red, green and blue."""
    arguments = look_arguments(reel, first, end, every, size, rate)
    lay_out(arguments, room)
    run(arguments, room, timeout=120 + (end - first) * 2, blame=blame)


def look_arguments(reel: Reel, first: int, end: int, every: int, size: Size, rate: Fraction) -> list[str]:
    few = reel.frames(first, end, size, rate, "bars").filter("framestep", every)
    seen = reel.fitted(_from_zero(few, first), size, "bars").filter("format", "rgb24")
    made = graph.output(seen, f"file:{LOOKED}", f="rawvideo", fps_mode="passthrough")
    return ["-copyts", *map(str, made.get_args())]


def _cutaway(name: str, cutaway: Laid, what: Reel | str, size: Size, rate: Fraction, fill: str) -> Any:
    if isinstance(what, str):
        laid = standing(fit_still(still(name, what), size, fill), cutaway.frames, rate)
    else:
        first = nearest(cutaway.start * rate)
        laid = what.fitted(
            _from_zero(what.frames(first, first + cutaway.frames, size, rate, fill), first), size, fill
        )
    return laid.filter("setpts", f"PTS+{cutaway.at}*{rate.denominator}/{rate.numerator}/TB")


def hold_arguments(
    hold: Held,
    reel: Reel | str,
    size: Size,
    rate: Fraction,
    encoder: Encoder,
    *,
    burn: bool,
    fill: str = "bars",
) -> list[str]:
    """One frame of a source, or of what lies over it, standing still."""
    if isinstance(reel, str):
        stood = standing(fit_still(still("source", reel), size, fill), hold.frames, rate)
        return outputs(stood, encoder, rate, burn=burn, clean=not burn)
    first, approved = (nearest(hold.laid.start * rate), None) if hold.laid else (hold.first, hold.approved)
    framing = None if hold.laid else hold.framing
    frames = reel.frames(first, first + 1, size, rate, "bars" if framing else fill, approved)
    one = reel.fitted(_from_zero(frames, first), size, fill, framing, first)
    stream = one.filter("tpad", stop=hold.frames - 1, stop_mode="clone")
    return outputs(stream, encoder, rate, burn=burn, clean=not burn)


def card_arguments(card: Drawn, size: Size, rate: Fraction, encoder: Encoder, *, burn: bool) -> list[str]:
    """A drawn card. A break's time runs down as a thin bar that grows shorter: seen, not counted aloud."""
    stream = standing(still("card.png", "png_pipe"), card.frames, rate)
    stream = (
        stream.filter("scale", out_color_matrix="bt709", out_range="tv")
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )
    if card.face.heading:
        x, y, width, height = bar(size)
        seconds = float(Fraction(card.frames) / rate)
        ribbon = graph.input(f"color=c={FAINT}:s={width}x{height}:r={rate}:d={seconds:.6f}", f="lavfi")["v"]
        cover = graph.input(f"color=c={GROUND}:s={width}x{height}:r={rate}:d={seconds:.6f}", f="lavfi")["v"]
        stream = graph.overlay(stream, ribbon, x=x, y=y)
        # The cover comes in from the right, and is cut off where the ribbon ends by the card's own ground.
        stream = graph.overlay(stream, cover, x=f"{x}+{width}*(1-t/{seconds:.6f})", y=y, eval="frame")
        return outputs(captioned(stream), encoder, rate, burn=False)
    return outputs(stream, encoder, rate, burn=burn, clean=not burn)


def bar(size: Size) -> tuple[int, int, int, int]:
    """x, y, width and height of a break's ribbon."""
    width, height = size
    return (
        round(width * 0.3) // 2 * 2,
        round(height * 0.8) // 2 * 2,
        round(width * 0.4) // 2 * 2,
        max(4, height // 120 // 2 * 2),
    )


def render(
    arguments: list[str],
    room: Path,
    *,
    frames: int,
    blame: str = "",
    ass: str = "",
    letters: Typeface | None = None,
    count: Counter = lambda _: None,
) -> None:
    """Run a picture's command line in `room`, which then holds clean.mp4 and perhaps captioned.mp4 beside
    what it was made from.
    """
    lay_out(arguments, room)
    if ass:
        (room / "captions.ass").write_text(ass, encoding="utf-8")
        (letters or packaged()).lay(room / "fonts", ass)
    made = frames

    def line(text: str) -> None:
        nonlocal made
        if text.startswith("frame="):
            made = int(text[6:])
            count(min(frames, made))

    run(arguments, room, timeout=120 + frames * 2, blame=blame, line=line)
    if blame and made != frames:
        raise InputError(
            f"its picture gave {made} frames where {frames} were planned: it may change its size or "
            f"break off there",
            where=blame,
            next_step="look at it there, and export the clip again from the camera's software or the NLE",
        )


def cutaway_kind(path: Path) -> str | None:
    """The demuxer of a still cutaway, None for one that moves."""
    with path.open("rb") as file:
        return still_format(file.read(16))


def decode_still(path: Path, kind: str, room: Path) -> None:
    """InputError where a still cannot be decoded, or is larger than any screen, naming it."""
    _check_size(path, kind)
    place(path, room / "still")
    picture = graph.input("file:still", f=kind, protocol_whitelist="file,pipe")["v"]
    run(
        [*map(str, graph.output(picture, "-", f="null", vframes=1).get_args())],
        room,
        timeout=60,
        blame=path.name,
    )
    (room / "still").unlink()


MOST_BYTES = 200 << 20
"""In a still: more than a camera of 60 megapixels writes into a PNG."""


def _check_size(path: Path, kind: str) -> None:
    """By its first bytes, before anything is unpacked."""
    size, step = path.stat().st_size, "make it smaller: a film shows 1920x1080 or 3840x2160 of it"
    if size > MOST_BYTES:
        what = f"is {size >> 20} MB, and no still is larger than {MOST_BYTES >> 20} MB"
        raise InputError(what, where=path.name, next_step=step)
    with path.open("rb") as file:
        width, height = _png_size(file.read(24)) if kind == "png_pipe" else _jpeg_size(file)
    if width * height > MAX_PIXELS or max(width, height) > MOST_SIDE:
        most = f"{MAX_PIXELS // 10**6} million pixels, nor longer than {MOST_SIDE}"
        what = f"is {width}x{height}, and no still is larger than {most}"
        raise InputError(what, where=path.name, next_step=step)


def _png_size(head: bytes) -> tuple[int, int]:
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _jpeg_size(file: IO[bytes]) -> tuple[int, int]:
    """From its frame header (ITU-T T.81, B.2.2); nothing where there is none, which the decoder says."""
    file.seek(2)
    for _ in range(1000):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            break
        length = int.from_bytes(head[2:], "big")
        if head[1] in range(0xC0, 0xD0) and head[1] not in (0xC4, 0xC8, 0xCC):
            frame = file.read(5)
            return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
        file.seek(length - 2, 1)
    return 0, 0


def jpeg(video: Path, *, at: Fraction, height: int = 180) -> bytes:
    """One frame of one of our own parts as a JPEG: the one that begins `at`. Made here, for a process
    would take longer to start.
    """
    import av
    from av.video.codeccontext import VideoCodecContext
    from av.video.reformatter import ColorRange, Colorspace

    with av.open(f"file:{video}", options=SAFE_INPUT) as film:
        stream = film.streams.video[0]
        wanted = nearest(at / (stream.time_base or 1))
        film.seek(wanted, stream=stream)
        frame = next(frame for frame in film.decode(stream) if frame.pts is not None and frame.pts >= wanted)
    width = nearest(Fraction(frame.width * height, frame.height)) // 2 * 2
    small = frame.reformat(
        width,
        height,
        "yuvj420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.JPEG,
    )
    encoder = VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = (
        small.width,
        small.height,
        "yuvj420p",
        Fraction(1, 25),
    )
    encoder.options = {"q:v": "5", "flags": "+bitexact"}
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])


def write_film(
    pictures: Sequence[tuple[Path, int | Run]],
    rate: Fraction,
    sound: Sequence[Path],
    samples: int,
    chapters: str,
    title: str,
    language: str,
    out: Path,
) -> None:
    """Pictures and the pieces of `sound` copied into one MP4 that starts at once, with our chapters and title
    and nothing else.
    """
    import av

    from pipeline.adapters.pyav import aac

    # A film tells its length in ticks, 1000 a second unless asked otherwise: samples are whole in these.
    exact = {"movie_timescale": str(SAMPLE_RATE)}
    with _film(out, rate, exact | {"movflags": "+faststart", "fflags": "+bitexact"}) as film:
        # Global tags and chapter titles come from our own list, and from it alone.
        with av.open(BytesIO(chapters.encode()), format="ffmetadata") as told:
            film.set_chapters(told.chapters())
        film.metadata["title"] = title
        packets = merge(
            _joined(pictures, rate, film),
            aac.joined(sound, samples, film),
            key=lambda one: one.dts * float(one.time_base),
        )
        # Both streams are there when the first packet is.
        first = next(packets)
        film.streams.audio[0].metadata["language"] = language
        for packet in chain([first], packets):
            film.mux(packet)


def join_pictures(pieces: Sequence[tuple[Path, int | Run]], rate: Fraction, out: Path) -> None:
    """Pictures copied one after the other, frame for frame.

    `pieces` are files with the number of frames each must hold, or with a run of frames to take out of it,
    which begins
    with a closed group and ends with one. A frame too few or too many is an error, and so are files whose
    decoder settings differ.
    """
    with _film(out, rate, {}) as film:
        for packet in _joined(pieces, rate, film):
            film.mux(packet)


def _film(out: Path, rate: Fraction, options: dict[str, str]) -> Any:
    import av

    # By its name: what fails in writing to a file of Python's reaches us as no error of the system.
    timescale = {"video_track_timescale": str(ticks(rate))}
    return av.open(f"file:{out}", "w", format="mp4", options=timescale | options)


def _joined(pieces: Sequence[tuple[Path, int | Run]], rate: Fraction, film: Any) -> Iterator[Any]:
    """The pictures of a film, whose stream it has when the first is asked for."""
    import av

    at, tables, stream = 0, None, None
    early = max(_early(path, rate) for path, _ in pieces)
    for path, wanted in pieces:
        begin, end = (0, None) if isinstance(wanted, int) else wanted
        with av.open(f"file:{path}", options=SAFE_INPUT) as piece:
            source = piece.streams.video[0]
            extradata = bytes(source.codec_context.extradata or b"")
            if stream is None:
                stream, tables = film.add_stream_from_template(source, opaque=True), extradata
            elif extradata != tables:
                raise BrokenIO(
                    "was encoded differently from the others and cannot be joined",
                    where=_shot(path),
                    next_step="delete build/ and build again",
                )
            count, each = 0, _ticks_a_frame(source, rate)
            for packet, frame in _pictures_of(piece, source, rate):
                if begin <= frame and (end is None or frame < end):
                    # A part of a frame or two is decoded later than the others, before its time in the film.
                    packet.dts = nearest((at + count - early) * each)
                    packet.pts += nearest((at - begin) * each)
                    packet.stream = stream
                    yield packet
                    count += 1
        planned = wanted if isinstance(wanted, int) else wanted[1] - wanted[0]
        if count != planned:
            raise InputError(
                f"gave {count} frames where {planned} were planned",
                where=_shot(path),
                next_step="check its footage, delete build/ and build again",
            )
        at += planned


def _pictures_of(piece: Any, stream: Any, rate: Fraction) -> Iterator[tuple[Any, int]]:
    """Each stored picture with the frame that it is, in the order in which they are stored."""
    each = _ticks_a_frame(stream, rate)
    for packet in piece.demux(stream):
        if packet.pts is not None and packet.dts is not None:
            yield packet, nearest(packet.pts / each)


def _ticks_a_frame(stream: Any, rate: Fraction) -> Fraction:
    return 1 / (rate * Fraction(stream.time_base))


def _early(part: Path, rate: Fraction) -> int:
    """How many frames before it is shown a part's first frame is decoded: later ones are stored out of
    order.
    """
    import av

    with av.open(f"file:{part}", options=SAFE_INPUT) as film:
        first = next(film.demux(film.streams.video[0]))
        return nearest(((first.pts or 0) - (first.dts or 0)) * (first.time_base or 1) * rate)


def picture_prints(path: Path) -> list[str]:
    """A hash of each encoded frame, in the order of the file: joins copy frames, so these stay the same from
    part to film.
    """
    import av

    with av.open(f"file:{path}", options=SAFE_INPUT) as film:
        return [
            blake2b(bytes(packet), digest_size=12).hexdigest()
            for packet in film.demux(film.streams.video[0])
            if packet.size
        ]


def _shot(part: Path) -> str:
    """What a part is called, from its record on the shelf; a piece that has none yet by its file."""
    record = part.parent / "made.json"
    return str(json.loads(record.read_bytes())["name"]) if record.is_file() else part.name
