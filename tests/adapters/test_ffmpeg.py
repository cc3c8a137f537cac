"""ffmpeg's command lines as they are written, and tiny real renders whose every frame carries its number."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.adapters.ffmpeg import commands, meter
from pipeline.adapters.ffmpeg.encoders import Encoder
from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.fonts import FAMILY
from pipeline.adapters.pyav import aac, probe
from pipeline.adapters.renderer import Renderer
from pipeline.captions.formats import break_ass, to_ass
from pipeline.captions.model import plain_cue
from pipeline.core.clock_map import Sync
from pipeline.core.digest import file_digest
from pipeline.core.footage import Footage, Material
from pipeline.core.media import BT709, Colour, Feed, Media, Picture, Track
from pipeline.core.ports import Look, Patch
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.delivery.markers import ffmetadata
from pipeline.edit.timeline import Break, Card, Cutaway, Hold, Take, Timeline
from pipeline.errors import BrokenIO, InputError
from pipeline.production.configs import load_profile
from pipeline.render import shot as part
from pipeline.render.smart_render import pieces

SIZE = (320, 180)
PAL, NTSC = Fraction(25), Fraction(30000, 1001)
DRAFT = Encoder("h264", "ultrafast", 20)
QUALITIES: dict[str, dict[str, object]] = {
    "draft": {"reuse": False, "bits": 0.4, "h264": {"preset": "ultrafast", "crf": 20}}
}
PICTURE = Picture(
    0, "h264", 320, 180, Fraction(1), 0, False, PAL, False, Fraction(0), Fraction(10), "yuv420p", BT709
)
TRACK = Track(1, 1, "aac", 2, 48_000, Fraction(0), Fraction(10), True, "")
MEDIA = Media("ab", 1, "mov", Fraction(10), Fraction(0), PICTURE, (), "", "")
REEL, FILM = commands.Reel("source", MEDIA), commands.Reel("cutaway0", MEDIA)
PROFILE = load_profile("plain")


def approved(first: int, frames: int, rate: Fraction = PAL) -> Span[Source]:
    """From the start of a frame of the film to the end of another."""
    return Span(Time(first / rate), Time((first + frames) / rate))


def take(first: int, frames: int, *cutaways: Cutaway, rate: Fraction = PAL) -> Take:
    return Take(
        0, frames, "q1", "amara", "Amara", "s1", first, approved(first, frames, rate), (), cutaways=cutaways
    )


# As written -----------------------------------------------------------------------------------

ENCODED = (
    "-f mp4 -bitexact -c:v libx264 -color_primaries bt709 -color_range tv -color_trc bt709 "
    "-colorspace bt709 -crf 20 "
    "-fflags +bitexact -force_key_frames expr:eq(mod(n+{phase},{g}),0) "
    "-g {g} -map_chapters -1 -map_metadata -1 -pix_fmt yuv420p -preset ultrafast -profile:v high "
    "-threads 1 -video_track_timescale {ticks} "
    "-x264-params open-gop=0:stitchable=1:force-cfr=1"
)
INSIDE = (
    "scale={}:{}:eval=frame:flags=bicubic+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv"
)
BARRED = [
    "format=yuv420p",
    "pad=320:180:(ow-iw)/2:(oh-ih)/2:color=black:eval=frame",
    "setsar=1",
    "sidedata=mode=delete",
]


def inside(shape: str) -> str:
    return INSIDE.format(
        f"max(2,2*round(min(320,180*{shape})/2))", f"max(2,2*round(min(180,320/({shape}))/2))"
    )


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
    return [re.sub(r"\[[\w:]+\]", "", step).replace("\\", "") for step in re.split(r"(?<!\\);", graph)]


def options(arguments: Sequence[str]) -> str:
    """The command line without its graph."""
    at = list(arguments).index("-filter_complex")
    return " ".join([*arguments[:at], *arguments[at + 2 :]])


def test_a_take_as_it_is_written() -> None:
    made = commands.take_arguments(take(50, 25), REEL, [], SIZE, PAL, DRAFT, burn=False)
    assert options(made) == " ".join(
        [
            (
                "-xerror -copyts -filter_complex_threads 1 -progress pipe:1 -stats_period 0.5 -f nut "
                "-noautorotate -protocol_whitelist file,pipe -threads 1"
            ),
            "-i file:source",
            "-map [s10]",
            ENCODED.format(g=50, phase=0, ticks=12800),
            "clean.mp4",
        ]
    )
    inside = (
        "st(1,PTS*TB+1e-9);if(lt(ld(1),2),min(PTS,{0}),"
        "if(gte(ld(1),3),max(PTS,{1}),if(ld(0)+gte(ld(1),21/10),PTS,st(0,1)*{0})))"
    )
    cut = [
        f"setpts={inside.format('round(50/25/TB)', 'round(75/25/TB)')}",
        "fps=fps=25",
        "tpad=stop=-1:stop_mode=clone",
        "trim=end_pts=75:start_pts=50",
    ]
    assert filters(made) == [*cut, "setpts=PTS-50", *FITTED, TAGGED]


def test_a_captioned_take_is_one_decode_and_two_encodes() -> None:
    made = commands.take_arguments(take(50, 25), REEL, [], SIZE, NTSC, DRAFT, burn=True)
    assert filters(made)[-2:] == ["split=2", "ass=captions.ass:fontsdir=fonts"]
    encoded = ENCODED.format(g=60, phase=50, ticks=30000)
    assert options(made).endswith(f"-map [s13] {encoded} captioned.mp4 -map [s11] {encoded} clean.mp4")
    alone = commands.take_arguments(take(50, 25), REEL, [], SIZE, PAL, DRAFT, burn=True, clean=False)
    assert filters(alone)[-1] == "ass=captions.ass:fontsdir=fonts"
    assert "captioned.mp4" not in alone


def test_cutaways_as_they_are_written() -> None:
    film, picture = Cutaway("x", False, Fraction(1), 3, 5), Cutaway("y", True, Fraction(0), 8, 5)
    made = commands.take_arguments(
        take(50, 25, film, picture), REEL, [(film, FILM), (picture, "png_pipe")], SIZE, PAL, DRAFT, burn=False
    )
    assert "-f nut -noautorotate -protocol_whitelist file,pipe -threads 1 -i file:cutaway0" in options(made)
    assert "-f png_pipe -protocol_whitelist file,pipe -i file:cutaway1" in options(made)
    assert filters(made)[len(FITTED) + 5 :] == [
        "fps=fps=25",
        "tpad=stop=-1:stop_mode=clone",
        "trim=end_pts=30:start_pts=25",
        "setpts=PTS-25",
        *FITTED,
        "setpts=PTS+3*1/25/TB",
        "overlay=eof_action=pass",
        *STILL,
        "loop=loop=-1:size=1",
        "settb=1/25",
        "setpts=N",
        "fps=fps=25",
        "trim=end_frame=5",
        "setpts=PTS+8*1/25/TB",
        "overlay=eof_action=pass",
        TAGGED,
    ]


def test_a_hold_and_cards_as_they_are_written() -> None:
    hold = commands.hold_arguments(
        Hold(0, 10, "q1", "amara", "s1", 50, approved(50, 25)), REEL, SIZE, PAL, DRAFT, burn=False
    )
    assert filters(hold)[3:] == [
        "trim=end_pts=51:start_pts=50",
        "setpts=PTS-50",
        *FITTED,
        "tpad=stop=9:stop_mode=clone",
        TAGGED,
    ]
    card = commands.card_arguments(Card(0, 10, "note", "x"), SIZE, PAL, DRAFT, burn=False)
    assert filters(card) == [
        "loop=loop=-1:size=1",
        "settb=1/25",
        "setpts=N",
        "fps=fps=25",
        "trim=end_frame=10",
        "scale=out_color_matrix=bt709:out_range=tv",
        "setsar=1",
        "format=yuv420p",
        TAGGED,
    ]
    pause = commands.card_arguments(
        Break(0, 50, "b", "x", "think", Fraction(2), "q1"), SIZE, PAL, DRAFT, burn=False
    )
    assert "color=c=0x6B7689:s=128x4:r=25:d=2.000000" in pause
    assert filters(pause)[-3:] == [
        "overlay=eof_action=repeat:eval=frame:x=96+128*(1-t/2.000000):y=144",
        "ass=captions.ass:fontsdir=fonts",
        TAGGED,
    ]


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
    assert wanted in filters(
        commands.take_arguments(
            take(50, 25), commands.Reel("source", media), [], SIZE, PAL, DRAFT, burn=False
        )
    )
    assert wanted not in filters(
        commands.take_arguments(take(50, 25), REEL, [], SIZE, PAL, DRAFT, burn=False)
    )


def test_a_broadcast_clock_is_taken_off() -> None:
    reel = commands.Reel("source", replace(MEDIA, origin=Fraction(7, 5)), seek=Fraction(3, 2))
    made = commands.take_arguments(take(50, 25), reel, [], SIZE, PAL, DRAFT, burn=False)
    assert SAFE.format(
        "-noaccurate_seek -noautorotate ", "-seek_timestamp 1 -ss 2.900000 -threads 1 ", "source"
    ) in options(made)
    assert filters(made)[0] == "setpts=round(PTS-7/5/TB)"


@pytest.mark.parametrize("name", ["-y", "a;b", "it's", "$(x)", "a:b"])
def test_no_name_of_anybodys_file_is_on_a_command_line(name: str) -> None:
    cutaway = Cutaway(name, False, Fraction(0), 0, 5)
    made = commands.take_arguments(
        replace(take(0, 25, cutaway), source=name, quote=name),
        REEL,
        [(cutaway, FILM)],
        SIZE,
        PAL,
        DRAFT,
        burn=True,
    )
    assert not any(name in argument for argument in made if name != "-y")
    assert "-y" not in made


# As rendered ----------------------------------------------------------------------------------


@cache
def numbered(folder: Path, rate: Fraction, name: str, add: int = 0, *more: str) -> Path:
    """Four seconds of film: sixteen bars of light or dark say each frame's number, plus `add`."""
    light = f"16+219*mod(floor((N+{add})/pow(2,floor(X/20))),2)"
    bars = f"nullsrc=s=320x180:r={rate}:d=4,geq=lum='{light}':cb=128:cr=128"
    encoded = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-bf",
        "2",
        "-g",
        "40",
        "-crf",
        "20",
        "-pix_fmt",
        "yuv420p",
    ]
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


