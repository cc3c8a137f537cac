"""What `ourwords clips` asks where nothing was said, what it takes for an answer, and what it then makes."""

from __future__ import annotations

import io
import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from pipeline.cli import ask, clip_questions, clips
from pipeline.cli.clips import Ahead, Order
from pipeline.cli.main import main
from pipeline.consent.gate import Refusal
from pipeline.delivery.clips.model import Foreseen, Offer
from pipeline.production.load import written
from tests.conftest import linked
from tests.small_film import TOML, lists

Say = Callable[..., None]
"""What is typed, line by line; then the input ends."""


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    return lambda *lines: monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in lines)))


CHOICES = {"phone": "upright", "player": "for a page", "square": ""}


@pytest.mark.parametrize(
    ("typed", "found"),
    [(("",), "player"), (("1",), "phone"), (("SQUARE",), "square"), (("sq",), "square")],
)
def test_an_answer_is_a_number_a_name_or_its_beginning(typed: tuple[str, ...], found: str, say: Say) -> None:
    say(*typed)
    assert ask.choose("Which?", CHOICES, "player") == found


def test_a_wrong_answer_is_asked_again_with_the_choices(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say("9", "0", "p", "²", "bicycle", "3")
    assert ask.choose("Which?", CHOICES) == "square"
    told = capsys.readouterr()
    assert told.err.count("is none of them. Type a number or a name: 1 phone, 2 player, 3 square") == 5
    assert told.err.count("Number or name [1], or q to leave:") == 6
    assert not told.out, "results alone go there"


@pytest.mark.parametrize("typed", [("q",), ("Quit",), ()])
def test_whoever_leaves_leaves_with_nothing_made(
    typed: tuple[str, ...], say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    for question in (
        lambda: ask.choose("Which?", CHOICES),
        lambda: ask.words("A title?"),
        lambda: ask.agreed("Make them?"),
    ):
        say(*typed)
        with pytest.raises(typer.Exit) as left:
            question()
        assert left.value.exit_code == 0
        assert capsys.readouterr().err.endswith("Nothing was made.\n")


def test_enter_goes_on_and_no_leaves(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say("perhaps", "")
    ask.agreed("Make them?")
    assert "Type yes or no" in capsys.readouterr().err
    say("no")
    with pytest.raises(typer.Exit):
        ask.agreed("Make them?")


def test_none_is_nothing_and_enter_what_stands_there(say: Say) -> None:
    say("none")
    assert ask.words("A title?", "Old") == ""
    say("")
    assert ask.words("A title?", "Old") == "Old"
    say("  What   helped ")
    assert ask.words("A title?", "Old") == "What helped"


def test_nobody_is_asked_where_nobody_can_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not ask.may_ask(as_json=False), "this is no terminal"
    lists(tmp_path / "film")
    assert main(["-C", str(tmp_path / "film"), "clips"]) == 2
    told = capsys.readouterr().err
    assert "clips of what?" in told and "--theme helped" in told
    assert main(["-C", str(tmp_path / "none"), "clips"]) == 2
    assert "no production.toml" in capsys.readouterr().err


# What is asked for ----------------------------------------------------------------------------


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """What would be made, by commands that make nothing."""
    caught: list[Order] = []
    monkeypatch.setattr(clips, "_make", lambda order, *_, **__: caught.append(order))
    return caught


@pytest.mark.parametrize(
    "typed",
    [
        "--theme helped",
        "--quote q01 --quote q02 --reel --card",
        "--contributor amara --no-card --no-reel --use training --skip-refused",
        "--search 'kettle tea' --title 'It'\"'\"'s us' --question '' --max-size 25MB --zip",
        "--theme '$HOME `x`' --preset phone --shape 4:5 --captions both --fill bars --name ward-4",
        "--theme a --title '' --question 'Why?' --question-seconds 12.5 --to 'a stick' --for 'Ward 4 team'",
    ],
)
def test_the_command_that_is_told_makes_the_same(
    typed: str, orders: list[Order], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists(tmp_path / "my film")
    before = ["-C", str(tmp_path / "my film"), "clips"]
    assert main([*before, *shlex.split(typed)]) == 0
    told = orders[0].command
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(told)[1:]) == 0
    assert orders[0] == orders[1] and told == orders[1].command
    assert "--question ''" in told or "--question ''" not in typed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--shape 9x16", '--shape: "9x16" is not known\n  → did you mean "9:16"?'),
        ("--captions burned", 'did you mean "burnt"?'),
        ("--use staff", "there are: training, workshop, public"),
        ("--max-size lots", '"lots" is no size: write it as 15MB'),
        ("--preset fone", 'did you mean "phone"?'),
        ("--reel --quote q01", "a reel is of several quotes"),
        ("--question-seconds 20", 'ask one: --question "What would you do?"'),
        ("--question Why? --question-seconds 0", "--question-seconds"),
        (f"--title {'x' * 301}", "--title"),
    ],
)
def test_what_cannot_be_asked_for_is_told_before_anything_is_opened(
    typed: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], orders: list[Order]
) -> None:
    lists(tmp_path / "film")
    line = shlex.split(typed)
    theme = [] if "--quote" in line else ["--theme", "label"]
    assert main(["-C", str(tmp_path / "film"), "clips", *theme, *line]) == 2
    assert told in capsys.readouterr().err
    assert not orders and not (tmp_path / "film" / "build").exists()


