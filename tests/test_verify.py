"""`verify`: a cut that was tampered with is caught each time, by listening; ten clean builds raise no alarm.

The tamperers here are thorough: they write the new film's hash into the manifest too.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.adapters.ffmpeg.process import ffmpeg
from tests.conftest import SAMPLE

pytestmark = pytest.mark.slow

HZ = 48_000
QUOTES = ["q03", "q05", "q06", "q11"]

Sound = npt.NDArray[np.float32]
Command = Callable[..., int]


def small(
    folder: Path, quotes: list[str], *, rate: str = "25", profile: str = "bbc", pause: bool = True
) -> Path:
    """The sample with one scene of a few quotes, small and quick to encode; transcripts and alignments are
    there.
    """
    text = (SAMPLE / "production.toml").read_text()
    head, rest = text.split("[[card]]", 1)
    head = (
        head.replace('"1280x720"', '"320x180"')
        .replace('rate = "25"', f'rate = "{rate}"\nquality = "draft"')
        .replace('"bbc"', f'"{profile}"')
    )
    scene = f'[[scene]]\ntitle = "A scene"\nseconds = 1.0\nquotes = {json.dumps(quotes)}\n'
    if pause:
        scene += (
            f'[[scene.reflection]]\nafter = "{quotes[0]}"\nprompt = "What did you hear?"\nseconds = 3.0\n'
        )
    (folder / "production.toml").write_text(
        head + scene + rest[rest.index("# Names that are not ours") :].join(["\n", ""])
    )
    return folder


@pytest.fixture(scope="module")
def built(sample_film: Path, tmp_path_factory: pytest.TempPathFactory, ourwords: Command) -> Path:
    folder = tmp_path_factory.mktemp("verify") / "film"
    shutil.copytree(sample_film, folder, ignore=shutil.ignore_patterns("cut*", "captions"))
    assert ourwords(small(folder, QUOTES), "build-cut") == 0
    return folder


@pytest.fixture
def film(built: Path, tmp_path: Path) -> Path:
    """The small film again, to be tampered with."""
    return Path(shutil.copytree(built, tmp_path / "film"))


def findings(folder: Path) -> list[dict[str, str]]:
    return list(json.loads((folder / "build" / "verify.json").read_bytes())["findings"])


def rules(folder: Path, severity: str = "error") -> set[str]:
    return {one["rule"] for one in findings(folder) if one["severity"] == severity}


def shots(folder: Path, quote: str) -> Iterator[tuple[int, int]]:
    """First and last sample of each of a quote's shots in the film."""
    for shot in json.loads((folder / "build" / "manifest.json").read_bytes())["shots"]:
        if shot["quote"] == quote:
            yield shot["at"] * HZ // 25, (shot["at"] + shot["frames"]) * HZ // 25


def sound_of(path: Path) -> Sound:
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-ac",
        "2",
        "-ar",
        str(HZ),
        "-f",
        "f32le",
        "-",
    ]
    return (
        np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)
        .reshape(-1, 2)
        .copy()
    )


def put_sound(folder: Path, sound: Sound) -> None:
    """The film with another sound under the same pictures, and a manifest that says that this is right."""
    path, room = folder / "build" / "cut.mp4", folder
    (room / "raw.f32").write_bytes(sound.astype("<f4").tobytes())
    made = room / "tampered.mp4"
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-y",
        "-i",
        str(path),
        "-f",
        "f32le",
        "-ar",
        str(HZ),
        "-ac",
        "2",
        "-i",
        str(room / "raw.f32"),
    ]
    subprocess.run(
        [*command, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-b:a", "160k", str(made)],
        check=True,
    )
    path.unlink()
    made.rename(path)
    forge(folder)


def forge(folder: Path) -> None:
    manifest = folder / "build" / "manifest.json"
    record: dict[str, Any] = json.loads(manifest.read_bytes())
    for entry in record["files"]:
        entry["sha256"] = sha256((folder / "build" / entry["path"]).read_bytes()).hexdigest()
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(record))


def test_a_clean_film_passes_and_the_pages_say_so(built: Path, ourwords: Command) -> None:
    assert ourwords(built, "verify") == 0
    assert not rules(built)
    assert "0 errors, 0 warnings." in (built / "build" / "verify.html").read_text()


