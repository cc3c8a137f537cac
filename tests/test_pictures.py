"""Ways to get an unapproved face in beside the quotes, through the real commands: what was tried and got out,
and its kin. Each is refused with its name and a next step; what is right is let in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.adapters.ffmpeg.process import run
from pipeline.core.ports import Grey
from pipeline.engine.tools import Tools
from pipeline.errors import InputError, Refused
from pipeline.footage import copies
from tests.conftest import SAMPLE, Once, linked, nobody_in

Ourwords = Callable[..., int]
Folder = Callable[[], Path]

TOML = """[film]
title = "Case"
size = "320x180"

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"
{amara}
[[source]]
id = "ben"
file = "footage/ben.mp4"
contributor = "ben"
{ben}
{sources}
[[scene]]
title = "One"
quotes = ["q01"]

{cutaway}
"""
CUTAWAY = '[[scene.cutaway]]\nquote = "q01"\nfile = "{}"\nover = "all"\n'
CONSENT = """contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training;workshop,none,2025-03-04,,,
ben,Ben,training,none,2025-03-04,,,
carys,Carys,training,face;voice,2025-03-04,,,
dev,Dev,training,none,2025-03-04,,2025-04-01,
"""
QUOTES = """id,contributor,source,text,theme,use,approved_by,approved_on,notes
q01,amara,amara,They saw the label before they saw me.,t,training,A,2025-05-13,
"""
SMALL = ["-s", "320x180", "-r", "25", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]


@pytest.fixture(scope="module")
def recorded(once: Once) -> Path:
    """Twenty seconds of three people of the sample, and a window."""

    def make(room: Path) -> None:
        for folder in ("footage", "b-roll", "elsewhere"):
            (room / folder).mkdir()
        for who, file in (("amara", "amara.mp4"), ("ben", "ben.mp4"), ("carys", "carys.mp4")):
            folder = "elsewhere" if who == "carys" else "footage"
            take = ["-ss", "40", "-t", "20", "-i", str(SAMPLE / "footage" / file), *SMALL]
            run([*take, f"{folder}/{who}.mp4"], room, timeout=120)
        shutil.copyfile(SAMPLE / "b-roll/waiting-room.mp4", room / "b-roll/window.mp4")
        (room / "consent.csv").write_text(CONSENT)
        (room / "quotes.csv").write_text(QUOTES)

    return once("pictures", make)


@pytest.fixture
def film(recorded: Path, tmp_path: Path) -> Path:
    return linked(recorded, tmp_path / "film")


def wrote(film: Path, *, amara: str = "", ben: str = "", sources: str = "", cutaway: str = "") -> None:
    laid = CUTAWAY.format(cutaway) if cutaway else ""
    (film / "production.toml").write_text(TOML.format(amara=amara, ben=ben, sources=sources, cutaway=laid))


def made(film: Path, name: str, *arguments: str, of: str = "footage/amara.mp4") -> str:
    """A file of the production, made from another."""
    run(["-i", of, *arguments, name], film, timeout=120)
    return name


@pytest.fixture
def refused(ourwords: Ourwords, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def build(film: Path, *command: str, code: int = 77) -> str:
        capsys.readouterr()
        assert ourwords(film, *(command or ("build-cut",))) == code
        said = capsys.readouterr().err
        assert "→" in said and not (film / "build/cut.mp4").exists()
        assert not (film / "transcripts").exists(), "refused before hours are transcribed"
        return said

    return build


# Who is in a picture --------------------------------------------------------------------------


@pytest.mark.slow
def test_a_picture_is_shown_once_a_person_has_said_who_is_in_it(
    film: Path, ourwords: Ourwords, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrote(film, cutaway="b-roll/window.mp4")
    said = refused(film)
    assert "b-roll/window.mp4: is shown once a person has said who is in it" in said
    assert 'ourwords approve picture b-roll/window.mp4 --people WHO --by "NAME"' in said
    ourwords(film, "--json", "status")
    (waiting,) = json.loads(capsys.readouterr().out)["pictures"]
    assert (waiting["file"], waiting["state"]) == ("b-roll/window.mp4", "waiting")

    (film / "footage/amara.mp4").rename(film / "away.mp4")  # it needs no footage and no film
    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--people", "none", "--by", "Ann") == 0
    (film / "away.mp4").rename(film / "footage/amara.mp4")
    with pipeline.open(film) as project:
        assert list(project.film.cutaways) == ["b-roll/window.mp4"]

    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--no", "--by", "Ann") == 0
    assert "b-roll/window.mp4: is not to be shown (said no, or took their yes back)" in refused(film)
    assert "is not to be shown" in refused(film, "build-cut", "--draft")
    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--people", "none", "--by", "Ann") == 0
    shutil.copyfile(SAMPLE / "b-roll/kettle-and-mugs.mp4", film / "b-roll/window.mp4")
    assert "the file changed since Ann said who is in it" in refused(film)


@pytest.mark.slow
def test_a_picture_that_is_swapped_while_it_is_looked_at_and_put_back_leaves_nothing(
    film: Path, ourwords: Ourwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's face may not stand on the shelf under the key of the file that was approved."""
    window, away = film / "b-roll/window.mp4", film / "b-roll/away.mp4"
    wrote(film, cutaway="b-roll/window.mp4")
    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--people", "none", "--by", "Ann") == 0
    look = Tools.thumbnails

    def swapped(path: Path, *how: Any) -> Grey:
        if path != window:
            return look(path, *how)
        window.rename(away)
        shutil.copyfile(film / "elsewhere/carys.mp4", window)
        found = look(path, *how)
        away.replace(window)
        return found

    monkeypatch.setattr(Tools, "thumbnails", staticmethod(swapped))
    with (
        pipeline.open(film) as project,
        pytest.raises(InputError, match="changed while it was read") as told,
    ):
        project.film.cutaways  # noqa: B018 - looking is the check
    assert told.value.where == "b-roll/window.mp4"
    monkeypatch.undo()
    with pipeline.open(film) as project:
        assert list(project.film.cutaways) == ["b-roll/window.mp4"]
        assert "small pictures of b-roll/window.mp4" in project.made, "nothing was kept of the first look"


