"""The captions' part of `verify`, on small real films: right ones pass, and each wrong one is told with its
frame and a still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from pipeline.adapters import fonts, ocr
from pipeline.adapters.ffmpeg.process import place, run
from pipeline.captions.formats import to_ass
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.core.finding import Finding
from pipeline.core.footage import Fonts
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.delivery.manifest import Manifest
from pipeline.edit.timeline import Card, Take, Timeline
from pipeline.engine.tools import Tools
from pipeline.production.configs import load_profile
from pipeline.verification.burned_in import Screening, read_back
from pipeline.verification.verify import Proof

SIZE, PAL = (640, 360), Fraction(25)
PROFILE = load_profile("bbc")
TAKE = Take(25, 75, "q1", "amara", "Amara", "s1", 0, Span[Source](Time(Fraction(0)), Time(Fraction(3))), ())
FILM = Timeline("x", PAL, SIZE, (Card(0, 25, "title", "x"), TAKE))


def cue(first: int, after: int, *lines: str, **more: Any) -> Cue:
    return plain_cue(
        Span[Programme](Time.frames_at(first, PAL), Time.frames_at(after, PAL)), lines, "Amara", "q1", **more
    )


CUES = (
    cue(30, 50, "Amara: They saw the label", "before they saw me."),
    cue(50, 70, "And I knew it.", colour="yellow"),
    cue(80, 95, "No.", position="top"),
)


def ass_of(cues: Sequence[Cue]) -> str:
    return to_ass(tuple(cues), SIZE, PROFILE, fonts.FAMILY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A film of four seconds over a lively picture, with what `ass` says on it."""
    folder = tmp_path_factory.mktemp("screening")
    (folder / "fonts").mkdir()
    for font in fonts.font_files():
        place(font, folder / "fonts" / font.name)
    kept: dict[str, Path] = {}

    def make(ass: str = "") -> Path:
        if ass not in kept:
            name = f"film{len(kept)}.mp4"
            (folder / "captions.ass").write_text(ass, encoding="utf-8")
            graph = "format=yuv420p,setparams=range=tv:colorspace=bt709" + (
                ",ass=captions.ass:fontsdir=fonts" if ass else ""
            )
            encoded = [
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-crf",
                "22",
                "-g",
                "25",
                "-pix_fmt",
                "yuv420p",
            ]
            run(
                [
                    "-f",
                    "lavfi",
                    "-i",
                    f"testsrc2=s={SIZE[0]}x{SIZE[1]}:r=25:d=4",
                    "-vf",
                    graph,
                    *encoded,
                    name,
                ],
                folder,
            )
            kept[ass] = folder / name
        return kept[ass]

    return make