def rack(source: Path, quality: dict[str, dict[str, object]] = QUALITIES, **cutaways: Path) -> Renderer:
    """The studio with one source, "s1", and films to cut away to."""
    laid = {name: Footage(path, media_of(path), Feed((TRACK,))) for name, path in cutaways.items()}
    own = {"s1": Footage(source, media_of(source), Feed((TRACK,)))}
    return Renderer(Material(own, cutaways=laid, qualities=quality))


def rendered(
    room: Path, source: Path, shot: Take, rate: Fraction, size: tuple[int, int] = SIZE, **cutaways: Path
) -> list[int]:
    """The numbers on a take's frames, made as a build makes it."""
    room.mkdir(exist_ok=True)
    rack(source, **cutaways).take(room, shot, Look(size, rate, "draft"), "", lambda _: None)
    assert [path.name for path in room.iterdir() if path.suffix != ".json"] == ["clean.mp4"]
    return numbers(room / "clean.mp4") if size == SIZE else []


@pytest.mark.slow
@pytest.mark.parametrize("rate", [Fraction(24), PAL, Fraction(30000, 1001), Fraction(50)])
@pytest.mark.parametrize(
    "card", [Card(0, 30, "scene", "A scene"), Break(0, 60, "b", "Why?", "think", Fraction(2), "q1")]
)
def test_a_card_has_every_frame_of_the_films_rate(card: Card | Break, rate: Fraction, tmp_path: Path) -> None:
    """A picture says that it has 25 frames a second, and an encoder once believed it."""
    studio = Renderer(Material({}, qualities=QUALITIES))
    text = break_ass(Fraction(card.frames) / rate, SIZE, PROFILE, FAMILY) if isinstance(card, Break) else ""
    studio.card(tmp_path, card, Look(SIZE, rate, "draft"), text, lambda _: None)
    with av.open(str(tmp_path / "clean.mp4")) as film:
        frames = [
            frame.pts * frame.time_base
            for frame in film.decode(film.streams.video[0])
            if frame.pts is not None and frame.time_base
        ]
    assert frames == [index / rate for index in range(card.frames)]


