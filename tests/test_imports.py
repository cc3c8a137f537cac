"""A transcript is imported as a person would: words, speakers and times, up to where its quotes are found."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.adapters.ffmpeg.process import run
from tests.conftest import SAMPLE, Once

LINES = (
    (0.06, 3.08, "The receptionist was fine, actually. She was lovely."),
    (3.59, 5.45, "It was, um, it was after that."),
    (5.77, 10.29, "I'd had this pain in my chest since, what, since Tuesday. No, sorry, since Monday."),
    (10.69, 12.81, "And the doctor read the screen for a long time,"),
    (12.94, 15.62, "and then he said, so, you're under the mental health team."),
    (17.41, 19.87, "And that was it. That was my whole appointment."),
    (20.42, 22.48, "They saw the label before they saw me."),
    (23.72, 25.95, "It was a chest infection, it turned out."),
)
"""What is said in 26 seconds of the sample, from 46.0 on, and when."""

TOML = """[film]
title = "Case"
size = "640x360"
[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"
{more}
[[scene]]
title = "One"
quotes = ["q01"]
"""
HEADER = "id,contributor,source,text,theme,use,approved_by,approved_on,notes"
CONSENT = """contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training,none,2025-03-04,,,
ben,Ben,training,none,2025-03-04,,{gone},
"""


def clock(at: float, point: str = ",") -> str:
    return f"00:{int(at // 60):02}:{at % 60:06.3f}".replace(".", point)


def srt(text: str = "{}", shift: Callable[[float], float] = lambda at: at) -> str:
    return "\n".join(
        f"{n}\n{clock(shift(start))} --> {clock(shift(end))}\n{text.format(said)}\n"
        for n, (start, end, said) in enumerate(LINES, 1)
    )


def rolling() -> str:
    """As YouTube gives them: a line comes word by word, stands alone for 10 ms, and again above the next."""
    cues, before = [], " "
    for start, end, said in LINES:
        plain = [word.strip(".,").lower() for word in said.split()]
        step = (end - start) / len(plain)
        timed = "".join(
            f"<{clock(start + n * step, '.')}><c> {word}</c>" if n else word for n, word in enumerate(plain)
        )
        cues.append(f"{clock(start, '.')} --> {clock(end, '.')} align:start\n{before}\n{timed}")
        before = " ".join(plain)
        cues.append(f"{clock(end, '.')} --> {clock(end + 0.01, '.')} align:start\n{before}\n ")
    return "WEBVTT\nKind: captions\nLanguage: en\n\n" + "\n\n".join(cues) + "\n"


def whisperx() -> str:
    """A number has no times."""
    segments = []
    for start, end, said in LINES:
        texts = said.replace("chest infection", "£13.60 infection").split()
        step = (end - start) / len(texts)
        words = [
            {"word": text}
            | ({} if "£" in text else {"start": start + n * step, "end": start + (n + 1) * step})
            for n, text in enumerate(texts)
        ]
        segments.append({"start": start, "end": end, "text": said, "words": words})
    return json.dumps({"segments": segments})


Case = Callable[..., Path]


@pytest.fixture(scope="session")
def films(once: Once) -> Path:
    def make(folder: Path) -> None:
        silent = [
            "-f",
            "lavfi",
            "-i",
            "color=s=160x90:r=5:d=27",
            "-f",
            "lavfi",
            "-i",
            "anullsrc=r=48000",
            "-t",
            "27",
        ]
        run([*silent, "-c:v", "libx264", "-preset", "ultrafast", "silent.mp4"], folder, timeout=60)
        tone = "aevalsrc='(gt(t,14)+0.1)*sin(2000*t)/4|(lt(t,10.5)+0.1)*sin(2000*t)/4':s=48000:d=27"
        sides = ["-f", "lavfi", "-i", "color=s=160x90:r=5:d=27", "-f", "lavfi", "-i", tone]
        run(
            [*sides, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "lapels.mp4"],
            folder,
            timeout=60,
        )
        take = ["-ss", "46.0", "-t", "26.3", "-i", str(SAMPLE / "footage" / "amara.mp4"), "-s", "160x90"]
        run([*take, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "said.mp4"], folder, timeout=60)

    return once("imports", make)


@pytest.fixture
def case(tmp_path: Path, films: Path) -> Case:
    """A production of one source, and quotes as asked for."""

    def made(*quotes: str, film: str = "silent", more: str = "", gone: str = "") -> Path:
        (tmp_path / "footage").mkdir()
        (tmp_path / "footage" / "amara.mp4").write_bytes((films / f"{film}.mp4").read_bytes())
        (tmp_path / "production.toml").write_text(TOML.format(more=more))
        (tmp_path / "consent.csv").write_text(CONSENT.format(gone=gone))
        rows = []
        for n, text in enumerate(quotes, 1):
            who, _, said = text.rpartition("Ben:")
            rows.append(
                f'q{n:02},{"ben" if "Ben:" in text else "amara"},,"{said}",t,training,A,2025-05-13,{who}'
            )
        (tmp_path / "quotes.csv").write_text("\n".join([HEADER, *rows]) + "\n")
        return tmp_path

    return made


@pytest.fixture
def matched(
    ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], list[dict[str, Any]]]:
    def found(root: Path) -> list[dict[str, Any]]:
        capsys.readouterr()
        ourwords(root, "--json", "match")
        return list(json.loads(capsys.readouterr().out)["quotes"])

    return found


DEAF = (
    srt()
    .replace("label before they", "label [SIGHS] before they (pause)")
    .replace("It was a chest infection, it turned out.", "- It was a chest infection,\n- it turned out. ♪")
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        srt("Amara Example: {}"),
        srt("Amara Example:\n{}"),
        srt("[SPEAKER_00]: {}"),
        srt("AMARA: {}"),
        DEAF,
        rolling(),
    ],
    ids=["zoom", "name-line", "whisperx-srt", "capitals", "sdh", "rolling"],
)
def test_every_word_is_found_and_nothing_else(
    text: str, case: Case, ourwords: Callable[..., int], matched: Callable[[Path], list[dict[str, Any]]]
) -> None:
    root = case(*(f"{one[2]} {two[2]}" for one, two in pairwise(LINES)))
    (root / "made.txt").write_text(text, encoding="utf-8")
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.txt")) == 0
    for one in matched(root):
        assert (one["state"], len(one["spans"]), one["score"]) == ("matched", 1, 1.0), one


@pytest.mark.slow
def test_an_untimed_number_is_found(
    case: Case, ourwords: Callable[..., int], matched: Callable[[Path], list[dict[str, Any]]]
) -> None:
    root = case("It was a £13.60 infection, it turned out.")
    (root / "made.json").write_text(whisperx())
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.json")) == 0
    [one] = matched(root)
    assert (one["state"], len(one["spans"])) == ("matched", 1)


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_in_a_language_that_no_recogniser_knows_a_person_listens(
    case: Case, ourwords: Callable[..., int], matched: Callable[[Path], list[dict[str, Any]]]
) -> None:
    root = case("They saw the label before they saw me.", film="said", more='language = "gd"')
    (root / "made.srt").write_text(srt())
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.srt")) == 0
    [one] = matched(root)
    assert (one["state"], [each["answer"] for each in one["differences"]]) == ("partial", ["open"])
    assert ourwords(root, "match", "--heard", "q01", "--by", "Sam") == 0
    assert ourwords(root, "transcribe") == 0  # what was brought stands
    (root / "transcripts" / "amara.json").unlink()
    assert ourwords(root, "transcribe") == 2


@pytest.mark.slow
def test_a_silent_film_says_that_nothing_could_be_held_against_sound(
    case: Case, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    root = case("They saw the label before they saw me.")
    (root / "made.srt").write_text(srt())
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.srt")) == 0
    assert "made.srt: no voice is heard in the recording" in capsys.readouterr().err


TALK = """WEBVTT

00:00:00.800 --> 00:00:03.462
<v Interviewer>So they sent you home with a leaflet?</v>

00:00:04.662 --> 00:00:08.014
<v Amara>Yes, they did, every single time.</v>

00:00:09.214 --> 00:00:11.167
<v Kim>And how did that feel?</v>

00:00:12.367 --> 00:00:14.742
<v Amara>It felt like nothing at all.</v>
"""


@pytest.mark.slow
def test_a_quote_is_looked_for_in_its_contributors_words(
    case: Case,
    ourwords: Callable[..., int],
    matched: Callable[[Path], list[dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = case(
        "They sent you home with a leaflet.", "It felt like nothing at all.", "Ben:And how did that feel?"
    )
    (root / "made.vtt").write_text(TALK)
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.vtt")) == 0
    assert [one["state"] for one in matched(root)] == ["not-found", "matched", "not-found"]
    assert ourwords(root, "match") == 1
    told = capsys.readouterr().err
    assert 'Interviewer = "nobody"; Kim = "nobody"' in told
    toml = (root / "production.toml").read_text()
    speakers = '[source.speakers]\nInterviewer = "nobody"\nkim = "ben"\n[[scene]]'
    (root / "production.toml").write_text(toml.replace("[[scene]]", speakers))
    assert [one["state"] for one in matched(root)] == ["not-found", "matched", "matched"]
    assert ourwords(root, "match") == 1
    assert "source.speakers" not in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "says"),
    [
        ('Interviewer = "bne"', 'did you mean "ben"'),
        ('Intervewer = "nobody"', 'did you mean "Interviewer"'),
        ('"track 4" = "ben"', "track 1 with"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(
    who: str, says: str, case: Case, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    root = case("It felt like nothing at all.", more=f"[source.speakers]\n{who}")
    (root / "made.vtt").write_text(TALK)
    assert 2 in (
        ourwords(root, "transcribe", "amara", "--import", str(root / "made.vtt")),
        ourwords(root, "match"),
    )
    told = capsys.readouterr().err
    assert says in told
    assert "source.amara.speakers" in told or "source.speakers" in told


def test_a_source_is_not_opened_where_anybody_in_it_has_withdrawn(
    case: Case, ourwords: Callable[..., int]
) -> None:
    root = case("It felt like nothing at all.", more='[source.speakers]\nKim = "ben"', gone="2025-06-01")
    (root / "made.vtt").write_text(TALK)
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.vtt")) == 77


@pytest.mark.slow
def test_two_lapels_on_two_sides_say_who_speaks(
    case: Case,
    ourwords: Callable[..., int],
    matched: Callable[[Path], list[dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    more = '[source.speakers]\nleft = "amara"\nright = "ben"'
    root = case("They saw the label before they saw me.", "Ben:It was, um, it was after that.",
                "Ben:They saw the label before they saw me.", film="lapels", more=more)  # fmt: skip
    (root / "made.srt").write_text(srt())
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.srt")) == 0
    assert [one["state"] for one in matched(root)] == ["matched", "matched", "not-found"]
    assert ourwords(root, "match") == 0
    assert "of some words nobody knows who says them" in capsys.readouterr().err


# Held against the sound ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.needs("base weights")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (srt(), ""),
        (srt(shift=lambda at: at + 0.3), ""),
        (
            srt(shift=lambda at: at - 2.5 if at > 10.5 else at),
            r"in part only: from 0:00:(08|09)\..*2\.\d s later",
        ),
        (srt(shift=lambda at: at + 3), r"3\.[01]\d s too late\n.*--offset -3\.[01]"),
        (re.sub("[a-z]+", "elsewhere", srt()), "is not what is said in amara"),
    ],
    ids=["right", "nearly", "piece", "whole", "other"],
)
def test_words_that_are_not_where_the_file_says_are_refused(
    text: str, says: str, case: Case, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    root = case("They saw the label before they saw me.", film="said")
    (root / "made.srt").write_text(text)
    code = ourwords(root, "transcribe", "amara", "--import", str(root / "made.srt"))
    told = capsys.readouterr().err
    assert code == (65 if says else 0), told
    assert re.search(says, told, re.DOTALL), told
    assert (root / "transcripts" / "amara.json").exists() == (not says)


@pytest.mark.slow
@pytest.mark.needs("base weights")
def test_times_of_paragraphs_are_placed_by_the_sound_and_an_edit_makes_an_import(
    case: Case,
    ourwords: Callable[..., int],
    matched: Callable[[Path], list[dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = case("They saw the label before they saw me.", film="said")
    (root / "made.docx").write_bytes(b"")
    paragraphs = ["Amara  0:00", *(said for _, _, said in LINES)]
    document = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(root / "made.docx", "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}">{document}</w:document>')
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "made.docx")) == 0
    assert "its words were placed by the sound: 7" in capsys.readouterr().err
    [one] = matched(root)
    assert one["state"] == "matched"
    assert float(one["spans"][0]["start"]) == pytest.approx(20.4, abs=0.3)

    file = root / "transcripts" / "amara.json"
    file.unlink()
    assert ourwords(root, "transcribe") == 0
    file.write_text(file.read_text().replace('"label"', '"table"'))
    assert ourwords(root, "transcribe") == 0, "an edit stands"
    assert '"table"' in file.read_text()
    toml = root / "production.toml"
    toml.write_text(toml.read_text() + '[transcribe]\nglossary = ["Pargeter"]\n')
    assert ourwords(root, "transcribe") == 65
    told = capsys.readouterr().err
    assert "was edited by hand" in told
    assert ourwords(root, "transcribe", "amara", "--import", str(file)) == 0
    assert '"table"' in file.read_text()