def screened(
    film: Path, clean: Path | None, cues: Sequence[Cue] = CUES, *, keep: bool = True
) -> tuple[list[Finding], dict[str, bytes]]:
    def each(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return [work(item) for item in items]

    planned: Any = SimpleNamespace(
        timeline=FILM,
        captions=Captions("en-GB", tuple(cues)),
        production=SimpleNamespace(profile=PROFILE),
        workspace=SimpleNamespace(tools=Tools(), side_by_side=each),
        fonts=Fonts(),
    )
    screening = Screening(planned, film, clean, keep=keep)
    return screening.findings(), screening.stills


def wrong(film: Path, clean: Path | None = None, cues: Sequence[Cue] = CUES) -> list[tuple[str, int]]:
    return [(one.rule, one.cue) for one in screened(film, clean, cues)[0] if one.severity == "error"]


@pytest.mark.slow
def test_a_film_with_its_captions_passes_and_gives_its_figures(made: Callable[..., Path]) -> None:
    for clean in (made(), None):
        found, stills = screened(made(ass_of(CUES)), clean)
        assert not [one for one in found if one.severity != "info"]
        assert not stills
        figures = next(one for one in found if one.rule == "contrast")
        assert float(figures.measured.split(":1")[0].split()[-1]) >= 16
        assert figures.criterion == "1.4.3"
        assert figures.what == f"{12 if clean else 9} frames of 3 cues were measured"


@pytest.mark.slow
def test_another_text_is_told_with_its_frame_and_a_still(made: Callable[..., Path]) -> None:
    other = (CUES[0], cue(50, 70, "And I know it.", colour="yellow"), CUES[2])
    found, stills = screened(made(ass_of(other)), made())
    (one,) = (one for one in found if one.severity == "error")
    assert (one.rule, one.cue, one.where) == ("burnt-text", 2, "0:02.0 q1")
    assert "in line 1 of 1" in one.what
    ((name, picture),) = stills.items()
    assert name in one.measured
    assert Image.open(BytesIO(picture)).size == SIZE


@pytest.mark.slow
def test_no_still_is_kept_of_a_film_that_is_not_the_builds(made: Callable[..., Path]) -> None:
    found, stills = screened(
        made(ass_of((CUES[0], cue(50, 70, "And I know it.", colour="yellow"), CUES[2]))), made(), keep=False
    )
    (one,) = (one for one in found if one.severity == "error")
    assert "frame" in one.measured
    assert "verify/" not in one.measured
    assert not stills


def test_stills_are_kept_of_the_film_that_the_manifest_names(tmp_path: Path) -> None:
    (tmp_path / "cut.mp4").write_bytes(b"ours")
    (tmp_path / "other.mp4").write_bytes(b"another")
    built = Manifest({}, [{}], {"cut.mp4": sha256(b"ours").hexdigest()})
    workspace = SimpleNamespace(tools=Tools())
    planned: Any = SimpleNamespace(production=SimpleNamespace(build=tmp_path), workspace=workspace)
    assert Proof(planned, built).screening.keep
    assert not Proof(planned, built, tmp_path / "other.mp4").screening.keep


@pytest.mark.slow
def test_the_line_that_is_wrong_is_told(made: Callable[..., Path]) -> None:
    for lines, line in (
        (("Amara: They saw the table", "before they saw me."), 1),
        (("Amara: They saw the label", "before they see me."), 2),
    ):
        found, _ = screened(made(ass_of((cue(30, 50, *lines), *CUES[1:]))), None)
        assert [f"in line {line} of 2" in one.what for one in found if one.severity == "error"] == [True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("burnt", "told"),
    [
        (CUES[:2], {("burnt-text", 3), ("contrast", 3)}),
        ((CUES[0], replace(CUES[1], colour="cyan"), CUES[2]), {("burnt-text", 2)}),
        ((CUES[0], CUES[1], replace(CUES[2], position="bottom")), {("burnt-text", 3), ("contrast", 3)}),
        ((CUES[0], CUES[1], cue(78, 95, "No.", position="top")), {("burnt-text", 3)}),
        ((CUES[0], CUES[1], cue(80, 97, "No.", position="top")), {("burnt-text", 3)}),
        (
            (CUES[0], cue(50, 65, "And I knew it.", colour="yellow"), CUES[2]),
            {("burnt-text", 2), ("contrast", 2)},
        ),
        (
            (
                cue(30, 50, "And I knew it."),
                cue(50, 70, "Amara: They saw the label", "before they saw me.", colour="yellow"),
                CUES[2],
            ),
            {("burnt-text", 1), ("burnt-text", 2), ("contrast", 1), ("contrast", 2)},
        ),
    ],
    ids=[
        "missing",
        "another colour",
        "at the bottom",
        "two frames early",
        "two frames late",
        "gone early",
        "changed over",
    ],
)
def test_captions_that_are_not_as_planned_are_told(
    burnt: Sequence[Cue], told: set[tuple[str, int]], made: Callable[..., Path]
) -> None:
    found = set(wrong(made(ass_of(burnt)), made()))
    assert found
    assert found <= told


@pytest.mark.slow
def test_what_is_on_the_picture_beside_a_caption_is_told(made: Callable[..., Path]) -> None:
    more = (
        ass_of(CUES) + ass_of((cue(35, 45, "A line from elsewhere", position="top"),)).splitlines()[-1] + "\n"
    )
    more = more.replace(
        "Style: bottom,", ass_of((CUES[2],)).split("[V4+ Styles]")[1].splitlines()[2] + "\nStyle: bottom,", 1
    )
    assert wrong(made(more), made()) == [("burnt-text", 1)]
    assert wrong(made(more)) == [], "without the clean film there is nothing to tell it by"


@pytest.mark.slow
def test_times_off_the_frame_grid_are_shown_on_the_frames_they_reach(made: Callable[..., Path]) -> None:
    """As corrections may leave them: 1.21 s is between frames 30 and 31."""
    off = (plain_cue(Span.measured(1.21, 1.99), CUES[0].lines, "Amara", "q1"), *CUES[1:])
    assert wrong(made(ass_of(off)), made(), off) == []


@pytest.mark.slow
def test_no_captions_are_nothing_to_judge(made: Callable[..., Path]) -> None:
    assert screened(made(), made(), ()) == ([], {})


# Another reader -----------------------------------------------------------------------------------


def test_what_another_reader_reads_is_held_against_the_text() -> None:
    numbered = list(enumerate(CUES, 1))
    right = ["Amara: They saw the label\nbefore they saw me", "And | knew it.", "No."]
    assert [(one.severity, one.cue) for one in read_back(numbered, right)] == [("info", 0)]
    bad = [*right[:2], "Yes"]
    found = list(read_back(numbered, bad))
    assert [(one.severity, one.rule, one.cue) for one in found] == [
        ("warning", "burnt-text", 3),
        ("info", "burnt-text", 0),
    ]
    assert "“Yes”" in found[0].what


@pytest.mark.slow
@pytest.mark.needs("tesseract")
def test_tesseract_reads_our_captions_to_the_letter(made: Callable[..., Path]) -> None:
    found, _ = screened(made(ass_of(CUES)), None)
    (read,) = (one for one in found if one.rule == "burnt-text")
    assert read.what == "3 cues were read back by tesseract"
    assert "lowest 100%" in read.measured


@pytest.mark.slow
def test_without_another_reader_it_says_so(
    made: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "reads", lambda _: "")
    found, _ = screened(made(ass_of(CUES)), None)
    assert [one.measured for one in found if one.rule == "burnt-text"] == ["not judged"]