def shown(span: Span[Source], film: Fraction, source: Fraction) -> list[int]:
    """The source's frames that an approved span shows: on the screen in the middle of each film frame, but
    only what begins in it.
    """
    low, high = (math.ceil(moment.seconds * source) for moment in (span.start, span.end))
    frames = range(math.floor(span.start.seconds * film), math.ceil(span.end.seconds * film))
    return [
        min(max(math.ceil((frame + Fraction(1, 2)) / film * source) - 1, low), high - 1) for frame in frames
    ]


@pytest.mark.slow
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
    ],
)
def test_the_frames_of_a_take_are_the_frames_of_its_source(
    ending: str,
    source: Fraction,
    film: Fraction,
    first: int,
    frames: int,
    footage: Callable[..., Path],
    tmp_path: Path,
) -> None:
    path = footage(source, f"film-{float(source):.0f}.{ending}")
    assert rendered(tmp_path / "room", path, take(first, frames, rate=film), film) == shown(
        approved(first, frames, film), film, source
    )


def of(start: float, end: float, rate: Fraction = PAL) -> Take:
    """The take of a span, as it is planned."""
    span = Span(Time[Source](Fraction(str(start))), Time[Source](Fraction(str(end))))
    first = math.floor(span.start.seconds * rate)
    return replace(take(first, math.ceil(span.end.seconds * rate) - first), sound=span)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "end", "frames"),
    [
        (2.4, 2.52, [60, 61, 62]),  # from frame to frame
        (2.400001, 2.52, [61, 61, 62]),  # a hair after frame 60 begins: what it shows is from before
        (2.399999, 2.52, [60, 60, 61, 62]),
        (2.4, 2.519999, [60, 61, 62]),
        (2.4, 2.520001, [60, 61, 62, 63]),  # a hair of frame 63 is approved
        (2.43, 2.45, [61, 61]),
        (2.44, 2.48, [61]),
        (2.41, 2.43, [60]),  # nothing begins in it: what is on the screen stays
        (2.61, 3.4, [66, *range(66, 85)]),  # key frames at 2.4, and at 3.2
        (0, 0.08, [0, 1]),
        (3.93, 4, [99, 99]),
    ],
)
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_no_frame_is_shown_that_begins_outside_what_is_approved(
    start: float, end: float, frames: list[int], ending: str, footage: Callable[..., Path], tmp_path: Path
) -> None:
    assert rendered(tmp_path / "room", footage(PAL, f"film-25.{ending}"), of(start, end), PAL) == frames


