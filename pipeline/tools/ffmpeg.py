"""ffmpeg command lines, built by ffmpeg-python as lists and run by process.py.

Every function that returns arguments is pure, so that a test can read them. Files have fixed names
in the working folder: source, cutaway0, card.png, captions.ass, fonts/.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from hashlib import blake2b
from math import log10
from pathlib import Path
from typing import Any

import ffmpeg as graph

from pipeline.errors import BrokenIO, InputError
from pipeline.model.media import Media, Picture
from pipeline.model.time import nearest
from pipeline.model.timeline import Break, Card, Cutaway, Hold, Take
from pipeline.tools.conform import Size, fit, fit_still, lay_out, opening, steady
from pipeline.tools.encoders import STRIP, Encoder, ticks
from pipeline.tools.fonts import font_files
from pipeline.tools.probe import still_format
from pipeline.tools.process import SAFE_INPUT, place, run

Counter = Callable[[int], None]

GROUND, INK, FAINT = "0x12151C", "0xF4F1EA", "0x6B7689"


def shown(media: Media, first: int, frames: int, size: Size, rate: Fraction, fill: str, key: Fraction | None) -> Any:
    """Frames of a source as the film has them."""
    assert media.picture
    return fit(conform(media, media.picture, first, frames, rate, key, **opening(media.picture, size, fill)), media.picture, size, fill)


def conform(media: Media, picture: Picture, first: int, frames: int, rate: Fraction, key: Fraction | None = None, **options: Any) -> Any:
    """Frames `first` up to `first + frames` of a source at the film's rate, counted on its own clock.

    Decoding starts at the key frame before (`key` where the file has no index to find it by); timestamps stay the source's (-copyts), so where it
    starts does not change which frame is shown. A picture that starts late or ends early stands still.
    """
    begin = Fraction(first) / rate
    seek = (max(Fraction(0), begin - Fraction(1, 2)) if key is None else key) + media.origin
    source = graph.input("file:source", noaccurate_seek=None, seek_timestamp=1, ss=f"{float(seek):.6f}", **options, **SAFE_INPUT)[str(picture.stream)]
    source = steady(from_zero(source, media), picture, rate)
    late = {"start_time": f"{float(begin):.6f}"} if picture.start > begin else {}
    return (
        source.filter("fps", fps=str(rate), **late)
        .filter("tpad", stop=-1, stop_mode="clone")
        .filter("trim", start_pts=first, end_pts=first + frames)
        .filter("setpts", "PTS-STARTPTS")
    )


def from_zero(stream: Any, media: Media) -> Any:
    """A stream that counts from anywhere, on the presentation timeline, to the tick."""
    origin = media.origin
    return stream.filter("setpts", f"round(PTS-{origin.numerator}/{origin.denominator}/TB)") if origin else stream


def still(name: str, demuxer: str) -> Any:
    return graph.input(f"file:{name}", f=demuxer, protocol_whitelist="file,pipe")["v"]


def standing(picture: Any, frames: int, rate: Fraction) -> Any:
    """A picture that stands for a number of frames."""
    return (
        picture.filter("loop", loop=-1, size=1).filter("settb", f"{rate.denominator}/{rate.numerator}")
        .filter("setpts", "N").filter("fps", fps=str(rate))  # a picture says 25 a second of itself, and the encoder would believe it
        .filter("trim", end_frame=frames)
    )  # fmt: skip


def captioned(stream: Any) -> Any:
    return stream.filter("ass", "captions.ass", fontsdir="fonts")


def outputs(stream: Any, encoder: Encoder, rate: Fraction, first: int = 0, *, burn: bool, clean: bool = True) -> list[str]:
    """One or two encodes of the same frames: clean.mp4, and captioned.mp4 where there is text to burn."""
    # Said of the frames too, or an encoder believes the source: parts must share their tables.
    stream = stream.filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")
    made = []
    if burn and clean:
        split = stream.split()
        stream, second = split[0], split[1]
        made.append(graph.output(captioned(second), "captioned.mp4", **encoder.options(rate, first)))
    elif burn:
        stream = captioned(stream)
    made.append(graph.output(stream, "clean.mp4", **encoder.options(rate, first)))
    whole = graph.merge_outputs(*made) if len(made) > 1 else made[0]
    return ["-xerror", "-copyts", "-progress", "pipe:1", "-stats_period", "0.5", *map(str, whole.get_args())]


def take_arguments(
    take: Take,
    media: Media,
    cutaways: Sequence[tuple[Cutaway, Media | str]],
    size: Size,
    rate: Fraction,
    encoder: Encoder,
    *,
    burn: bool,
    clean: bool = True,
    fill: str = "bars",
    key: Fraction | None = None,
) -> list[str]:
    stream = shown(media, take.first, take.frames, size, rate, fill, key)
    for number, (cutaway, what) in enumerate(cutaways):
        stream = graph.overlay(stream, _cutaway(number, cutaway, what, size, rate, fill), eof_action="pass")
    return outputs(stream, encoder, rate, take.first, burn=burn, clean=clean)


def _cutaway(number: int, cutaway: Cutaway, what: Media | str, size: Size, rate: Fraction, fill: str) -> Any:
    """`what` is the probed film of a cutaway, or the demuxer of a still one."""
    name = f"cutaway{number}"
    if isinstance(what, str):
        laid = standing(fit_still(still(name, what), size, fill), cutaway.frames, rate)
    else:
        assert what.picture
        first = nearest(cutaway.start * rate)
        source = graph.input(f"file:{name}", **opening(what.picture, size, fill), **SAFE_INPUT)[str(what.picture.stream)]
        laid = steady(from_zero(source, what), what.picture, rate).filter("fps", fps=str(rate)).filter("tpad", stop=-1, stop_mode="clone")
        laid = laid.filter("trim", start_pts=first, end_pts=first + cutaway.frames).filter("setpts", "PTS-STARTPTS")
        laid = fit(laid, what.picture, size, fill)
    return laid.filter("setpts", f"PTS+{cutaway.at}*{rate.denominator}/{rate.numerator}/TB")


def hold_arguments(
    hold: Hold, media: Media, size: Size, rate: Fraction, encoder: Encoder, *, burn: bool, fill: str = "bars", key: Fraction | None = None
) -> list[str]:
    """One frame of a source, standing still."""
    stream = shown(media, hold.first, 1, size, rate, fill, key).filter("tpad", stop=hold.frames - 1, stop_mode="clone")
    return outputs(stream, encoder, rate, burn=burn, clean=not burn)


def card_arguments(card: Card | Break, size: Size, rate: Fraction, encoder: Encoder, *, burn: bool) -> list[str]:
    """A drawn card. A break's time runs down as a thin bar that grows shorter: seen, not counted aloud."""
    stream = standing(still("card.png", "png_pipe"), card.frames, rate)
    stream = stream.filter("scale", out_color_matrix="bt709", out_range="tv").filter("setsar", 1).filter("format", "yuv420p")
    if isinstance(card, Break):
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
    return round(width * 0.3) // 2 * 2, round(height * 0.8) // 2 * 2, round(width * 0.4) // 2 * 2, max(4, height // 120 // 2 * 2)


