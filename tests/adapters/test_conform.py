"""Pictures of every kind, made here, brought into a film's shape and compared with what numpy says they
should be.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.adapters.ffmpeg import conform
from pipeline.adapters.ffmpeg.process import ffmpeg, run
from pipeline.adapters.pyav import picture_facts, probe
from pipeline.adapters.renderer import Renderer
from pipeline.core.footage import Material
from pipeline.core.media import BT709, Colour, Picture
from pipeline.errors import InputError

Plane = npt.NDArray[np.float64]

SIZE = (320, 180)


def card(width: int, height: int) -> npt.NDArray[np.uint8]:
    """A card that is like none of its turns and reflections: four colours, a white corner, a slanting edge.
    Soft, so that scaling is fair.
    """
    y, x = np.mgrid[0:height, 0:width] + 0.5
    u, v = x / width, y / height
    red = 40 + 150 * u
    green = 40 + 150 * v * (1 - u)
    blue = 200 - 120 * v
    spot = np.exp(-(((u - 0.2) * 6) ** 2) - (((v - 0.25) * 4) ** 2))
    edge = 1 / (1 + np.exp(-(u + 0.5 * v - 0.9) * 40))
    rgb = np.stack([red, green, blue], -1) * (0.6 + 0.4 * edge[..., None]) + spot[..., None] * 60
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def made(
    out: Path,
    rgb: npt.NDArray[np.uint8],
    *options: str,
    frames: int = 10,
    rate: str = "25",
    before: tuple[str, ...] = (),
) -> Path:
    """A film of one picture, by ffmpeg; `options` come after the input, `before` before it."""
    height, width = rgb.shape[:2]
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate)
    call = [ffmpeg(), "-v", "error", "-y", *before, *source, "-i", "pipe:0", *options, str(out)]
    subprocess.run(call, input=np.ascontiguousarray(rgb).tobytes() * frames, check=True, timeout=60)
    return out


LOSSLESS = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
TO_709 = (
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p",
    "-color_primaries",
    "bt709",
)
TO_709 += ("-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")


def frames_of(
    path: Path,
    room: Path,
    size: tuple[int, int] = SIZE,
    *,
    rate: int = 25,
    first: int = 2,
    count: int = 1,
    fill: str = "bars",
) -> list[list[Plane]]:
    """Y, Cb, Cr of frames as a part has them, at the film's own sampling."""
    media = probe.probe(path, "")
    (room / "source").unlink(missing_ok=True)
    reel = Renderer(Material({})).reel(
        room / "source", path, media, first, first + count, Fraction(rate)
    )  # an excerpt where there can be one
    stream = reel.fitted(reel.frames(first, first + count, size, Fraction(rate), fill), size, fill)
    arguments = [*map(str, graph.output(stream, "out.yuv", f="rawvideo").get_args()), "-y", "-copyts"]
    conform.lay_out(arguments, room)
    run(arguments, room, timeout=60)
    data = np.fromfile(room / "out.yuv", np.uint8).reshape(-1, size[0] * size[1] * 3 // 2)
    assert len(data) == count, f"{len(data)} frames where {count} were asked for"
    width, height = size
    whole, part = width * height, width * height // 4
    return [
        [
            row[:whole].reshape(height, width),
            row[whole : whole + part].reshape(height // 2, width // 2),
            row[whole + part :].reshape(height // 2, width // 2),
        ]
        for row in data.astype(np.float64)
    ]


def rgb_of(planes: list[Plane]) -> Plane:
    """BT.709 in standard range to RGB, 0 to 255; colours are doubled, not smoothed."""
    luma, blue, red = planes[0], *(plane.repeat(2, 0).repeat(2, 1) for plane in planes[1:])
    y, cb, cr = (luma - 16) / 219, (blue - 128) / 224, (red - 128) / 224
    return np.clip(
        np.stack([y + 1.5748 * cr, y - 0.187324 * cb - 0.468124 * cr, y + 1.8556 * cb], -1) * 255, 0, 255
    )


def psnr(a: Plane, b: Plane) -> float:
    return float(10 * np.log10(255**2 / max(np.mean((a - b) ** 2), 1e-9)))


def ssim(a: Plane, b: Plane) -> float:
    """Over blocks of eight by eight, of the grey of both."""

    def blocks(plane: Plane) -> Plane:
        grey = plane.mean(-1) if plane.ndim == 3 else plane
        height, width = (side // 8 * 8 for side in grey.shape)
        return grey[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 64)

    x, y = blocks(a), blocks(b)
    mx, my = x.mean(1), y.mean(1)
    both = ((x - mx[:, None]) * (y - my[:, None])).mean(1)
    return float(
        np.mean(
            (2 * mx * my + 6.5) * (2 * both + 58.5) / ((mx**2 + my**2 + 6.5) * (x.var(1) + y.var(1) + 58.5))
        )
    )


def in_bars(rgb: Plane, size: tuple[int, int] = SIZE) -> Plane:
    height, width = rgb.shape[:2]
    out = np.zeros((size[1], size[0], 3))
    x, y = (size[0] - width) // 4 * 2, (size[1] - height) // 4 * 2
    out[y : y + height, x : x + width] = rgb
    return out


# Which way up -----------------------------------------------------------------------------------

UPRIGHT = card(*SIZE)
STORED: dict[tuple[bool, int], Callable[[Any], Any]] = {
    (False, 0): lambda shown: shown,
    (False, 90): lambda shown: np.rot90(
        shown, 1
    ),  # stored a quarter turn to the left, to be turned to the right
    (False, 180): lambda shown: np.rot90(shown, 2),
    (False, 270): lambda shown: np.rot90(shown, 3),
    (True, 0): lambda shown: np.fliplr(shown),
    (True, 90): lambda shown: np.fliplr(np.rot90(shown, 1)),
    (True, 180): lambda shown: np.fliplr(np.rot90(shown, 2)),
    (True, 270): lambda shown: np.fliplr(np.rot90(shown, 3)),
}
"""How a file stores a picture that is to be mirrored left to right and then turned clockwise."""


def with_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Write a display matrix into an MP4's first track header: the nine numbers before its width and
    height.
    """
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") - 4
    matrix = at + int.from_bytes(data[at : at + 4], "big") - 8 - 36
    for place, value in zip((0, 1, 3, 4), (a, b, c, d), strict=True):
        data[matrix + 4 * place : matrix + 4 * place + 4] = (value << 16).to_bytes(4, "big", signed=True)
    path.write_bytes(data)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("fill", ["bars", "blur"])
@pytest.mark.parametrize(("matrix", "turn"), picture_facts.TURNED.items(), ids=str)
def test_every_turn_and_reflection_is_shown_as_it_was_taken(
    matrix: tuple[int, int, int, int], turn: tuple[bool, int], fill: str, tmp_path: Path
) -> None:
    path = with_matrix(made(tmp_path / "a.mp4", STORED[turn](UPRIGHT), *TO_709, *LOSSLESS), *matrix)
    picture = probe.probe(path, "").picture
    assert picture and (picture.mirrored, picture.rotation) == turn and picture.display == SIZE
    found = rgb_of(frames_of(path, tmp_path, fill=fill)[0])
    assert psnr(found, UPRIGHT) > 38 and ssim(found, UPRIGHT) > 0.985
    others = [
        psnr(found, STORED[other](UPRIGHT)) for other in STORED if other != (False, 0) and other[1] % 180 == 0
    ]
    assert max(others) < 20, "the card tells its turns apart"


@pytest.mark.slow
def test_ffmpeg_and_we_agree_which_way_a_picture_is_turned(tmp_path: Path) -> None:
    """The other side: ffmpeg's own turning, by the same file."""
    for matrix, turn in picture_facts.TURNED.items():
        path = with_matrix(made(tmp_path / "a.mp4", STORED[turn](UPRIGHT), *TO_709, *LOSSLESS), *matrix)
        subprocess.run(
            [
                ffmpeg(),
                "-v",
                "error",
                "-y",
                "-i",
                path,
                "-frames:v",
                "1",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                tmp_path / "raw",
            ],
            check=True,
        )
        theirs = np.fromfile(tmp_path / "raw", np.uint8).reshape(UPRIGHT.shape)
        assert psnr(rgb_of(frames_of(path, tmp_path)[0]), theirs.astype(float)) > 36, turn


def test_a_matrix_that_is_askew_goes_to_the_nearest_right_angle(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mp4", UPRIGHT, *TO_709, *LOSSLESS)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") - 4
    matrix = at + int.from_bytes(data[at : at + 4], "big") - 8 - 36
    for place, value in zip((0, 1, 3, 4), (0.1, 0.99, -0.99, 0.1), strict=True):
        data[matrix + 4 * place : matrix + 4 * place + 4] = round(value * 65536).to_bytes(
            4, "big", signed=True
        )
    path.write_bytes(data)
    picture = probe.probe(path, "").picture
    assert picture and (picture.mirrored, picture.rotation) == (False, 90)


# Shapes -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stored", "aspect", "matrix", "shown_as"),
    [
        ((240, 180), "4/3", (1, 0, 0, 1), (320, 180)),
        ((240, 180), "1/1", (1, 0, 0, 1), (240, 180)),
        ((180, 144), "16/15", (1, 0, 0, 1), (240, 180)),
        ((180, 120), "8/9", (1, 0, 0, 1), (240, 180)),
        ((320, 90), "1/2", (1, 0, 0, 1), (320, 180)),
        ((240, 134), "4/3", (0, 1, -1, 0), (76, 180)),  # anamorphic and turned: 320x134 stands on its side
        ((180, 320), "1/1", (0, 1, -1, 0), (320, 180)),
        ((320, 180), "1/1", (0, 1, -1, 0), (102, 180)),  # a portrait from a telephone
        ((640, 360), "1/1", (1, 0, 0, 1), (320, 180)),
    ],
)
def test_pixels_are_square_and_nothing_is_stretched(
    stored: tuple[int, int],
    aspect: str,
    matrix: tuple[int, int, int, int],
    shown_as: tuple[int, int],
    tmp_path: Path,
) -> None:
    turn = picture_facts.TURNED[matrix]
    upright = card(*stored) if turn[1] % 180 == 0 else card(*stored[::-1])
    kind = ("-vf", f"{TO_709[1]},setsar={aspect}", *TO_709[2:])
    path = with_matrix(made(tmp_path / "a.mp4", STORED[turn](upright), *kind, *LOSSLESS), *matrix)
    found = rgb_of(frames_of(path, tmp_path)[0])
    wanted = in_bars(card(*shown_as).astype(float))
    assert psnr(found, wanted) > 33 and ssim(found, wanted) > 0.96


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "suffix"), [(("libvpx-vp9", "-lossless", "1"), "webm"), (("ffv1",), "mkv")]
)
@pytest.mark.parametrize("stored", [(321, 180), (320, 181), (161, 91), (853, 480)])
def test_odd_sizes_keep_their_colours_in_place(
    stored: tuple[int, int], codec: tuple[str, ...], suffix: str, tmp_path: Path
) -> None:
    """A sharp edge near the far side, in brightness and in colour: where colours slip, it slips."""
    (width, height), size = stored, (640, 360)
    edge = round(width * 0.9) // 2 * 2
    planes = [
        np.full((height, width), 60, np.uint8),
        *(np.full(((height + 1) // 2, (width + 1) // 2), 90, np.uint8) for _ in "br"),
    ]
    planes[0][:, edge:], planes[1][:, edge // 2 :], planes[2][:, edge // 2 :] = 180, 160, 160
    path = tmp_path / f"a.{suffix}"
    call = [
        ffmpeg(),
        "-v",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-s",
        f"{width}x{height}",
        "-r",
        "25",
        "-i",
        "pipe:0",
    ]
    call += [
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-colorspace",
        "bt709",
        "-color_range",
        "tv",
        "-c:v",
        *codec,
        str(path),
    ]
    subprocess.run(call, input=b"".join(plane.tobytes() for plane in planes) * 8, check=True, timeout=60)
    picture = probe.probe(path, "").picture
    assert picture and picture.odd
    shape = (width // 2 * 2) / (height // 2 * 2)
    across = min(size[0], 2 * round(size[1] * shape / 2))
    left, scale = (size[0] - across) // 2, across / (width // 2 * 2)
    for plane, share in zip(frames_of(path, tmp_path, size)[0], (1, 2, 2), strict=True):
        row = plane[plane.shape[0] // 2]
        inside = row[-(-left // share) + 4 : (left + across) // share - 4]
        crossing = (int(np.argmax(inside > (inside[0] + inside[-1]) / 2)) + -(-left // share) + 4) * share
        assert abs(crossing - (left + edge * scale)) <= max(share, scale), (
            f"{crossing} and not {left + edge * scale:.1f}"
        )


@pytest.mark.slow
@pytest.mark.parametrize("fill", ["bars", "blur"])
def test_a_portrait_in_a_landscape_stands_on_bars_or_on_itself(fill: str, tmp_path: Path) -> None:
    path = made(tmp_path / "a.mp4", card(180, 320), *TO_709, *LOSSLESS)
    planes = frames_of(path, tmp_path, fill=fill)[0]
    found = rgb_of(planes)
    inner = found[:, 110:210]
    assert psnr(inner, in_bars(card(102, 180).astype(float))[:, 110:210]) > 33
    side = planes[0][:, :100]
    if fill == "bars":
        assert side.min() == side.max() == 16
    else:
        assert 30 < side.mean() < planes[0][:, 110:210].mean() * 0.9, "darker than the picture, and not black"
        assert np.abs(np.diff(side, axis=1)).max() < 8, "blurred"
        assert planes[0].min() >= 16


def test_blur_is_not_spent_on_a_picture_that_fills_the_film() -> None:
    line = " ".join(
        str(a) for a in graph.output(conform.fit(graph.input("x")["v"], PLAIN, SIZE, "blur"), "y").get_args()
    )
    assert "gblur" not in line and "gblur" in " ".join(
        str(a)
        for a in graph.output(
            conform.fit(graph.input("x")["v"], replace(PLAIN, width=180, height=320), SIZE, "blur"), "y"
        ).get_args()
    )


PLAIN = Picture(
    0,
    "h264",
    320,
    180,
    Fraction(1),
    0,
    False,
    Fraction(25),
    False,
    Fraction(0),
    Fraction(10),
    "yuv420p",
    BT709,
)


def test_a_plain_picture_is_passed_on_untouched(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mp4", UPRIGHT, *TO_709, *LOSSLESS)
    subprocess.run(
        [ffmpeg(), "-v", "error", "-y", "-i", path, "-frames:v", "1", "-f", "rawvideo", tmp_path / "raw"],
        check=True,
    )
    planes = frames_of(path, tmp_path)[0]
    assert np.array_equal(
        np.concatenate([plane.ravel() for plane in planes]), np.fromfile(tmp_path / "raw", np.uint8)
    )
    steps = str(
        graph.output(
            conform.fit(conform.steady(graph.input("x")["v"], PLAIN, Fraction(25)), PLAIN, SIZE), "y"
        ).get_args()
    )
    assert not any(
        costly in steps for costly in ("bwdif", "lut3d", "transpose", "crop", "gblur", "premultiply")
    )


def test_a_picture_that_changes_its_size_on_the_way_is_shown_whole(tmp_path: Path) -> None:
    """As a recorded call does: every frame is there, each in its own shape."""
    first = made(tmp_path / "a.ts", UPRIGHT, *TO_709, *LOSSLESS, "-g", "10", frames=25)
    second = made(tmp_path / "b.ts", card(120, 90), *TO_709, *LOSSLESS, "-output_ts_offset", "1", frames=25)
    (tmp_path / "ab.ts").write_bytes(first.read_bytes() + second.read_bytes())
    frames = frames_of(tmp_path / "ab.ts", tmp_path, first=20, count=10)
    assert all(psnr(rgb_of(frame), UPRIGHT) > 38 for frame in frames[:5])
    assert all(psnr(rgb_of(frame), in_bars(card(240, 180).astype(float))) > 33 for frame in frames[5:])


@pytest.mark.slow
@pytest.mark.parametrize(
    "option", [(), ("-vf", "format=rgba,colorchannelmixer=aa=0.5")], ids=["opaque", "half there"]
)
@pytest.mark.parametrize("fill", ["bars", "blur"])
def test_a_still_is_fitted_as_a_film_is(option: tuple[str, ...], fill: str, tmp_path: Path) -> None:
    made(tmp_path / "a.png", card(240, 180), *option, frames=1)
    picture = conform.fit_still(graph.input("a.png", f="png_pipe")["v"], SIZE, fill)
    run([*map(str, graph.output(picture, "out.yuv", f="rawvideo", vframes=1).get_args())], tmp_path)
    data = np.fromfile(tmp_path / "out.yuv", np.uint8).astype(float)
    planes = [
        data[:57600].reshape(180, 320),
        data[57600:72000].reshape(90, 160),
        data[72000:].reshape(90, 160),
    ]
    wanted = in_bars(card(240, 180) * (0.5 if option else 1.0))
    assert psnr(rgb_of(planes)[:, 48:272], wanted[:, 48:272]) > 33
    assert (planes[0][:, :30].max() > 20) == (fill == "blur")


# Colours ----------------------------------------------------------------------------------------

LUMA = {
    "bt709": (0.2126, 0.7152, 0.0722),
    "smpte170m": (0.299, 0.587, 0.114),
    "bt470bg": (0.299, 0.587, 0.114),
    "bt2020nc": (0.2627, 0.6780, 0.0593),
}
PATCHES = [
    (180, 180, 180),
    (60, 60, 60),
    (225, 225, 225),
    (30, 30, 30),
    (194, 150, 130),
    (120, 80, 60),
    (90, 120, 160),
    (80, 110, 70),
    (130, 130, 180),
    (100, 190, 170),
    (214, 126, 44),
    (80, 90, 166),
    (190, 90, 100),
    (95, 60, 108),
    (160, 188, 64),
    (230, 160, 46),
]
"""Greys, two skins, and the middle rows of a colour chart."""
CELL = 40


def yuv(rgb: Plane, matrix: str, range_: str, bits: int = 8) -> Plane:
    """H.273's equations: R'G'B' from 0 to 1 → codes."""
    kr, kg, kb = LUMA[matrix]
    y = rgb @ [kr, kg, kb]
    cb, cr = (rgb[:, 2] - y) / (2 - 2 * kb), (rgb[:, 0] - y) / (2 - 2 * kr)
    scale = 2 ** (bits - 8)
    if range_ == "tv":
        return np.stack([(16 + 219 * y) * scale, (128 + 224 * cb) * scale, (128 + 224 * cr) * scale], -1)
    most = 2**bits - 1
    return np.stack([most * y, most * cb + 128 * scale, most * cr + 128 * scale], -1)


def signals(codes: Plane, matrix: str, range_: str, bits: int) -> Plane:
    """The equations backwards, from whole codes: what a file really holds."""
    kr, kg, kb = LUMA[matrix]
    parts = np.rint(codes) / 2 ** (bits - 8)
    if range_ == "tv":
        y, cb, cr = (parts - [16, 128, 128]).T / np.array([[219], [224], [224]])
    else:
        y, cb, cr = (parts - [0, 128, 128]).T / ((2**bits - 1) / 2 ** (bits - 8))
    red, blue = y + (2 - 2 * kr) * cr, y + (2 - 2 * kb) * cb
    return np.clip(np.stack([red, (y - kr * red - kb * blue) / kg, blue], -1), 0, 1)


def chart(codes: Plane, pixel_format: str) -> bytes:
    """One frame of patches, straight in the given codes."""
    kind: Any = "<u2" if "10" in pixel_format else np.uint8
    planes = []
    for channel in range(3):
        cells = np.rint(codes[:, channel]).reshape(4, 4).repeat(CELL, 0).repeat(CELL, 1)
        across = 1 if channel == 0 or "444" in pixel_format else 2
        down = across if "420" in pixel_format else 1
        planes.append(cells[::down, ::across].astype(kind).tobytes())
    return b"".join(planes)


def coded(
    out: Path, codes: Plane, pixel_format: str, tags: Colour, *encoder: str, tagged: bool = True
) -> Path:
    """A film of a chart, tagged in the stream and, where the container can, there too."""
    side = 4 * CELL
    said = (
        "-color_range",
        tags.range,
        "-color_primaries",
        tags.primaries,
        "-color_trc",
        tags.transfer,
        "-colorspace",
        tags.matrix,
    )
    # What goes in says the same of itself, or ffmpeg would convert it.
    same = f"setparams=range={tags.range}:color_primaries={tags.primaries}"
    same += f":color_trc={tags.transfer}:colorspace={tags.matrix}"
    call = [
        ffmpeg(),
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        pixel_format,
        "-s",
        f"{side}x{side}",
        "-r",
        "25",
        "-i",
        "pipe:0",
    ]
    call += [*(("-vf", same, *said) if tagged else ()), *encoder, str(out)]
    subprocess.run(call, input=chart(codes, pixel_format) * 8, check=True, timeout=60)
    return out


def patches(planes: list[Plane]) -> Plane:
    """The codes at the middle of each patch, shape (16, 3)."""
    half = [plane.reshape(4, plane.shape[0] // 4, 4, plane.shape[1] // 4).swapaxes(1, 2) for plane in planes]
    return np.stack(
        [
            part[
                :,
                :,
                part.shape[2] * 3 // 8 : part.shape[2] * 5 // 8,
                part.shape[3] * 3 // 8 : part.shape[3] * 5 // 8,
            ]
            .mean((2, 3))
            .ravel()
            for part in half
        ],
        -1,
    )


# The standards again, written without a look at the pipeline's own: xy → XYZ, light, roll-off.
XY = {
    "bt709": [(0.64, 0.33), (0.3, 0.6), (0.15, 0.06)],
    "bt470bg": [(0.64, 0.33), (0.29, 0.6), (0.15, 0.06)],
    "smpte170m": [(0.63, 0.34), (0.31, 0.595), (0.155, 0.07)],
    "bt2020": [(0.708, 0.292), (0.17, 0.797), (0.131, 0.046)],
    "smpte432": [(0.68, 0.32), (0.265, 0.69), (0.15, 0.06)],
}


def to_xyz(name: str) -> Plane:
    corners = np.array([[x, y, 1 - x - y] for x, y in XY[name]]).T
    white = np.array([0.3127, 0.3290, 1 - 0.3127 - 0.3290]) / 0.3290
    return corners @ np.diag(np.linalg.inv(corners) @ white)


def st2084(nits: Plane | float) -> Plane:
    p = (np.asarray(nits) / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * p) / (1 + 18.6875 * p)) ** 78.84375


def st2084_light(code: Plane) -> Plane:
    p = code ** (1 / 78.84375)
    return 10000 * (np.maximum(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125)


def hlg_oetf(scene: Plane) -> Plane:
    return np.where(
        scene <= 1 / 12,
        np.sqrt(3 * scene),
        0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073,
    )


def bt2390(nits: Plane) -> Plane:
    """BT.2390's EETF, 1000 to 203 cd/m², black at nothing; one number at a time, as the report has it."""
    out = []
    top, most = float(st2084(1000.0)), float(st2084(203.0) / st2084(1000.0))
    ks = 1.5 * most - 0.5
    for light in np.ravel(nits):
        e1 = min(1.0, float(st2084(light)) / top)
        if e1 >= ks:
            t = (e1 - ks) / (1 - ks)
            e1 = (
                (2 * t**3 - 3 * t**2 + 1) * ks
                + (t**3 - 2 * t**2 + t) * (1 - ks)
                + (-2 * t**3 + 3 * t**2) * most
            )
        out.append(float(st2084_light(np.array(e1 * top))))
    return np.array(out)


def as_seen(light: Plane, primaries: str, *, high: bool) -> Plane:
    """Light in cd/m² → R'G'B' of BT.709 on a display of 203 cd/m² with a gamma of 2.4. Colours that BT.709
    has not are left out by the tests.
    """
    rgb = light @ (np.linalg.inv(to_xyz("bt709")) @ to_xyz(primaries)).T
    if high:
        brightest = rgb.max(1)
        rgb = rgb * (bt2390(brightest) / np.maximum(brightest, 1e-9))[:, None]
    return (np.clip(rgb, 0, 203) / 203) ** (1 / 2.4)


def within(light: Plane, primaries: str) -> npt.NDArray[np.bool_]:
    """Which of them BT.709 has, with a little to spare: at its edge a channel goes to nothing on an endlessly
    steep curve.
    """
    rgb = light @ (np.linalg.inv(to_xyz("bt709")) @ to_xyz(primaries)).T
    return np.asarray((rgb.min(1) > 0.01 * rgb.max(1)) & (rgb.max(1) <= 203))


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
SDR = [
    Colour(range_, primaries, transfer, matrix)
    for range_ in ("tv", "pc")
    for primaries, transfer, matrix in (
        ("bt709", "bt709", "bt709"),
        ("smpte170m", "smpte170m", "smpte170m"),
        ("bt470bg", "smpte170m", "bt470bg"),
        ("bt2020", "bt2020-10", "bt2020nc"),
        ("bt709", "bt709", "smpte170m"),
        ("smpte432", "bt709", "bt709"),
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le"])
@pytest.mark.parametrize("tags", SDR, ids=lambda tags: "-".join(vars(tags).values()))
def test_standard_colours_come_out_within_two_codes(tags: Colour, pixel_format: str, tmp_path: Path) -> None:
    bits = 10 if "10" in pixel_format else 8
    codes = yuv(np.array(PATCHES) / 255, tags.matrix, tags.range, bits)
    signal = signals(codes, tags.matrix, tags.range, bits)
    path = coded(tmp_path / "a.mp4", codes, pixel_format, tags, *H264)
    picture = probe.probe(path, "").picture
    assert picture and picture.colour == tags
    wanted = yuv(as_seen(203 * signal**2.4, tags.primaries, high=False), "bt709", "tv")
    found = patches(frames_of(path, tmp_path, (160, 160))[0])
    there = within(203 * signal**2.4, tags.primaries)
    assert there.sum() >= 12 and np.abs(found - wanted)[there].max() <= 2, np.round(found - wanted, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pixel_format", "codec"),
    [("gbrp", ("ffv1",)), ("bgr0", ("ffv1",)), ("rgb24", ("png",)), ("bgra", ("qtrle",))],
)
def test_rgb_comes_out_within_two_codes(pixel_format: str, codec: tuple[str, ...], tmp_path: Path) -> None:
    cells = np.array(PATCHES, np.uint8).reshape(4, 4, 3).repeat(CELL, 0).repeat(CELL, 1)
    path = made(
        tmp_path / ("a.mov" if codec != ("ffv1",) else "a.mkv"),
        cells,
        "-pix_fmt",
        pixel_format,
        "-c:v",
        *codec,
    )
    wanted = yuv(np.array(PATCHES) / 255, "bt709", "tv")
    assert np.abs(patches(frames_of(path, tmp_path, (160, 160))[0]) - wanted).max() <= 2


GREYS = np.repeat(
    np.array([0.5, 2, 5, 10, 20, 40, 60, 80, 100, 150, 203, 300, 400, 600, 800, 1000.0])[:, None], 3, 1
)
NITS = np.array(
    [
        (58, 38, 30),
        (26, 17, 12),
        (110, 76, 60),
        (12, 8, 6),
        (203, 203, 203),
        (40, 60, 90),
        (30, 50, 25),
        (90, 30, 28),
        (203, 150, 60),
        (60, 45, 110),
        (300, 250, 200),
        (500, 420, 300),
        (20, 20, 45),
        (70, 120, 110),
        (150, 60, 80),
        (5, 4, 8),
    ],
    float,
)
"""Skins in shade and in light, a sheet of paper, cloth, a lamp: cd/m² in BT.709's own primaries."""


@pytest.mark.slow
@pytest.mark.parametrize("patch", ["greys", "colours"])
@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_range_comes_down_as_the_standards_say(transfer: str, patch: str, tmp_path: Path) -> None:
    light = (GREYS if patch == "greys" else NITS) @ (np.linalg.inv(to_xyz("bt2020")) @ to_xyz("bt709")).T
    if transfer == "smpte2084":
        signal = st2084(light)
    else:  # BT.2100: undo the system gamma of 1.2 at 1000 cd/m², then the OETF
        luma = light @ [0.2627, 0.6780, 0.0593]
        signal = hlg_oetf(light / 1000 * ((luma / 1000) ** (-0.2 / 1.2))[:, None])
    tags = Colour("tv", "bt2020", transfer, "bt2020nc")
    lossless = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "lossless=1:log-level=error")
    path = coded(tmp_path / "a.mp4", yuv(signal, "bt2020nc", "tv", 10), "yuv420p10le", tags, *lossless)
    picture = probe.probe(path, "").picture
    assert picture and picture.colour == tags
    found = patches(frames_of(path, tmp_path, (160, 160))[0])
    wanted = yuv(as_seen(light, "bt2020", high=True), "bt709", "tv")
    assert np.abs(found - wanted).max() <= 2, np.round(found - wanted, 1)
    if patch == "greys":
        level = (found[:, 0] - 16) / 219
        assert np.abs(found[:, 1:] - 128).max() <= 1, "grey stays grey"
        assert 0.75 <= level[10] <= 1 and level[14] < level[15] <= 1.005 and (np.diff(level) > 0).all(), (
            "white has its place, and lights above it are told apart"
        )
        assert abs(level[6] - (60 / 203) ** (1 / 2.4)) < 0.01, "a skin's light is not touched"


@pytest.mark.slow
def test_what_bt709_cannot_show_keeps_its_hue_and_its_light(tmp_path: Path) -> None:
    """The corners of BT.2020, of which BT.709 has none: no channel folds over, red stays red."""
    corners = np.array(
        [
            (0.7, 0.05, 0.05),
            (0.05, 0.7, 0.05),
            (0.05, 0.05, 0.7),
            (0.7, 0.7, 0.05),
            (0.05, 0.7, 0.7),
            (0.7, 0.05, 0.7),
            (1, 0, 0),
            (0, 1, 0),
        ]
        * 2
    )
    path = coded(
        tmp_path / "a.mp4",
        yuv(corners, "bt2020nc", "tv", 10),
        "yuv420p10le",
        Colour("tv", "bt2020", "bt2020-10", "bt2020nc"),
        *H264,
    )
    codes = patches(frames_of(path, tmp_path, (160, 160))[0])
    y, cb, cr = (codes[:, 0] - 16) / 219, (codes[:, 1] - 128) / 224, (codes[:, 2] - 128) / 224
    rgb = np.stack([y + 1.5748 * cr, y - 0.187324 * cb - 0.468124 * cr, y + 1.8556 * cb], -1)
    assert rgb.min() > -0.03 and rgb.max() < 1.03
    for found, asked in zip(rgb, corners, strict=True):
        assert found[asked > 0.5].min() > found[asked < 0.5].max() + 0.1


@pytest.mark.parametrize(
    ("said", "size", "pixel_format", "taken_for"),
    [
        (("unknown",) * 4, (1920, 1080), "yuv420p", BT709),
        (("unknown",) * 4, (1280, 720), "yuv420p", BT709),
        (("unknown",) * 4, (720, 576), "yuv420p", Colour("tv", "bt470bg", "bt709", "smpte170m")),
        (("unknown",) * 4, (720, 480), "yuv420p", Colour("tv", "smpte170m", "bt709", "smpte170m")),
        (("unknown",) * 4, (640, 360), "yuv420p", Colour("tv", "bt709", "bt709", "smpte170m")),
        (("unknown",) * 4, (640, 360), "yuvj420p", Colour("pc", "bt709", "bt709", "smpte170m")),
        (("unknown",) * 4, (640, 360), "rgb24", Colour("pc", "bt709", "bt709", "gbr")),
        (
            ("unknown", "unknown", "smpte2084", "bt2020nc"),
            (3840, 2160),
            "yuv420p10le",
            Colour("tv", "bt2020", "smpte2084", "bt2020nc"),
        ),
        (
            ("tv", "bt2020", "arib-std-b67", "unknown"),
            (3840, 2160),
            "yuv420p10le",
            Colour("tv", "bt2020", "arib-std-b67", "bt2020nc"),
        ),
        (
            ("pc", "unknown", "unknown", "bt709"),
            (640, 360),
            "yuv420p",
            Colour("pc", "bt709", "bt709", "bt709"),
        ),
    ],
)
def test_what_is_not_said_is_taken_for_what_players_take_it_for(
    said: tuple[str, str, str, str], size: tuple[int, int], pixel_format: str, taken_for: Colour
) -> None:
    assert picture_facts.settled(Colour(*said), *size, pixel_format) == taken_for


@pytest.mark.parametrize("spoil", [{"matrix": "ycgco"}, {"transfer": "linear"}], ids=str)
def test_colours_that_nothing_converts_are_refused(spoil: dict[str, str], tmp_path: Path) -> None:
    tags = replace(BT709, **spoil)
    path = coded(tmp_path / "a.mp4", yuv(np.array(PATCHES) / 255, "bt709", "tv"), "yuv444p", tags, *H264)
    with pytest.raises(InputError, match="has colours that nothing here can convert"):
        probe.probe(path, "")


def test_dolby_vision_without_a_picture_under_it_is_refused(media: Path, tmp_path: Path) -> None:
    """Profile 5 says nothing of its colours in the base; made here from a telephone's profile 8.4 by taking
    its tags away.
    """
    whole = media / "difficult" / "dolbyVision-hdr.MOV"
    picture = probe.probe(whole, "").picture
    assert picture and picture.colour == Colour("tv", "bt2020", "arib-std-b67", "bt2020nc"), (
        "8.4 has HLG under it"
    )
    unsaid = "hevc_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2"
    subprocess.run(
        [
            ffmpeg(),
            "-v",
            "error",
            "-i",
            whole,
            "-map",
            "0:v",
            "-c",
            "copy",
            "-bsf:v",
            unsaid,
            tmp_path / "p5.ts",
        ],
        check=True,
    )
    with pytest.raises(InputError, match="profile 5"):
        probe.probe(tmp_path / "p5.ts", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        (("qtrle", "-pix_fmt", "argb"), "mov"),
        (("prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"), "mov"),
        (("ffv1", "-pix_fmt", "yuva420p"), "mkv"),
    ],
)
def test_what_can_be_seen_through_lies_over_black(
    codec: tuple[str, ...], suffix: str, tmp_path: Path
) -> None:
    """The left half is gone, the middle half there: a grey of 200 over black."""
    path = tmp_path / f"a.{suffix}"
    alpha = "if(lt(X,160),0,if(lt(X,240),128,255))"
    shape = (
        f"color=c=0xC8C8C8:s=320x180:r=25:d=0.4,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='{alpha}'"
    )
    subprocess.run(
        [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", shape, "-c:v", *codec, str(path)],
        check=True,
        timeout=60,
    )
    found = rgb_of(frames_of(path, tmp_path)[0]).mean((0, 2))
    assert np.abs(found[[80, 200, 280]] - [0, 100, 200]).max() < 3


def test_nothing_rides_along_on_a_sources_frames(tmp_path: Path) -> None:
    """A turn that was applied, and closed captions, would reach the film through its encoder."""
    path = with_matrix(made(tmp_path / "a.mp4", UPRIGHT, *TO_709, *LOSSLESS), -1, 0, 0, -1)
    media = probe.probe(path, "")
    reel = Renderer(Material({})).reel(tmp_path / "source", path, media, 0, 5, Fraction(25))
    stream = reel.fitted(reel.frames(0, 5, SIZE, Fraction(25), "bars"), SIZE, "bars")
    run([*map(str, graph.output(stream, "out.mp4").get_args()), "-copyts"], tmp_path, timeout=60)
    again = probe.probe(tmp_path / "out.mp4", "").picture
    assert again and (again.rotation, again.mirrored) == (0, False)


# Fields -----------------------------------------------------------------------------------------

MOVING = (
    "color=c=0x303030:s=720x576:r=50:d=3,format=yuv420p[a];"
    "color=c=0xD0D0D0:s=60x400:r=50:d=3[b];[a][b]overlay=x='40+4*n':y=88"
)
"""A light post that moves four pixels a field: combed where two fields are shown as one."""


def recorded(out: Path, fields: str, *codec: str, flag: str = "") -> Path:
    call = [ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i", f"{MOVING},{fields}{flag}", *codec, str(out)]
    subprocess.run(call, check=True, timeout=60)
    return out


def combed(luma: Plane) -> float:
    """How far rows differ from the rows between which they lie, against how far those differ from one
    another.
    """
    return float(np.abs(luma[1:-1] - (luma[:-2] + luma[2:]) / 2).mean())


def posts(planes: list[list[Plane]]) -> list[int]:
    return [int(np.argmax(frame[0][288] > 120)) for frame in planes]


INTERLACED = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-flags", "+ildct+ilme", "-x264-params")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fields", "codec", "flag", "scan"),
    [
        ("tff.mp4", "tinterlace=interleave_top", (*INTERLACED, "tff=1"), "", "tff"),
        ("bff.mp4", "tinterlace=interleave_bottom", (*INTERLACED, "bff=1"), "", "bff"),
        (
            "called-whole.mp4",
            "tinterlace=interleave_top",
            ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4"),
            ",setfield=prog",
            "tff",
        ),
        (
            "the-wrong-field-first.mp4",
            "tinterlace=interleave_bottom",
            (*INTERLACED, "tff=1"),
            ",setfield=tff",
            "bff",
        ),
        ("tape.avi", "tinterlace=interleave_bottom", ("-c:v", "dvvideo", "-flags", "+ildct+ilme"), "", "bff"),
        (
            "disc.mpg",
            "tinterlace=interleave_top",
            ("-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme"),
            "",
            "tff",
        ),
        (
            "prores.mov",
            "tinterlace=interleave_top",
            ("-c:v", "prores_ks", "-flags", "+ildct+ilme"),
            "",
            "tff",
        ),
        ("whole.mp4", "fps=25", ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4"), "", "progressive"),
        ("whole-called-fields.mp4", "fps=25,setfield=tff", (*INTERLACED, "tff=1"), "", "progressive"),
    ],
)
def test_fields_are_found_and_made_into_frames(
    name: str, fields: str, codec: tuple[str, ...], flag: str, scan: str, tmp_path: Path
) -> None:
    path = recorded(tmp_path / name, fields, *codec, flag=flag)
    picture = probe.probe(path, "").picture
    assert picture and picture.scan == scan
    frames = frames_of(path, tmp_path, (720, 576), first=10, count=6)
    assert max(combed(frame[0]) for frame in frames) < 0.5, "no comb is left"
    steps = np.diff(posts(frames))
    assert (np.abs(steps - 8) <= 2).all(), f"a frame for each frame: {steps}"


@pytest.mark.slow
@pytest.mark.parametrize("order", ["top", "bottom"])
def test_fields_become_frames_where_the_film_has_room(order: str, tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4", f"tinterlace=interleave_{order}", *INTERLACED, f"{order[0]}ff=1")
    frames = frames_of(path, tmp_path, (720, 576), rate=50, first=20, count=12)
    steps = np.diff(posts(frames))
    assert (np.abs(steps - 4) <= 2).all() and max(combed(frame[0]) for frame in frames) < 0.5, steps


def test_a_comb_would_be_seen(tmp_path: Path) -> None:
    """The other side of the measure."""
    path = recorded(tmp_path / "a.mp4", "tinterlace=interleave_top", *INTERLACED, "tff=1")
    subprocess.run(
        [
            ffmpeg(),
            "-v",
            "error",
            "-y",
            "-ss",
            "0.5",
            "-i",
            path,
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            tmp_path / "raw",
        ],
        check=True,
    )
    assert combed(np.fromfile(tmp_path / "raw", np.uint8).reshape(576, 720).astype(float)) > 1
