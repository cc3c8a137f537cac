"""What leaves for people to learn with: through the gate for training, written down, gone when it must."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

import pipeline
from pipeline.delivery.exports import Export
from pipeline.delivery.ledger import LEDGER, Ledger
from pipeline.delivery.release import Door
from pipeline.delivery.training.kinds import KINDS
from tests.conftest import Once, linked
from tests.small_film import CONSENT, edit

pytestmark = [pytest.mark.slow, pytest.mark.needs("base weights")]

Ourwords = Callable[..., int]
Said = pytest.CaptureFixture[str]


@pytest.fixture
def film(small_films: Path, tmp_path: Path) -> Path:
    """A film that was built, and of which nothing was handed out."""
    return linked(small_films / "built", tmp_path / "film")


@pytest.fixture
def exported(once: Once, small_films: Path, ourwords: Ourwords, tmp_path: Path) -> Path:
    """The same with everything exported for A ward."""

    def export(room: Path) -> None:
        folder = linked(small_films / "built", room / "film")
        assert ourwords(folder, "export", "training", "--for", "A ward") == 0

    return linked(once("exported", export) / "film", tmp_path / "film")


def there(folder: Path) -> set[str]:
    """What lies in build/training: files and, of the player, its folder."""
    found = (path for path in (folder / "build" / "training").rglob("*") if path.is_file())
    return {path.relative_to(folder / "build" / "training").parts[0] for path in found}


def lines(folder: Path) -> list[dict[str, object]]:
    path = folder / LEDGER
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# A whole run -------------------------------------------------------------------------------------


def test_everything_is_made_once_kept_told_when_it_is_old_and_gone_with_whoever_withdraws(
    exported: Path, ourwords: Ourwords, capsys: Said
) -> None:
    assert there(exported) == {kind.name.rstrip("/") for kind in KINDS.values()}
    for kind in KINDS.values():
        if kind.lint:
            assert [
                one for one in kind.lint(exported / "build/training" / kind.name) if one.severity == "error"
            ] == []
    assert [one["what"] for one in lines(exported)] == [*KINDS]
    assert {(one["use"], one["for"], one["to"], *one["people"]) for one in lines(exported)} == {  # type: ignore[misc]
        ("training", "A ward", "build/training", "amara")
    }

    with pipeline.open(exported) as project:
        again = project.export_training(recipient="A ward")
        assert project.made == [] and again.changed == () and again.entered == ()
    assert len(lines(exported)) == len(KINDS)

    capsys.readouterr()
    assert ourwords(exported, "exports") == 0
    assert capsys.readouterr().out.count(" current") == len(KINDS)

    edit(exported, "production.toml", "What did you hear?", "What did you see?")
    assert ourwords(exported, "build-cut") == 0
    told = capsys.readouterr().err
    assert "scorm12, scorm2004, cmi5, h5p of 20" in told
    assert "for A ward: of an earlier cut" in told
    assert 'h5p --for "A ward"' in told
    assert there(exported) == set(), "nothing of an earlier cut lies in build/"
    assert ourwords(exported, "exports") == 0
    assert capsys.readouterr().out.count(" out of date") == len(KINDS)

    assert ourwords(exported, "export", "training", "--only", "player,scorm12", "--for", "A ward") == 0
    assert there(exported) == {"player", "scorm12.zip"}
    edit(exported, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,")
    capsys.readouterr()
    assert ourwords(exported, "build-cut") == 77
    told = capsys.readouterr().err
    assert "training/scorm12.zip" in told and "withdrew on 2025-06-01" in told
    assert "amara is in player, " in told and "tell A ward to delete it, and every copy" in told
    assert there(exported) == set()
    assert ourwords(exported, "exports") == 1
    told = "".join(capsys.readouterr())
    assert (told.count(" recall"), told.count(" replaced")) == (len(KINDS) + 2, 0)
    assert "tell A ward to delete it" in told and "ourwords exports --gone ID --by NAME" in told
    gone = [part for line in lines(exported) for part in ("--gone", line["id"][:8])]
    assert ourwords(exported, "exports", *gone) == 2, "on nobody's word"
    assert ourwords(exported, "exports", *gone, "--by", "Rosa Lind") == 0
    told = "".join(capsys.readouterr())
    assert "Written down as gone: player" in told and " recall" not in told


def test_the_film_lies_once_on_the_shelf_and_packages_play_it(exported: Path) -> None:
    build = exported / "build"
    player = build / "training/player/film.mp4"
    kept = [path for path in (build / ".store/objects").rglob("*.mp4") if path.samefile(player)]
    assert len(kept) == 1
    with ZipFile(build / "training/scorm12.zip") as package:
        assert package.read("film.mp4") == player.read_bytes()
    assert ourwords_prune_leaves(exported)


def ourwords_prune_leaves(folder: Path) -> bool:
    """What was exported is needed as long as it lies there."""
    with pipeline.open(folder, dry=True) as project:
        from pipeline.delivery.release import stock

        packed = [one for one in stock(project.production) if "for people to learn with" in one.name]
    return len(packed) == len(KINDS) and all("training" in one.needed for one in packed)


# The gate ----------------------------------------------------------------------------------------

HIDDEN = 'contributor = "amara"\n\n[[scene]]'
ANOTHER = "dev,Someone else,training,name,2025-03-04,,,\n"


def named(folder: Path) -> None:
    """Somebody who asked not to be named, and is known as Devdas."""
    text = CONSENT.replace("withdrawn_on,notes", "withdrawn_on,known_as,notes")
    text = text.replace("2025-03-04,,,", "2025-03-04,,,,")
    (folder / "consent.csv").write_text(text + "p07,Somebody,training,name,2025-03-04,,,Devdas,\n")


def broken(folder: Path, key: str) -> None:
    """Devdas is named in a text of the break."""
    named(folder)
    edit(folder, "production.toml", "seconds = 5.0", f"seconds = 5.0\n{key}")


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "withdrew": (
        lambda folder: edit(folder, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,"),
        "withdrew on 2025-06-01",
    ),
    "for workshops only": (
        lambda folder: edit(folder, "consent.csv", "training;workshop", "workshop"),
        "consents to workshop, not to training",
    ),
    "ran out": (
        lambda folder: edit(folder, "consent.csv", "2025-03-04,,,", "2025-03-04,2025-05-01,,"),
        "consent ran out on 2025-05-01",
    ),
    "words for workshops only": (
        lambda folder: [
            edit(folder, "quotes.csv", "label,training;workshop", "label,workshop"),
            edit(folder, "production.toml", 'language = "en-GB"', 'language = "en-GB"\nuse = "workshop"'),
        ],
        "approved for workshop, not for training",
    ),
    "named in notes": (
        lambda folder: broken(folder, 'notes = "Devdas may want to say more."'),
        "asked not to be",
    ),
    "named in a translation": (
        lambda folder: broken(folder, '\n[scene.reflection.in.cy]\nprompt = "Beth ddywedodd Devdas?"'),
        "asked not to be",
    ),
    "named in the support": (
        lambda folder: [
            named(folder),
            edit(
                folder,
                "production.toml",
                "[[source]]",
                '[[training.support]]\nname = "Devdas"\ncontact = "1"\n\n[[source]]',
            ),
        ],
        "asked not to be",
    ),
    "words that nobody approved stand in a note": (
        lambda folder: [
            edit(
                folder, "quotes.csv", "Label ,training;workshop,Tuesday group,2025-05-13", "Label ,training,,"
            ),
            edit(
                folder,
                "production.toml",
                "seconds = 5.0",
                'seconds = 5.0\nnotes = "It was a chest infection, it turned out."',
            ),
        ],
        "nobody has approved these words",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_for_training_with_who_and_what(
    case: str, film: Path, ourwords: Ourwords, capsys: Said
) -> None:
    spoil, says = CASES[case]
    spoil(film)
    capsys.readouterr()
    assert ourwords(film, "export", "training", "--only", "player") == 77
    told = capsys.readouterr().err
    assert says in told and "Devdas" not in told
    assert ourwords(film, "export", "markers") == 77
    assert there(film) == set() and not lines(film)
    assert not (film / "build" / "export").exists()


def test_a_film_for_the_public_is_exported_for_training(film: Path, ourwords: Ourwords) -> None:
    edit(film, "production.toml", 'language = "en-GB"', 'language = "en-GB"\nuse = "public"')
    edit(film, "consent.csv", "training;workshop", "public")
    edit(film, "quotes.csv", "label,training;workshop", "label,public")
    assert ourwords(film, "build-cut") == 0
    assert ourwords(film, "export", "training", "--only", "player") == 77, "nobody said so"
    edit(film, "consent.csv", "public", "public;training")
    edit(film, "quotes.csv", "label,public", "label,public;training")
    assert ourwords(film, "export", "training", "--only", "player") == 0
    assert [one["use"] for one in lines(film)] == ["training"]
    edit(film, "consent.csv", "public;training", "public")
    assert ourwords(film, "status") in (0, 1)
    assert ourwords(film, "build-cut") == 0
    assert there(film) == set() and (film / "build/cut.mp4").is_file(), "the film may still be shown"


def test_a_consent_that_changes_while_it_is_packed_lets_nothing_out(
    film: Path, ourwords: Ourwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Door.look

    def later(door: Door, releases: object) -> None:
        edit(film, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,")
        look(door, releases)  # type: ignore[arg-type]

    monkeypatch.setattr(Door, "look", later)
    assert ourwords(film, "export", "training", "--only", "player") == 77
    assert there(film) == set() and not lines(film)


# Written down ------------------------------------------------------------------------------------


def test_a_folder_of_ones_own_has_copies_and_the_ledger_knows_where(
    film: Path, tmp_path: Path, ourwords: Ourwords, capsys: Said
) -> None:
    stick = tmp_path / "stick"
    assert ourwords(film, "export", "training", "--only", "player", "--to", str(stick)) == 0
    assert (stick / "player/index.html").is_file() and there(film) == set()
    assert (stick / "player/film.mp4").stat().st_nlink == 1, "no link to the shelf"
    (line,) = lines(film)
    assert line["to"] == stick.resolve().as_posix() and "player/film.mp4" in line["files"]  # type: ignore[operator]
    edit(film, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,")
    capsys.readouterr()
    assert ourwords(film, "exports", "--contributor", "amara") == 1
    assert f"delete it from {stick.resolve().as_posix()}" in capsys.readouterr().err
    assert (stick / "player/index.html").is_file(), "what has left is not ours to delete"


def test_build_may_be_deleted_and_what_left_is_known(
    exported: Path, ourwords: Ourwords, capsys: Said
) -> None:
    shutil.rmtree(exported / "build")
    capsys.readouterr()
    assert ourwords(exported, "exports") == 0
    told = capsys.readouterr()
    assert told.out.count(" not known") == len(KINDS) and "→ ourwords build-cut" in told.err


def test_who_is_killed_on_the_way_out_has_a_line_and_no_half_a_package(
    film: Path, ourwords: Ourwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Door.publish

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Door, "publish", killed)
    monkeypatch.setattr("pipeline.cli.main._leave_at_once", lambda _: None)
    assert ourwords(film, "export", "training", "--only", "player") == 130
    assert there(film) == set() and len(lines(film)) == 1, "a line too many is better than a copy too many"
    monkeypatch.setattr(Door, "publish", publish)
    assert ourwords(film, "export", "training", "--only", "player") == 0
    assert there(film) == {"player"} and len(lines(film)) == 1


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ('{"event": "export", "wh', 0, "reviews/exports.jsonl: line 1 cannot be read"),
        ('{"v": 1, "id": "a", "written": "2025", "event": "approval"}\n', 65, "is no export"),
        ('{"v": 9, "id": "a", "written": "2025"}\n', 65, "newer ourwords"),
    ],
)
def test_a_broken_ledger_is_told_and_lets_nothing_out_unknown(
    film: Path, line: str, code: int, says: str, ourwords: Ourwords, capsys: Said
) -> None:
    (film / "reviews").mkdir(exist_ok=True)
    (film / LEDGER).write_text(line)
    assert ourwords(film, "export", "training", "--only", "player") == code
    assert there(film) == (set() if code else {"player"})
    capsys.readouterr()
    assert ourwords(film, "exports") == (code or 1)
    assert says in capsys.readouterr().err
    edit(film, "production.toml", "What did you hear?", "What did you see?")
    assert ourwords(film, "build-cut") == 0, "a build only reads it"
    assert "exports.jsonl" in capsys.readouterr().err


# The command -------------------------------------------------------------------------------------


def test_a_dry_run_says_what_and_how_large_and_writes_nothing(
    film: Path, ourwords: Ourwords, capsys: Said
) -> None:
    def stands() -> list[str]:
        return sorted(str(path) for path in film.rglob("*"))

    before = stands()
    capsys.readouterr()
    assert ourwords(film, "export", "training", "--dry-run") == 0
    told = capsys.readouterr().out
    assert stands() == before
    assert told.count("about ") == len(KINDS) - 1 and "guide" in told
    assert ourwords(film, "export", "training", "--only", "scorm12") == 0
    capsys.readouterr()
    assert ourwords(film, "export", "training", "--only", "scorm12", "--dry-run") == 0
    size = (film / "build/training/scorm12.zip").stat().st_size
    assert "made already" in capsys.readouterr().out
    with pipeline.open(film, dry=True) as project:
        (found,) = project.training_foreseen(["scorm12"])
    assert (found.bytes, found.kept) == (size, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("training", "--only", "scrom12"), 2, "player, guide, web, scorm12"),
        (("markers", "--only", "final-cut"), 2, "fcpxml"),
        (("training", "--max-size", "small"), 2, "15MB"),
        (("training", "--only", "h5p", "--max-size", "1kB"), 65, "cannot have 1000 bytes"),
        (("training", "--h5p-libraries", "none.h5p"), 65, 'no file "none.h5p"'),
    ],
)
def test_what_was_mistyped_is_told(
    arguments: tuple[str, ...], code: int, says: str, film: Path, ourwords: Ourwords, capsys: Said
) -> None:
    assert ourwords(film, "export", *arguments) == code
    told = capsys.readouterr().err
    assert says in told and "→" in told
    assert there(film) == set() and not lines(film)


def test_an_h5p_package_that_may_not_be_so_large_has_a_smaller_film(
    film: Path, ourwords: Ourwords, capsys: Said
) -> None:
    assert ourwords(film, "export", "training", "--only", "h5p,scorm12") == 0
    whole = (film / "build/training/h5p.h5p").stat().st_size
    most = whole * 3 // 5
    capsys.readouterr()
    assert ourwords(film, "-v", "export", "training", "--only", "h5p", "--max-size", str(most)) == 0
    assert "SSIM" in capsys.readouterr().err, "what it cost"
    assert (film / "build/training/h5p.h5p").stat().st_size <= most
    assert (film / "build/training/scorm12.zip").is_file(), "others are as they were"
    assert [one["what"] for one in lines(film)] == ["scorm12", "h5p", "h5p"]


def test_markers_are_handed_out_with_what_they_cannot_hold(film: Path, ourwords: Ourwords) -> None:
    assert ourwords(film, "export", "markers", "--only", "resolve,csv", "--for", "The editor") == 0
    found = {path.name for path in (film / "build/export/markers").iterdir()}
    assert {"resolve.edl", "reflection.csv", "report.json", "report.txt"} == found
    assert [(one["what"], one["for"]) for one in lines(film)] == [("markers", "The editor")]
    with pipeline.open(film) as project:
        assert project.door.hold() == [] and project.door.not_ours() == []


def test_help_names_every_kind_and_every_format(capsys: Said) -> None:
    from pipeline.cli.main import main
    from pipeline.delivery.markers import FORMATS

    for what, names in (("training", KINDS), ("markers", FORMATS)):
        main(["export", what, "--help"])
        told = capsys.readouterr().out
        assert not [name for name in names if name not in told]


def test_the_ledger_is_the_productions_and_an_export_knows_it(film: Path) -> None:
    with pipeline.open(film) as project:
        made = project.export_training(["guide"], recipient="  A ward  ")
    (entered,) = made.entered
    assert entered.recipient == "A ward" and Ledger(film).exports[0].same(entered)
    assert Export.__doc__


# Approvals that end, and what was there before ----------------------------------------------------


def test_a_film_and_what_was_exported_of_it_go_when_an_approval_that_they_need_ends(
    film: Path, ourwords: Ourwords
) -> None:
    assert ourwords(film, "approve", "wording", "q01", "--by", "Jo", "--until", "2045-03-01") == 0
    with pipeline.open(film, today=date(2045, 3, 1)) as project:
        project.build()
        project.export_markers()
        (line,) = Ledger(film).exports
        assert line.until == date(2045, 3, 1)
    with pipeline.open(film, today=date(2045, 3, 2)) as project:
        gone = {one.path: one.why for one in project.removed}
        assert "its wording needs approval again (ran out on 2045-03-01)" in gone["cut.mp4"]
        assert any(path.startswith("export/markers/") for path in gone)
        (standing,) = Ledger(film).standings(project.door.lists(), "")
        assert standing.state == "recall"


def test_an_approval_that_a_draft_does_not_need_ends_no_film(film: Path, ourwords: Ourwords) -> None:
    assert ourwords(film, "approve", "cut", "q01", "--by", "Jo", "--until", "2045-03-01") == 0
    with pipeline.open(film, today=date(2045, 3, 1)) as project:
        project.build()
    with pipeline.open(film, today=date(2045, 3, 2)) as project:
        assert not project.removed


def test_what_an_earlier_export_brought_to_a_folder_goes_with_the_next(
    film: Path, tmp_path: Path, ourwords: Ourwords
) -> None:
    stick = tmp_path / "stick"
    assert ourwords(film, "export", "markers", "--only", "json,csv", "--to", str(stick)) == 0
    (stick / "markers/mine.csv").write_text("ours")
    first = {path.name for path in (stick / "markers").iterdir()}
    assert ourwords(film, "export", "markers", "--only", "vtt", "--to", str(stick)) == 0
    assert first < {path.name for path in (stick / "markers").iterdir()}, "of the same cut they lie beside it"
    edit(film, "production.toml", 'prompt = "What did you hear?"', 'prompt = "What did you see?"')
    assert ourwords(film, "export", "markers", "--only", "json", "--to", str(stick)) == 0
    left = {path.name for path in (stick / "markers").iterdir()}
    assert left < first and "mine.csv" in left and any(name.endswith(".json") for name in left)


def test_what_somebody_takes_back_of_an_approval_counts_for_what_was_made(
    film: Path, ourwords: Ourwords
) -> None:
    """For other uses only, or for a shorter time: a build is refused, and what was built goes."""
    assert ourwords(film, "approve", "wording", "q01", "--by", "Jo") == 0
    assert ourwords(film, "export", "markers", "--to", str(film / "stick")) == 0
    assert ourwords(film, "approve", "wording", "q01", "--by", "Jo", "--use", "workshop") == 0
    with pipeline.open(film) as project:
        assert "cut.mp4" in {one.path for one in project.removed}
        assert [one.state for one in Ledger(film).standings(project.door.lists(), "")] == ["recall"]
    assert ourwords(film, "build-cut") == 77
    assert ourwords(film, "approve", "wording", "q01", "--by", "Jo") == 0
    assert ourwords(film, "build-cut") == 0


def test_an_approval_that_is_renewed_renews_what_is_out_there(film: Path, ourwords: Ourwords) -> None:
    to = film.parent / "stick"

    def handed_out(until: str, on: date) -> None:
        assert ourwords(film, "approve", "wording", "q01", "--by", "Jo", "--until", until) == 0
        with pipeline.open(film, today=on) as project:
            project.export_markers(["json"], to=to)

    def states() -> list[str]:
        with pipeline.open(film, today=date(2045, 6, 1), dry=True) as project:
            return [one.state for one in Ledger(film).standings(project.door.lists(), "")]

    handed_out("2045-05-01", date(2045, 4, 1))
    assert states() == ["recall"]
    handed_out("2046-05-01", date(2045, 4, 2))
    assert "recall" not in states()
    handed_out("2045-05-01", date(2045, 4, 3))
    assert states().count("recall") == 3, "and shortened"


def test_whoever_is_found_in_a_recording_later_is_told_of_what_left(
    film: Path, ourwords: Ourwords, capsys: Said
) -> None:
    assert ourwords(film, "export", "markers", "--to", str(film.parent / "stick")) == 0
    edit(film, "production.toml", 'contributor = "amara"', 'contributor = "amara"\npeople = ["dev"]')
    edit(film, "consent.csv", "2025-03-04,,,", "2025-03-04,,,\ndev,Dev,training,none,2025-03-04,,2025-06-01,")
    capsys.readouterr()
    assert ourwords(film, "exports", "--contributor", "dev") == 1
    told = capsys.readouterr()
    assert "recall" in told.out and "stick" in told.err
    assert ourwords(film, "build-cut") == 77
    assert "dev is in markers" in capsys.readouterr().err


def test_a_page_to_be_given_away_is_looked_at_wherever_it_goes(film: Path, ourwords: Ourwords) -> None:
    page = str(film.parent / "for-amara.html")
    edit(film, "quotes.csv", "q01,amara,amara,They", "q01,amara,amara,[Once] they")
    assert ourwords(film, "build-cut") == 0
    assert ourwords(film, "diff", "--page", page) == 0
    Path(page).unlink()
    edit(film, "consent.csv", "2025-03-04,,,", "2025-03-04,,2025-06-01,")
    assert ourwords(film, "diff", str(film / "build/manifest.json"), "--page", page) != 0
    assert not Path(page).exists()
