"""Whatever people bring: each file is rendered right or refused with 65, by name and with a reason, soon and
in bounded memory.

Every file goes through the real command in a small production with an imported transcript and pinned times.
Each frame of the
made files is as bright as its number, so that a film that is short, late or frozen shows. What each file
should come to stands beside it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.adapters.pyav import probe
from pipeline.cli.main import main
from tests.conftest import nobody_in

pytestmark = pytest.mark.slow

SECONDS = 20
CHILD, OURS = 1500, 700
"""Megabytes: the most that a child may ever take, and that this process may grow by for one file."""

TOML = """\
[film]
title = "A small film"
size = "160x120"
rate = "25"
{film}
[[source]]
id = "amara"
file = "footage/{file}"
contributor = "amara"

[[scene]]
title = "One"
seconds = 0.0
quotes = ["q01"]
"""
QUOTES = """\
id,contributor,source,text,theme,use,approved_by,approved_on,notes,in,out
q01,amara,amara,{text},helped,training,the group,2025-05-13,,{start},{end}
"""
CONSENT = """\
contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training,none,2025-03-04,2045-12-31,,
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    err: str
    film: Path | None

    @property
    def shot(self) -> dict[str, Any]:
        assert self.film
        shots = json.loads((self.film.parent / "manifest.json").read_bytes())["shots"]
        return dict(next(shot for shot in shots if shot["kind"] == "quote"))

    def luma(self) -> list[float]:
        """How bright the quote's frames are in the middle; every other frame is there too, or the count is
        wrong.
        """
        assert self.film
        manifest = json.loads((self.film.parent / "manifest.json").read_bytes())
        with av.open(str(self.film)) as film:
            found = [
                float(frame.to_ndarray(format="yuv420p")[58:60, 60:100].mean())
                for frame in film.decode(video=0)
            ]
        assert len(found) == manifest["film"]["frames"]
        return found[self.shot["at"] : self.shot["at"] + self.shot["frames"]]


Build = Callable[..., Outcome]


