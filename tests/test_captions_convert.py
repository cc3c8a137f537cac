"""`ourwords captions convert`: any format that is read to any that is written, and what is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.captions.formats import CODECS, read, written
from tests.conftest import SAMPLE

Ourwords = Callable[..., int]

VTT = """WEBVTT
Language: en

NOTE by hand

intro
00:01.000 --> 00:04.005 align:left line:0
<v Ann><i>They</i> saw the label, &lt;and
then</v> <c.cyan>they saw me.</c>

00:05.000 --> 00:07.000
<c.sound>door slams</c>
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.vtt"
    path.write_text(VTT, encoding="utf-8")
    return path


def lost(ourwords: Ourwords, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert ourwords(Path(), "captions", "convert", *arguments, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["cues"] == 2
    return {one["what"]: (one["count"], one["now"]) for one in document["lost"]}


@pytest.mark.parametrize("kind", written())
def test_what_is_lost_is_listed(
    kind: str, file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    new = f"b.{CODECS[kind].endings[0]}"
    found = lost(ourwords, capsys, "a.vtt", new)
    if kind == "vtt":
        assert found == {}
        assert Path(new).read_bytes() == file.read_bytes()
        return
    assert {"notes", "ids", "italics"} <= set(found)
    assert ("speakers" in found) is ("speaker" not in CODECS[kind].holds)
    assert ("colours" in found) is ("colour" not in CODECS[kind].holds)
    assert found["positions"] == (1, "")
    assert ("sounds and music marked as such" in found) is ("kind" not in CODECS[kind].holds)
    assert ("languages" in found) is (kind not in ("ttml", "imsc"))
    assert ("times" in found) is (kind in ("ass", "scc"))
    assert ("signs" in found) is (kind == "srt")
    back = read(new, Path(new).read_bytes())
    assert [len(cue.text) for cue in back.cues] == [len("They saw the label, <and then they saw me."), 10]


def test_a_name_says_the_language(file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]) -> None:
    assert "languages" not in lost(ourwords, capsys, "a.vtt", "b.en.srt")


def test_a_language_that_nobody_said_is_not_made_up(file: Path, ourwords: Ourwords) -> None:
    Path("a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nDzień dobry.\n")
    for arguments, says in (((), 'xml:lang=""'), (("--language", "pl", "--force"), 'xml:lang="pl"')):
        assert ourwords(Path(), "captions", "convert", "a.srt", "b.ttml", *arguments) == 0
        assert says in Path("b.ttml").read_text()


def test_what_is_lost_is_told_to_people_on_standard_error(
    file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(Path(), "captions", "convert", "a.vtt", "b.srt") == 0
    said = capsys.readouterr()
    assert said.out == "b.srt: 2 cues, vtt to srt\n"
    assert "lost: italics (1)\n" in said.err
    assert (
        "lost: signs (1): “They saw the label, <and then they saw m” reads “They saw the label, ‹and"
        in said.err
    )


def test_what_a_file_is_is_read_in_it(
    file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    file.rename("a.txt")
    assert ourwords(Path(), "captions", "convert", "a.txt", "b.out", "--to", "SRT") == 0
    assert Path("b.out").read_bytes().startswith(b"1\n00:00:01,000 --> 00:00:04,005\n")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("a.vtt", "b.stl"), 2, "EBU STL is read and not written"),
        (("a.vtt", "b.doc"), 2, '"b.doc" names no caption format'),
        (("a.vtt", "b.srt", "--to", "word"), 2, '"word" names no caption format'),
        (("a.vtt", "there.srt"), 2, "--force"),
        (("a.vtt", "a.vtt", "--force"), 2, "is the file itself"),
        (("a.vtt", "folder", "--to", "srt"), 2, "is a folder"),
        (("none.vtt", "b.srt"), 65, "cannot be read"),
        (("no.vtt", "b.srt"), 65, "holds no captions"),
        (("picture.png", "b.srt"), 65, "is no subtitle file that is known"),
        (("a.vtt", "film/build/captions/b.srt"), 2, "lies in build/"),
        (("letters.srt", "b.scc"), 65, "CEA-608"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    arguments: tuple[str, ...],
    code: int,
    says: str,
    file: Path,
    ourwords: Ourwords,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("there.srt").write_text("mine")
    Path("no.vtt").write_text("WEBVTT\n\nNOTE nothing yet\n")
    Path("picture.png").write_bytes(b"\x89PNG and so on")
    Path("letters.srt").write_text("1\n00:00:01,000 --> 00:00:04,000\nDŵr\n", encoding="utf-8")
    Path("film/build/captions").mkdir(parents=True)
    Path("film/production.toml").write_text((SAMPLE / "production.toml").read_text())
    Path("folder").mkdir()
    before = {path: path.is_file() and path.read_bytes() for path in Path().rglob("*")}
    assert ourwords(Path(), "captions", "convert", *arguments) == code
    said = capsys.readouterr().err
    assert says in said and "→" in said
    assert {path: path.is_file() and path.read_bytes() for path in Path().rglob("*")} == before


def test_force_writes_over(file: Path, ourwords: Ourwords) -> None:
    Path("there.srt").write_text("mine")
    assert ourwords(Path(), "captions", "convert", "a.vtt", "there.srt", "--force") == 0
    assert Path("there.srt").read_text().startswith("1\n")


def test_cues_that_stand_at_once_stay_so_where_the_format_has_it(file: Path, ourwords: Ourwords) -> None:
    text = "1\n00:00:02,000 --> 00:00:05,000\nbb\n\n2\n00:00:01,000 --> 00:00:04,000\naa\n"
    Path("twice.srt").write_text(text)
    assert ourwords(Path(), "captions", "convert", "twice.srt", "b.ttml") == 0
    assert [
        (float(cue.span.start), float(cue.span.end), cue.text)
        for cue in read("b.ttml", Path("b.ttml").read_bytes()).cues
    ] == [(1, 4, "aa"), (2, 5, "bb")]


def test_cues_that_stand_at_once_are_shown_as_one_where_only_one_can_be(
    file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(20, 30, "aa"), (22, 26, "bb"), (40, 44, "cc")]
    Path("twice.srt").write_text(
        "\n".join(f"1\n00:00:{a},000 --> 00:00:{b},000\n{text}\n" for a, b, text in rows)
    )
    assert ourwords(Path(), "captions", "convert", "twice.srt", "b.scc") == 0
    assert "lost: cues at once (2)" in capsys.readouterr().err
    found = read("b.scc", Path("b.scc").read_bytes()).cues
    assert [(round(float(cue.span.start), 1), cue.text) for cue in found] == [
        (20.0, "aa"),
        (22.0, "aa bb"),
        (26.0, "aa"),
        (40.0, "cc"),
    ]


def test_a_file_in_build_is_not_fixed_there(
    file: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    there = Path("film/build/captions/a.vtt")
    there.parent.mkdir(parents=True)
    Path("film/production.toml").write_text((SAMPLE / "production.toml").read_text())
    there.write_text(VTT)
    assert ourwords(Path(), "captions", "fix", str(there)) == 2
    assert "lies in build/" in capsys.readouterr().err
    assert there.read_text() == VTT
