"""A part depends on what it shows and not on where it stands; the programme has every sample in its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.captions import burnt
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.framing import Framing, Key
from pipeline.core.ports import Look
from pipeline.core.time import SAMPLE_RATE, Programme, Source, Span
from pipeline.edit.timeline import (
    Break,
    Card,
    Cutaway,
    Heard,
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
from pipeline.production.configs import load_profile
from pipeline.render import assemble as join
from pipeline.render import audio_edit as sound
from pipeline.render import shot as part
from pipeline.render import sound_pieces
from pipeline.render.sound_pieces import stretches

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
    text = burnt.ass(timeline.shots[2], timeline, found[2], PROFILE, "A Font", "")
    assert "Dialogue: 0,0:00:00.00,0:00:00.49,bottom" in text
    assert burnt.ass(timeline.shots[0], timeline, (), PROFILE, "A Font", "") == ""
    assert "DRAFT" in burnt.ass(timeline.shots[0], timeline, (), PROFILE, "A Font", "DRAFT")


class Studio:
    """Draws nothing; its sound is a hum; what a player hears of it is what it was given, but for `bias` dB,
    and peaks higher by `burst`.
    """

    build = "test"

    def __init__(self, bias: float = 0.0, burst: float = 0.0) -> None:
        self.bias, self.burst = bias, burst

    def take(self, room: Path, *_: object) -> None:
        (room / "clean.mp4").write_text("picture")

    hold = card = take

    def sound(self, source: str, first: int, count: int) -> np.ndarray:
        return np.full((count, 2), 0.25, np.float32)

    def encode(self, heard: np.ndarray, lead: int, count: int, to: Path) -> np.ndarray:
        to.write_text("")
        out = heard[: lead + count] * np.float32(10 ** (self.bias / 20))
        loudest = np.abs(out).argmax(axis=0)
        out[loudest, (0, 1)] *= 10 ** (self.burst / 20)
        return np.asarray(out)

    def film(
        self, pictures: Sequence[tuple[Path, int]], rate: Fraction, sound: Sequence[Path], samples: int,
        *, chapters: str, title: str, language: str, out: Path,
    ) -> None:  # fmt: skip
        shown = " ".join(f"{path.name}:{frames}" for path, frames in pictures)
        heard = " ".join(path.name for path in sound)
        out.write_text(f"{shown} {heard}:{samples} {chapters} {title} {language}")


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


def test_no_peak_of_the_programme_is_above_the_ceiling(tmp_path: Path) -> None:
    timeline, parts = film(tmp_path, Fraction(25), *[TAKE] * 4)
    raw = join.programme(tmp_path, timeline, parts, [0.0, 0.0, 24.0, 0.0], ceiling=-2.0)
    heard = join.samples_in(raw)
    assert 0.7 < np.abs(heard).max() <= 10 ** (-2 / 20) + 1e-6
    assert (heard[:48000] == 1 / 16).all(), "and what is far from it is as it was"


VOICE = (
    (np.sin(np.arange(SAMPLE_RATE + 2) / 7) * 10 ** (-30.22 / 20))[:, None].repeat(2, 1).astype(np.float32)
)
"""A second at -30 LUFS, with its peaks there too."""


def leveled(folder: Path, heard: np.ndarray, studio: Studio) -> tuple[join.Sound, list[tuple[Path, str]]]:
    """A film of one take at -18 LUFS, encoded by `studio`; and each piece that was, with its hash."""
    timeline, parts = film(folder, Fraction(25), TAKE)
    part.keep(parts[0], heard)
    made: list[tuple[Path, str]] = []

    def encode(raw: Path) -> list[Path]:
        for one in stretches(len(join.samples_in(raw))):
            made.append((folder / f"piece {len(made)}", join.samples_print(raw, one)))
            made[-1][0].mkdir()
            join.encode_piece(made[-1][0], raw, one, studio)  # type: ignore[arg-type]
        return [made[-1][0]]

    return join.sound(folder, timeline, parts, [0.0], -18.0, join.no_rooms, encode), made


@pytest.mark.parametrize(("bias", "attempts"), [(0.0, 1), (0.1, 1), (1.5, 2), (-0.8, 2)])
def test_the_film_is_corrected_until_a_player_hears_it_right(
    bias: float, attempts: int, tmp_path: Path
) -> None:
    """By halves of a dB: nearer than a quarter is not asked for, so that a small change moves nothing."""
    found, made = leveled(tmp_path, VOICE, Studio(bias))
    assert abs(found.heard.loudness + 18) <= join.TOLERANCE
    assert found.heard.gain * 2 == round(found.heard.gain * 2)
    assert len(made) == attempts
    assert found.samples == SAMPLE_RATE


def test_a_change_too_small_for_half_a_db_changes_no_piece(tmp_path: Path) -> None:
    prints = []
    for number, gain in enumerate((1.0, 1.01, 1.2)):
        (tmp_path / str(number)).mkdir()
        loud = VOICE.copy()
        loud[40_000:] *= gain  # in the last of its seconds
        prints.append(leveled(tmp_path / str(number), loud, Studio())[1][0][1])
    assert len(set(prints)) == 3, "its own piece is another"
    gains = []
    for number, gain in enumerate((1.0, 1.01)):
        (tmp_path / f"g{number}").mkdir()
        gains.append(leveled(tmp_path / f"g{number}", VOICE * np.float32(gain), Studio())[0].heard.gain)
    assert gains[0] == gains[1]


def test_where_aac_makes_a_peak_too_high_the_ceiling_is_lowered(tmp_path: Path) -> None:
    loud = VOICE.copy()
    loud[24_000:24_003] = 0.5
    for burst, peak in ((0.0, join.PEAK - join.HEADROOM), (0.9, join.PEAK - 0.1)):
        (tmp_path / str(burst)).mkdir()
        found, _ = leveled(tmp_path / str(burst), loud, Studio(burst=burst))
        assert found.heard.peak == pytest.approx(peak, abs=0.1)


def test_what_no_meter_can_hear_is_not_turned_up_for_ever(tmp_path: Path) -> None:
    found, made = leveled(tmp_path, np.zeros_like(VOICE), Studio())
    assert found.heard.gain == 0
    assert found.heard.loudness == -70
    assert len(made) == 1


@pytest.mark.parametrize("samples", [1, 1024, sound_pieces.PIECE, sound_pieces.PIECE + 1, 1_000_000])
def test_pieces_follow_each_other_on_the_grid_of_frames(samples: int) -> None:
    found = list(stretches(samples))
    assert sum(one.count for one in found) == samples
    assert found[0].lead == found[-1].trail == 0
    assert found[-1].end == samples
    for before, after in pairwise(found):
        assert after.first == before.first + before.count
        assert after.begin % sound_pieces.FRAME == after.first % sound_pieces.FRAME == 0
        assert after.lead == sound_pieces.LEAD
        assert before.end > after.first or after.end == samples


def test_a_piece_has_the_people_whose_voice_or_room_may_be_in_it() -> None:
    near, far = replace(TAKE, contributor="ben", frames=25), replace(TAKE, contributor="carys", frames=25)
    cards = [replace(CARD, frames=25 * 9)] * 2
    timeline = Timeline("Film", Fraction(25), (320, 180), follow((near, *cards, far)))
    first, *_, last = stretches(sample_at(timeline.frames, timeline.rate))
    who = [
        {shot.contributor for shot in join.heard_in(timeline, one) if isinstance(shot, Take)}
        for one in (first, last)
    ]
    assert who == [{"ben"}, {"carys"}]
    short = Timeline("Film", Fraction(25), (320, 180), follow((near, CARD, far)))
    assert len(join.heard_in(short, next(stretches(sample_at(short.frames, short.rate))))) == 3


def test_a_joined_film_takes_captioned_parts_where_there_are_any(tmp_path: Path) -> None:
    timeline, parts = film(tmp_path, Fraction(25), TAKE, CARD)
    (parts[0] / "captioned.mp4").write_text("")
    options: dict[str, object] = {
        "chapters": "CH",
        "language": "eng",
        "names": {"captioned": "cut.mp4", "clean": "cut.clean.mp4"},
    }
    laid = join.Sound((tmp_path / "a", tmp_path / "b"), 144_000, Heard(-18.0, -3.0, 0.5))
    join.join(tmp_path, timeline, parts, laid, Studio(), **options)  # type: ignore[arg-type]
    heard = "sound.m4a sound.m4a:144000 CH Film eng"
    assert (tmp_path / "cut.mp4").read_text() == f"captioned.mp4:25 clean.mp4:50 {heard}"
    assert (tmp_path / "cut.clean.mp4").read_text() == f"clean.mp4:25 clean.mp4:50 {heard}"
    told = json.loads((tmp_path / "heard.json").read_text())
    assert told == {"loudness": -18.0, "peak": -3.0, "gain": 0.5}
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "cut.clean.mp4",
        "cut.mp4",
        "heard.json",
    ]