@pytest.mark.slow
@pytest.mark.parametrize("film", [Fraction(24000, 1001), PAL, Fraction(50), Fraction(60000, 1001)])
@pytest.mark.parametrize(("start", "end"), [(0.5, 0.9), (1.234, 1.777), (2.001, 2.034)])
def test_what_is_shown_begins_inside_at_every_rate(
    film: Fraction, start: float, end: float, footage: Callable[..., Path], tmp_path: Path
) -> None:
    shot = of(start, end, film)
    found = rendered(tmp_path / "room", footage(NTSC, "film-30.mp4"), shot, film)
    assert found == shown(shot.sound, film, NTSC)
    assert all(shot.sound.start.seconds <= number / NTSC < shot.sound.end.seconds for number in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "end", "frames"),
    [
        (1.5, 1.58, [24, 24, 24]),  # in the gap: the picture stands
        (
            1.9,
            2.04,
            [24, 24, 24, 50],
        ),  # more than a tenth of a second before the next frame: it stands until that
        (1.95, 2.04, [50, 50, 50]),  # less: nothing from before is shown
        (0.92, 1.5, [23, *[24] * 14]),
    ],
)
def test_where_frames_are_missing_the_picture_stands(
    start: float, end: float, frames: list[int], footage: Callable[..., Path], tmp_path: Path
) -> None:
    """Frames 25 to 49 were never recorded."""
    gone = [
        "-i",
        str(footage(PAL, "film-25.mp4")),
        "-vf",
        "select='not(between(n\\,25\\,49))'",
        "-fps_mode",
        "passthrough",
        "-bf",
        "0",
        "-g",
        "40",
    ]
    run([*gone, "-c:v", "libx264", "-preset", "ultrafast", "gap.mp4"], tmp_path)
    assert rendered(tmp_path / "room", tmp_path / "gap.mp4", of(start, end), PAL) == frames


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["mp4", "mkv", "avi", "ts"])
@pytest.mark.parametrize(("source", "film"), [(PAL, PAL), (NTSC, PAL), (PAL, NTSC), (PAL, Fraction(50))])
@pytest.mark.parametrize("offset", [Fraction(834567, 10**6), Fraction(-7123, 10**4)])
def test_an_angle_shows_its_own_moment(
    ending: str,
    source: Fraction,
    film: Fraction,
    offset: Fraction,
    footage: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """A part of a frame counts, in an AVI too, whose clock ticks in whole frames; a take and a hold alike."""
    path, beside, shot = (
        footage(source, f"film-{float(source):.0f}.{ending.replace('avi', 'mp4')}"),
        Sync(offset, Fraction(100, 10**6)),
        replace(take(61, 12, rate=film), angle="b"),
    )
    if ending == "avi":
        run(["-i", str(path), "-c:v", "mpeg4", "-q:v", "2", "film.avi"], tmp_path)
        path = tmp_path / "film.avi"
    angle = {"s1/b": Footage(path, media_of(path), Feed((TRACK,)), sync=beside)}
    studio = Renderer(Material(angle, qualities=QUALITIES))
    middles = [beside.at((n + Fraction(1, 2)) / film) * source for n in range(61, 73)]
    begins, ends = (
        beside.at(61 / film) * source,
        beside.at(73 / film) * source,
    )  # only what begins between them
    right = [
        {
            min(max(math.floor(moment + off), math.ceil(begins + off)), math.ceil(ends + off) - 1)
            for off in (-0.02, 0.02)
        }
        for moment in middles
    ]  # on the border of two frames either is right
    assert sum(len(either) == 1 for either in right) >= 9
    for number, shown_by in enumerate(
        (shot, Hold(0, 3, "q1", "amara", "s1", 61, approved(61, 12, film), "b"))
    ):
        room = tmp_path / str(number)
        room.mkdir()
        if isinstance(shown_by, Take):
            studio.take(room, shown_by, Look(SIZE, film, "draft"), "", lambda _: None)
            found = numbers(room / "clean.mp4")
            assert all(one in either for one, either in zip(found, right, strict=True)), (found, right)
        else:
            studio.hold(room, shown_by, Look(SIZE, film, "draft"), "")
            assert numbers(room / "clean.mp4") in [[one] * 3 for one in right[0]]


@pytest.mark.slow
def test_the_last_frame_stands_where_the_picture_ends_early(
    footage: Callable[..., Path], tmp_path: Path
) -> None:
    assert rendered(tmp_path / "room", footage(PAL, "film-25.mp4"), take(97, 6), PAL) == [
        97,
        98,
        99,
        99,
        99,
        99,
    ]


def test_the_first_frame_stands_where_the_picture_starts_late(
    footage: Callable[..., Path], tmp_path: Path
) -> None:
    late = tmp_path / "late.mkv"
    film = str(footage(PAL, "film-25.mp4"))
    run(
        [
            "-f",
            "lavfi",
            "-i",
            "anullsrc=d=2",
            "-itsoffset",
            "0.2",
            "-i",
            film,
            "-c:v",
            "copy",
            "-c:a",
            "pcm_s16le",
            "-shortest",
            late.name,
        ],
        tmp_path,
    )
    assert media_of(late).picture.start == Fraction(1, 5)  # type: ignore[union-attr]
    assert rendered(tmp_path / "room", late, take(3, 5), PAL) == [0, 0, 0, 1, 2]


def test_a_picture_that_an_edit_list_cuts_through_is_in_time(
    footage: Callable[..., Path], tmp_path: Path
) -> None:
    """Cut at 1.013 s: frame 26 begins 0.027 s after the cut, frame 36 is on the screen from 0.427 to
    0.467.
    """
    run(
        [
            "-ss",
            "1.013",
            "-i",
            str(footage(PAL, "film-25.mp4")),
            "-c",
            "copy",
            "-video_track_timescale",
            "90000",
            "cut.mp4",
        ],
        tmp_path,
    )
    assert rendered(
        tmp_path / "room", tmp_path / "cut.mp4", of(0.427, 0.467, Fraction(50)), Fraction(50)
    ) == [36, 36, 36]
    assert rendered(tmp_path / "other", tmp_path / "cut.mp4", of(0, 0.1), PAL) == [26, 26, 27]


@pytest.mark.slow
def test_a_cutaway_covers_exactly_its_frames(footage: Callable[..., Path], tmp_path: Path) -> None:
    film, other = footage(PAL, "film-25.mp4"), footage(PAL, "other.mp4", 1000)
    laid = Cutaway("other", False, Fraction(2), 3, 4)
    assert rendered(tmp_path / "room", film, take(50, 10, laid), PAL, other=other) == [
        50,
        51,
        52,
        1050,
        1051,
        1052,
        1053,
        57,
        58,
        59,
    ]


def test_a_hold_is_one_frame_standing(footage: Callable[..., Path], tmp_path: Path) -> None:
    film, still = footage(PAL, "film-25.mp4"), Hold(0, 7, "q1", "amara", "s1", 41, approved(30, 20))
    rack(film).hold(tmp_path, still, Look(SIZE, PAL, "draft"), "")
    assert numbers(tmp_path / "clean.mp4") == [41] * 7


def test_a_hold_stands_on_the_frame_that_its_take_begins_or_ends_with(
    footage: Callable[..., Path], tmp_path: Path
) -> None:
    film, shot = footage(PAL, "film-25.mp4"), of(2.41, 2.55)
    for room, frame, number in (("before", 60, 61), ("after", 63, 63)):
        (tmp_path / room).mkdir()
        still = Hold(0, 3, "q1", "amara", "s1", frame, shot.sound)
        rack(film).hold(tmp_path / room, still, Look(SIZE, PAL, "draft"), "")
        assert numbers(tmp_path / room / "clean.mp4") == [number] * 3


@pytest.mark.slow
def test_a_hold_stands_on_what_lies_over_its_frame(footage: Callable[..., Path], tmp_path: Path) -> None:
    """The frame of the cutaway that was last, and the last there is where it is over by then."""
    film, other = footage(PAL, "film-25.mp4"), footage(PAL, "other.mp4", 1000)
    for room, start, number in (("in", Fraction(58, 25), 1058), ("after", Fraction(3600), None)):
        (tmp_path / room).mkdir()
        laid = Cutaway("other", False, start, 0, 1)
        still = Hold(0, 5, "q1", "amara", "s1", 41, approved(30, 20), laid=laid)
        rack(film, other=other).hold(tmp_path / room, still, Look(SIZE, PAL, "draft"), "")
        found = numbers(tmp_path / room / "clean.mp4")
        assert len(found) == 5 and len(set(found)) == 1 and found[0] >= 1000
        assert number is None or found[0] == number


def gray(film: Path) -> list[np.ndarray]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]