def render(
    arguments: list[str], room: Path, *, frames: int, source: Path | None = None, cutaways: Sequence[Path] = (), ass: str = "", count: Counter = lambda _: None
) -> None:
    """Run a picture's command line in `room`, which then holds clean.mp4 and perhaps captioned.mp4."""
    inputs = [("source", source)] if source else []
    inputs += [(f"cutaway{number}", path) for number, path in enumerate(cutaways)]
    for name, path in inputs:
        assert path
        place(path, room / name)
    if ass:
        (room / "captions.ass").write_text(ass, encoding="utf-8")
        (room / "fonts").mkdir()
        for font in font_files():
            shutil.copyfile(font, room / "fonts" / font.name)

    tables = lay_out(arguments, room)
    made = frames

    def line(text: str) -> None:
        nonlocal made
        if text.startswith("frame="):
            made = int(text[6:])
            count(min(frames, made))

    run(arguments, room, timeout=120 + frames * 2, blame=source.name if source else "", line=line)
    if source and made != frames:
        raise InputError(
            f"its picture gave {made} frames where {frames} were planned: it may change its size or break off there",
            where=source.name,
            next_step="look at it there, and export the clip again from the camera's software or the NLE",
        )
    for path in (*(room / name for name, _ in inputs), *tables):
        path.unlink()
    if ass:
        (room / "captions.ass").unlink()
        shutil.rmtree(room / "fonts")


def cutaway_kind(path: Path) -> str | None:
    """The demuxer of a still cutaway, None for one that moves."""
    with path.open("rb") as file:
        return still_format(file.read(16))


def decode_still(path: Path, kind: str, room: Path) -> None:
    """InputError where a still cannot be decoded, naming it."""
    place(path, room / "still")
    picture = graph.input("file:still", f=kind, protocol_whitelist="file,pipe")["v"]
    run([*map(str, graph.output(picture, "-", f="null", vframes=1).get_args())], room, timeout=60, blame=path.name)
    (room / "still").unlink()


def jpeg(video: Path, room: Path, *, at: Fraction, height: int = 180) -> bytes:
    """One frame of one of our own parts as a small JPEG."""
    place(video, room / "part.mp4")
    clip = graph.input("file:part.mp4", ss=f"{float(at):.3f}", **SAFE_INPUT)["v"].filter("scale", -2, height)
    run([*map(str, graph.output(clip, "still.jpg", vframes=1, f="mjpeg", **{"q:v": 5}, **STRIP).get_args())], room, timeout=60)
    (room / "part.mp4").unlink()
    return (room / "still.jpg").read_bytes()


