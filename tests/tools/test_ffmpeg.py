"""ffmpeg's command lines as they are written, and tiny real renders whose every frame carries its number."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import BrokenIO, InputError
from pipeline.formats.captions import break_ass, to_ass
from pipeline.formats.markers import ffmetadata
from pipeline.model.captions import Cue, Profile
from pipeline.model.media import BT709, Colour, Media, Picture, Track
from pipeline.model.time import Programme, Span
from pipeline.model.timeline import Break, Card, Cutaway, Hold, Take, Timeline
from pipeline.store import file_digest
from pipeline.tools import ffmpeg, probe
from pipeline.tools.encoders import Encoder
from pipeline.tools.fonts import FAMILY
from pipeline.tools.process import run
from pipeline.tools.protocols import Look
from pipeline.tools.studio import Footage, Rack

SIZE = (320, 180)
PAL, NTSC = Fraction(25), Fraction(30000, 1001)
DRAFT = Encoder("h264", "ultrafast", 20)
QUALITIES = {"draft": {"reuse": False, "h264": {"preset": "ultrafast", "crf": 20}}}
PICTURE = Picture(0, "h264", 320, 180, Fraction(1), 0, False, PAL, False, Fraction(0), Fraction(10), "yuv420p", BT709)
TRACK = Track(1, 1, "aac", 2, 48_000, Fraction(0), Fraction(10), True, "")
MEDIA = Media("ab", 1, "mov", Fraction(10), Fraction(0), PICTURE, (), "", "")
PROFILE = Profile("test", 32, 2, 1.5, 6.0, 1.0, 0.6, 13.0, 15.0, "{name}:", 0.075, 0.75, 0.9, "")


def take(first: int, frames: int, *cutaways: Cutaway) -> Take:
    return Take(0, frames, "q1", "amara", "Amara", "s1", first, Span.measured(0, 1), (), cutaways=cutaways)


# As written -----------------------------------------------------------------------------------

ENCODED = (
    "-f mp4 -bitexact -c:v libx264 -color_primaries bt709 -color_range tv -color_trc bt709 -colorspace bt709 -crf 20 "
    "-fflags +bitexact -force_key_frames expr:eq(mod(n+{phase},{g}),0) "
    "-g {g} -map_chapters -1 -map_metadata -1 -pix_fmt yuv420p -preset ultrafast -profile:v high -threads 1 -video_track_timescale {ticks} "
    "-x264-params open-gop=0:stitchable=1:force-cfr=1"
)
INSIDE = "scale={}:{}:eval=frame:flags=bicubic+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv"
BARRED = ["format=yuv420p", "pad=320:180:(ow-iw)/2:(oh-ih)/2:color=black:eval=frame", "setsar=1", "sidedata=mode=delete"]


def inside(shape: str) -> str:
    return INSIDE.format(rf"max(2\,2*round(min(320\,180*{shape})/2))", rf"max(2\,2*round(min(180\,320/({shape}))/2))")


FITTED = [
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:field_mode=prog:range=tv",
    INSIDE.format(320, 180).replace("eval=frame:", ""),
    BARRED[0],
    *BARRED[2:],
]
STILL = [
    "format=gbrap|gbrap16",
    "premultiply=inplace=1",
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr:range=pc",
    inside("iw/ih*sar"),
    *BARRED,
]
TAGGED = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
SAFE = "-format_whitelist mov,matroska,avi,mpegts,mpeg,mxf {}-protocol_whitelist file,pipe {}-i file:{}"


def filters(arguments: Sequence[str]) -> list[str]:
    """The filters of a command line in order, without the names of their pads."""
    graph = arguments[list(arguments).index("-filter_complex") + 1]
    return [re.sub(r"\[[\w:]+\]", "", step) for step in graph.split(";")]


def options(arguments: Sequence[str]) -> str:
    """The command line without its graph."""
    at = list(arguments).index("-filter_complex")
    return " ".join([*arguments[:at], *arguments[at + 2 :]])


def test_a_take_as_it_is_written() -> None:
    made = ffmpeg.take_arguments(take(50, 25), MEDIA, [], SIZE, PAL, DRAFT, burn=False)
    assert options(made) == " ".join(
        [
            "-xerror -copyts -progress pipe:1 -stats_period 0.5", SAFE.format("-noaccurate_seek -noautorotate ", "-seek_timestamp 1 -ss 1.500000 ", "source"),
            "-map [s9]", ENCODED.format(g=50, phase=0, ticks=12800), "clean.mp4",
        ]
    )  # fmt: skip
    assert filters(made) == ["fps=fps=25", "tpad=stop=-1:stop_mode=clone", "trim=end_pts=75:start_pts=50", "setpts=PTS-STARTPTS", *FITTED, TAGGED]


def test_a_captioned_take_is_one_decode_and_two_encodes() -> None:
    made = ffmpeg.take_arguments(take(50, 25), MEDIA, [], SIZE, NTSC, DRAFT, burn=True)
    assert filters(made)[-2:] == ["split=2", "ass=captions.ass:fontsdir=fonts"]
    encoded = ENCODED.format(g=60, phase=50, ticks=30000)
    assert options(made).endswith(f"-map [s12] {encoded} captioned.mp4 -map [s10] {encoded} clean.mp4")
    alone = ffmpeg.take_arguments(take(50, 25), MEDIA, [], SIZE, PAL, DRAFT, burn=True, clean=False)
    assert filters(alone)[-1] == "ass=captions.ass:fontsdir=fonts"
    assert "captioned.mp4" not in alone


def test_cutaways_as_they_are_written() -> None:
    film, picture = Cutaway("x", False, Fraction(1), 3, 5), Cutaway("y", True, Fraction(0), 8, 5)
    made = ffmpeg.take_arguments(take(50, 25, film, picture), MEDIA, [(film, MEDIA), (picture, "png_pipe")], SIZE, PAL, DRAFT, burn=False)
    assert SAFE.format("-noautorotate ", "", "cutaway0") in options(made)
    assert "-f png_pipe -protocol_whitelist file,pipe -i file:cutaway1" in options(made)
    assert filters(made)[len(FITTED) + 4 :] == [
        "fps=fps=25", "tpad=stop=-1:stop_mode=clone", "trim=end_pts=30:start_pts=25", "setpts=PTS-STARTPTS", *FITTED, "setpts=PTS+3*1/25/TB",
        "overlay=eof_action=pass",
        *STILL, "loop=loop=-1:size=1", "settb=1/25", "setpts=N", "fps=fps=25", "trim=end_frame=5", "setpts=PTS+8*1/25/TB", "overlay=eof_action=pass", TAGGED,
    ]  # fmt: skip


def test_a_hold_and_cards_as_they_are_written() -> None:
    hold = ffmpeg.hold_arguments(Hold(0, 10, "q1", "amara", "s1", 50), MEDIA, SIZE, PAL, DRAFT, burn=False)
    assert filters(hold)[2:] == ["trim=end_pts=51:start_pts=50", "setpts=PTS-STARTPTS", *FITTED, "tpad=stop=9:stop_mode=clone", TAGGED]
    card = ffmpeg.card_arguments(Card(0, 10, "note", "x"), SIZE, PAL, DRAFT, burn=False)
    assert filters(card) == [
        "loop=loop=-1:size=1", "settb=1/25", "setpts=N", "fps=fps=25", "trim=end_frame=10",
        "scale=out_color_matrix=bt709:out_range=tv", "setsar=1", "format=yuv420p", TAGGED,
    ]  # fmt: skip
    pause = ffmpeg.card_arguments(Break(0, 50, "b", "x", "think", Fraction(2), "q1"), SIZE, PAL, DRAFT, burn=False)
    assert "color=c=0x6B7689:s=128x4:r=25:d=2.000000" in pause
    assert filters(pause)[-3:] == ["overlay=eof_action=repeat:eval=frame:x=96+128*(1-t/2.000000):y=144", "ass=captions.ass:fontsdir=fonts", TAGGED]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            {"colour": Colour("pc", "bt709", "bt709", "smpte170m")},
            "setparams=color_primaries=bt709:color_trc=bt709:colorspace=smpte170m:field_mode=prog:range=pc",
        ),
        ({"colour": Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")}, "lut3d=bt2020.arib-std-b67.cube"),
        ({"rotation": 90}, "transpose=dir=clock"),
        ({"scan": "tff"}, "bwdif=deint=all:mode=send_frame:parity=tff"),
        ({"scan": "flagged", "rate": Fraction(25, 2)}, "bwdif=deint=interlaced:mode=send_field"),
        ({"pixel_format": "yuva420p"}, "premultiply=inplace=1"),
        ({"width": 321}, "crop=320:180:0:0"),
        ({"width": 240}, BARRED[1]),
        ({"resizes": True}, BARRED[1]),
        ({"start": Fraction(3)}, "fps=fps=25:start_time=2.000000"),
    ],
)
def test_what_a_source_is_decides_how_it_is_conformed(change: dict[str, object], wanted: str) -> None:
    media = replace(MEDIA, picture=replace(PICTURE, **change))
    assert wanted in filters(ffmpeg.take_arguments(take(50, 25), media, [], SIZE, PAL, DRAFT, burn=False))
    assert wanted not in filters(ffmpeg.take_arguments(take(50, 25), MEDIA, [], SIZE, PAL, DRAFT, burn=False))


def test_a_broadcast_clock_is_taken_off() -> None:
    made = ffmpeg.take_arguments(take(50, 25), replace(MEDIA, origin=Fraction(7, 5)), [], SIZE, PAL, DRAFT, burn=False)
    assert "-ss 2.900000" in options(made)
    assert filters(made)[0] == "setpts=round(PTS-7/5/TB)"


@pytest.mark.parametrize("name", ["-y", "a;b", "it's", "$(x)", "a:b"])
def test_no_name_of_anybodys_file_is_on_a_command_line(name: str) -> None:
    cutaway = Cutaway(name, False, Fraction(0), 0, 5)
    made = ffmpeg.take_arguments(replace(take(0, 25, cutaway), source=name, quote=name), MEDIA, [(cutaway, MEDIA)], SIZE, PAL, DRAFT, burn=True)
    assert not any(name in argument for argument in made if name != "-y")
    assert "-y" not in made


# As rendered ----------------------------------------------------------------------------------


@cache
def numbered(folder: Path, rate: Fraction, name: str, add: int = 0, *more: str) -> Path:
    """Four seconds of film: sixteen bars of light or dark say each frame's number, plus `add`."""
    bars = f"nullsrc=s=320x180:r={rate}:d=4,geq=lum='16+219*mod(floor((N+{add})/pow(2,floor(X/20))),2)':cb=128:cr=128"
    encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "40", "-crf", "20", "-pix_fmt", "yuv420p"]
    run(["-f", "lavfi", "-i", bars, *more, *encoded, name], folder)
    return folder / name


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("footage")
    return lambda *arguments: numbered(folder, *arguments)