def test_a_caption_is_burnt_in_on_exactly_its_frames(footage: Callable[..., Path], tmp_path: Path) -> None:
    film, counted = footage(PAL, "film-25.mp4"), list[int]()
    cue = plain_cue(Span[Programme].measured(0.12, 0.28), ("They saw me.",), "Amara", "q1")
    rack(film).take(
        tmp_path,
        take(50, 10),
        Look(SIZE, PAL, "draft"),
        to_ass((cue,), SIZE, PROFILE, FAMILY),
        counted.append,
    )
    changed = [
        bool((np.abs(one - two) > 60).any())
        for one, two in zip(gray(tmp_path / "clean.mp4"), gray(tmp_path / "captioned.mp4"), strict=True)
    ]
    assert changed == [3 <= frame < 7 for frame in range(10)]
    assert numbers(tmp_path / "clean.mp4") == numbers(tmp_path / "captioned.mp4") == list(range(50, 60))
    assert counted[-1] == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["captioned.mp4", "clean.mp4"]


@pytest.mark.slow
@pytest.mark.parametrize("rate", [Fraction(24000, 1001), PAL, NTSC, Fraction(60000, 1001)], ids=float)
@pytest.mark.parametrize("frame", [0, 1, 2])
def test_a_still_is_the_frame_that_begins_there(
    rate: Fraction, frame: int, footage: Callable[..., Path], tmp_path: Path
) -> None:
    """Two frames at 23.976 a second: a time rounded to 0.042 was after the second, and there was no still."""
    rendered(tmp_path / "room", footage(PAL, "film-25.mp4"), take(40, 3, rate=rate), rate)
    part = tmp_path / "room" / "clean.mp4"
    with av.open(BytesIO(commands.jpeg(part, at=frame / rate))) as still:
        (picture,) = (picture.to_ndarray(format="gray").astype(int) for picture in still.decode(video=0))
    assert [int(np.abs(picture - one).mean() > 3) for one in gray(part)].index(0) == numbers(part).index(
        numbers(part)[frame]
    )


