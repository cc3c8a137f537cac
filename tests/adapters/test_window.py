"""A picture seen through a window, by the very filters of a build: where that is in each frame, and that it
goes there smoothly.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg as graph
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.adapters.ffmpeg import commands, conform
from pipeline.adapters.ffmpeg.process import run
from pipeline.adapters.pyav import picture_facts, probe
from pipeline.adapters.renderer import Renderer, pictures
from pipeline.core.footage import Footage, Material
from pipeline.core.framing import Framing, Key
from pipeline.core.media import NO_TRACK, Feed
from pipeline.core.ports import Look, Patch, Piece
from pipeline.core.time import Source, Span
from pipeline.edit.timeline import Hold, Take
from pipeline.production.configs import load_qualities
from tests.adapters.test_conform import LOSSLESS, STORED, TO_709, made, with_matrix

RATE = Fraction(25)
FILM = (180, 320)
WIDTH = Fraction(81, 256)
"""A window of 9:16 in a picture of 16:9."""

Luma = npt.NDArray[np.float64]


def framing(*keys: tuple[int, Fraction]) -> Framing:
    return Framing(WIDTH, Fraction(1), tuple(Key(frame, left, Fraction(0)) for frame, left in keys))


STANDS = framing((0, Fraction(3, 10)))
MOVES = framing((5, Fraction(3, 10)), (45, Fraction(3, 10) + Fraction(2, 125)))
"""By 4 % of its width a second, or a little over one pixel of the film in two frames."""


def bar(size: tuple[int, int], at: float) -> npt.NDArray[np.uint8]:
    """A soft white bar on grey, `at` its share of the width."""
    x = (np.arange(size[0]) + 0.5) / size[0]
    light = 60 + 150 * np.exp(-(((x - at) * 60) ** 2))
    return np.rint(np.broadcast_to(light[None, :, None], (size[1], size[0], 3))).astype(np.uint8)


def seen(path: Path, room: Path, window: Framing | None, first: int, count: int) -> Luma:
    """The light of some frames, through a window."""
    media = probe.probe(path, "")
    (room / "source").unlink(missing_ok=True)
    reel = Renderer(Material({})).reel(room / "source", path, media, first, first + count, RATE)
    frames = reel.frames(first, first + count, FILM, RATE, "bars")
    stream = reel.fitted(frames, FILM, "bars", window, first)
    arguments = [*map(str, graph.output(stream, "out.yuv", f="rawvideo").get_args()), "-y", "-copyts"]
    conform.lay_out(arguments, room)
    run(arguments, room, timeout=60)
    data = np.fromfile(room / "out.yuv", np.uint8).reshape(count, -1)
    return data[:, : FILM[0] * FILM[1]].reshape(count, FILM[1], FILM[0]).astype(np.float64)


def middles(frames: Luma) -> Luma:
    """Where the bar is in each, in pixels of the film."""
    over = np.clip(frames.mean(1) - 75, 0, None)
    return np.asarray((over * (np.arange(FILM[0]) + 0.5)).sum(1) / over.sum(1))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("window")
    return made(folder / "a.mp4", bar((640, 360), 0.45), *TO_709, *LOSSLESS, frames=60)


def wanted(window: Framing, frame: int) -> float:
    return float((Fraction(45, 100) - window.at(frame)[0]) / WIDTH * FILM[0])


@pytest.mark.slow
@pytest.mark.parametrize("window", [STANDS, MOVES], ids=["stands", "moves"])
def test_the_window_is_where_it_should_be_in_every_frame(window: Framing, film: Path, tmp_path: Path) -> None:
    found = middles(seen(film, tmp_path, window, 0, 55))
    assert [wanted(window, frame) for frame in range(55)] == pytest.approx(list(found), abs=1.0)
    off = found - [wanted(window, frame) for frame in range(55)]
    assert not window.moves or abs(off[5:46].mean()) < 0.25, "by no frame too early or too late"
    steps = np.diff(found)
    assert (steps <= 0.05).all(), "it never goes back"
    assert steps.min() >= -1.2, "and never jumps"
    assert np.ptp(found) == pytest.approx(wanted(window, 0) - wanted(window, 54), abs=1)


@pytest.mark.slow
def test_a_piece_of_a_take_is_what_it_is_in_the_whole(film: Path, tmp_path: Path) -> None:
    whole = seen(film, tmp_path, MOVES, 3, 50)
    for first, count in ((3, 7), (10, 20), (44, 9)):
        assert (seen(film, tmp_path, MOVES, first, count) == whole[first - 3 : first - 3 + count]).all()


@pytest.mark.slow
@pytest.mark.parametrize(("matrix", "turn"), list(picture_facts.TURNED.items())[1:4:2], ids=str)
def test_a_turned_picture_is_turned_before_it_is_cut(
    matrix: tuple[int, int, int, int], turn: tuple[bool, int], tmp_path: Path
) -> None:
    path = with_matrix(
        made(tmp_path / "a.mp4", STORED[turn](bar((640, 360), 0.45)), *TO_709, *LOSSLESS), *matrix
    )
    assert middles(seen(path, tmp_path, STANDS, 2, 1)) == pytest.approx([wanted(STANDS, 2)], abs=1)


@pytest.mark.slow
def test_an_anamorphic_picture_is_cut_in_its_own_shape(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mp4", bar((480, 360), 0.45), "-aspect", "16:9", *TO_709, *LOSSLESS)
    (found,) = seen(path, tmp_path, STANDS, 2, 1)
    assert middles(found[None]) == pytest.approx([wanted(STANDS, 2)], abs=1)
    over = found.mean(0) - 75
    wide = (over > over.max() / 2).sum()
    square = seen(
        made(tmp_path / "b.mp4", bar((640, 360), 0.45), *TO_709, *LOSSLESS), tmp_path, STANDS, 2, 1
    )[0].mean(0)
    assert wide == pytest.approx(((square - 75) > (square.max() - 75) / 2).sum(), abs=2)


TAKE = Take(0, 50, "q1", "p", "P", "s", 3, Span[Source].measured(0.12, 2.12), (), framing=MOVES)


@pytest.mark.slow
def test_a_take_and_its_pause_show_one_window_and_a_copied_group_is_the_take(
    film: Path, tmp_path: Path
) -> None:
    """Also where a stretch is made anew between two that are copied: nobody can see where."""
    camera = Footage(film, probe.probe(film, ""), Feed((NO_TRACK,)))
    studio, look = Renderer(Material({"s": camera}, qualities=load_qualities())), Look(FILM, RATE, "edit")
    rooms = [tmp_path / name for name in ("whole", "mended", "pause")]
    for room in rooms:
        room.mkdir()
    studio.take(rooms[0], TAKE, look, "", lambda _: None)
    patch = Patch((Piece((0, 22), 0), Piece((22, 47)), Piece((47, 50), 47)), rooms[0])
    studio.take(rooms[1], TAKE, look, "", lambda _: None, patch)
    studio.hold(rooms[2], Hold(0, 5, "q1", "p", "s", 52, TAKE.sound, framing=MOVES), look, "")
    whole, mended, pause = (light(room / "clean.mp4") for room in rooms)
    assert len(mended) == len(whole) == 50
    assert np.abs(middles(mended) - middles(whole)).max() < 0.2
    assert np.abs(middles(pause) - middles(whole)[-1]).max() < 0.2


def light(path: Path) -> Luma:
    import av

    with av.open(str(path)) as shown:
        frames = [frame.to_ndarray(format="gray").astype(np.float64) for frame in shown.decode(video=0)]
    return np.stack(frames)


@pytest.mark.slow
def test_pictures_are_looked_at_where_the_take_has_them(film: Path, tmp_path: Path) -> None:
    """With their numbers, whole, upright, whatever the window is."""
    camera = Footage(film, probe.probe(film, ""), Feed((NO_TRACK,)))
    found = list(pictures(camera, (7, 30), 5, RATE, tmp_path))
    assert [number for number, _ in found] == [7, 12, 17, 22, 27]
    for _, pixels in found:
        assert pixels.shape == (360, 640, 3)
        over = pixels.mean((0, 2)) - 75
        over = np.clip(over, 0, None)
        assert (over * (np.arange(640) + 0.5)).sum() / over.sum() / 640 == pytest.approx(0.45, abs=0.01)


def test_without_a_window_a_take_is_asked_for_as_ever() -> None:
    """No key of a film without windows changes."""
    assert "crop" not in " ".join(_asked(None)) and "crop" in " ".join(_asked(STANDS))
    assert "clip(n" in " ".join(_asked(MOVES)) and "clip(n" not in " ".join(_asked(STANDS))


def _asked(window: Framing | None) -> list[str]:
    from dataclasses import replace

    from tests.adapters.test_ffmpeg import DRAFT, REEL

    return commands.take_arguments(replace(TAKE, framing=window), REEL, [], FILM, RATE, DRAFT, burn=False)
