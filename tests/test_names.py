"""Nobody is named who asked not to be, and no name of the bleep list: every way in that somebody tried."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.consent import names
from pipeline.consent.exposure import names_hidden
from pipeline.core.time import Source, Span
from pipeline.core.word import Word
from pipeline.edit.plan import find_names
from pipeline.errors import Refused
from pipeline.language.redaction import Bleep, said_by
from pipeline.production.load import load
from tests.conftest import SAMPLE

Command = Callable[..., int]
CANARIES = ("pargeter", "callum", "devdatta")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, not built; who asked not to be named is known by another name too."""
    film = tmp_path / "film"
    shutil.copytree(SAMPLE, film, ignore=shutil.ignore_patterns("build", "transcripts"))
    cells(film / "consent.csv", "dev", known_as="Devdatta; Will")
    return film


def cells(path: Path, row: str, **columns: str) -> None:
    """Write into the row that begins so; a new column is one for all rows."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [*rows[0], *(name for name in columns if name not in rows[0])]
    for one in rows:
        if next(iter(one.values())) == row:
            one.update(columns)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


def put(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


PLACES = [
    ('title = "Before you read the notes"', 'title = "{}"', "production.toml, film.title"),
    ('text = "Before you read the notes"', 'text = "{}"', "production.toml, card 2, text"),
    ('title = "Before I walk in"', 'title = "{}"', "production.toml, scene 1, title"),
    ('prompt = "Write down one thing', 'prompt = "{} one thing', "scene 3, reflection 1, prompt"),
    ("Thank you to Amara, Ben,", "Thank you to Amara, {}, Ben,", "production.toml, card 3, text"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "where"), PLACES)
@pytest.mark.parametrize("name", ["Sister Pargeter", "Par-geter", "Dév", "Devdatta", "C a l l u m"])
def test_a_name_is_refused_wherever_somebody_writes_it_and_the_message_does_not_say_it(
    folder: Path,
    ourwords: Command,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    where: str,
    name: str,
) -> None:
    put(folder / "production.toml", old, new.format(name))
    assert ourwords(folder, "--json", "build-cut") == 77
    told = capsys.readouterr()
    assert where in told.err
    assert "bleep list" in told.err or "asked not to be" in told.err
    for text in (told.out, told.err):
        assert name.casefold() not in text.casefold()
        assert not any(canary in text.casefold() for canary in CANARIES)


@pytest.mark.parametrize("text", ["[Devdatta] They saw", "They saw Dévdatta", "They saw D e v"])
def test_who_asked_not_to_be_named_is_named_in_nobodys_quote(
    folder: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    cells(folder / "quotes.csv", "q01", text=text)
    assert ourwords(folder, "build-cut") == 77
    assert "q01 (quotes.csv row 2, text) (dev): would be named" in capsys.readouterr().err


def test_the_bleep_list_hides_its_names_in_everybodys_quotes(folder: Path) -> None:
    cells(folder / "quotes.csv", "q01", text="They saw [Cal-lum] and Callum first")
    production = load(folder)
    quote = production.quote["q01"]
    assert quote.contributor == "amara", "the name is on dev's list"
    assert names.said(production, quote, "amara") == "They saw [nurse's name] and [nurse's name] first"
    read = names.texts(production, [(quote, "amara")])
    assert not list(names.named_in(read, names.of(production)))


def test_ids_of_quotes_are_names_of_files(
    folder: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder / "quotes.csv", "\nq01,", "\ndev-1,")
    put(folder / "production.toml", '"q01"', '"dev-1"')
    assert ourwords(folder, "build-cut") == 77
    assert "quotes.csv row 2, id (dev): would be named" in capsys.readouterr().err


def test_a_display_name_is_not_the_name(
    folder: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cells(folder / "consent.csv", "dev", display_name="Dev B.")
    assert ourwords(folder, "build-cut") == 77
    assert "the display name in the consent register, row 5" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prompt", "refused"),
    [
        ("What will you do tomorrow?", False),
        ("Will you try it?", False),
        ("What did Will do?", True),
        ("Will was kind.", True),
    ],
)
def test_a_name_that_is_a_word_is_told_by_how_it_is_written(
    folder: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], prompt: str, refused: bool
) -> None:
    put(folder / "production.toml", "What do you do with your shoulders when somebody walks in?", prompt)
    put(folder / "production.toml", 'title = "Before you read the notes"', 'title = "Thanks to Dev"')
    assert ourwords(folder, "build-cut") == 77, "the title is refused, so that nothing is made here"
    assert ("scene 1, reflection 1" in capsys.readouterr().err) is refused


def test_an_error_before_anything_could_be_read_says_no_name_either(
    folder: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder / "production.toml", "[transcribe]", '[trans-Pargeter]\nx = "Devdatta"\n[transcribe]')
    assert ourwords(folder, "--json", "status") == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["exit_code"] == 2
    assert not any(canary in (told.out + told.err).casefold() for canary in CANARIES)


@pytest.mark.slow
def test_no_command_prints_or_writes_a_name(
    film_copy: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cells(film_copy / "consent.csv", "dev", known_as="Devdatta")
    capsys.readouterr()
    assert ourwords(film_copy, "captions", "mark", "3", "--sound", "Devdatta coughs", "--by", "Jo") == 77
    assert not (film_copy / "reviews/captions.jsonl").exists()
    assert ourwords(film_copy, "captions", "mark", "3", "--sound", "he lies", "--by", "Jo") == 2
    for command in (
        ("status",),
        ("match",),
        ("match", "--explain", "q05"),
        ("captions", "check"),
        ("clips", "--quote", "q05"),
        ("build-cut",),
    ):
        for form in ((), ("--json",)):
            assert ourwords(film_copy, *form, *command) in (0, 1, 2, 77), command
    told = capsys.readouterr()
    files = [
        path for path in (film_copy / "build").rglob("*") if ".store" not in path.parts and path.is_file()
    ]
    texts = [path.read_bytes().decode("utf-8", "ignore") for path in files if path.suffix != ".mp4"]
    assert len(texts) > 10
    for text in (told.out, told.err, *texts, *map(str, files)):
        assert not any(canary in text.casefold() for canary in CANARIES)


def span(start: float) -> Span[Source]:
    return Span.measured(start, start + 0.5)


@pytest.mark.parametrize(
    ("said", "found"), [("Then Callum came", 1), ("then callum came", 1), ("Then she came", 0)]
)
def test_a_name_of_anothers_list_is_hidden_in_the_sound(said: str, found: int) -> None:
    bleeps = said_by("amara", [Bleep("dev", "Callum", "[nurse's name]")])
    words = [(word, span(number)) for number, word in enumerate(said.split())]
    hidden = find_names(bleeps, words, [])
    assert len(hidden) == found
    assert all(one.overlap(words[1][1]) > 0 for one in hidden)


@pytest.mark.parametrize(("name", "hidden"), [("Will", 1), ("will", 0)])
def test_another_may_say_the_word_that_is_a_name(name: str, hidden: int) -> None:
    words = [("ask", span(0)), (name, span(1)), ("now", span(2))]
    assert len(find_names(said_by("amara", [Bleep("dev", "Will", "[name]")]), words, [])) == hidden
    assert len(find_names(said_by("dev", [Bleep("dev", "Will", "[name]")]), words, [])) == 1


def test_who_is_named_in_a_word_that_is_kept_beside_the_approved_ones_stops_it(folder: Path) -> None:
    production = load(folder)
    quote = production.quote["q01"]
    cut = SimpleNamespace(
        stretch=SimpleNamespace(said=(SimpleNamespace(text="They", span=span(1)),)),
        sound=Span.measured(0, 4),
        quiet=(),
        aligned=True,
    )

    def heard(*texts: str) -> Any:
        found = [Word(text, span(number), 0.9) for number, text in enumerate(texts)]
        return SimpleNamespace(heard=SimpleNamespace(over=lambda _: found))

    names_hidden(production, quote, [cut], "amara", heard("um", "they"))  # type: ignore[list-item]
    names_hidden(production, quote, [cut], "amara", heard("um", "Devdatta"))  # type: ignore[list-item]
    with pytest.raises(Refused, match=r"row 2 \(dev\): is named in the sound"):
        names_hidden(production, quote, [cut], "amara", heard("Devdatta", "they"))  # type: ignore[list-item]