def test_one_that_is_swapped_after_it_was_asked_for_and_before_it_is_shown_is_not_shown(
    film: Path, ourwords: Ourwords
) -> None:
    wrote(film, cutaway="b-roll/window.mp4")
    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--people", "none", "--by", "Ann") == 0
    with pipeline.open(film) as project:
        assert project.film.pictures["b-roll/window.mp4"].people == set()
        shutil.copyfile(film / "elsewhere/carys.mp4", film / "b-roll/window.mp4")
        with pytest.raises(InputError, match="changed while it was read"):
            project.film.cutaways  # noqa: B018 - looking is the check
        with pytest.raises(InputError, match="changed while it was read"):
            project.door.publish([])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "why"),
    [
        ("amara;ben", ""),
        ("carys", "b-roll/window.mp4 (carys): is in it, and asked for the face to be disguised"),
        ("amara;dev", "b-roll/window.mp4 (dev): is in it, and withdrew on 2025-04-01"),
    ],
)
def test_whoever_is_in_it_needs_consent_for_the_use(
    film: Path, ourwords: Ourwords, refused: Callable[..., str], people: str, why: str
) -> None:
    wrote(film, cutaway="b-roll/window.mp4")
    assert ourwords(film, "approve", "picture", "b-roll/window.mp4", "--people", people, "--by", "Ann") == 0
    if why:
        assert why in refused(film)
    else:
        with pipeline.open(film) as project:
            assert project.film.pictures["b-roll/window.mp4"].people == {"amara", "ben"}
            assert project.film.cutaways


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["b-roll/window.mp4", "--by", "A"], 2, "who is in it?"),
        (["b-roll/window.mp4", "--people", "eve", "--by", "A"], 2, '"eve" is not in the consent register'),
        (["b-roll/window.mp4", "--people", "none;amara", "--by", "A"], 2, "somebody and none"),
        (["b-roll/window.mp4", "--people", "none"], 2, "who approves?"),
        (["b-roll/door.mp4", "--people", "none", "--by", "A"], 65, 'no file "b-roll/door.mp4"'),
        (["--people", "none", "--by", "A"], 2, "which picture?"),
        (["--all", "--people", "none", "--by", "A"], 2, "name its file"),
        (["b-roll/window.mp4", "--people", "none", "--by", "Ann's mum"], 2, "--note"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_is_written(
    film: Path,
    ourwords: Ourwords,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    wrote(film, cutaway="b-roll/window.mp4")
    assert ourwords(film, "approve", "picture", *arguments) == code
    assert says in capsys.readouterr().err
    assert not (film / "reviews/approvals.jsonl").exists()


# Who is in a recording ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ("carys", "the recording amara (carys): is in it, and asked for the face to be disguised"),
        ("dev", "the recording amara (dev): is in it, and withdrew"),
    ],
)
def test_everybody_in_a_recording_is_asked_whoever_is_quoted(
    film: Path, refused: Callable[..., str], people: str, says: str
) -> None:
    wrote(film, amara=f'people = ["{people}"]')
    assert says in refused(film)
    wrote(film, ben=f'people = ["{people}"]')
    with pipeline.open(film) as project:
        opened = {one.id for one in project.production.open_sources}
        assert opened == ({"amara"} if people == "dev" else {"amara", "ben"})
        project.film.clearance.speakers({"q01": "amara"}, ["amara"], [])