# Joined ---------------------------------------------------------------------------------------


Parts = tuple[Fraction, list[tuple[Path, int]], list[int]]


@pytest.fixture(scope="module", params=[PAL, NTSC], ids=["25", "29.97"])
def parts(
    request: pytest.FixtureRequest, footage: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Parts:
    """Parts of a film at a rate, with their frames, and the numbers on them."""
    made, wanted = [], []
    for first, frames in ((10, 30), (0, 1), (60, 13)):
        room = tmp_path_factory.mktemp("part")
        wanted += rendered(
            room, footage(PAL, "film-25.mp4"), take(first, frames, rate=request.param), request.param
        )
        (room / "made.json").write_text(json.dumps({"name": f"shot {len(made) + 1}, q1"}))
        made.append((room / "clean.mp4", frames))
    return request.param, made, wanted


@pytest.mark.slow
def test_joined_parts_have_every_frame_in_its_place(parts: Parts, tmp_path: Path) -> None:
    rate, made, wanted = parts
    commands.join_pictures(made, rate, tmp_path / "joined.mp4")
    assert numbers(tmp_path / "joined.mp4") == wanted
    assert len(wanted) == 44
    with av.open(str(tmp_path / "joined.mp4")) as film:
        assert film.streams.video[0].average_rate == rate


@pytest.mark.slow
@pytest.mark.parametrize("lengths", [(30, 1, 13), (1, 30), (2, 1, 2), (1, 1)])
def test_parts_of_a_frame_or_two_join_the_others(
    lengths: tuple[int, ...], footage: Callable[..., Path], tmp_path: Path
) -> None:
    """Too short for frames out of order, they are decoded when they are shown, and the others two frames
    before: a muxer once refused that.
    """
    made, wanted = [], []
    for number, frames in enumerate(lengths):
        room, shot = tmp_path / str(number), take(10 + 20 * number, frames)
        room.mkdir()
        studio = rack(
            footage(PAL, "film-25.mp4"), {"edit": {"reuse": False, "bits": 0.4, "h264": {}}}
        )  # an encoder's frames out of order
        studio.take(room, shot, Look(SIZE, PAL, "edit"), "", lambda _: None)
        made.append((room / "clean.mp4", frames))
        wanted += range(shot.first, shot.first + frames)
    commands.join_pictures(made, PAL, tmp_path / "joined.mp4")
    assert numbers(tmp_path / "joined.mp4") == wanted


@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_part_with_a_frame_too_few_or_too_many_is_refused(wrong: int, parts: Parts, tmp_path: Path) -> None:
    rate, made, _ = parts
    with pytest.raises(InputError, match="shot 2, q1: gave 1 frames where"):
        commands.join_pictures([made[0], (made[1][0], 1 + wrong), made[2]], rate, tmp_path / "joined.mp4")


def test_parts_of_different_sizes_are_refused(
    parts: Parts, footage: Callable[..., Path], tmp_path: Path
) -> None:
    rate, made, _ = parts
    film = footage(PAL, "film-25.mp4")
    (tmp_path / "made.json").write_text('{"name": "shot 2, q1"}')
    rendered(tmp_path, film, take(0, 3), rate, (160, 90))
    with pytest.raises(BrokenIO, match="encoded differently"):
        commands.join_pictures([made[0], (tmp_path / "clean.mp4", 3)], rate, tmp_path / "joined.mp4")


@pytest.mark.slow
def test_the_film_carries_our_title_and_chapters_and_nothing_else(parts: Parts, tmp_path: Path) -> None:
    rate, made, _ = parts
    samples = round(Fraction(len(numbers(made[0][0]))) / rate * 48_000)
    aac.encode(np.full((samples, 2), 0.1, np.float32), 0, samples, tmp_path / "sound.m4a")
    titles = ["A = b; #c \\ d", "Two\nlines", "Reflection: “why?” – é"]
    shots = tuple(Card(i * 10, 10, "scene", title, title) for i, title in enumerate(titles))
    chapters = ffmetadata(Timeline("x", rate, SIZE, shots))
    film = tmp_path / "cut.mp4"
    sound, title = [tmp_path / "sound.m4a"], "=;Title#\n"
    commands.write_film([made[0]], rate, sound, samples, chapters, title, "eng", film)
    with av.open(str(film)) as found:
        assert [chapter["metadata"] for chapter in found.chapters()] == [{"title": title} for title in titles]
        assert {
            key: value
            for key, value in found.metadata.items()
            if not key.endswith(("brand", "brands", "version"))
        } == {"title": "=;Title#\n"}
        assert found.streams.audio[0].metadata["language"] == "eng"
        heard = sum(frame.samples for frame in found.decode(audio=0))
        assert samples <= heard <= samples + 1024
        assert found.streams.audio[0].start_time == 0
    assert numbers(film) == numbers(made[0][0])


def test_sound_that_is_not_as_long_as_the_film_is_refused(parts: Parts, tmp_path: Path) -> None:
    rate, made, _ = parts
    aac.encode(np.zeros((4096, 2), np.float32), 0, 4096, tmp_path / "sound.m4a")
    with pytest.raises(BrokenIO, match="has 4096 samples where 96000"):
        commands.write_film(
            [made[0]], rate, [tmp_path / "sound.m4a"], 96_000, "", "x", "eng", tmp_path / "cut.mp4"
        )


def test_the_last_frame_stands_long_after_the_picture_has_ended(
    footage: Callable[..., Path], tmp_path: Path
) -> None:
    run(
        [
            "-i",
            str(footage(PAL, "film-25.mp4")),
            "-f",
            "lavfi",
            "-i",
            "anullsrc=d=9",
            "-c:v",
            "copy",
            "-c:a",
            "pcm_s16le",
            "long.mov",
        ],
        tmp_path,
    )
    assert rendered(tmp_path / "room", tmp_path / "long.mov", of(7.2, 7.32), PAL) == [99, 99, 99]


# Mended -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("first", "end"), [(13, 90), (7, 90), (10, 86), (10, 95)])
def test_a_mended_take_shows_what_one_made_in_one_go_shows(
    first: int, end: int, footage: Callable[..., Path], tmp_path: Path
) -> None:
    """An edge of it was moved: its own group is made, the others are copied, and every frame and caption is
    in its place.
    """
    studio = rack(
        footage(PAL, "film-25.mp4"),
        {"edit": {"reuse": True, "bits": 0.4, "h264": {"preset": "veryfast", "crf": 12}}},
    )
    look, rooms, parts = Look(SIZE, PAL, "edit"), {}, {}
    for name, begin, stop in (("old", 10, 90), ("whole", first, end)):
        shot = take(begin, stop - begin)
        cues = tuple(
            plain_cue(Span(Time[Programme](a / PAL), Time(b / PAL)), (text,), "", "q1")
            for a, b, text in ((15, 40, "They saw"), (52, 84, "before me"))
        )
        ass = to_ass(cues, SIZE, PROFILE, FAMILY, offset=Time(begin / PAL))
        parts[name] = part.components(
            shot, ass, look, {"s1": "x"}, None, studio.encoder(look).identity(PAL), "tools"
        )
        rooms[name] = tmp_path / name
        rooms[name].mkdir()
        studio.take(rooms[name], shot, look, ass, lambda _: None)
    found = pieces(parts["whole"], parts["old"], studio.encoder(look).group(PAL))
    assert sum(piece.run[1] - piece.run[0] for piece in found if piece.old is not None) >= 50
    mended = tmp_path / "mended"
    mended.mkdir()
    studio.take(mended, shot, look, ass, lambda _: None, Patch(found, rooms["old"]))
    assert sorted(path.name for path in mended.iterdir()) == ["captioned.mp4", "clean.mp4"]
    assert numbers(mended / "clean.mp4") == numbers(rooms["whole"] / "clean.mp4") == list(range(first, end))
    pairs = list(zip(gray(mended / "captioned.mp4"), gray(rooms["whole"] / "captioned.mp4"), strict=True))
    assert (
        max(np.abs(one - two).mean() for one, two in pairs) < 1
    )  # another encode of the same: a caption more or less would be ten
    kept = set(commands.picture_prints(rooms["old"] / "captioned.mp4"))
    assert sum(one in kept for one in commands.picture_prints(mended / "captioned.mp4")) >= 50


@pytest.mark.slow
def test_a_programme_stream_in_which_frames_cannot_be_found_is_refused(footage: Callable[..., Path]) -> None:
    """H.264 in it gave other frames around some key frames: pictures that nobody approved. MPEG-2 in it is
    taken (test_any_footage.py).
    """
    with pytest.raises(InputError, match="programme stream of h264"):
        media_of(footage(PAL, "film-25.mpg"))


@pytest.mark.slow
def test_one_channel_is_as_loud_as_the_same_in_both(tmp_path: Path) -> None:
    """Players give it to both sides."""
    heard = []
    for channels, pan in (("1", "anull"), ("2", "pan=stereo|c0=c0|c1=c0")):
        name = tmp_path / f"{channels}.m4a"
        tone = ["-f", "lavfi", "-i", "sine=f=997:r=48000:d=1,volume=-6dB", "-af", pan, "-ac", channels]
        run([*tone, "-c:a", "aac", str(name)], tmp_path)
        heard.append(meter.loudness(name, tmp_path)[0])
    assert heard[0] == pytest.approx(heard[1], abs=0.2)