def numbers(film: Path) -> list[int]:
    """The numbers on the frames of a film, which all stand exactly where they should."""
    found = []
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate
        for index, frame in enumerate(container.decode(stream)):
            assert frame.pts is not None
            assert frame.time_base
            assert frame.pts * frame.time_base == index / stream.average_rate
            bars = frame.to_ndarray(format="gray")[60:120, 10::20].mean(axis=0)
            found.append(sum(1 << bit for bit, light in enumerate(bars) if light > 128))
    return found


def media_of(path: Path) -> Media:
    return probe.probe(path, file_digest(path))


def rendered(room: Path, source: Path, shot: Take, rate: Fraction) -> list[int]:
    """The numbers on a take's frames, made as a build makes it."""
    room.mkdir(exist_ok=True)
    studio = Rack({"s1": Footage(source, media_of(source), TRACK)}, {}, QUALITIES)
    studio.take(room, shot, Look(SIZE, rate, "draft"), "", lambda _: None)
    assert [path.name for path in room.iterdir()] == ["clean.mp4"]
    return numbers(room / "clean.mp4")


@pytest.mark.parametrize("rate", [Fraction(24), PAL, Fraction(30000, 1001), Fraction(50)])
@pytest.mark.parametrize("card", [Card(0, 30, "scene", "A scene"), Break(0, 60, "b", "Why?", "think", Fraction(2), "q1")])
def test_a_card_has_every_frame_of_the_films_rate(card: Card | Break, rate: Fraction, tmp_path: Path) -> None:
    """A picture says that it has 25 frames a second, and an encoder once believed it."""
    studio = Rack({}, {}, QUALITIES)
    text = break_ass(Fraction(card.frames) / rate, SIZE, FAMILY, 100) if isinstance(card, Break) else ""
    studio.card(tmp_path, card, Look(SIZE, rate, "draft"), text, lambda _: None)
    with av.open(str(tmp_path / "clean.mp4")) as film:
        frames = [frame.pts * frame.time_base for frame in film.decode(film.streams.video[0]) if frame.pts is not None and frame.time_base]
    assert frames == [index / rate for index in range(card.frames)]