def test_a_second_of_unapproved_speech_spliced_in_is_caught(film: Path, ourwords: Command) -> None:
    sound, other = sound_of(film / "build" / "cut.mp4"), sound_of(film / "footage" / "amara.mp4")
    start, _ = next(shots(film, "q05"))
    sound[start + HZ // 2 : start + 3 * HZ // 2] = other[30 * HZ : 31 * HZ]
    put_sound(film, sound)
    assert ourwords(film, "verify") == 1
    assert "other-sound" in rules(film)
    assert rules(film) & {"other-words", "missing-words", "extra-words"}, "the words were not missed"
    assert all("q05" in one["where"] for one in findings(film) if one["severity"] == "error")


def test_speech_over_a_card_is_caught(film: Path, ourwords: Command) -> None:
    sound, other = sound_of(film / "build" / "cut.mp4"), sound_of(film / "footage" / "amara.mp4")
    _, end = next(shots(film, "q03"))  # the reflection break comes right after it
    sound[end + HZ : end + 2 * HZ] = other[30 * HZ : 31 * HZ] / 4
    put_sound(film, sound)
    assert ourwords(film, "verify") == 1
    assert rules(film) == {"not-approved"}


def test_a_not_removed_is_caught_by_the_words_alone(film: Path, ourwords: Command) -> None:
    """ "I'm not engaging" becomes "I'm engaging": the rest moves up, and the shot stays as long as it was."""
    sound = sound_of(film / "build" / "cut.mp4")
    start, end = next(shots(film, "q03"))
    said = json.loads((SAMPLE / "truth" / "dev.words.json").read_bytes())
    shot = next(
        s for s in json.loads((film / "build" / "manifest.json").read_bytes())["shots"] if s["quote"] == "q03"
    )
    word = next(
        w
        for w in said
        if w["word"] == "not" and float(shot["source_in"]) < w["start"] < float(shot["source_out"])
    )
    low, high = (start + round((w - float(shot["source_in"])) * HZ) for w in (word["start"], word["end"]))
    sound[low : end - (high - low)] = sound[high:end].copy()
    sound[end - (high - low) : end] = 0
    put_sound(film, sound)
    assert ourwords(film, "verify") == 1
    assert "other-sound" in rules(film)
    assert any(
        "not" in one["what"] and "negation" in one["what"]
        for one in findings(film)
        if one["severity"] == "error"
    )


def test_two_quotes_swapped_are_caught_though_their_words_are_the_same(film: Path, ourwords: Command) -> None:
    sound = sound_of(film / "build" / "cut.mp4")
    (one, one_end), (two, two_end) = next(shots(film, "q05")), next(shots(film, "q06"))
    length = min(one_end - one, two_end - two)
    sound[one : one + length], sound[two : two + length] = (
        sound[two : two + length].copy(),
        sound[one : one + length].copy(),
    )
    put_sound(film, sound)
    assert ourwords(film, "verify") == 1
    assert {one["where"].split()[1] for one in findings(film) if one["rule"] == "other-sound"} == {
        "q05",
        "q06",
    }


def test_a_name_that_was_hidden_is_caught_when_it_is_put_back(film: Path, ourwords: Command) -> None:
    sound, other = sound_of(film / "build" / "cut.mp4"), sound_of(film / "footage" / "amara.mp4")
    shot = next(
        s for s in json.loads((film / "build" / "manifest.json").read_bytes())["shots"] if s["quote"] == "q11"
    )
    start, end = next(shots(film, "q11"))
    at = round(float(shot["source_in"]) * HZ)
    sound[start:end] = other[at : at + end - start]
    put_sound(film, sound)
    assert ourwords(film, "verify") == 1
    assert "name-heard" in rules(film)


def test_a_part_replaced_is_caught(film: Path, ourwords: Command) -> None:
    """Somebody else's picture under a quote's sound, joined as the pipeline joins."""
    from fractions import Fraction

    from pipeline.adapters.ffmpeg.commands import join_pictures

    record = json.loads((film / "build" / "manifest.json").read_bytes())["shots"]
    pictures = [parts_of(film)[number] for number in range(1, len(record) + 1)]
    one, two = (
        next(n for n, shot in enumerate(record) if shot["quote"] == quote) for quote in ("q05", "q06")
    )
    other = film / "other.mp4"
    copy = [
        ffmpeg(),
        "-v",
        "error",
        "-i",
        str(pictures[two]),
        "-c",
        "copy",
        "-frames:v",
        str(record[one]["frames"]),
        "-video_track_timescale",
        "12800",
    ]
    subprocess.run([*copy, str(other)], check=True)
    pictures[one] = other
    join_pictures(
        [(path, shot["frames"]) for path, shot in zip(pictures, record, strict=True)],
        Fraction(25),
        film / "joined.mp4",
    )
    path = film / "build" / "cut.mp4"
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-i",
        str(film / "joined.mp4"),
        "-i",
        str(path),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
        str(film / "new.mp4"),
    ]
    subprocess.run(command, check=True)
    path.unlink()
    (film / "new.mp4").rename(path)
    forge(film)
    assert ourwords(film, "verify") == 1
    errors = [found for found in findings(film) if found["severity"] == "error"]
    assert [found["where"].split()[-1] for found in errors if found["rule"] == "other-picture"] == [
        str(one + 1)
    ]
    assert {found["rule"] for found in errors} == {"other-picture", "burnt-text", "contrast"}, (
        "and the caption is not there"
    )
    assert len({found["where"].split()[0] for found in errors}) == 1, "all in that shot"