# All of the questions -------------------------------------------------------------------------

NO = Refusal("q14", "ben", "consent covers training only", "ask ben")


def offer(name: str, theme: str, who: str = "amara", text: str = "Some words.", *no: Refusal) -> Offer:
    return Offer(name, who, {"amara": "Amara"}.get(who, ""), theme, text, no)


OFFERS = [
    offer(
        "q11",
        "helped",
        "amara",
        "Put the kettle on, and ask me how I take my tea. I mean it, every single day.",
    ),
    offer("q14", "Helped ", "ben", "There was a little room.", NO),
    offer(
        "q02", "before", "ben", "My file has not.", Refusal("q02", "ben", "is not for workshops", "ask ben")
    ),
    offer("q01", "", "amara", "They saw the label."),
]


@pytest.fixture
def questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orders: list[Order], say: Say
) -> Callable[..., list[Order]]:
    """The questions over a film of four quotes: what is answered, and the orders that come of it."""
    folder = tmp_path / "film"
    lists(folder)

    @contextmanager
    def opened(**how: Any) -> Iterator[Any]:
        assert how["dry"], "nothing is made while somebody thinks"
        yield SimpleNamespace(
            production=written(folder),
            clip_offers=lambda use: OFFERS if use == "workshop" else [offer("q02", "before", "ben")],
        )

    ahead = Ahead((Foreseen("01-kettle", ("q11",), "Put the kettle on", None, 2_000_000, False),), (), ())
    monkeypatch.setattr(clip_questions, "opened_project", opened)
    monkeypatch.setattr(clip_questions, "foreseen", lambda *_: ahead)
    monkeypatch.setattr(clips, "may_ask", lambda **_: True)

    def asked(*answers: str, options: tuple[str, ...] = (), code: int = 0, toml: str = "") -> list[Order]:
        (folder / "production.toml").write_text(TOML + toml)
        say(*answers)
        assert main(["-C", str(folder), "clips", *options]) == code
        return orders

    return asked


def test_enter_all_the_way_makes_the_first_theme_for_a_workshop(
    questions: Callable[..., list[Order]], capsys: pytest.CaptureFixture[str]
) -> None:
    made = questions("", "", "", "", "", "")
    assert made == [Order(theme="helped", skip_refused=True)]
    told = capsys.readouterr().err
    assert "1  helped  1 of 2 may be used" in told and "2  before  0 of 1 may be used" in told
    assert "1 quote has no theme" in told
    assert "q11  Amara: Put the kettle on, and ask me how I take my tea. I mean it, …" in told
    assert "Not q14 (ben): consent covers training only\n    → ask ben" in told
    assert "phone" in told and "for phones: upright" in told
    assert "01-kettle  Put the kettle on  (about 2.0 MB)" in told and "1 clip, about 2.0 MB" in told
    assert "clips --theme helped --skip-refused" in told.splitlines()[-1]
    assert "\x1b" not in told, "no colours, no moving cursor"


def test_all_that_is_answered_is_made(questions: Callable[..., list[Order]]) -> None:
    made = questions("helped", "workshop", "phone", "What helped", "What would you do?", "y")
    assert made == [
        Order(
            theme="helped",
            preset="phone",
            title="What helped",
            said={"question": "What would you do?"},
            skip_refused=True,
        )
    ]


def test_words_and_a_person_are_ways_to_choose_too(questions: Callable[..., list[Order]]) -> None:
    assert questions("words", "bicycle", "", "KETTLE tea", "", "", "", "", "")[0] == Order(
        search="KETTLE tea"
    )
    assert questions("person", "amara", "", "", "", "", "")[1] == Order(contributor="amara")


def test_where_consent_allows_none_others_are_asked_for(
    questions: Callable[..., list[Order]], capsys: pytest.CaptureFixture[str]
) -> None:
    made = questions("before", "workshop", "before", "training", "square", "", "", "")
    assert made == [Order(theme="before", preset="square", said={"use": "training"})]
    told = capsys.readouterr().err
    assert "is not for workshops" in told and "None of them may be used for workshops." in told


def test_what_was_said_is_not_asked(questions: Callable[..., list[Order]]) -> None:
    said = ("--use", "workshop", "--shape", "1:1", "--title", "", "--question", "Why?")
    made = questions("", "", options=said)
    assert made[0].said == {"use": "workshop", "shape": "1:1", "question": "Why?"}
    assert made[0].preset == "" and made[0].title == ""


def test_what_the_production_says_stands_in_brackets(
    questions: Callable[..., list[Order]], capsys: pytest.CaptureFixture[str]
) -> None:
    clips_table = '\n[clips]\npreset = "square"\ntitle = "Ours"\nquestion = "And you?"\n'
    assert questions("", "", "", "", "", "", toml=clips_table)[0] == Order(theme="helped", skip_refused=True)
    told = capsys.readouterr().err
    assert "[Ours]:" in told and "[And you?]:" in told
    made = questions("", "", "", "none", "none", "", toml=clips_table)[1]
    assert made.title == "" and made.said == {"question": ""}


