"""A contact sheet of difficult pictures as the film has them: made up, converted by the pipeline's own chain,
labelled.

Every tile starts from one card (an arrow that points up and to the right, a circle, skins, a grey ramp),
stored in one of the ways
that cameras, telephones and converters store pictures. Right is where the arrow points up and to the right,
the circle is round
and the colours are those of the first tile.

    python -m benchmarks.contact_sheet [docs/pictures/difficult.jpg]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.adapters.ffmpeg.conform import lay_out
from pipeline.adapters.ffmpeg.process import ffmpeg, run
from pipeline.adapters.fonts import font_files
from pipeline.adapters.pyav import probe
from pipeline.adapters.renderer import Renderer
from pipeline.core.footage import Material

TILE, ACROSS, LABEL = (320, 180), 4, 24
SKINS = (
    (240, 204, 178),
    (205, 160, 130),
    (150, 105, 78),
    (92, 60, 44),
    (200, 40, 40),
    (40, 150, 60),
    (40, 70, 180),
    (235, 200, 50),
)

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4")
X265 = (
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    "log-level=error:qp=4",
    "-pix_fmt",
    "yuv420p10le",
)


def tags(
    matrix: str = "bt709",
    range_: str = "tv",
    primaries: str = "bt709",
    transfer: str = "bt709",
    pixels: str = "yuv420p",
) -> str:
    """The card's numbers written by another matrix or range, and said so."""
    said = f"setparams=range={range_}:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}"
    scale = f"scale=out_color_matrix={matrix}:out_range={range_}:flags=accurate_rnd+full_chroma_int"
    return f"{scale},format={pixels},{said}"


def high(transfer: str, npl: int) -> str:
    """The card as light on a display of `npl` cd/m², coded by HLG or PQ in BT.2020."""
    linear = "setparams=range=pc:color_primaries=bt709:color_trc=bt709:colorspace=gbr"
    linear += f",zscale=t=linear:npl={npl},format=gbrpf32le"
    linear += ",exposure=-2.3" if npl == 1000 else ""  # the card's white is paper and no lamp: 203 cd/m²
    return f"{linear},zscale=p=2020:t={transfer}:m=2020_ncl:r=tv:npl={npl},format=yuv420p10le"


PLAIN, FIELDS, SD = tags(), ("-flags", "+ildct+ilme", "-x264-params", "tff=1"), "scale=720:576,setsar=64/45"
MOVED = "scroll=h=0.004,"
CASES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], str], ...] = (
    # label, filters after the card, encoder, options before the card's copy (a turn), what stands beside the
    # picture
    ("plain: 16:9, BT.709", PLAIN, X264, (), "bars"),
    ("stored a quarter turn left", f"transpose=cclock,{PLAIN}", X264, ("-display_rotation", "-90"), "bars"),
    ("stored upside down", f"hflip,vflip,{PLAIN}", X264, ("-display_rotation", "180"), "bars"),
    ("stored mirrored", f"hflip,{PLAIN}", X264, ("-display_hflip",), "bars"),
    (
        "mirrored and turned",
        f"hflip,transpose=clock,{PLAIN}",
        X264,
        ("-display_rotation", "90", "-display_hflip"),
        "bars",
    ),
    ("anamorphic, 1440 for 1920", f"scale=480:360,setsar=4/3,{PLAIN}", X264, (), "bars"),
    ("odd: 427x241", f"scale=427:241,{PLAIN}", ("-c:v", "ffv1"), (), "bars"),
    (
        "interlaced, BT.601, 576 lines",
        f"{MOVED}{SD},tinterlace=interleave_top,{tags('bt470bg', primaries='bt470bg')}",
        (*X264, *FIELDS),
        (),
        "bars",
    ),
    ("full range", tags(range_="pc"), X264, (), "bars"),
    (
        "BT.601, 480 lines",
        f"scale=640:480,setsar=4/3,{tags('smpte170m', primaries='smpte170m', transfer='smpte170m')}",
        X264,
        (),
        "bars",
    ),
    ("HLG, 10 bits", high("arib-std-b67", 1000), X265, (), "bars"),
    ("PQ, 10 bits", high("smpte2084", 203), X265, (), "bars"),
    ("4:2:2, 10 bits", tags(pixels="yuv422p10le"), ("-c:v", "prores_ks"), (), "bars"),
    (
        "see-through to the right",
        "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*clip(1.6-1.3*X/W,0,1)'",
        ("-c:v", "qtrle"),
        (),
        "bars",
    ),
    ("a portrait on bars", f"crop=ih*9/16:ih,{PLAIN}", X264, (), "bars"),
    ("a portrait on itself", f"crop=ih*9/16:ih,{PLAIN}", X264, (), "blur"),
)