def worked() -> float:
    """Seconds of a processor, ours and our children's: what else the machine does makes no test fail."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def largest(who: int) -> int:
    """The most memory, in MB, that this process or one of its children has had: in earlier tests too."""
    return resource.getrusage(who).ru_maxrss >> 10


@pytest.fixture
def build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Build:
    """Build a film from one file; `start` to `end` are its quote, in seconds."""

    def run(
        file: Path, start: float = 1.0, end: float = 3.0, extra: str = "", blame: str = "", film: str = ""
    ) -> Outcome:
        root = tmp_path / "film"
        (root / "footage").mkdir(parents=True)
        shutil.copyfile(file, root / "footage" / file.name)
        words = ["we", "chose", "these", "words", "together"]
        step = (end - start) / len(words)
        heard = [
            {"word": w, "start": start + step * n, "end": start + step * (n + 0.9), "probability": 0.9}
            for n, w in enumerate(words)
        ]
        (root / "words.json").write_text(
            json.dumps({"segments": [{"start": start, "end": end, "text": " ".join(words), "words": heard}]})
        )
        (root / "production.toml").write_text(TOML.format(file=file.name, film=film) + extra)
        (root / "quotes.csv").write_text(QUOTES.format(text=" ".join(words), start=start, end=end))
        (root / "consent.csv").write_text(CONSENT)
        before, child, began = largest(resource.RUSAGE_SELF), largest(resource.RUSAGE_CHILDREN), worked()
        code = main(["-q", "-C", str(root), "transcribe", "amara", "--import", str(root / "words.json")])
        if extra:
            nobody_in(root, blame)
        if not code:  # nobody says these words in any of the files: somebody has to have listened
            code = main(["-q", "-C", str(root), "match", "--heard", "q01", "--by", "the test"])
        code = code or main(["-q", "-C", str(root), "build-cut"])
        err = capsys.readouterr().err
        assert worked() - began < SECONDS
        ours = largest(resource.RUSAGE_SELF)
        assert ours - before < OURS
        assert largest(resource.RUSAGE_CHILDREN) <= max(child, CHILD, ours), "it begins with what we hold"
        made = root / "build" / "cut.clean.mp4"
        assert made.is_file() == (code == 0), "a refusal leaves no film"
        assert "Traceback" not in err and (code == 0 or ((blame or file.name) in err and "→" in err)), err
        return Outcome(code, err, made if code == 0 else None)

    return run


# What is made -----------------------------------------------------------------------------------

RAMP = "nullsrc=s={size}:r={rate}:d=6,geq=lum='40+N*25/({rate})':cb=128:cr=128,format=yuv420p,format={pixels}"
"""Frame n of 25 a second is 40 + n bright."""


def ramp(size: str = "160x120", rate: str = "25", pixels: str = "yuv420p") -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", RAMP.format(size=size, rate=rate, pixels=pixels))


TONE = ("-f", "lavfi", "-i", "sine=f=300:d=6:r=48000", "-shortest")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-g", "25")
AAC = ("-c:a", "aac")
PLAIN = (*ramp(), *TONE, *H264, *AAC)


def make(*arguments: str) -> None:
    subprocess.run([ffmpeg(), "-v", "error", "-nostdin", "-y", *arguments], check=True, timeout=60)


@cache
def _whole(folder: str, name: str, arguments: tuple[str, ...]) -> bytes:
    path = Path(folder) / name
    make(*arguments, str(path))
    return path.read_bytes()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """A file made by ffmpeg, once a session."""
    folder = tmp_path_factory.mktemp("shop")
    return lambda name, *arguments: _whole(str(folder), name, arguments or PLAIN)


def right(outcome: Outcome, *, near: float = 2.0) -> None:
    """Frame for frame what the quote holds."""
    assert outcome.code == 0, outcome.err
    shot, found = outcome.shot, outcome.luma()
    first = round(Fraction(shot["source_in"]) * 25)
    assert shot["frames"] >= 50 and first <= 25
    wanted = 40 + first + np.arange(shot["frames"])
    assert np.abs(np.array(found) - wanted).max() <= near, np.round(np.array(found) - wanted, 1)


RENDERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "mp4": ("a.mp4", PLAIN),
    "mp4, index first": ("a.mp4", (*PLAIN, "-movflags", "+faststart")),
    "mp4 in fragments": ("a.mp4", (*PLAIN, "-movflags", "frag_keyframe+empty_moov")),
    "mov, prores and pcm": ("a.mov", (*ramp(), *TONE, "-c:v", "prores_ks", "-c:a", "pcm_s16le")),
    "mov, prores 4444": (
        "a.mov",
        (
            *ramp(),
            *TONE,
            "-c:v",
            "prores_ks",
            "-profile:v",
            "4444",
            "-pix_fmt",
            "yuva444p10le",
            "-c:a",
            "pcm_s16le",
        ),
    ),
    "mov, dnxhd": (
        "a.mov",
        (
            *ramp("1280x720"),
            *TONE,
            "-c:v",
            "dnxhd",
            "-b:v",
            "90M",
            "-pix_fmt",
            "yuv422p",
            "-c:a",
            "pcm_s16le",
        ),
    ),
    "mov, mjpeg": (
        "a.mov",
        (*ramp(pixels="yuvj420p"), *TONE, "-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le"),
    ),
    "mkv": ("a.mkv", PLAIN),
    "mkv under another name": ("a.mov", (*PLAIN, "-f", "matroska")),
    "mkv without an index": ("a.mkv", (*PLAIN, "-f", "matroska", "-live", "1")),
    "webm, vp8": (
        "a.webm",
        (
            *ramp(),
            *TONE,
            "-c:v",
            "libvpx",
            "-b:v",
            "2M",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-c:a",
            "libopus",
        ),
    ),
    "webm, vp9, live as browsers record": (
        "a.webm",
        (
            *ramp(),
            *TONE,
            "-c:v",
            "libvpx-vp9",
            "-b:v",
            "2M",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-c:a",
            "libopus",
            "-f",
            "webm",
            "-live",
            "1",
        ),
    ),
    "av1": (
        "a.mp4",
        (*ramp(), *TONE, "-c:v", "libsvtav1", "-preset", "12", "-crf", "10", "-svtav1-params", "lp=1", *AAC),
    ),
    "hevc, 10 bits": (
        "a.mp4",
        (
            *ramp(pixels="yuv420p10le"),
            *TONE,
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            "log-level=error:qp=6",
            *AAC,
        ),
    ),
    "h264, 4:2:2": ("a.mp4", (*ramp(pixels="yuv422p10le"), *TONE, *H264, *AAC)),
    "transport stream": ("a.ts", (*PLAIN, "-f", "mpegts")),
    "transport stream about to wrap": ("a.ts", (*PLAIN, "-output_ts_offset", "95440", "-f", "mpegts")),
    "programme stream, mpeg-2": (
        "a.mpg",
        (*ramp(), *TONE, "-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-c:a", "mp2", "-f", "vob"),
    ),
    "mpeg-1": ("a.mpg", (*ramp(), *TONE, "-c:v", "mpeg1video", "-q:v", "2", "-c:a", "mp2", "-f", "mpeg")),
    "avi, mpeg-4": ("a.avi", (*ramp(), *TONE, "-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le")),
    "dv": ("a.avi", (*ramp("720x576"), *TONE, "-c:v", "dvvideo", "-c:a", "pcm_s16le")),
    "mxf": ("a.mxf", (*ramp("1280x720"), *TONE, "-c:v", "mpeg2video", "-q:v", "2", "-c:a", "pcm_s16le")),
    "open groups": (
        "a.mp4",
        (
            *ramp(),
            *TONE,
            "-c:v",
            "libx264",
            "-qp",
            "4",
            "-x264-params",
            "open-gop=1:keyint=20:bframes=3:scenecut=0",
            *AAC,
        ),
    ),
    "16k wide": (
        "a.mp4",
        (
            *ramp("16000x90"),
            "-t",
            "4",
            *TONE,
            "-c:v",
            "mjpeg",
            "-q:v",
            "1",
            "-qmin",
            "1",
            "-pix_fmt",
            "yuvj420p",
            *AAC,
        ),
    ),
    "odd": ("a.mkv", (*ramp("161x121"), *TONE, "-c:v", "ffv1", "-c:a", "flac")),
    "several sound tracks": (
        "a.mkv",
        (
            *ramp(),
            *TONE[:-1],
            "-f",
            "lavfi",
            "-i",
            "sine=f=500:d=6",
            "-map",
            "0",
            "-map",
            "1",
            "-map",
            "2",
            *H264,
            *AAC,
        ),
    ),
}


@pytest.mark.parametrize("name", RENDERED)
def test_what_is_good_is_rendered_frame_for_frame(
    name: str, shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    file, arguments = RENDERED[name]
    path = tmp_path / file
    path.write_bytes(shop(f"{name.replace(' ', '-')}-{file}", *arguments))
    # Codecs that lose a little; and 16k becomes a line of two pixels, which our own encoder loses a little
    # of.
    right(build(path), near=6 if any(lossy in name for lossy in ("vp8", "vp9", "av1", "16k")) else 3)


@pytest.mark.parametrize(("codec", "name"), [("h264", "h264"), ("hevc", "hevc"), ("av1", "av1")])
@pytest.mark.parametrize("quality", ["edit", "final"])
def test_every_codec_makes_the_same_film(
    codec: str, name: str, quality: str, shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(shop("a.mp4"))
    made = build(path, film=f'codec = "{codec}"\nquality = "{quality}"\n')
    right(made, near=4)
    assert made.film
    for film in (made.film, made.film.parent / "cut.mp4"):
        with av.open(str(film)) as opened:
            stream = opened.streams.video[0]
            assert (
                stream.codec_context.name.endswith(name) or stream.codec_context.codec.canonical_name == name
            )
            assert (stream.codec_context.color_range, stream.codec_context.colorspace) == (1, 1), (
                "bt709, limited"
            )


# What is refused --------------------------------------------------------------------------------


def cut(name: str, share: float, *arguments: str) -> Callable[[Callable[..., bytes]], bytes]:
    def spoil(shop: Callable[..., bytes]) -> bytes:
        whole = shop(name, *arguments)
        return whole[: int(len(whole) * share)]

    return spoil


def stated(hours: int) -> Callable[[Callable[..., bytes]], bytes]:
    """The film's header says that it lasts for hours."""

    def spoil(shop: Callable[..., bytes]) -> bytes:
        data = bytearray(shop("whole.mkv"))
        at = data.index(b"\x44\x89\x88") + 3  # Duration, eight bytes of a float, in milliseconds
        data[at : at + 8] = np.array([hours * 3_600_000.0], ">f8").tobytes()
        return bytes(data)

    return spoil


