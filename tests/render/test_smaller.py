"""A film in fewer bytes: how they are planned, what an encoder that overshoots does, and real encodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from subprocess import run

import av
import pytest

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.adapters.ffmpeg.smaller import Shrinker
from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from pipeline.errors import ConfigError, InputError
from pipeline.render.smaller import ENOUGH, LEAST, Shape, Smaller, fit, size_of, smaller

HD = Shape((1920, 1080), Fraction(25), 25 * 600)


@dataclass
class Fake:
    """Encodes nothing: a file has `over` times the bytes that were asked for, never fewer than `least`."""

    over: float = 1.0
    least: int = 0
    asked: list[tuple[tuple[int, int], int]] = field(default_factory=list)
    sounds: list[int] = field(default_factory=list)
    looked: list[tuple[int, int]] = field(default_factory=list)
    seconds: int = 600

    def sound(self, bits: int, channels: int) -> int:
        self.sounds.append(bits)
        return bits * self.seconds // 8

    def look(self, size: tuple[int, int]) -> None:
        self.looked.append(size)

    def encode(self, size: tuple[int, int], bits: int) -> int:
        assert self.looked[-1] == size
        self.asked.append((size, bits))
        picture = max(self.least, int(bits * self.over * self.seconds / 8))
        return picture + self.sounds[-1] * self.seconds // 8

    def likeness(self, size: tuple[int, int]) -> list[float]:
        return [1.0] * 25 + [0.9] * 25

    def keep(self, to: Path) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("text", "size"),
    [("15MB", 15_000_000), ("15 mb", 15_000_000), ("16MiB", 16 << 20), ("1.5G", 1_500_000_000), ("800", 800)],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "large", "-5MB", "0", "5 MB or so", "MB", "1e9"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is no size"):
        size_of(text)


def test_pictures_become_smaller_in_steps_and_keep_their_shape() -> None:
    assert HD.sizes() == [
        *((1920, 1080), (1280, 720), (960, 540), (768, 432), (640, 360), (480, 270), (320, 180)),
    ]
    upright = Shape((1080, 1920), Fraction(25), 100).sizes()
    assert upright[:3] == [(1080, 1920), (720, 1280), (540, 960)]
    assert Shape((160, 90), Fraction(25), 100).sizes() == [(160, 90)]


@pytest.mark.parametrize("most", [300_000_000, 50_000_000, 15_000_000, 8_000_000])
def test_each_pixel_has_bits_enough_or_there_are_fewer_pixels(most: int) -> None:
    fake = Fake()
    made = fit(fake, HD, most)
    assert made.bytes <= most
    [(size, bits)] = fake.asked
    larger = [one for one in HD.sizes() if one[0] > size[0]]
    assert bits >= ENOUGH * size[0] * size[1] * 25
    assert all(bits < ENOUGH * one[0] * one[1] * 25 for one in larger)
    assert made.bytes > most * 0.93, "bytes are given away"


@pytest.mark.parametrize("over", [1.2, 2.0, 5.0])
def test_an_encoder_that_overshoots_is_held_to_the_limit(over: float) -> None:
    fake = Fake(over)
    made = fit(fake, HD, 15_000_000)
    assert made.bytes <= 15_000_000
    assert len(fake.asked) > 1


def test_where_a_size_cannot_be_met_a_smaller_picture_is_tried() -> None:
    class Stubborn(Fake):
        def encode(self, size: tuple[int, int], bits: int) -> int:
            made = super().encode(size, bits)
            return max(made, 20_000_000) if size[0] > 480 else made

    fake = Stubborn()
    made = fit(fake, HD, 15_000_000)
    assert made.size == (480, 270)
    assert made.bytes <= 15_000_000


def test_a_film_that_needs_few_bits_has_a_larger_picture() -> None:
    class Easy(Fake):
        """A screen, say: no more than so many bits for its pixels, whatever is asked."""

        def encode(self, size: tuple[int, int], bits: int) -> int:
            return super().encode(size, min(bits, size[0] * size[1] // 5))

    fake = Easy()
    made = fit(fake, HD, 15_000_000)
    assert [size for size, _ in fake.asked] == [(640, 360), (768, 432), (960, 540), (1280, 720)]
    assert made.size == (1280, 720)
    assert made.bytes <= 15_000_000


def test_a_larger_picture_that_does_not_fit_is_given_up_again() -> None:
    class Jump(Fake):
        def encode(self, size: tuple[int, int], bits: int) -> int:
            made = super().encode(size, bits // 2)
            return 20_000_000 if size[0] > 640 else made

    made = fit(Jump(), HD, 15_000_000)
    assert made.size == (640, 360)
    assert made.bytes <= 15_000_000


def test_too_small_a_limit_names_the_smallest_that_works_and_that_works() -> None:
    fake = Fake(least=1_000_000)
    with pytest.raises(InputError, match="cannot have 1005000 bytes") as problem:
        fit(fake, HD, 1_000_000, beside=5000)
    assert fake.asked[-1] == ((320, 180), LEAST)
    told = re.search(r"it has (\d+)$", problem.value.what)
    assert told
    least = int(told[1])
    assert fit(Fake(least=1_000_000), HD, least - 5000, beside=5000).bytes == least - 5000
    kilobytes = re.search(r"(\d+kB)", problem.value.next_step)
    assert kilobytes
    assert least <= size_of(kilobytes[1]) < least + 1000
    with pytest.raises(InputError):
        fit(Fake(least=1_000_000), HD, least - 5001, beside=5000)


def test_what_it_cost_is_told() -> None:
    made = fit(Fake(), HD, 15_000_000)
    assert (made.like, made.worst) == (0.95, 0.9)
    assert made.said().startswith("14.4 MB at 640x360: SSIM 0.950 (0.900 in its worst second)")
    [told] = made.findings("film.h5p", 15_000_000)
    assert (told.severity, told.limit) == ("warning", "15.0 MB")
    assert replace(made, worst=0.98).findings("film.h5p", 15_000_000) == []


# Real encodes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds that move and are noisy, with a title, an artist, a place and a chapter in its tags."""
    to = tmp_path_factory.mktemp("film") / "film.mp4"
    (to.parent / "tags").write_text(
        ";FFMETADATA1\ntitle=Amara\nartist=Amara\nlocation=+51.5-000.1/\n"
        "[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=Amara\n"
    )
    picture = "testsrc2=size=640x360:rate=25:duration=4,noise=alls=12:allf=t:all_seed=7"
    made = [
        *(
            "-f",
            "lavfi",
            "-i",
            picture,
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=220:sample_rate=48000:duration=4",
        ),
        *("-f", "ffmetadata", "-i", str(to.parent / "tags"), "-map", "0:v", "-map", "1:a"),
        *("-map_metadata", "2", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-y", str(to)),
    ]
    run([ffmpeg(), "-loglevel", "error", *made], check=True)
    return to


SHAPE = Shape((640, 360), Fraction(25), 100)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    shelf = Shelf(tmp_path / "store")
    shelf.open()
    with ThreadPoolExecutor(1) as executor:
        yield Workspace(shelf, executor)


def made(workspace: Workspace, film: Path, most: int, beside: int = 0) -> tuple[Path, Smaller]:
    return smaller(workspace, film, SHAPE, most, ["amara"], of="the film", beside=beside)


@pytest.mark.slow
def test_a_real_film_is_under_its_limit_and_says_nothing_of_anybody(workspace: Workspace, film: Path) -> None:
    for most in (1_000_000, 200_000):
        small, cost = made(workspace, film, most)
        assert small.stat().st_size == cost.bytes <= most
        with av.open(str(small)) as opened:
            picture, sound = opened.streams.video[0], opened.streams.audio[0]
            assert (picture.width, picture.height) == cost.size
            assert picture.frames == SHAPE.frames
            assert abs(float((sound.duration or 0) * (sound.time_base or 0)) - 4) < 0.1
        data = small.read_bytes()
        assert b"Amara" not in data
        assert b"+51.5" not in data
        assert data.index(b"moov") < data.index(b"mdat"), "a player waits for the whole file"
        assert 0.3 < cost.worst <= cost.like < 1
        assert sorted(path.name for path in small.parent.iterdir()) == [
            "film.mp4",
            "made.json",
            "smaller.json",
        ]
    assert made(workspace, film, film.stat().st_size) == (
        film,
        Smaller(film.stat().st_size, (640, 360), 1, 1),
    )
    first, again = made(workspace, film, 200_000), made(workspace, film, 200_000, beside=99)
    assert first == again, "what stands beside it makes no other film"


@pytest.mark.slow
def test_every_frame_is_compared_and_a_film_is_like_itself(film: Path, tmp_path: Path) -> None:
    shrinker = Shrinker(film, tmp_path, SHAPE.rate, SHAPE.frames, lambda done: None)
    shrinker.sound(32_000, 1)
    shrinker.look((320, 180))
    shrinker.encode((320, 180), 200_000)
    blurred = shrinker.likeness(SHAPE.size)
    (tmp_path / "small.mp4").write_bytes(film.read_bytes())
    assert shrinker.likeness(SHAPE.size) == [1.0] * SHAPE.frames
    assert len(blurred) == SHAPE.frames
    assert 0.2 < min(blurred) <= max(blurred) < 0.99


@pytest.mark.slow
def test_a_real_limit_that_is_too_small_names_one_that_works(workspace: Workspace, film: Path) -> None:
    with pytest.raises(InputError, match="cannot have 1000 bytes") as problem:
        made(workspace, film, 1000)
    told = re.search(r"it has (\d+)$", problem.value.what)
    assert told
    small, cost = made(workspace, film, int(told[1]))
    assert small.stat().st_size == cost.bytes <= int(told[1])


@pytest.mark.slow
def test_the_same_film_is_encoded_to_the_same_bytes(film: Path, tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        shelf = Shelf(tmp_path / name)
        shelf.open()
        with ThreadPoolExecutor(1) as executor:
            found.append(made(Workspace(shelf, executor), film, 150_000)[0].read_bytes())
    assert found[0] == found[1]
