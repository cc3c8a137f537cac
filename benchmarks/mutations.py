"""Would a test notice? Constants of the verbs are changed one at a time, and the tests are run.

    python benchmarks/mutations.py [--only WORD] [--full] [--slow] [--json]

Each change below is made in a copy of the tree. The verb's own quick tests are run; with --full all quick
tests where those find nothing, and with --slow the slow ones that are named beside it. A change is found
where a test fails; the first that does is told. A new constant that decides something gets a line here.

Exit 1 where fewer than twenty are found by quick tests, or, with --full or --slow, one is found by none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
AIM = 20
"""Changes that quick tests must find."""

FAILED, NO_TESTS = 1, 5
"""Exit codes of pytest; others say that the tests could not be run."""


@dataclass(frozen=True)
class Change:
    """`old` stands once in a file of pipeline/ and becomes `new`; the verb's own tests, and slow ones."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    slow: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.old} → {self.new}"


def _of(file: str, tests: str, *pairs: tuple[str, str], slow: str = "") -> list[Change]:
    return [Change(file, *pair, tuple(tests.split()), tuple(slow.split())) for pair in pairs]


CHANGES = [
    *_of(
        "verification/speech.py",
        "verification/test_speech.py",
        ("MOSTLY = 0.5", "MOSTLY = 0.2"),
        ("TELLING = 0.01", "TELLING = 0.03"),
        slow="test_verify.py",
    ),
    *_of(
        "verification/audio.py",
        "verification/test_audio.py",
        ("SAME = 0.5", "SAME = 0.15"),
        ("AUDIBLE = -45.0", "AUDIBLE = -35.0"),
        ("HIDDEN = 0.6", "HIDDEN = 0.9"),
        ("SAMPLE_RATE // 10\n", "SAMPLE_RATE // 2\n"),
        slow="test_verify.py",
    ),
    *_of(
        "verification/pixels.py",
        "verification/test_pixels.py verification/test_burned_in.py",
        ("LEAST = 4.5", "LEAST = 3.0"),
        ("THROUGH = 0.02", "THROUGH = 0.05"),
        ("THERE = 0.5", "THERE = 0.2"),
        ("UNLIKE = 0.26", "UNLIKE = 0.5"),
        ("STRAY = 40", "STRAY = 80"),
        ("TINT = 120", "TINT = 200"),
        ("0.2126, 0.7152", "0.7152, 0.2126"),
        slow="test_screening.py",
    ),
    *_of(
        "verification/burned_in.py",
        "verification/test_burned_in.py",
        ("ALIKE = 0.8", "ALIKE = 0.5"),
        ("SMALLEST = 16", "SMALLEST = 8"),
        slow="test_screening.py",
    ),
    *_of(
        "verification/caption_sync.py",
        "verification/test_caption_sync.py",
        ("PAUSE = 0.25", "PAUSE = 0.75"),
        ("NEAR = 1.0", "NEAR = 4.0"),
        ("DISTINCT = 10.0", "DISTINCT = 0.1"),
        ("EXACT = 0.05", "EXACT = 0.3"),
        ("HEAVY = 3.0", "HEAVY = 2.0"),
        ("DOUBTFUL = 0.5", "DOUBTFUL = 0.9"),
        slow="test_verify.py",
    ),
    *_of(
        "verification/loudness_rules.py",
        "verification/test_loudness_rules.py",
        ("TOLERANCE, PEAK, SILENT = 0.5", "TOLERANCE, PEAK, SILENT = 1.0"),
        ("CLEARER, DEAD = 6.0", "CLEARER, DEAD = 12.0"),
    ),
    *_of(
        "verification/verify.py",
        "verification/test_verify.py",
        ('"error": 0, "warning": 1', '"error": 1, "warning": 0'),
        slow="test_verify.py",
    ),
    *_of(
        "captions/editing/diff.py",
        "captions/test_editing_diff.py captions/test_editing_apply.py",
        ("MOVED = Fraction(2)", "MOVED = Fraction(5)"),
        ("tolerance = 1 / self.rate / 2", "tolerance = 2 / self.rate"),
        ("* 2 > len(found)", "* 4 > len(found)"),
        slow="test_corrections.py",
    ),
    *_of(
        "adapters/ocr.py",
        "adapters/test_ocr.py",
        ("LETTER = 40", "LETTER = 12"),
        ("255 - picture", "picture"),
        slow="test_screening.py",
    ),
    *_of(
        "adapters/ffmpeg/colour.py",
        "adapters/test_colour.py",
        ("WHITE = 203.0", "WHITE = 100.0"),
        ("PEAK = 1000.0", "PEAK = 4000.0"),
        ("GAMMA = 2.4", "GAMMA = 2.2"),
        ("1.5 * most - 0.5", "1.2 * most - 0.2"),
        ("(0.290, 0.600)", "(0.300, 0.600)"),
        ("D65 = (0.3127, 0.3290)", "D65 = (0.3457, 0.3585)"),
        ("2523 / 4096 * 128", "2523 / 4096 * 64"),
        ("0.17883277, 0.28466892", "0.16883277, 0.28466892"),
        slow="adapters/test_conform.py test_any_footage.py",
    ),
    *_of(
        "matching/match.py",
        "matching/test_match.py",
        ("FOUND, PARTIAL = 0.5, 0.4", "FOUND, PARTIAL = 0.9, 0.4"),
        ("ROOM = Fraction(1, 5)", "ROOM = Fraction(1, 50)"),
        ("MISHEARD = 2", "MISHEARD = 0"),
    ),
    *_of(
        "matching/align.py",
        "matching/test_align.py matching/test_match.py",
        ("MARGIN = 0.12", "MARGIN = 0.01"),
    ),
    *_of(
        "matching/judge.py",
        "matching/test_judge.py",
        ("NEAR = Lead(-4.0, -10.0)", "NEAR = Lead(-8.0, -10.0)"),
        ("WEIGHTY = Lead(-2.0, -10.0)", "WEIGHTY = Lead(-6.0, -10.0)"),
        ("SUPPORT = 5.0", "SUPPORT = 0.0"),
        ("BEHIND = -12.0", "BEHIND = -20.0"),
        ("MOST = Fraction(2, 3)", "MOST = Fraction(1, 4)"),
    ),
    *_of(
        "matching/edit_points.py",
        "matching/test_edit_points.py",
        ("SURE = 0.6", "SURE = 0.2"),
        (
            "HANDLE_OUT = Fraction(15, 100), Fraction(70, 100)",
            "HANDLE_OUT = Fraction(15, 100), Fraction(20, 100)",
        ),
    ),
    *_of(
        "speech/transcribe.py",
        "speech/test_transcribe.py",
        ("SPEECH_SHARE = 0.25", "SPEECH_SHARE = 0.02"),
        ("LOOP = 3", "LOOP = 9"),
    ),
    *_of("speech/detect_sounds.py", "speech/test_detect_sounds.py", ("ABOVE = 15.0", "ABOVE = 40.0")),
    *_of("speech/silence.py", "speech/test_silence.py", ("BANG = 16.0", "BANG = 1e9")),
    *_of(
        "footage/audio_sync.py",
        "footage/test_audio_sync.py",
        ("MOST_DRIFT = 500e-6", "MOST_DRIFT = 20e-6"),
        slow="footage/test_audio_sync.py",
    ),
    *_of(
        "footage/denoise.py",
        "footage/test_hum.py",
        ("STANDS_OUT = 8.0", "STANDS_OUT = 1e6"),
        ("STEADY = 1.5", "STEADY = 9.0"),
        ("Gate(1.5,", "Gate(0.1,"),
        slow="footage/test_denoise.py",
    ),
    *_of(
        "footage/track_quality.py",
        "footage/test_track_quality.py",
        ("GATED = -80.0", "GATED = -120.0"),
        ("VOICE, ROOM = 95, 10", "VOICE, ROOM = 50, 10"),
    ),
    *_of("render/loudness.py", "render/test_loudness.py", ("MOST_GAIN = 24.0", "MOST_GAIN = 60.0")),
    *_of("render/room_tone.py", "render/test_room_tone.py", ("MOST = -54.0", "MOST = -34.0")),
    *_of(
        "render/audio_edit.py",
        "render/test_audio_edit.py",
        ("BLEEP_HZ, BLEEP_SHARE = 800, 0.35", "BLEEP_HZ, BLEEP_SHARE = 800, 0.05"),
    ),
    *_of("edit/plan.py", "edit/test_plan.py", ("Fraction(6, 100), Fraction(12", "Fraction(0), Fraction(12")),
    *_of("edit/change_list.py", "edit/test_change_list.py", ("RUN = 4", "RUN = 9")),
    *_of("captions/placement.py", "captions/test_placement.py", ("TOUCH = 0.02", "TOUCH = 0.3")),
    *_of("adapters/face_detector.py", "adapters/test_face_detector.py", ("SURE = 0.4", "SURE = 0.99")),
]