def card(width: int = 640, height: int = 360) -> Image.Image:
    ground = np.zeros((height, width, 3), np.uint8)
    ground[:] = np.stack(
        [np.linspace(60, 110, width), np.linspace(80, 100, width), np.linspace(120, 90, width)], -1
    )
    picture = Image.fromarray(ground)
    draw = ImageDraw.Draw(picture)
    for number, skin in enumerate(SKINS):
        draw.rectangle((20 + 76 * number, 270, 88 + 76 * number, 330), fill=skin)
    for number in range(16):
        draw.rectangle((20 + 38 * number, 340, 57 + 38 * number, 354), fill=(number * 17,) * 3)
    draw.ellipse((220, 30, 420, 230), outline=(240, 240, 240), width=10)
    draw.line((270, 180, 370, 80), fill=(250, 220, 90), width=18)
    draw.polygon(((390, 60), (330, 70), (380, 120)), fill=(250, 220, 90))
    return picture


def converted(
    room: Path, filters: str, encoder: tuple[str, ...], turn: tuple[str, ...], fill: str
) -> Image.Image:
    """The card, stored so, and brought into the film's shape as a part is."""
    name = "source.mov" if encoder[1] != "ffv1" else "source.mkv"
    call = [ffmpeg(), "-v", "error", "-y"]
    subprocess.run(
        [*call, "-loop", "1", "-r", "50", "-t", "1", "-i", "card.png", "-vf", filters, *encoder, name],
        cwd=room,
        check=True,
    )
    if turn:
        subprocess.run([*call, *turn, "-i", name, "-c", "copy", "turned.mov"], cwd=room, check=True)
        name = "turned.mov"
    reel = Renderer(Material({})).reel(
        room / "source", room / name, probe.probe(room / name, ""), 8, 9, Fraction(25)
    )
    picture: Any = reel.fitted(reel.frames(8, 9, TILE, Fraction(25), fill), TILE, fill)
    picture = picture.filter(
        "setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv"
    )
    arguments = [
        *map(
            str,
            graph.output(
                picture.filter("scale", flags="accurate_rnd+full_chroma_int"), "tile.png", vframes=1
            ).get_args(),
        ),
        "-y",
        "-copyts",
    ]
    lay_out(arguments, room)
    run(arguments, room, timeout=60)
    return Image.open(room / "tile.png").convert("RGB")


def sheet() -> Image.Image:
    rows = -(-len(CASES) // ACROSS)
    page = Image.new("RGB", (ACROSS * (TILE[0] + 8) + 8, rows * (TILE[1] + LABEL + 8) + 8), (18, 21, 28))
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(font_files()[0]), 15)
    for number, (label, filters, encoder, turn, fill) in enumerate(CASES):
        with tempfile.TemporaryDirectory() as folder:
            card().save(Path(folder) / "card.png")
            tile = converted(Path(folder), filters, encoder, turn, fill)
        x, y = 8 + number % ACROSS * (TILE[0] + 8), 8 + number // ACROSS * (TILE[1] + LABEL + 8)
        page.paste(tile, (x, y))
        draw.text((x + 2, y + TILE[1] + 3), label, (244, 241, 234), font)
    return page


if __name__ == "__main__":
    if "--help" in sys.argv:
        print(__doc__)
    else:
        sheet().save(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/difficult.jpg", quality=82)
