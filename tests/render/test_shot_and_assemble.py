"""A part depends on what it shows and not on where it stands; the programme has every sample in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.captions import burnt
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.framing import Framing, Key
from pipeline.core.ports import Look
from pipeline.core.time import SAMPLE_RATE, Programme, Source, Span, Time
from pipeline.edit.timeline import (
    Break,
    Card,
    Cutaway,
    Hold,
    Mark,
    Shot,
    Take,
    Timeline,
    follow,
    sample_at,
    samples_of,
)
from pipeline.errors import BrokenIO
from pipeline.production.load import load_profile
from pipeline.render import assemble as join
from pipeline.render import audio_edit as sound
from pipeline.render import shot as part

NTSC = Fraction(30000, 1001)
LOOK = Look((320, 180), Fraction(25), "draft")
PROFILE = load_profile("plain")
PRINTS = {
    "s1": "abc track 1",
    "s1/b": "jkl track 1 at 3 0",
    "s1/c": "jkl track 1 at 4 0",
    "b.mp4": "def",
    "c.mp4": "ghi",
}


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


CUTAWAY = Cutaway("b.mp4", False, Fraction(1), 3, 5)
TAKE = Take(
    0, 25, "q1", "amara", "Amara", "s1", 50, span(2.1, 2.9), (), cutaways=(CUTAWAY,), bleeps=(span(2.4, 2.5),)
)
HOLD = Hold(0, 10, "q1", "amara", "s1", 50, span(2.1, 2.9))
CARD = Card(0, 50, "scene", "One", "One")
PAUSE = Break(0, 250, "break-1", "Why?", "think", Fraction(10), "q1")


def key(
    shot: Shot, *, ass: str = "", look: Look = LOOK, tone: Span[Source] | None = None, build: str = "ffmpeg 9"
) -> dict[str, object]:
    return part.components(shot, ass, look, PRINTS, tone, "x264", build)


# Parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shot", [TAKE, HOLD, CARD, PAUSE], ids=lambda shot: type(shot).__name__)
def test_a_part_is_the_same_wherever_it_stands(shot: Shot) -> None:
    assert key(replace(shot, at=900)) == key(shot)


@pytest.mark.parametrize(
    "other",
    [
        replace(TAKE, angle="b"),
        replace(TAKE, frames=26),
        replace(TAKE, first=51),
        replace(TAKE, sound=span(2.1, 2.8)),
        replace(TAKE, bleeps=()),
        replace(TAKE, cutaways=()),
        *(
            replace(TAKE, cutaways=(replace(CUTAWAY, **change),))
            for change in ({"file": "c.mp4"}, {"start": Fraction(2)}, {"at": 4}, {"still": True})
        ),
    ],
)
def test_a_take_is_made_again_when_it_changes(other: Take) -> None:
    assert key(other) != key(TAKE)


def test_a_window_is_a_part_of_the_key_and_nothing_is_where_there_is_none() -> None:
    one, two = (Framing(Fraction(1, 2), Fraction(1), (Key(50, Fraction(n, 8), Fraction(0)),)) for n in (1, 2))
    for shot in (TAKE, HOLD):
        assert "framing" not in key(shot)
        assert key(shot) != key(replace(shot, framing=one)) != key(replace(shot, framing=two))
        assert key(replace(shot, framing=one, at=900)) == key(replace(shot, framing=one))


def test_what_stands_over_a_pause_is_a_part_of_its_key() -> None:
    """And a pause with nothing over it is the part that it was."""
    laid = Cutaway(CUTAWAY.file, True, Fraction(0), 0, 1)
    assert key(replace(HOLD, laid=laid)) != key(HOLD) != key(replace(HOLD, laid=replace(laid, still=False)))
    assert "over it" not in key(HOLD)
    mark = Mark(**(vars(HOLD) | {"stop": PAUSE}))
    assert key(mark) == key(HOLD)


def test_another_camera_or_another_moment_of_it_is_another_part() -> None:
    """By what it is and how it runs, not by what it is called."""
    for shot in (TAKE, HOLD):
        keys = [key(replace(shot, angle=angle)) for angle in ("", "b", "c")]
        assert keys[0] != keys[1] != keys[2] != keys[0]
        same = part.components(
            replace(shot, angle="d"), "", LOOK, PRINTS | {"s1/d": PRINTS["s1/b"]}, None, "x264", "ffmpeg 9"
        )
        assert same == keys[1]


@pytest.mark.parametrize(
    "change",
    [
        {"ass": "x"},
        {"tone": span(5, 6)},
        {"build": "ffmpeg 10"},
        *({"look": replace(LOOK, **c)} for c in ({"size": (640, 360)}, {"rate": NTSC}, {"watermark": "x"})),
    ],
)
def test_a_take_is_made_again_when_what_is_around_it_changes(change: dict[str, object]) -> None:
    assert key(TAKE, **change) != key(TAKE)  # type: ignore[arg-type]


def test_words_and_names_that_are_not_shown_are_not_part_of_the_key() -> None:
    assert key(replace(TAKE, speaker="A patient", part=2, parts=3)) == key(TAKE)
    assert key(replace(TAKE, bleeps=()), tone=span(5, 6)) == key(replace(TAKE, bleeps=()))
    assert key(replace(PAUSE, id="break-2", after="q2")) == key(PAUSE)


@pytest.mark.parametrize(
    ("shot", "name"),
    [
        (TAKE, "shot 3, q1"),
        (replace(TAKE, part=2, parts=2), "shot 3, q1 part 2"),
        (HOLD, "shot 3, pause at q1"),
        (CARD, "shot 3, scene card"),
        (PAUSE, "shot 3, break-1"),
    ],
)
def test_a_part_has_a_name_an_editor_understands(shot: Shot, name: str) -> None:
    assert part.name(shot, 3) == name


def test_each_shot_has_its_own_captions_on_its_own_clock() -> None:
    timeline = Timeline("Film", Fraction(25), (320, 180), follow((CARD, TAKE, replace(TAKE, first=90))))
    cues = tuple(
        plain_cue(Span[Programme].measured(start, start + 0.5), (f"cue {start}",), "Amara", "q1")
        for start in (2.0, 2.5, 3.0)
    )
    found = [burnt.captions_of(shot, timeline, Captions("en", cues)) for shot in timeline.shots]
    assert [[cue.text for cue in mine] for mine in found] == [[], ["cue 2.0", "cue 2.5"], ["cue 3.0"]]
    assert burnt.rebased(cues[1], Time(Fraction(2))).span == Span[Programme].measured(0.5, 1.0)
    text = burnt.ass(timeline.shots[2], timeline, found[2], PROFILE, "A Font", "")
    assert "Dialogue: 0,0:00:00.00,0:00:00.49,bottom" in text
    assert burnt.ass(timeline.shots[0], timeline, (), PROFILE, "A Font", "") == ""
    assert "DRAFT" in burnt.ass(timeline.shots[0], timeline, (), PROFILE, "A Font", "DRAFT")


class Studio:
    """Draws nothing; its sound is a hum; its loudness meter and encoder are exact, but for `bias`. Peaks are
    20 dB above the loudness.
    """

    build = "test"

    def __init__(self, loudness: float = -30.0, bias: float = 0.0) -> None:
        self.level, self.bias, self.gain = loudness, bias, 0.0
        self.encoded: list[float | None] = []

    def take(self, room: Path, *_: object) -> None:
        (room / "clean.mp4").write_text("picture")

    hold = card = take

    def sound(self, source: str, first: int, count: int) -> np.ndarray:
        return np.full((count, 2), 0.25, np.float32)

    def encode(self, room: Path, raw: Path, gain: float, ceiling: float | None) -> Path:
        self.gain = gain
        self.encoded.append(ceiling)
        (room / "encoded").write_text("")
        return room / "encoded"

    def loudness(self, room: Path, encoded: Path) -> tuple[float, float]:
        peak = self.level + self.gain + 20
        return self.level + self.gain + self.bias, peak if self.encoded[-1] is None else min(
            peak, self.encoded[-1] + 0.9
        )

    def join(self, parts: Sequence[tuple[Path, int]], rate: Fraction, out: Path) -> None:
        out.write_text(" ".join(f"{path.name}:{frames}" for path, frames in parts))

    def mux(
        self, room: Path, picture: Path, sound: Path, chapters: str, title: str, language: str, out: str
    ) -> None:
        (room / out).write_text(f"{picture.read_text()} {chapters} {title} {language}")


def recipe(shot: Shot, tone: Span[Source] | None = None) -> part.Recipe:
    return part.Recipe("a part", shot, "", tone, {})


@pytest.mark.parametrize("rate", [Fraction(25), NTSC])
def test_a_part_holds_sound_enough_for_wherever_it_will_stand(rate: Fraction, tmp_path: Path) -> None:
    look = replace(LOOK, rate=rate)
    for number, shot in enumerate((TAKE, replace(TAKE, frames=7), HOLD, replace(HOLD, frames=13))):
        room = tmp_path / str(number)
        room.mkdir()
        part.make(room, recipe(shot, span(5, 6)), look, Studio(), lambda _: None)  # type: ignore[arg-type]
        most = max(samples_of(replace(shot, at=at), rate) for at in range(200))
        assert len(np.load(room / "sound.npy")) >= most
    part.make(tmp_path, recipe(CARD), look, Studio(), lambda _: None)  # type: ignore[arg-type]
    assert not (tmp_path / "sound.npy").exists()


def test_a_take_sounds_only_inside_what_was_approved(tmp_path: Path) -> None:
    part.make(tmp_path, recipe(replace(TAKE, bleeps=())), LOOK, Studio(), lambda _: None)  # type: ignore[arg-type]
    heard = np.load(tmp_path / "sound.npy")
    low, high = round(0.1 * SAMPLE_RATE), round(0.9 * SAMPLE_RATE)
    assert not heard[:low].any()
    assert not heard[high:].any()
    assert np.allclose(heard[low + sound.FADE_IN : high - sound.FADE_OUT], 0.25)


# The programme --------------------------------------------------------------------------------


def film(tmp_path: Path, rate: Fraction, *shots: Shot) -> tuple[Timeline, list[Path]]:
    """A timeline with a folder for each part, whose sound is one step louder than the one before."""
    timeline, parts = Timeline("Film", rate, (320, 180), follow(shots)), []
    for number, shot in enumerate(timeline.shots, 1):
        folder = tmp_path / f"part {number}"
        folder.mkdir(exist_ok=True)
        (folder / "clean.mp4").write_text("")
        if isinstance(shot, Take | Hold):
            part.keep(
                folder, np.full((int(shot.frames / rate * SAMPLE_RATE) + 2, 2), number / 16, np.float32)
            )
        parts.append(folder)
    return timeline, parts


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from([TAKE, HOLD, CARD, replace(TAKE, frames=1), replace(CARD, frames=7)]),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([Fraction(25), NTSC]),
)
def test_the_programme_has_every_sample_in_its_place(
    tmp_path: Path, shots: list[Shot], rate: Fraction
) -> None:
    timeline, parts = film(tmp_path, rate, *shots)
    heard = np.fromfile(join.programme(tmp_path, timeline, parts, [0.0] * len(parts)), "<f4").reshape(-1, 2)
    assert len(heard) == sample_at(timeline.frames, rate)
    for number, shot in enumerate(timeline.shots, 1):
        wanted = number / 16 if isinstance(shot, Take | Hold) else 0
        assert (heard[sample_at(shot.at, rate) : sample_at(shot.end, rate)] == wanted).all()


def test_everybody_is_brought_to_their_gain(tmp_path: Path) -> None:
    timeline, parts = film(tmp_path, Fraction(25), TAKE, replace(TAKE, source="s2"))
    heard = np.fromfile(join.programme(tmp_path, timeline, parts, [6.0206, -6.0206]), "<f4").reshape(-1, 2)
    assert heard[100] == pytest.approx([2 / 16] * 2, rel=1e-4)
    assert heard[-100] == pytest.approx([1 / 16] * 2, rel=1e-4)


def test_a_part_with_too_little_sound_is_an_error(tmp_path: Path) -> None:
    timeline, parts = film(tmp_path, Fraction(25), TAKE)
    np.save(parts[0] / "sound.npy", np.zeros((100, 2), np.float32))
    with pytest.raises(BrokenIO, match="holds 100 samples where 48000"):
        join.programme(tmp_path, timeline, parts, [0.0])


@pytest.mark.parametrize(("bias", "corrected"), [(0.0, 12.0), (0.2, 12.0), (1.5, 10.5), (-0.8, 12.8)])
def test_the_film_is_corrected_until_a_player_hears_it_right(
    bias: float, corrected: float, tmp_path: Path
) -> None:
    _, heard = join.level(tmp_path, tmp_path / "raw", (-30.0, -10.0), -18.0, Studio(-30.0, bias))  # type: ignore[arg-type]
    assert abs(heard.loudness + 18) <= join.TOLERANCE
    assert heard.gain == pytest.approx(corrected)


@pytest.mark.parametrize(
    ("peak", "limited"),
    [(-20.0, [None]), (-14.0, [None]), (-13.5, [-1.6, -1.6 - 0.4]), (0.0, [-1.6, -1.6 - 0.4])],
)
def test_only_what_would_come_near_the_ceiling_is_limited(
    peak: float, limited: list[float | None], tmp_path: Path
) -> None:
    """The meter finds peaks 0.9 dB above the limiter's ceiling, as AAC makes them: it is lowered until they
    are below -1.
    """
    studio = Studio(-30.0)
    studio.loudness = lambda *_: (-18.0, -18.0 if studio.encoded[-1] is None else studio.encoded[-1] + 0.9)  # type: ignore[method-assign]
    _, heard = join.level(tmp_path, tmp_path / "raw", (-30.0, peak), -18.0, studio)  # type: ignore[arg-type]
    assert studio.encoded == pytest.approx(limited) if limited != [None] else studio.encoded == [None]
    assert heard.peak <= join.PEAK


@pytest.mark.parametrize(("before", "after"), [(-70.0, -70.0), (-20.0, -70.0)])
def test_what_no_meter_can_hear_is_not_turned_up_for_ever(
    before: float, after: float, tmp_path: Path
) -> None:
    """A silent film; and one of less than 400 ms, of which a meter says nothing."""
    studio = Studio()
    studio.loudness = lambda *_: (after, -50.0)  # type: ignore[method-assign]
    _, heard = join.level(tmp_path, tmp_path / "raw", (before, -50.0), -18.0, studio)  # type: ignore[arg-type]
    assert heard.gain == (0 if before == -70 else 2)
    assert len(studio.encoded) == 1


def test_a_joined_film_takes_captioned_parts_where_there_are_any(tmp_path: Path) -> None:
    timeline, parts = film(tmp_path, Fraction(25), TAKE, CARD)
    (parts[0] / "captioned.mp4").write_text("")
    options: dict[str, object] = {
        "chapters": "CH",
        "language": "eng",
        "names": {"captioned": "cut.mp4", "clean": "cut.clean.mp4"},
    }
    join.join(tmp_path, timeline, parts, [0.0, 0.0], -18.0, Studio(), join.no_rooms, **options)  # type: ignore[arg-type]
    assert (tmp_path / "cut.mp4").read_text() == "captioned.mp4:25 clean.mp4:50 CH Film eng"
    assert (tmp_path / "cut.clean.mp4").read_text() == "clean.mp4:25 clean.mp4:50 CH Film eng"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "cut.clean.mp4",
        "cut.mp4",
        "heard.json",
    ]