def test_people_of_a_source_are_in_the_register(
    film: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    wrote(film, amara='people = ["carrys"]')
    assert ourwords(film, "build-cut") == 2
    assert (
        'source.amara.people: "carrys" is no contributor\n  → did you mean "carys"?'
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("whose", ["amara", "ben"])
def test_one_recording_is_one_source(film: Path, refused: Callable[..., str], whose: str) -> None:
    shutil.copyfile(film / "footage/amara.mp4", film / "footage/again.mp4")
    wrote(film, sources=f'[[source]]\nid = "again"\nfile = "footage/again.mp4"\ncontributor = "{whose}"\n')
    assert "is given as several sources (again, amara)" in refused(film)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["-c", "copy"], ["-ss", "3", "-vf", "hflip", "-s", "160x90"]])
def test_one_recording_is_one_source_whatever_it_was_made_into(
    film: Path, refused: Callable[..., str], arguments: list[str]
) -> None:
    made(film, "footage/again.mkv", *arguments)
    wrote(film, sources='[[source]]\nid = "again"\nfile = "footage/again.mkv"\ncontributor = "ben"\n')
    assert "footage/again.mkv: is given as several sources (again, amara)" in refused(film)


@pytest.mark.slow
def test_two_cameras_of_one_conversation_may_be_two_sources(film: Path) -> None:
    """They hear the same, and see something else."""
    window = ["-stream_loop", "-1", "-i", "b-roll/window.mp4", "-map", "0:a", "-map", "1:v", "-shortest"]
    made(film, "footage/other.mkv", *window)
    wrote(film, sources='[[source]]\nid = "other"\nfile = "footage/other.mkv"\ncontributor = "ben"\n')
    with pipeline.open(film) as project:
        here = project.film
        assert not copies.heard_in(here.workspace, [], here.cameras["amara"], here.cameras["ben"])
        assert copies.heard_in(here.workspace, [], here.cameras["amara"], here.cameras["other"])
        assert not copies.twice(here.workspace, here.production, here.cameras)