@dataclass(frozen=True)
class Found:
    change: str
    by: str
    """"its own quick tests", "another quick test", "slow tests", "no quick test" (slow ones were not tried),
    "no test of its own" (others were not tried) or "none".
    """
    test: str


def copied(folder: Path) -> Path:
    """The tree as it is now, under git, which some tests ask."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


_later = count(1)


@contextmanager
def changed(tree: Path, change: Change) -> Iterator[None]:
    """The tree with one change in it, and then without."""
    path = tree / "pipeline" / change.file
    before, stat = path.read_text(encoding="utf-8"), path.stat()
    if before.count(change.old) != 1:
        raise SystemExit(f"{change.file} has {change.old!r} {before.count(change.old)} times, not once")

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        later = int(stat.st_mtime) + next(_later)  # Python knows what it compiled by size and second
        os.utime(path, (later, later))

    write(before.replace(change.old, change.new))
    try:
        yield
    finally:
        write(before)


def run(tree: Path, tests: Sequence[str], wanted: str) -> tuple[int, str]:
    """pytest's exit code, and the first test that failed."""
    files = [f"tests/{name}" for name in tests if (tree / "tests" / name).is_file()]
    if tests and not files:
        return NO_TESTS, ""
    argv = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-m", wanted, "-rfE", "--tb=no"]
    done = subprocess.run([*argv, *files], cwd=tree, capture_output=True, text=True, encoding="utf-8")
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return done.returncode, failed[0].split(" ", 1)[1].partition(" - ")[0] if failed else ""