def shown(frame: int, film: Fraction, source: Fraction) -> int:
    """The source's frame that a frame of the film shows: the last that starts at most half a film frame after it."""
    return math.floor((Fraction(frame) + Fraction(1, 2)) / film * source)


@pytest.mark.parametrize(
    ("ending", "source", "film", "first", "frames"),
    [
        ("mp4", PAL, PAL, 0, 5),
        ("mp4", PAL, PAL, 39, 3),
        ("mp4", PAL, PAL, 77, 12),
        ("mp4", NTSC, PAL, 0, 5),
        ("mp4", NTSC, PAL, 61, 12),
        ("mp4", NTSC, NTSC, 101, 5),
        ("mp4", PAL, NTSC, 61, 12),
        ("mkv", PAL, PAL, 61, 3),
        ("mkv", NTSC, PAL, 61, 12),
        ("ts", PAL, PAL, 0, 3),
        ("ts", PAL, PAL, 61, 3),
        ("ts", NTSC, PAL, 61, 12),
        ("mpg", PAL, PAL, 61, 3),
    ],
)
def test_the_frames_of_a_take_are_the_frames_of_its_source(
    ending: str, source: Fraction, film: Fraction, first: int, frames: int, footage: Callable[..., Path], tmp_path: Path
) -> None:
    path = footage(source, f"film-{float(source):.0f}.{ending}")
    assert rendered(tmp_path / "room", path, take(first, frames), film) == [shown(n, film, source) for n in range(first, first + frames)]