def test_a_part_that_rotted_on_the_shelf_is_caught(film: Path, ourwords: Command) -> None:
    """A film made from it would be wrong, though it is as long as it was."""
    part = parts_of(film)[2]
    part.chmod(0o600)
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 0xFF
    part.write_bytes(data)
    assert ourwords(film, "verify") == 1
    assert "part-changed" in rules(film)


def parts_of(folder: Path) -> dict[int, Path]:
    """The picture of each shot of the small film on the shelf, by the shot's number."""
    found = {}
    for record in (folder / "build" / ".store" / "objects").glob("*/*/made.json"):
        made = json.loads(record.read_bytes())
        number = re.fullmatch(r"shot (\d+), .*", made["name"])
        if number and made["components"]["picture size"] == [320, 180]:
            captioned = record.parent / "captioned.mp4"
            found[int(number[1])] = captioned if captioned.is_file() else record.parent / "clean.mp4"
    return found


def test_a_file_that_was_touched_is_named(film: Path, ourwords: Command) -> None:
    captions = film / "build" / "captions" / "cut.en-GB.srt"
    text = captions.read_text()
    captions.write_text(text.replace("label", "table"))
    assert ourwords(film, "verify") == 1
    assert [(one["rule"], one["where"]) for one in findings(film) if one["severity"] == "error"] == [
        ("file-changed", "captions/cut.en-GB.srt")
    ]


def test_lists_that_changed_since_are_told_and_no_more(film: Path, ourwords: Command) -> None:
    path = film / "production.toml"
    path.write_text(path.read_text().replace("What did you hear?", "What did you see?"))
    assert ourwords(film, "verify") == 1
    assert rules(film) == {"out-of-date"}


def test_without_a_film_there_is_nothing_to_verify(
    film: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(film / "build")
    assert ourwords(film, "verify") == 1
    assert "ourwords build-cut" in capsys.readouterr().err


@pytest.mark.parametrize("seed", range(10))
def test_ten_clean_builds_raise_no_alarm(seed: int, built: Path, tmp_path: Path, ourwords: Command) -> None:
    chance = random.Random(seed)
    quotes = chance.sample(
        ["q01", "q02", "q03", "q04", "q05", "q06", "q08", "q09", "q11", "q12", "q13", "q14", "q15"], 2
    )
    rate, profile = chance.choice(["25", "30000/1001", "24", "50"]), chance.choice(["bbc", "plain"])
    folder = small(
        Path(shutil.copytree(built, tmp_path / "film")),
        quotes,
        rate=rate,
        profile=profile,
        pause=chance.random() < 0.5,
    )
    assert ourwords(folder, "build-cut") == 0
    assert ourwords(folder, "verify") == 0, findings(folder)
