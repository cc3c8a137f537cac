"""What people learn with, from a film: its chapters, what it warns of, its other versions, its id."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.captions.model import Captions, Cue
from pipeline.core.media import Media
from pipeline.core.time import Span
from pipeline.delivery import markers
from pipeline.delivery.training import of_film
from pipeline.edit.marked import Marked
from pipeline.edit.plan import BreakOrder
from pipeline.edit.timeline import Card, Timeline
from pipeline.errors import ConfigError
from pipeline.production.breaks import TrainingSpec
from pipeline.production.load import Production
from pipeline.production.specs import SceneSpec
from tests.edit.test_marked import said
from tests.edit.test_plan import board, planned, scene

ONE = said("q1", [("They", 1.0, 1.5), ("saw", 1.5, 2.0)], 2.4)
TWO = said("q2", [("It", 8.0, 8.5)], 9.0)
BREAK = BreakOrder("q1", "Why?", "pair", Fraction(10))


def film() -> Timeline:
    """Opening, "One" with a break, "Two", which is hard, and the end; marked."""
    made = board(
        scene("q1", title="One", seconds=Fraction(2), breaks=(BREAK,)),
        scene("q2", title="Two", seconds=Fraction(2), after={"q2": Fraction(1)}),
        opening=(("note", "It is about wards.", Fraction(4)),),
        closing=(("end", "Thank you", Fraction(3)),),
    )
    return Marked(planned(made, ONE, TWO)).timeline


def production(**training: Any) -> Production:
    scenes = (
        SceneSpec(title="One", quotes=["q1"]),
        SceneSpec(title="Two", quotes=["q2"], content_note="The next part is hard."),
    )
    settings = SimpleNamespace(title="The  Label")
    return cast(
        "Production",
        SimpleNamespace(scenes=scenes, film=settings, training=TrainingSpec(**training)),
    )


def seconds(frames: int) -> Fraction:
    return Fraction(frames, 25)


def test_chapters_are_the_opening_the_scenes_and_the_end() -> None:
    """Breaks are none: they are stops."""
    timeline = film()
    found = list(of_film.chapters(timeline))
    assert [one.text for one in found] == ["Film", "One", "Two", "End"]
    assert [one.start for one in found[1:]] == [one.end for one in found[:-1]]
    assert (found[0].start, found[1].start, found[-1].end) == (0, 4, seconds(timeline.frames))


def test_a_marked_break_is_a_chapter_of_the_files_as_it_is_where_it_is_held() -> None:
    timeline = film()
    (stop,) = timeline.breaks
    found = [(one.at, one.end, one.title) for one in markers.chapters(timeline)]
    assert (stop.at, stop.at + stop.frames, "Reflection: Why?") in found
    assert [title for _, _, title in found] == ["Film", "One", "Reflection: Why?", "Two", "End"]


def test_a_warning_comes_before_the_scene_and_ends_where_it_is_over() -> None:
    timeline = film()
    (one,) = of_film.warnings(production(), timeline)
    two = next(take for take in timeline.takes if take.quote == "q2")
    assert (one.text, one.start) == ("The next part is hard.", seconds(two.at - 50))
    assert one.end == seconds(two.end + 25)  # with its pause


def test_lines_are_turns_with_the_time_in_which_they_are_said() -> None:
    timeline = film()
    one, two = timeline.takes
    cues = tuple(
        Cue(Span(timeline.time(take.at), timeline.time(take.end)), (text,), "Amara", take.quote)
        for take, text in ((one, "They saw."), (two, "It."))
    )
    found = list(of_film.lines(timeline, Captions("en", cues)))
    assert [(line.text, line.speaker, line.heading) for line in found] == [
        ("It is about wards.", "", False),
        ("One", "", True),
        ("They saw.", "Amara", False),
        ("Two", "", True),
        ("It.", "Amara", False),
        ("Thank you", "", False),
    ]
    assert (found[2].start, found[2].end) == (seconds(one.at), seconds(one.end))
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_what_is_described_is_read_where_the_marked_film_has_it() -> None:
    held = planned(board(scene("q1", breaks=(BREAK,)), scene("q2", seconds=Fraction(2))), ONE, TWO)
    both = Marked(held)
    (card,) = (shot for shot in held.shots if isinstance(shot, Card))
    cue = Cue(Span(held.time(card.at), held.time(card.end)), ("A kettle.",), "", "")
    film = SimpleNamespace(
        marking=both,
        production=SimpleNamespace(film=SimpleNamespace(breaks="held", language="en")),
        alternatives=SimpleNamespace(described=(cue,)),
    )
    described = of_film._described(cast("of_film.Taught", film))
    found = list(of_film.lines(both.timeline, Captions("en", ()), described))
    at = next(shot.at for shot in both.timeline.shots if isinstance(shot, Card))
    assert (found[-1].text, found[-1].start) == ("[Description] A kettle.", seconds(at))


# Other versions -----------------------------------------------------------------------------------


@dataclass
class Slot:
    file: str


def media(length: Fraction, *, picture: bool = True, sound: bool = True) -> Media:
    return cast(
        "Media", SimpleNamespace(duration=length, picture=picture or None, tracks=(1,) if sound else ())
    )


def taught(found: Media, name: str = "signed.mp4", *, open_: str = "") -> of_film.Taught:
    access = SimpleNamespace(
        slots={"sign_language": Slot(name)},
        open={"sign_language": open_} if open_ else {},
        kept=lambda file: (found, Path(file)),
    )
    marked = SimpleNamespace(timeline=film())
    return cast("of_film.Taught", SimpleNamespace(marked=marked, alternatives=access, draft=False))


LENGTH = seconds(film().frames)


@pytest.mark.parametrize("off", [Fraction(0), Fraction(-1), Fraction(1)])
def test_a_version_as_long_as_the_film_is_played(off: Fraction) -> None:
    assert of_film.findings(taught(media(LENGTH + off))) == []


@pytest.mark.parametrize(
    ("found", "name", "why"),
    [
        (media(LENGTH + 10), "signed.mp4", "the film without its breaks' cards"),
        (media(LENGTH, picture=False), "described.mp3", "sound alone"),
        (media(LENGTH, sound=False), "signed.mp4", "it has no sound"),
        (media(LENGTH), "signed.mkv", "browsers play MP4"),
    ],
)
def test_what_cannot_be_played_in_the_films_place_is_told(found: Media, name: str, why: str) -> None:
    (told,) = of_film.findings(taught(found, name))
    assert (told.where, told.severity) == (name, "warning") and why in told.measured


def test_what_nobody_approved_is_no_version() -> None:
    """That it is not, the build says."""
    assert of_film.findings(taught(media(LENGTH + 10), open_="nobody has approved it")) == []


# Who it is ----------------------------------------------------------------------------------------


def test_the_id_stays_whatever_becomes_of_the_content() -> None:
    one = of_film.identity(production())
    assert one == of_film.identity(replace_title(production(), "the label"))
    assert one != of_film.identity(replace_title(production(), "another film"))
    assert of_film.identity(production(watched=0.5)) == one


def replace_title(of: Production, title: str) -> Production:
    of.film.title = title  # type: ignore[misc]
    return of


def test_an_id_that_was_written_down_is_kept() -> None:
    assert of_film.identity(production(id="0B6F3C1E-6F0A-5F5E-9A53-2D6F5B1F7A10")) == (
        "0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"
    )


def test_a_draft_is_for_nobody_to_learn_with() -> None:
    film = taught(media(LENGTH))
    film.draft = True
    with pytest.raises(ConfigError, match="a draft goes into no package"):
        of_film.training(film)