def test_too_long_a_title_is_asked_again(questions: Callable[..., list[Order]]) -> None:
    assert questions("", "", "", "x" * 400, "Short", "", "")[0].title == "Short"


@pytest.mark.parametrize("answers", [("q",), (), ("", "q"), ("", "", "", "", "", "n"), ("", "", "", "", "")])
def test_leaving_makes_nothing(
    answers: tuple[str, ...], questions: Callable[..., list[Order]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert questions(*answers) == []
    assert capsys.readouterr().err.endswith("Nothing was made.\n")


# In a terminal --------------------------------------------------------------------------------


class Terminal:
    """A command in a terminal of its own, as a person sits at it."""

    def __init__(self, *arguments: str) -> None:
        import fcntl
        import pty
        import termios

        def sit_down() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background is deaf to Ctrl-C
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.screen, inside = pty.openpty()
        self.seen, self.read = "", 0
        self.run = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env={**os.environ, "NO_COLOR": "1", "TERM": "dumb"},
            start_new_session=True,
            preexec_fn=sit_down,
        )
        os.close(inside)

    def waits_for(self, text: str, seconds: float = 120) -> None:
        """Read on until a text stands there, after all that was waited for before."""
        until = time.monotonic() + seconds
        while text not in self.seen[self.read :]:
            ready = select.select([self.screen], [], [], 0.2)[0]
            assert time.monotonic() < until, f"{text!r} did not come:\n{self.seen}"
            if ready:
                try:
                    self.seen += os.read(self.screen, 65536).decode(errors="replace")
                except OSError:  # it has ended
                    assert text in self.seen[self.read :], self.seen
        self.read = self.seen.index(text, self.read) + len(text)

    def types(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def ends(self) -> int:
        while True:
            try:
                more = os.read(self.screen, 65536)
            except OSError:
                break
            if not more:
                break
            self.seen += more.decode(errors="replace")
        os.close(self.screen)
        return self.run.wait(timeout=60)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield start
    for one in opened:
        if one.run.poll() is None:
            os.killpg(one.run.pid, signal.SIGKILL)
            one.run.wait()


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_somebody_who_never_saw_an_option_makes_clips(
    small_films: Path, tmp_path: Path, terminal: Callable[..., Terminal]
) -> None:
    folder = linked(small_films / "built", tmp_path / "film")
    at = terminal("-C", str(folder), "clips")
    at.waits_for("Which theme?")
    at.waits_for("label   2 of 2 may be used")
    at.waits_for("leave:")
    at.types("7\n")
    at.waits_for('"7" is none of them. Type a number or a name: 1 label, 2 moon, 3 words, 4 person')
    at.types("label\n")
    at.waits_for("What are they for?")
    at.waits_for("leave:")
    at.types("\n")
    at.waits_for("2 of 2 may be used for workshops:")
    at.waits_for("What will they be shown on?")
    at.waits_for("leave:")
    at.types("square\n")
    at.waits_for("A title")
    at.types("What they saw\n")
    at.waits_for("A question")
    at.types("And you?\n")
    at.waits_for("2 clips")
    at.waits_for("Make them? [yes]:")
    at.types("\n")
    at.waits_for("The same again, without questions:")
    code = at.ends()
    assert code == 0, at.seen
    command = "clips --theme label --preset square --title 'What they saw' --question 'And you?'"
    assert command in at.seen
    made = sorted(path.name for path in (folder / "build/clips/what-they-saw-1x1").glob("*.mp4"))
    assert len(made) == 2 and all(f"/{name}" in at.seen for name in made)
    assert "index.html" in at.seen
    assert main(["-C", str(folder), "clips", *shlex.split(command)[1:], "--dry-run", "--json"]) == 0


@pytest.mark.slow
@pytest.mark.needs("base weights")
@pytest.mark.parametrize(("typed", "code"), [("q\n", 0), ("\x04", 0), ("\x03", 130)])
def test_leaving_a_terminal_makes_nothing(
    typed: str, code: int, small_films: Path, tmp_path: Path, terminal: Callable[..., Terminal]
) -> None:
    folder = linked(small_films / "built", tmp_path / "film")
    at = terminal("-C", str(folder), "clips")
    at.waits_for("leave:")
    at.types(typed)
    assert at.ends() == code, at.seen
    assert not (folder / "build/clips").exists()
    assert "Traceback" not in at.seen and "\x1b" not in at.seen
    assert ("Nothing was made." if code == 0 else "Stopped.") in at.seen


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_a_pipe_is_asked_nothing(small_films: Path, tmp_path: Path) -> None:
    folder = linked(small_films / "built", tmp_path / "film")
    command = [sys.executable, "-m", "pipeline", "-C", str(folder), "clips"]
    run = subprocess.run(command, input="\n" * 9, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2 and "clips of what?" in run.stderr and "--theme helped" in run.stderr
    run = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2 and json.loads(run.stdout)["what"] == "clips of what?"
