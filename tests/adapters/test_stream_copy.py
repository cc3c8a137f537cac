"""An excerpt is decoded to the same frames as the whole file, from less of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pipeline.adapters import renderer
from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav import probe
from pipeline.adapters.pyav.stream_copy import KEPT, Entry, excerpt, needed
from pipeline.core.digest import file_digest
from pipeline.core.footage import Footage, Material
from pipeline.core.media import Feed, Track
from pipeline.core.ports import Look
from pipeline.core.time import Span
from pipeline.edit.timeline import Take

pytestmark = pytest.mark.slow

TRACK = Track(1, 1, "aac", 2, 48_000, Fraction(0), Fraction(10), True, "")
QUALITIES = {"draft": {"reuse": False, "bits": 0.4, "h264": {"preset": "ultrafast", "crf": 10}}}
SECONDS = 8

FILMS = {
    "pyramid.mp4": "-c:v libx264 -preset fast -bf 3 -x264-params keyint=100:scenecut=0:b-pyramid=normal",
    "open.mkv": "-c:v libx264 -preset fast -bf 3 -x264-params keyint=50:open-gop=1",
    "broadcast.ts": "-c:v libx264 -preset fast -bf 2 -g 100",
    "phone.mov": "-c:v libx265 -preset ultrafast -x265-params "
    "log-level=1:keyint=100:bframes=4:b-pyramid=1 -tag:v hvc1",
    "layers.mp4": "-c:v libx265 -preset ultrafast -x265-params "
    "log-level=1:keyint=100:bframes=3:temporal-layers=3",
    "old.mpg": "-c:v mpeg2video -bf 2 -g 15",
    "web.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 100",
    "new.mkv": "-c:v libsvtav1 -preset 12 -svtav1-params keyint=100",
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("films")

    def make(name: str) -> Path:
        if not (folder / name).exists():
            source = f"testsrc2=s=320x180:r=25:d={SECONDS},noise=alls=20:allf=t"
            run(
                [
                    "-f",
                    "lavfi",
                    "-i",
                    source,
                    *FILMS.get(name, "-c:v mjpeg").split(),
                    "-pix_fmt",
                    "yuv420p",
                    name,
                ],
                folder,
            )
        return folder / name

    return make


def made(path: Path, room: Path, first: int, rate: Fraction) -> bytes:
    room.mkdir()
    own = {"s1": Footage(path, probe.probe(path, file_digest(path)), Feed((TRACK,)))}
    rack = renderer.Renderer(Material(own, qualities=QUALITIES))
    rack.take(
        room,
        Take(0, 12, "q1", "a", "A", "s1", first, Span.measured(0, 1), ()),
        Look((320, 180), rate, "draft"),
        "",
        lambda _: None,
    )
    return (room / "clean.mp4").read_bytes()


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("first", [0, 30, 93, 171])
def test_a_take_is_the_same_from_an_excerpt_and_from_the_whole_file(
    name: str, first: int, film: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The encoder's bytes tell: they are the same only where every sample of every frame is."""
    path = film(name)
    one = made(path, tmp_path / "excerpt", first, Fraction(25))
    monkeypatch.setattr(renderer.stream_copy, "excerpt", lambda *_: False)
    assert one == made(path, tmp_path / "whole", first, Fraction(25))


@pytest.mark.parametrize(
    ("name", "share"), [("pyramid.mp4", 0.75), ("phone.mov", 0.75), ("layers.mp4", 0.85), ("web.webm", 1.0)]
)
def test_pictures_that_nothing_refers_to_are_left_out(
    name: str, share: float, film: Callable[[str], Path], tmp_path: Path
) -> None:
    path, out = film(name), tmp_path / "source"
    begin, end = Fraction(90, 25), Fraction(95, 25)
    assert excerpt(path, probe.probe(path, ""), begin, end, out)
    with av.open(str(out), format="nut") as copied:
        count = sum(1 for packet in copied.demux(video=0) if packet.size)
    assert count <= share * 102 + 1  # 90 before, 5 shown, a quarter of a second after


def test_what_gains_nothing_or_is_not_the_same_is_not_copied(
    film: Callable[[str], Path], tmp_path: Path
) -> None:
    path = film("every-frame-a-key.mov")
    assert not excerpt(path, probe.probe(path, ""), Fraction(2), Fraction(3), tmp_path / "source")
    assert not (tmp_path / "source").exists()
    # An edit list that hides the first pictures: they are decoded, and never shown.
    run(["-ss", "0.5", "-i", film("pyramid.mp4").as_posix(), "-c", "copy", "edited.mp4"], tmp_path)
    edited = tmp_path / "edited.mp4"
    assert not excerpt(edited, probe.probe(edited, ""), Fraction(0), Fraction(1), tmp_path / "source")


def entries(*kinds: str) -> list[Entry]:
    """I: a key picture, P: others need it, b: nothing does; shown in this order."""
    return [Entry(Fraction(n), kind == "I", 1, 0, kind == "b") for n, kind in enumerate(kinds)]


def test_what_is_needed_begins_at_the_last_key_before() -> None:
    long = entries(*("I" + "PbPb" * 10) * 2)
    assert needed(long, Fraction(40)) == {
        n for n in range(41) if long[n].key or not long[n].spare or n >= 40 - KEPT
    } | set(range(41, 82))
    assert min(needed(long, Fraction(41))) == 41
    assert needed(entries(*"III"), Fraction(1)) == frozenset()  # nothing to leave out
    assert needed(entries(*"PPI"), Fraction(1)) == frozenset()  # no key to begin at


def test_a_lower_layer_is_never_left_out() -> None:
    low, high = Entry(Fraction(1), False, 1, 0, True), Entry(Fraction(2), False, 1, 1, True)
    rest = [Entry(Fraction(n), False, 1, 0, False) for n in range(3, 60)]
    assert {1, 2} & needed([Entry(Fraction(0), True, 1, 0, False), low, high, *rest], Fraction(50)) == {1}