def test_the_last_frame_stands_where_the_picture_ends_early(footage: Callable[..., Path], tmp_path: Path) -> None:
    assert rendered(tmp_path / "room", footage(PAL, "film-25.mp4"), take(97, 6), PAL) == [97, 98, 99, 99, 99, 99]


def test_the_first_frame_stands_where_the_picture_starts_late(footage: Callable[..., Path], tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    film = str(footage(PAL, "film-25.mp4"))
    run(["-f", "lavfi", "-i", "anullsrc=d=2", "-itsoffset", "0.2", "-i", film, "-c:v", "copy", "-c:a", "pcm_s16le", "-shortest", late.name], tmp_path)
    assert media_of(late).picture.start == Fraction(1, 5)  # type: ignore[union-attr]
    assert rendered(tmp_path / "room", late, take(3, 5), PAL) == [0, 0, 0, 1, 2]


def test_a_cutaway_covers_exactly_its_frames(footage: Callable[..., Path], tmp_path: Path) -> None:
    film, other = footage(PAL, "film-25.mp4"), footage(PAL, "other.mp4", 1000)
    laid = Cutaway("other.mp4", False, Fraction(2), 3, 4)
    arguments = ffmpeg.take_arguments(take(50, 10, laid), media_of(film), [(laid, media_of(other))], SIZE, PAL, DRAFT, burn=False)
    ffmpeg.render(arguments, tmp_path, frames=10, source=film, cutaways=[other])
    assert numbers(tmp_path / "clean.mp4") == [50, 51, 52, 1050, 1051, 1052, 1053, 57, 58, 59]


def test_a_hold_is_one_frame_standing(footage: Callable[..., Path], tmp_path: Path) -> None:
    film = footage(PAL, "film-25.mp4")
    ffmpeg.render(ffmpeg.hold_arguments(Hold(0, 7, "q1", "amara", "s1", 41), media_of(film), SIZE, PAL, DRAFT, burn=False), tmp_path, frames=7, source=film)
    assert numbers(tmp_path / "clean.mp4") == [41] * 7


def gray(film: Path) -> list[np.ndarray]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]


def test_a_caption_is_burnt_in_on_exactly_its_frames(footage: Callable[..., Path], tmp_path: Path) -> None:
    film, counted = footage(PAL, "film-25.mp4"), list[int]()
    cue = Cue(Span[Programme].measured(0.12, 0.28), ("They saw me.",), "Amara", "q1")
    arguments = ffmpeg.take_arguments(take(50, 10), media_of(film), [], SIZE, PAL, DRAFT, burn=True)
    ffmpeg.render(arguments, tmp_path, frames=10, source=film, ass=to_ass((cue,), SIZE, PROFILE, "Atkinson Hyperlegible"), count=counted.append)
    changed = [bool((np.abs(one - two) > 60).any()) for one, two in zip(gray(tmp_path / "clean.mp4"), gray(tmp_path / "captioned.mp4"), strict=True)]
    assert changed == [3 <= frame < 7 for frame in range(10)]
    assert numbers(tmp_path / "clean.mp4") == numbers(tmp_path / "captioned.mp4") == list(range(50, 60))
    assert counted[-1] == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["captioned.mp4", "clean.mp4"]


# Joined ---------------------------------------------------------------------------------------


Parts = tuple[Fraction, list[tuple[Path, int]], list[int]]


