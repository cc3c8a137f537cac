"""The benchmarks run, in a small form, and meet their aims; figures are taken by hand, on a quiet machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "sync",
        "boundaries",
        "matching",
        "angles",
        "asr",
        "startup",
        "build",
        "rebuild",
        "clips",
        "growth",
        "segmentation",
        "caption_formats",
        "caption_writers",
        "same_film",
        "house",
        "mutations",
        "cluster",
        "verify",
        "copies",
        "framing",
        "planted",
        "player",
    ],
)
def test_every_benchmark_says_how_it_is_run(name: str) -> None:
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


@pytest.mark.slow
def test_planted_faults_are_told_of_and_a_missed_one_is_seen(tmp_path: Path) -> None:
    clean = "1\n00:00:02,000 --> 00:00:05,000\nThe nurse was kind to me.\n"
    faults = {"00-clean": clean, "19-double-space": clean.replace("The ", "The  "), "35-mojibake": clean}

    def run() -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "benchmarks/planted.py", str(tmp_path), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout)

    for name, text in faults.items():
        (tmp_path / f"{name}.srt").write_text(text)
    code, told = run()
    assert (code, {fault for fault, _ in told["missed"]}) == (1, {"mojibake"})
    (tmp_path / "35-mojibake.srt").write_text(clean.replace("kind", "kÃ©nd"))
    code, told = run()
    assert (code, told["missed"], set(told["planted"]["double-space"].values())) == (0, [], {"+"})


@pytest.mark.slow
def test_copies_are_known_and_nothing_else_is() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/copies.py", "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["met"] and len(told["copies"]) >= 12 and len(told["others"]) >= 3


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_the_player_is_measured() -> None:
    """Its weight; how long it takes on a machine that does other things is judged by hand."""
    done = subprocess.run(
        [sys.executable, "benchmarks/player.py", "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    weight, _ = json.loads(done.stdout)["aims"]
    assert weight["met"], done.stdout + done.stderr
    assert done.returncode in (0, 1)


@pytest.mark.slow
def test_angles_meet_their_aims() -> None:
    """One that is laid and one that is refused; the others by hand."""
    for some in ("twenty seconds", "another conversation, short"):
        done = subprocess.run(
            [sys.executable, "benchmarks/angles.py", "--quick", "--json", "--only", some],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["met"]
        assert len(json.loads(done.stdout)["cases"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "holds"),
    [("build", "builds"), ("rebuild", "edges"), ("growth", "slopes"), ("cluster", "builds")],
)
def test_the_renderers_benchmarks_run_in_a_small_form(name: str, holds: str) -> None:
    """Small pictures on a machine that does other things: what they cost is told, and judged by hand."""
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)[holds]


@pytest.mark.slow
def test_clips_are_held_against_ffmpegs() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/clips.py", "--quick", "--json"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert {"beside", "without", "ffmpeg"} <= told["clips"].keys()
    assert done.returncode == (1 if told["not_taken"] else 0), done.stdout + done.stderr


def test_clips_that_are_late_or_too_large_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import clips
    from _film import Cost

    def missed(**changes: clips.Made) -> list[str]:
        sizes = (4_000_000, 6_000_000)
        found = {
            "the film": clips.Made(Cost(100, 60, 400), ()),
            "beside": clips.Made(Cost(1.9, 2, 150), sizes),
            "ffmpeg": clips.Made(Cost(90, 50, 150), sizes),
            "without": clips.Made(Cost(100, 49, 400), sizes),
            "limited": clips.Made(Cost(50, 25, 400), (2_400_000, 2_500_000)),
        }
        return [aim.what.split(",")[0] for aim in clips.judged(found | changes) if not aim.met]

    assert missed() == []
    assert missed(beside=clips.Made(Cost(2.1, 51, 150), (4_000_000, 6_000_000))) == [
        "P8 beside the film",
        "beside",
    ]
    assert missed(limited=clips.Made(Cost(50, 25, 400), (2_400_000, 2_500_001))) == [
        "largest file under a limit"
    ]


@pytest.mark.slow
def test_a_figure_that_is_not_taken_is_told_and_fails_the_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/asr.py", "--quick", "--media", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"NOT TAKEN: ami_ES2003a_first30s (not in {tmp_path})" in done.stdout
    assert ("P7 (openai-whisper is not in .venv-whisper" in done.stdout) is not (
        ROOT / ".venv-whisper/ready"
    ).is_file()


def test_what_grows_is_told_by_its_slope_and_fails_where_it_grows_too_much(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import growth
    from _film import Cost

    def films(hour: float, memory: float = 0.0) -> list[growth.Grown]:
        """Films whose first build takes a second for each quote and two for each hour, and a changed card so
        much for each hour.
        """
        return [
            growth.Grown(
                quotes,
                minutes,
                Cost(quotes + minutes / 30, 0, 200),
                Cost(5 + hour * minutes / 60, 0, 200 + memory * minutes),
            )
            for quotes in (3, 30)
            for minutes in (2.0, 60.0, 300.0)
        ]

    assert growth.slopes(films(0.1), [one.first.cpu for one in films(0.1)]) == pytest.approx((2, 1))
    assert growth.tell(films(0.1), as_json=False) == 0
    assert "0.100" in capsys.readouterr().out
    assert growth.tell(films(0.5), as_json=False) == 1
    assert growth.tell(films(0.1, memory=1.0), as_json=False) == 1
    assert "MISSED" in capsys.readouterr().out
    long = growth.Grown(30, 1200.0, Cost(70, 0, 200), Cost(9, 0, 400))
    assert growth.tell([*films(0.1), long], as_json=False) == 0, "twenty hours are told, and not judged"
    assert "1200" in capsys.readouterr().out
    assert growth.tell([long], as_json=False) == 0


def test_a_row_of_builds_is_held_against_its_aims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import build
    from _film import Cost

    def met(row: build.Row, *costs: dict[str, Cost]) -> list[bool]:
        return [aim.met for aim in build.judged(row, dict(zip(row.quotes, costs, strict=True)))]

    floor, cheap, dear = Cost(100, 60, 150), Cost(109, 60, 400), Cost(111, 60, 400)
    assert met(build.FULL["p1-5s"], {"ours": cheap, "floor": floor}) == [True]
    assert met(build.FULL["p1-5s"], {"ours": dear, "floor": floor}) == [False]
    assert met(build.FULL["p1-15s"], {"ours": cheap, "floor": floor}) == [False]
    assert met(build.FULL["p2"], {"ours": cheap, "moviepy": Cost(219, 200, 2500)}) == [True, True]
    assert met(build.FULL["p2"], {"ours": cheap, "moviepy": Cost(217, 200, 2300)}) == [False, False]
    few, many = {"ours": Cost(70, 0, 400)}, {"ours": Cost(700, 0, 600)}
    assert met(build.FULL["quotes"], few, {"ours": Cost(200, 0, 400)}, many) == [False, True]
    assert build.judged(build.QUICK["quick"], {3: {"ours": dear, "floor": floor}}) == []


@pytest.mark.slow
def test_sync_meets_its_aims() -> None:
    """Three quotes of each camera: with its first frame, with its last, and one of the kinds between."""
    asked = ["--shots", "30", "--seconds", "1.2", "--json"]
    done = subprocess.run(
        [sys.executable, "benchmarks/sync.py", *asked], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert all(aim["met"] for aim in found["aims"])
    assert Counter(shot["source"] for shot in found["shots"]) == dict.fromkeys(found["calibration_ms"], 3)
    assert {shot["kind"] for shot in found["shots"]} == {
        "first",
        "last",
        "on",
        "before",
        "after",
        "anywhere",
        "one",
    }


@pytest.mark.slow
def test_the_contact_sheet_is_made_by_its_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contact_sheet", tmp_path / "sheet.jpg"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert 50_000 < (tmp_path / "sheet.jpg").stat().st_size < 300_000
    assert 50_000 < (ROOT / "docs" / "pictures" / "difficult.jpg").stat().st_size < 300_000


def segmentation(*files: Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.segmentation", *map(str, files), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {"said": done.stderr}


@pytest.mark.slow
def test_segmentation_meets_its_aims_on_a_set_of_our_own_and_beats_the_others(tmp_path: Path) -> None:
    """Hand-segmented by the guidelines, by us: that it runs and holds, not how good we are. For that the
    script takes people's own.
    """
    code, found = segmentation(ROOT / "tests/data/segmented.txt")
    (file,) = found["files"]
    scores = {score["way"]: score for score in file["scores"]}
    assert code == 0 and found["met"]
    assert scores["people"]["sigma"] == 100 and scores["people"]["f1"] == 1
    assert scores["ours"]["sigma"] >= 86 and scores["ours"]["eol"] >= 0.6 and scores["ours"]["lines"] == 100
    assert scores["ours"]["sigma"] > max(scores["whisper"]["sigma"], scores["whisperx"]["sigma"]) + 10


@pytest.mark.slow
def test_segmentation_holds_what_it_has_reached_on_talks_of_our_own() -> None:
    """212 sentences as they are spoken from a stage, segmented by us before the program had seen them."""
    _, found = segmentation(ROOT / "tests/data/segmented_talks.txt")
    (file,) = found["files"]
    ours = {score["way"]: score for score in file["scores"]}["ours"]
    assert ours["sigma"] >= 89 and ours["eob"] >= 0.88 and ours["eol"] >= 0.56 and ours["lines"] == 100


@pytest.mark.slow
def test_segmentation_says_where_its_aims_are_missed_and_where_a_file_is_not_one(tmp_path: Path) -> None:
    odd, wrong = tmp_path / "odd.txt", tmp_path / "wrong.txt"
    odd.write_text("They put me on the <eob> ward and I <eol> was not told the <eob> reason. <eob>\n")
    wrong.write_text("They put me on the ward.\n")
    code, found = segmentation(odd)
    assert (code, found["met"]) == (1, False)
    assert segmentation(wrong)[0] == 1


def formats(folder: Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "benchmarks/caption_formats.py", folder, "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
def test_caption_files_go_through_every_format_and_others_read_them(tmp_path: Path) -> None:
    vtt = "WEBVTT\n\nNOTE by hand\n\n00:01.000 --> 00:02.505\n<i>aa</i> &lt;bb\n"
    (tmp_path / "a.vtt").write_text(vtt)
    (tmp_path / "b.srt").write_text("1\n00:00:01,000 --> 00:00:02,500\naa\nbb\n")
    (tmp_path / "c.srt").write_text("no captions at all")
    code, found = formats(tmp_path)
    rows = {row["format"]: row for row in found["to"]}
    assert (code, found["met"], found["files"]) == (1, False, 3), "SRT has no <, and that is half of so few"
    assert [(row["format"], row["files"], row["alike"]) for row in found["read"]] == [
        ("vtt", 1, 1),
        ("srt", 2, 1),
    ]
    assert {name: (row["kept"], row["listed"], row["unlisted"]) for name, row in rows.items()} == {
        "srt": (1, 1, 0)
    } | dict.fromkeys(("vtt", "ttml", "imsc", "ass", "scc"), (2, 0, 0))
    assert rows["srt"]["lost"] == {"notes": 1, "italics": 1, "signs": 1}
    (tmp_path / "a.vtt").write_text(vtt.replace("&lt;", ""))
    code, found = formats(tmp_path)
    assert (code, found["met"]) == (0, True)


@pytest.mark.slow
def test_no_caption_files_are_no_success(tmp_path: Path) -> None:
    code, found = formats(tmp_path)
    assert (code, found["met"]) == (1, False)


def test_sigma_is_bleu_over_its_upper_bound() -> None:
    """Figures of sacreBLEU 2.5 put into the published formula, for the same two texts."""
    from benchmarks.segmentation import f1, sigma, tokenized

    reference = ["They saw me, <eol> and I was not told. <eob> Nobody asked. <eob>".split()]
    other = ["They saw me, and <eol> I was not told. <eob> Nobody asked. <eob>".split()]
    assert sigma(reference, reference) == 100
    assert round(sigma(reference, other), 2) == 77.01
    assert f1(reference, other, ["<eob>"]) == 1 and f1(reference, other, ["<eol>"]) == 0
    assert tokenized("3.5%,") == ["3.5", "%", ","] and tokenized("don't.") == ["don't", "."]


def test_every_mutation_changes_one_place_and_names_tests_that_are_there() -> None:
    from benchmarks.mutations import CHANGES

    assert len({change.file for change in CHANGES}) >= 20
    for change in CHANGES:
        text = (ROOT / "pipeline" / change.file).read_text(encoding="utf-8")
        assert text.count(change.old) == 1 and change.old != change.new, str(change)
        for name in (*change.tests, *change.slow):
            assert (ROOT / "tests" / name).is_file(), name