# What a build made ----------------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_is_made_of_what_a_build_made(
    film: Path, ourwords: Ourwords, refused: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    (film / "build").mkdir(mode=0o700)
    shutil.copyfile(film / "b-roll/window.mp4", film / "build/mine.mp4")
    wrote(film, cutaway="build/mine.mp4")
    assert "build/mine.mp4: is what a build made" in refused(film)
    assert ourwords(film, "approve", "picture", "build/mine.mp4", "--people", "none", "--by", "Ann") == 77
    (film / "b-roll/link.mp4").symlink_to(film / "build/mine.mp4")
    wrote(film, cutaway="b-roll/link.mp4")
    assert "b-roll/link.mp4: is what a build made" in refused(film)
    wrote(film, ben='[[source.angle]]\nid = "b"\nfile = "build/mine.mp4"\n')
    assert "build/mine.mp4: is what a build made" in refused(film)
    wrote(film, sources='[easy_read]\nfile = "build/mine.mp4"\n')
    assert "build/mine.mp4: is what a build made" in refused(film)


@pytest.mark.slow
def test_a_copy_of_a_film_that_was_built_is_known_by_its_content(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(film_copy / "build/cut.clean.mp4", film_copy / "b-roll/window.mp4")
    settings = film_copy / "production.toml"
    settings.write_text(settings.read_text().replace("b-roll/waiting-room.mp4", "b-roll/window.mp4"))
    nobody_in(film_copy, "b-roll/window.mp4")
    assert ourwords(film_copy, "build-cut") == 77
    assert "b-roll/window.mp4: is what a build made" in capsys.readouterr().err
    with (film_copy / "b-roll/window.mp4").open("ab") as file:
        file.write(b"\0" * 8)
    nobody_in(film_copy, "b-roll/window.mp4")
    assert ourwords(film_copy, "build-cut") == 77
    assert "interview, packed or cut in another way" in capsys.readouterr().err


@pytest.mark.slow
def test_a_film_goes_when_an_answer_is_taken_back_or_names_somebody_who_may_not_be_seen(
    film_copy: Path, ourwords: Ourwords
) -> None:
    with pipeline.open(film_copy) as project:
        assert project.removed == []
    answer = ["approve", "picture", "b-roll/waiting-room.mp4", "--by", "Amara"]
    for command, why in ((["--people", "carys"], "face"), (["--no"], "is not to be shown")):
        assert ourwords(film_copy, *answer, *command) == 0
        with pipeline.open(film_copy, dry=True) as project:
            gone = {one.path: one.why for one in project.removed}
        assert why in gone["cut.mp4"] and "cut.clean.mp4" in gone
    with pipeline.open(film_copy):
        assert not (film_copy / "build/cut.mp4").exists()


@pytest.mark.slow
def test_a_draft_lists_the_pictures_of_which_nobody_has_said_who_is_in_them(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    (film_copy / "reviews/approvals.jsonl").unlink()
    capsys.readouterr()
    assert ourwords(film_copy, "build-cut", "--draft") == 0
    said = capsys.readouterr().err
    assert "ourwords approve picture b-roll/waiting-room.mp4" in said
    assert (film_copy / "build/draft.mp4").is_file() and not (film_copy / "build/cut.mp4").exists()


# Copies of an interview -----------------------------------------------------------------------

COPIES: dict[str, Callable[[Path], str]] = {
    "eight bytes longer": lambda film: _longer(film),
    "packed anew": lambda film: made(film, "b-roll/x.mkv", "-c", "copy"),
    "without its sound": lambda film: made(film, "b-roll/x.mp4", "-an", "-c", "copy"),
    "one frame as PNG": lambda film: made(film, "b-roll/x.png", "-ss", "7", "-frames:v", "1"),
    "one frame as JPEG": lambda film: made(film, "b-roll/x.jpg", "-ss", "9", "-frames:v", "1", "-q:v", "15"),
    "cropped and mirrored": lambda film: made(
        film, "b-roll/x.mp4", "-ss", "5", "-t", "2", "-vf", "crop=iw*0.9:ih*0.9,hflip"
    ),
}


def _longer(film: Path) -> str:
    (film / "b-roll/x.mp4").write_bytes((film / "footage/amara.mp4").read_bytes() + b"\0" * 8)
    return "b-roll/x.mp4"


@pytest.mark.slow
@pytest.mark.parametrize("how", COPIES)
def test_an_interview_is_no_cutaway_whatever_it_was_made_into(
    film: Path, refused: Callable[..., str], how: str
) -> None:
    """Somebody said that nobody is in it: it is known again all the same."""
    file = COPIES[how](film)
    wrote(film, cutaway=file)
    nobody_in(film, file)
    with pipeline.open(film) as project, pytest.raises(Refused, match="is amara's interview"):
        project.film.cutaways  # noqa: B018 - asking is what looks


@pytest.mark.slow
def test_another_angle_of_an_interview_is_no_cutaway_either(film: Path) -> None:
    made(film, "footage/side.mp4", "-vf", "negate,rotate=0.6", "-an")
    shutil.copyfile(film / "footage/side.mp4", film / "b-roll/x.mp4")
    with (film / "b-roll/x.mp4").open("ab") as file:
        file.write(b"\0")
    wrote(
        film,
        ben='[[source.angle]]\nid = "b"\nfile = "footage/side.mp4"\noffset = "0"\n',
        cutaway="b-roll/x.mp4",
    )
    nobody_in(film, "b-roll/x.mp4", "footage/side.mp4")
    with pipeline.open(film) as project, pytest.raises(Refused, match="is ben's interview"):
        project.film.cutaways  # noqa: B018


# Angles and recorders whose place a person gave -----------------------------------------------

BESIDE = '[[source.angle]]\nid = "b"\nfile = "{}"\noffset = "0"\n'


@pytest.mark.slow
def test_an_angle_by_hand_is_heard_to_be_of_its_source(film: Path) -> None:
    made(film, "footage/own.mkv", "-c:v", "copy", "-af", "volume=0.4")
    wrote(film, amara=BESIDE.format("footage/own.mkv"))
    with pipeline.open(film) as project:
        assert project.film.unheard == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["-c", "copy"], ["-an", "-c", "copy"], ["-vn", "-c", "copy"]],
    ids=["packed anew", "silent", "its sound alone"],
)
def test_somebody_elses_interview_is_no_angle_by_hand(film: Path, arguments: list[str]) -> None:
    made(film, "footage/x.mkv", *arguments)
    kind = "[source.recorder]\n" if "-vn" in arguments else '[[source.angle]]\nid = "b"\n'
    if "-vn" in arguments:
        made(film, "footage/x.wav", "-vn")
    file = "footage/x.wav" if "-vn" in arguments else "footage/x.mkv"
    wrote(film, ben=f'{kind}file = "{file}"\noffset = "0"\n')
    nobody_in(film, file)
    with pipeline.open(film) as project, pytest.raises(Refused, match="is amara's interview"):
        project.film.unheard  # noqa: B018


@pytest.mark.slow
def test_an_angle_that_is_not_heard_to_be_its_sources_waits_for_an_answer(
    film: Path, ourwords: Ourwords, refused: Callable[..., str]
) -> None:
    made(film, "footage/silent.mp4", "-an", "-c", "copy", of="b-roll/window.mp4")
    wrote(film, amara=BESIDE.format("footage/silent.mp4"))
    assert "footage/silent.mp4: is shown once a person has said who is in it" in refused(film)
    command = ["approve", "picture", "footage/silent.mp4", "--people", "carys", "--by", "Ann"]
    assert ourwords(film, *command) == 0
    assert "footage/silent.mp4 (carys): is in it, and asked for the face" in refused(film)