def damaged(shop: Callable[..., bytes]) -> bytes:
    """The middle of the file's picture went through a broken reader."""
    data = bytearray(
        shop(
            "long.mp4",
            *ramp(),
            *TONE,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-qp",
            "10",
            "-g",
            "250",
            *AAC,
        )
    )
    start = data.index(b"mdat")
    length = int.from_bytes(data[start - 4 : start], "big")
    chance = np.random.default_rng(3)
    for at in chance.integers(start + length // 5, start + length // 2, 200):
        data[at] ^= 0xFF
    return bytes(data)


def backwards(shop: Callable[..., bytes]) -> bytes:
    whole = shop("whole.ts", *PLAIN, "-f", "mpegts")
    return whole + whole


def locked(shop: Callable[..., bytes]) -> bytes:
    key = (
        "-encryption_scheme",
        "cenc-aes-ctr",
        "-encryption_key",
        "76a6c65c5ea762046bd749a2e632ccbb",
        "-encryption_kid",
        "a7e61c373e219033c21091fa607bf3b8",
    )
    return shop("locked.mp4", *PLAIN, *key)


COVER = ("-map", "0", "-map", "1", "-frames:v", "1", "-c:v", "png", "-disposition:v", "attached_pic")
HUGE = (*TONE[:-1], "-frames:v", "1", "-c:v", "mjpeg", *AAC)
FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov")
REFUSED: dict[str, tuple[str, Callable[[Callable[..., bytes]], bytes], str]] = {
    "zero bytes": ("a.mp4", lambda _: b"", "is empty"),
    "renamed text": ("a.mp4", lambda _: b"Dear all,\nthe film will follow.\n", "is a text file"),
    "m3u8": ("a.mp4", lambda _: b"#EXTM3U\n#EXTINF:3,\nsecret.ts\n", "is a text file"),
    "ffconcat": ("a.mov", lambda _: b"ffconcat version 1.0\nfile secret.mp4\n", "is a text file"),
    "image sequence": ("a%03d.png", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(64), "is a picture"),
    "svg with a NUL": ("a.mp4", lambda _: b"<svg xmlns='http://www.w3.org/2000/svg'/>\0", "is not footage"),
    "zip": ("a.mp4", lambda _: b"PK\x03\x04" + bytes(400), "is not footage"),
    "zeros": ("a.mp4", lambda _: bytes(100_000), "is not footage"),
    "no sound": ("a.mp4", lambda shop: shop("silent.mp4", *ramp(), *H264), "has no sound"),
    "no picture": ("a.mp4", lambda shop: shop("blind.mp4", *TONE[:-1], *AAC), "without a picture"),
    "a cover and no film": (
        "a.mp4",
        lambda shop: shop("cover.mp4", *TONE[:-1], "-f", "lavfi", "-i", "color=s=64x64", *COVER, *AAC),
        "without a picture",
    ),
    "0 seconds": ("a.mkv", lambda shop: shop("nothing.mkv", *PLAIN, "-t", "0"), "a.mkv"),
    "12 hours stated": ("a.mkv", stated(12), "breaks off"),
    "16k by 8k": (
        "a.mkv",
        lambda shop: shop("huge.mkv", "-f", "lavfi", "-i", "color=s=16000x8000:d=0.04", *HUGE),
        "16000x8000",
    ),
    "a clock that goes back": ("a.ts", backwards, "clock that goes back"),
    "damaged in the quote": ("a.mp4", damaged, "cannot be"),
    "encrypted": (
        "a.mp4",
        locked,
        "cannot be ",
    ),  # decoded or read: its first picture may come out as something
    **{f"mp4 at {share:.0%}": ("a.mp4", cut("whole.mp4", share), "a.mp4") for share in (0.02, 0.5, 0.97)},
    **{
        f"mp4, index first, at {share:.0%}": (
            "a.mp4",
            cut("first.mp4", share, *PLAIN, "-movflags", "+faststart"),
            "breaks off",
        )
        for share in (0.2, 0.7, 0.99)
    },
    **{
        f"mp4 in fragments at {share:.0%}": (
            "a.mp4",
            cut("frag.mp4", share, *PLAIN, *FRAGMENTS),
            "breaks off",
        )
        for share in (0.5, 0.93)
    },
    **{f"mkv at {share:.0%}": ("a.mkv", cut("whole.mkv", share), "breaks off") for share in (0.3, 0.9, 0.99)},
    "avi at 95%": (
        "a.avi",
        cut("whole.avi", 0.95, *ramp(), *TONE, "-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le"),
        "breaks off",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_rendered_right_is_refused_by_name(
    name: str, shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    file, spoil, says = REFUSED[name]
    (tmp_path / file).write_bytes(spoil(shop))
    (tmp_path / "secret.mp4").write_bytes(shop("whole.mp4"))
    outcome = build(tmp_path / file)
    assert outcome.code == 65 and says in outcome.err, outcome


def test_what_is_damaged_outside_the_quote_is_rendered(
    shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    """The other side: damage in the second half, the quote in the first."""
    data = bytearray(shop("whole.mp4"))
    start = data.index(b"mdat")
    length = int.from_bytes(data[start - 4 : start], "big")
    for at in np.random.default_rng(3).integers(start + length * 8 // 10, start + length * 9 // 10, 50):
        data[at] ^= 0xFF
    (tmp_path / "a.mp4").write_bytes(bytes(data))
    outcome = build(tmp_path / "a.mp4", 1.0, 2.9)
    assert outcome.code in (0, 65), outcome.err  # 65 where its sound is among what was hit
    if outcome.code == 0:
        assert np.ptp(outcome.luma()) > 40


def spliced(out: Path, first: Path, second: Path) -> Path:
    """Two seconds of one, then the other, as one stream: what a browser writes when a call gets worse."""
    with (
        av.open(str(out), "w", format="matroska") as film,
        av.open(str(first)) as a,
        av.open(str(second)) as b,
    ):
        picture, sound = (
            film.add_stream_from_template(a.streams.video[0]),
            film.add_stream_from_template(a.streams.audio[0]),
        )
        packets = []
        for source, stream, into, start, end in (
            (a, a.streams.video[0], picture, 0, 2),
            (b, b.streams.video[0], picture, 2, 6),
            (a, a.streams.audio[0], sound, 0, 6),
        ):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.pts is not None and start <= float(packet.pts * packet.time_base) < end:
                    packets.append((packet.dts * packet.time_base, packet, into))
        for _, packet, into in sorted(packets, key=lambda entry: entry[0]):
            packet.stream = into
            film.mux(packet)
    return out


VP9 = (
    "-c:v",
    "libvpx-vp9",
    "-b:v",
    "2M",
    "-deadline",
    "realtime",
    "-cpu-used",
    "8",
    "-g",
    "25",
    "-c:a",
    "libopus",
)


def test_a_recorded_call_that_changes_its_size_is_rendered(
    shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    """At 2 seconds the picture gets smaller; each frame is there, and none is late."""
    (tmp_path / "1.webm").write_bytes(shop("call-1.webm", *ramp(), *TONE, *VP9))
    (tmp_path / "2.webm").write_bytes(shop("call-2.webm", *ramp("80x60"), *TONE, *VP9))
    right(build(spliced(tmp_path / "a.mkv", tmp_path / "1.webm", tmp_path / "2.webm")), near=6)


def test_a_change_that_cannot_be_shown_is_refused(
    shop: Callable[..., bytes], build: Build, tmp_path: Path
) -> None:
    """The same with colours that go through a table, whose filter sees one size."""
    wide = ("-colorspace", "bt2020nc", "-vf", "setparams=colorspace=bt2020nc")
    (tmp_path / "1.webm").write_bytes(shop("wide-1.webm", *ramp(), *TONE, *wide, *VP9))
    (tmp_path / "2.webm").write_bytes(shop("wide-2.webm", *ramp("80x60"), *TONE, *wide, *VP9))
    outcome = build(spliced(tmp_path / "a.mkv", tmp_path / "1.webm", tmp_path / "2.webm"))
    assert outcome.code == 65 and "frames where" in outcome.err, outcome.err


@pytest.mark.parametrize(
    ("file", "spoil", "code", "says"),
    [
        ("b.mp4", lambda shop: shop("silent.mp4", *ramp(), *H264), 0, ""),  # a cutaway needs no sound
        ("b.mp4", lambda shop: shop("blind.mp4", *TONE[:-1], *AAC), 65, "has no picture"),
        ("b.mp4", lambda shop: shop("whole.mp4")[:9000], 65, "b.mp4"),
        ("b.mp4", lambda _: b"#EXTM3U\nsecret.ts\n", 65, "is a text file"),
    ],
    ids=["no sound", "no picture", "cut short", "a playlist"],
)
def test_cutaways_are_held_to_the_same(
    file: str,
    spoil: Callable[[Callable[..., bytes]], bytes],
    code: int,
    says: str,
    shop: Callable[..., bytes],
    build: Build,
    tmp_path: Path,
) -> None:
    (tmp_path / "a.mp4").write_bytes(shop("whole.mp4"))
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / file).write_bytes(spoil(shop))
    extra = f'[[scene.cutaway]]\nquote = "q01"\nfile = "{file}"\nover = "start"\nseconds = 1.0\n'
    outcome = build(tmp_path / "a.mp4", extra=extra, blame=file)
    assert outcome.code == code and says in outcome.err, outcome.err


# What we were given -----------------------------------------------------------------------------

DIFFICULT: dict[str, tuple[int, str, float, float, tuple[int, int] | None]] = {
    # file: exit code, what is said, the quote's in and out, size as shown
    "bear-vp9-odd-dimensions.webm": (65, "has no sound", 0.1, 0.8, (161, 121)),
    "cursed-vfr.mp4": (65, "has no sound", 1.0, 3.0, (3026, 1386)),
    "dolbyVision-hdr.MOV": (0, "", 0.0, 0.1, (720, 1280)),  # HLG under profile 8.4, a portrait
    "edit_list_positive_shift.mp4": (0, "", 1.0, 3.0, (1920, 1080)),
    "sample_15fps_720p_1s.mp4": (0, "", 0.2, 0.8, (1280, 720)),
    "sample_android_slow_motion.mp4": (65, "has no sound", 0.1, 0.4, (1280, 720)),
    "sample_audio_only.mp4": (65, "without a picture", 0.2, 0.8, None),
    "sample_mdat_too_long.mp4": (
        0,
        "",
        0.2,
        0.8,
        (1080, 720),
    ),  # every picture and sound is there; only a length is wrong
    "sample_missing_stsd.mp4": (
        65,
        "has no sound",
        0.2,
        0.8,
        (1080, 720),
    ),  # its sound does not say what it is
    "sample_rotate_and_reflect.mp4": (0, "", 0.2, 0.8, (720, 1080)),
    "sample_shorter_audio.mp4": (0, "", 0.2, 0.8, (320, 240)),
    "sample_video_only.mp4": (65, "has no sound", 0.2, 0.8, (1080, 720)),
    "sowt-with-video.mov": (0, "", 0.5, 1.5, (1920, 1080)),
}


def test_every_difficult_file_has_its_outcome(media: Path) -> None:
    assert {path.name for path in (media / "difficult").iterdir()} == set(DIFFICULT)


@pytest.mark.parametrize("name", DIFFICULT)
def test_difficult_files(name: str, media: Path, build: Build) -> None:
    code, says, start, end, size = DIFFICULT[name]
    path = media / "difficult" / name
    found = probe.probe(path, "").picture
    assert (found.display if found else None) == size
    outcome = build(path, start, end)
    assert outcome.code == code and says in outcome.err, outcome.err
    if code == 0:
        found_luma = outcome.luma()
        assert outcome.shot["frames"] >= round((end - start) * 25) - 1
        with av.open(str(path)) as film:
            there = [float(frame.to_ndarray(format="gray").mean()) for frame in film.decode(video=0)]
        assert np.mean(found_luma) > 17 or np.mean(there) < 20, "not a black film"