def tried(tree: Path, change: Change, *, full: bool, slow: bool) -> Found:
    turns = [("its own quick tests", change.tests, "not slow")]
    turns += [("another quick test", (), "not slow")] if full else []
    turns += [("slow tests", change.slow, "slow")] if slow and change.slow else []
    with changed(tree, change):
        for by, tests, wanted in turns:
            code, test = run(tree, tests, wanted)
            if code == FAILED:
                return Found(str(change), by, test)
            if code not in (0, NO_TESTS):
                raise SystemExit(f"{change}: pytest ended with {code} at {test or 'no test'}")
    untried = "no quick test" if change.slow and not slow else "" if full or slow else "no test of its own"
    return Found(str(change), untried or "none", "")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="WORD", help="changes with this in their file or text")
    parser.add_argument("--full", action="store_true", help="try all quick tests on what its own do not find")
    parser.add_argument("--slow", action="store_true", help="try slow tests on what quick ones do not find")
    parser.add_argument("--json", action="store_true", help="the results as JSON")
    asked = parser.parse_args()
    wanted = [change for change in CHANGES if asked.only in str(change)]
    found = []
    with TemporaryDirectory(prefix="ourwords-mutations-") as folder:
        tree = copied(Path(folder))
        own = dict.fromkeys(name for change in wanted for name in change.tests)
        code, test = run(tree, () if asked.full else tuple(own), "not slow")
        if code:
            raise SystemExit(f"the tests fail without any change: {test or code}")
        for change in wanted:
            found.append(tried(tree, change, full=asked.full, slow=asked.slow))
            if not asked.json:
                print(f"{found[-1].change:90} {found[-1].by:20} {found[-1].test}", flush=True)
    quick = sum(one.by.endswith(("quick tests", "another quick test")) for one in found)
    missed = [one.change for one in found if one.by == "none"]
    untried = sum(one.by == "no test of its own" for one in found)
    met = not missed and quick >= min(AIM, len(wanted) - untried)
    if asked.json:
        told = {"changes": [asdict(one) for one in found], "quick": quick, "missed": missed, "met": met}
        print(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        print(f"{quick} of {len(found)} are found by quick tests; by none: {len(missed)}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