@pytest.fixture(scope="module", params=[PAL, NTSC], ids=["25", "29.97"])
def parts(request: pytest.FixtureRequest, footage: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Parts of a film at a rate, with their frames, and the numbers on them."""
    made, wanted = [], []
    for first, frames in ((10, 30), (0, 1), (60, 13)):
        room = tmp_path_factory.mktemp("part")
        wanted += rendered(room, footage(PAL, "film-25.mp4"), take(first, frames), request.param)
        (room / "made.json").write_text(json.dumps({"name": f"shot {len(made) + 1}, q1"}))
        made.append((room / "clean.mp4", frames))
    return request.param, made, wanted


def test_joined_parts_have_every_frame_in_its_place(parts: Parts, tmp_path: Path) -> None:
    rate, made, wanted = parts
    ffmpeg.join_pictures(made, rate, tmp_path / "joined.mp4")
    assert numbers(tmp_path / "joined.mp4") == wanted
    assert len(wanted) == 44
    with av.open(str(tmp_path / "joined.mp4")) as film:
        assert film.streams.video[0].average_rate == rate


@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_part_with_a_frame_too_few_or_too_many_is_refused(wrong: int, parts: Parts, tmp_path: Path) -> None:
    rate, made, _ = parts
    with pytest.raises(InputError, match="shot 2, q1: gave 1 frames where"):
        ffmpeg.join_pictures([made[0], (made[1][0], 1 + wrong), made[2]], rate, tmp_path / "joined.mp4")


def test_parts_of_different_sizes_are_refused(parts: Parts, footage: Callable[..., Path], tmp_path: Path) -> None:
    rate, made, _ = parts
    film = footage(PAL, "film-25.mp4")
    (tmp_path / "made.json").write_text('{"name": "shot 2, q1"}')
    ffmpeg.render(ffmpeg.take_arguments(take(0, 3), media_of(film), [], (160, 90), rate, DRAFT, burn=False), tmp_path, frames=3, source=film)
    with pytest.raises(BrokenIO, match="encoded differently"):
        ffmpeg.join_pictures([made[0], (tmp_path / "clean.mp4", 3)], rate, tmp_path / "joined.mp4")


def test_the_film_carries_our_title_and_chapters_and_nothing_else(parts: Parts, tmp_path: Path) -> None:
    rate, made, _ = parts
    raw = tmp_path / "raw.f32"
    raw.write_bytes((0.1 * np.ones((96_000, 2), "<f4")).tobytes())
    titles = ["A = b; #c \\ d", "Two\nlines", "Reflection: “why?” – é"]
    shots = tuple(Card(i * 10, 10, "scene", title, title) for i, title in enumerate(titles))
    chapters = ffmetadata(Timeline("x", rate, SIZE, shots))
    film = ffmpeg.mux(made[0][0], ffmpeg.encode_sound(raw, tmp_path, gain=0, ceiling=-1), chapters, "=;Title#\n", "eng", tmp_path, "cut.mp4")
    with av.open(str(film)) as found:
        assert [chapter["metadata"] for chapter in found.chapters()] == [{"title": title} for title in titles]
        assert {key: value for key, value in found.metadata.items() if not key.endswith(("brand", "brands", "version"))} == {"title": "=;Title#\n"}
        assert found.streams.audio[0].metadata["language"] == "eng"
    assert numbers(film) == numbers(made[0][0])


# Sound ----------------------------------------------------------------------------------------


def test_sound_is_as_loud_as_asked_and_below_its_ceiling(tmp_path: Path) -> None:
    raw = tmp_path / "raw.f32"
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(3 * 48_000) / 48_000)
    raw.write_bytes(np.repeat(tone[:, None], 2, axis=1).astype("<f4").tobytes())
    before, peak = ffmpeg.loudness(tmp_path, raw=raw)
    assert peak == pytest.approx(-20, abs=0.3)
    louder = ffmpeg.loudness(tmp_path, raw=ffmpeg.decode_sound(ffmpeg.encode_sound(raw, tmp_path, gain=6, ceiling=-1), tmp_path))
    assert louder[0] - before == pytest.approx(6, abs=0.3)
    _, limited = ffmpeg.loudness(tmp_path, raw=ffmpeg.decode_sound(ffmpeg.encode_sound(raw, tmp_path, gain=24, ceiling=-3), tmp_path))
    assert limited <= -2.4


def test_silence_is_measured_as_silence(tmp_path: Path) -> None:
    raw = tmp_path / "raw.f32"
    raw.write_bytes(bytes(8 * 48_000))
    assert ffmpeg.loudness(tmp_path, raw=raw)[0] <= -69
