"""Will browsers and phones play a clip at once, and does its file say anything that is not ours to give away?

Baseline for all: H.264 in 8 bits of 4:2:0 and AAC-LC in an MP4 whose list comes first. Whatever else lies in
the file, a tag, a chapter, a box of a kind that we do not write, is refused: it may be a name or a place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction

from pipeline.core.finding import Finding
from pipeline.core.packaging import Packaging, Stream

PROFILES = ("Constrained Baseline", "Baseline", "Main", "High")
LEVEL = 51
"""5.1: UHD at 30 a second. What phones of the last ten years decode ends there."""

MACROBLOCKS = {
    10: 1485, 11: 3000, 12: 6000, 13: 11880, 20: 11880, 21: 19800, 22: 20250, 30: 40500, 31: 108000,
    32: 216000, 40: 245760, 41: 245760, 42: 522240, 50: 589824, 51: 983040, 52: 2073600,
}  # fmt: skip
"""Squares of 16 pixels a second that each level allows (H.264, table A-1)."""

SOUND_RATES = (44_100, 48_000)
APART = Fraction(1, 20)
"""Seconds by which sound and picture may end apart, beside a frame of each."""

AAC_FRAME = 1024

BOXES = frozenset(
    "ftyp moov mvhd trak tkhd edts elst mdia mdhd hdlr minf vmhd smhd dinf dref stbl stsd stts ctts stss "
    "stsc stsz stco co64 sgpd sbgp sdtp udta meta ilst \xa9nam free mdat".split()
)
CHAPTER_BOXES = {
    "tref", "chap", "gmhd", "gmin", "text", "nmhd", "chpl",
}  # fmt: skip
"""What an MP4 with chapters has besides."""

TAGS = {
    "language": re.compile(r"[a-z]{3}"),
    "handler_name": re.compile(r"(Video|Sound|Text|Subtitle)Handler"),
    "encoder": re.compile(r"Lavc( \w+)?"),
}
"""What a stream says of itself in files that ffmpeg writes, and tells nobody anything."""


def findings(
    where: str, packed: Packaging, *, title: str = "", chapters: Collection[str] = (), most: int = 0
) -> list[Finding]:
    """What is wrong with how a clip is packed. `title` and `chapters` are what it may say; `most` bytes are
    its limit, 0 for none.
    """
    found = [*_plays(packed), *_at_once(packed), *_says(packed, title, chapters), *_small(packed, most)]
    return [Finding(rule, "error", where, what, measured, limit) for rule, what, measured, limit in found]


Told = tuple[str, str, str, str]
"""Rule, what, measured, limit."""


def _plays(packed: Packaging) -> Iterator[Told]:
    pictures, sounds = packed.of("video"), packed.of("audio")
    if len(pictures) != 1 or len(sounds) != 1:
        counted = f"{len(pictures)} of picture, {len(sounds)} of sound"
        yield "plays", "does not have one stream of picture and one of sound", counted, "one each"
        return
    (picture,), (sound,) = pictures, sounds
    yield from _picture(picture)
    if (sound.codec, sound.profile) != ("aac", "LC") or sound.channels not in (1, 2):
        measured = f"{sound.codec} {sound.profile}, {sound.channels} channels"
        yield "plays", "its sound is none that every browser plays", measured, "AAC-LC, mono or stereo"
    elif sound.rate not in SOUND_RATES:
        yield (
            "plays",
            "its sound has a rate that not every player takes",
            f"{sound.rate} Hz",
            "44100 or 48000 Hz",
        )
    apart = abs(picture.seconds - sound.seconds)
    most = APART + (1 / picture.rate if picture.rate else 0) + (AAC_FRAME / sound.rate if sound.rate else 0)
    if apart > most:
        measured = f"{float(picture.seconds):.3f} s and {float(sound.seconds):.3f} s"
        yield (
            "length",
            "its picture and its sound do not end together",
            measured,
            f"{float(most):.3f} s apart",
        )


def _picture(picture: Stream) -> Iterator[Told]:
    width, height = picture.size
    if (
        picture.codec != "h264"
        or picture.profile not in PROFILES
        or picture.pixels not in ("yuv420p", "yuvj420p")
    ):
        measured = f"{picture.codec} {picture.profile} {picture.pixels}"
        yield "plays", "its picture is none that every browser plays", measured, "H.264 High, 8 bits of 4:2:0"
    if picture.codec == "h264" and not _level_fits(picture):
        measured = f"level {picture.level / 10:g}, {width}x{height}"
        yield "plays", "its level is none for such a picture", measured, f"at most {LEVEL / 10:g}"
    if width % 2 or height % 2 or not picture.square:
        measured = f"{width}x{height}{'' if picture.square else ', pixels not square'}"
        yield "plays", "its picture's sides are not even numbers of square pixels", measured, "even"


def _level_fits(picture: Stream) -> bool:
    squares = -(-picture.size[0] // 16) * -(-picture.size[1] // 16) * picture.rate
    return picture.level <= LEVEL and squares <= MACROBLOCKS.get(picture.level, 0)


def _at_once(packed: Packaging) -> Iterator[Told]:
    outer = [one for one in packed.boxes if "/" not in one]
    if "mdat" not in outer or "moov" not in outer:
        yield "plays", "is no whole MP4", ", ".join(outer[:6]) or "nothing", "moov and mdat"
    elif outer.index("moov") > outer.index("mdat"):
        what = "cannot begin before all of it is there: its list comes last"
        yield "faststart", what, "mdat before moov", "moov first"


def _says(packed: Packaging, title: str, chapters: Collection[str]) -> Iterator[Told]:
    """What the file says of itself, and may not."""
    for name, value in packed.tags:
        ours = any(name.endswith(f" {kind}") and said.fullmatch(value) for kind, said in TAGS.items())
        if not ours and not (name == "title" and value == title):
            yield "metadata", f"its tag {name} says what no clip says", _short(value), "the clip's own title"
    for one in packed.chapters:
        if one not in chapters:
            yield "metadata", "has a chapter that is not its own", _short(one), "its own chapters"
    known = BOXES | CHAPTER_BOXES if packed.chapters else BOXES
    for box in dict.fromkeys(one for one in packed.boxes if one.rpartition("/")[2] not in known):
        yield "metadata", "has a box that we do not write", ascii(box)[1:-1], "none"


def _short(text: str) -> str:
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"


def _small(packed: Packaging, most: int) -> Iterator[Told]:
    if most and packed.bytes > most:
        yield "size", "is larger than its limit", f"{packed.bytes:,} bytes", f"{most:,} bytes"