def loudness(room: Path, *, raw: Path | None = None, source: Path | None = None, stream: int = 0) -> tuple[float, float]:
    """Integrated loudness in LUFS (EBU R 128) and true peak in dBTP, of our samples or a source's track."""
    if raw:
        place(raw, room / "sound.f32")
        sound = graph.input("file:sound.f32", f="f32le", ar=48000, ac=2)["a"]
    else:
        assert source
        place(source, room / "source")
        sound = graph.input("file:source", **SAFE_INPUT)[str(stream)]
    measured = sound.filter("ebur128", metadata=1, peak="true").filter("ametadata", "print", file="-")
    out = run([*map(str, graph.output(measured, "-", f="null").get_args())], room, timeout=7200, blame=source.name if source else "")
    loud, peak = -70.0, -99.0
    for text in out.splitlines():
        key, _, value = text.partition("=")
        if key == "lavfi.r128.I":
            loud = float(value)
        elif key.startswith("lavfi.r128.true_peak") and float(value) > 0:  # as an amplitude, not in dB
            peak = max(peak, 20 * log10(float(value)))
    (room / ("sound.f32" if raw else "source")).unlink()
    return loud, peak


def encode_sound(raw: Path, room: Path, *, gain: float, ceiling: float) -> Path:
    """sound.m4a from stereo floats: linear gain, a limiter that sees between the samples, AAC once."""
    place(raw, room / "sound.f32")
    sound = graph.input("file:sound.f32", f="f32le", ar=48000, ac=2)["a"].filter("volume", f"{gain:.3f}dB")
    sound = sound.filter("aresample", 192000).filter("alimiter", limit=f"{10 ** (ceiling / 20):.6f}", level="disabled", attack=2, release=80, latency=1)
    sound = sound.filter("aresample", 48000)
    run([*map(str, graph.output(sound, "sound.m4a", **{"c:a": "aac", "b:a": "192k", "f": "mp4", "bitexact": None}, **STRIP).get_args())], room, timeout=7200)
    (room / "sound.f32").unlink()
    return room / "sound.m4a"


def decode_sound(file: Path, room: Path) -> Path:
    """One of our own finished sounds as stereo floats again, to be measured as a player hears it."""
    place(file, room / "encoded.m4a")
    run([*map(str, graph.output(graph.input("file:encoded.m4a", **SAFE_INPUT)["a"], "decoded.f32", f="f32le", ar=48000, ac=2).get_args())], room, timeout=7200)
    (room / "encoded.m4a").unlink()
    return room / "decoded.f32"


def mux(picture: Path, sound: Path, chapters: str, title: str, language: str, room: Path, out: str) -> Path:
    """Picture and sound copied into one MP4 that starts at once, with our chapters and title and nothing else."""
    place(picture, room / "picture.mp4")
    place(sound, room / "muxed.m4a")
    (room / "chapters.ffmeta").write_text(chapters, encoding="utf-8")
    # Global tags and chapter titles come from our own list, and from it alone.
    options = ["-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2", "-c", "copy", "-movflags", "+faststart"]
    tags = ["-metadata", f"title={title}", "-metadata:s:a:0", f"language={language}"]
    inputs = ["-i", "file:picture.mp4", "-i", "file:muxed.m4a", "-f", "ffmetadata", "-i", "file:chapters.ffmeta"]
    run([*inputs, *options, *tags, "-fflags", "+bitexact", "-f", "mp4", out], room, timeout=7200)
    for name in ("picture.mp4", "muxed.m4a", "chapters.ffmeta"):
        (room / name).unlink()
    return room / out


def join_pictures(parts: Sequence[tuple[Path, int]], rate: Fraction, out: Path) -> None:
    """The pictures of all parts, copied one after the other, frame for frame.

    `parts` are files with the number of frames each must hold; one too few or too many is an error,
    and so are parts whose decoder settings differ.
    """
    import av

    at, tables, stream = 0, None, None
    with out.open("wb") as file, av.open(file, "w", format="mp4", options={"video_track_timescale": str(ticks(rate))}) as film:
        for path, frames in parts:
            with av.open(f"file:{path}", options=SAFE_INPUT) as part:
                source = part.streams.video[0]
                extradata = bytes(source.codec_context.extradata or b"")
                if stream is None:
                    stream, tables = film.add_stream_from_template(source), extradata
                elif extradata != tables:
                    raise BrokenIO("was encoded differently from the others and cannot be joined", where=_shot(path), next_step="delete build/ and build again")
                count = 0
                for packet in part.demux(source):
                    if packet.pts is not None and packet.dts is not None and packet.time_base:
                        shift = nearest(at / rate / packet.time_base)
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                        film.mux(packet)
                        count += 1
                if count != frames:
                    raise InputError(
                        f"gave {count} frames where {frames} were planned", where=_shot(path), next_step="check its footage, delete build/ and build again"
                    )
            at += frames


def picture_prints(path: Path) -> list[str]:
    """A hash of each encoded frame, in the order of the file: joins copy frames, so these stay the same from part to film."""
    import av

    with av.open(f"file:{path}", options=SAFE_INPUT) as film:
        return [blake2b(bytes(packet), digest_size=12).hexdigest() for packet in film.demux(film.streams.video[0]) if packet.size]


def _shot(part: Path) -> str:
    """What a part is called, from its record on the shelf."""
    return str(json.loads((part.parent / "made.json").read_bytes())["name"])
