"""`verify --clips`: packs as they are made raise no alarm; one that was tampered with is refused.

The tamperers are thorough: they write the new file's hash into the record too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipeline
from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.delivery.clips.model import How
from pipeline.production.presets import load_clip_preset
from tests.test_verify import small

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

HZ = 48_000
QUOTE = "q05"
CLIP = "01-they-saw-the-label-before-they-saw"
Command = Callable[..., int]


@pytest.fixture(scope="module")
def built(sample_film: Path, tmp_path_factory: pytest.TempPathFactory, ourwords: Command) -> Path:
    """A small film with a pack as wide as it is and a tall one, of one quote each."""
    folder = tmp_path_factory.mktemp("clips") / "film"
    shutil.copytree(sample_film, folder, ignore=shutil.ignore_patterns("cut*", "captions"))
    assert ourwords(small(folder, [QUOTE], pause=False), "build-cut") == 0
    preset = load_clip_preset("workshop").model_copy(update={"question": "Why?", "question_seconds": 1.0})
    with pipeline.open(folder) as film:
        for name, shape in (("wide", "as-film"), ("tall", "9:16")):
            how = How(preset.model_copy(update={"shape": shape}), title="The label", name=name)
            film.clips(quotes=[QUOTE], how=how)
    return folder


@pytest.fixture
def film(built: Path, tmp_path: Path) -> Path:
    """The same again, to be tampered with."""
    return Path(shutil.copytree(built, tmp_path / "film"))


def found(folder: Path, pack: str) -> set[str]:
    """The rules of the errors of a pack."""
    record = json.loads((folder / "build" / "clips" / f"verify-{pack}.json").read_bytes())
    every = [*record["findings"], *(one for clip in record["clips"] for one in clip["findings"])]
    return {one["rule"] for one in every if one["severity"] == "error"}


def clip(folder: Path, pack: str, ending: str = "mp4") -> Path:
    (path,) = (folder / "build" / "clips" / pack).glob(f"01-*.{ending}")
    return path


def forge(folder: Path, path: Path) -> None:
    record = folder / "build" / ".store" / "released.json"
    kept = json.loads(record.read_bytes())
    name = path.relative_to(folder / "build").as_posix()
    kept["files"][name]["sha256"] = sha256(path.read_bytes()).hexdigest()
    record.chmod(0o600)
    record.write_text(json.dumps(kept))


def tampered(folder: Path, pack: str, *arguments: str, faststart: bool = True) -> None:
    """The clip run through ffmpeg once more, and the record with it."""
    path, made = clip(folder, pack), folder / "made.mp4"
    clean = ["-fflags", "+bitexact", "-bitexact", "-movflags", "+faststart" if faststart else "-faststart"]
    command = [ffmpeg(), "-v", "error", "-y", "-i", str(path), *arguments, *clean, str(made)]
    subprocess.run(command, check=True)
    path.unlink()
    made.rename(path)
    forge(folder, path)


X264 = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p")


def test_packs_as_they_are_made_pass(
    built: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(built, "verify", "--clips", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], len(told["packs"])) == (0, 2)
    seen = {one["rule"] for one in told["findings"]}
    assert {"loudness", "flash", "onset"} <= seen
    assert "0 errors" in (built / "build" / "clips" / "verify-wide.html").read_text(encoding="utf-8")
    (face,) = [one for one in told["findings"] if one["rule"] == "face"]
    assert face["where"].startswith("tall/")
    assert (
        face["measured"].split(" looks")[0].split(" of ")[0] == face["measured"].split(" of ")[1].split()[0]
    )


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("pack", "size"), [("wide", [320, 180]), ("tall", [180, 320])])
def test_a_clip_plays_from_the_disk(built: Path, page: Page, pack: str, size: list[int]) -> None:
    page.goto(clip(built, pack).as_uri())
    page.evaluate("() => { const v = document.querySelector('video'); v.muted = true; return v.play() }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.3")
    seen = "() => { const v = document.querySelector('video'); return [v.videoWidth, v.videoHeight] }"
    assert page.evaluate(seen) == size


def test_another_sound_a_louder_one_a_name_and_a_list_at_the_end_are_told_at_once(
    film: Path, ourwords: Command
) -> None:
    other = ["-ss", "30", "-t", "0.8", "-i", str(film / "footage" / "amara.mp4")]
    mixed = (
        "[0:a]volume=0:enable='between(t,0.6,1.4)'[quiet];[1:a]aformat=channel_layouts=stereo,"
        "adelay=600:all=1[said];[quiet][said]amix=2:normalize=0:duration=first,volume=2dB[a]"
    )
    how = [*other, "-filter_complex", mixed, "-map", "0:v", "-map", "[a]", "-c:v", "copy", "-c:a", "aac"]
    tampered(film, "wide", *how, "-metadata", "comment=Marta Quill", faststart=False)
    srt = clip(film, "wide", "srt")
    srt.write_text(srt.read_text(encoding="utf-8").replace("label", "table"), encoding="utf-8")
    assert ourwords(film, "verify", "--clips", "wide") == 1
    assert {"metadata", "faststart", "other-sound", "sidecar", "file-changed"} <= found(film, "wide")
    assert found(film, "wide") & {"other-words", "missing-words", "extra-words"}, "the words were not missed"
    assert ourwords(film, "verify", "--clips", "tall") == 0, "the other pack is as it was"


def test_two_lu_more_are_too_loud(film: Path, ourwords: Command) -> None:
    tampered(film, "wide", "-c:v", "copy", "-c:a", "aac", "-b:a", "192k", "-af", "volume=2dB")
    assert ourwords(film, "verify", "--clips", "wide") == 1
    assert found(film, "wide") == {"loudness"}


def test_a_frame_from_beyond_the_out_point_is_told(film: Path, ourwords: Command) -> None:
    longer = ["-vf", "tpad=stop=1:stop_mode=clone", *X264, "-c:a", "copy"]
    tampered(film, "wide", *longer)
    assert ourwords(film, "verify", "--clips", "wide") == 1
    assert found(film, "wide") == {"length"}


def test_captions_that_were_moved_out_of_the_safe_area_are_told(film: Path, ourwords: Command) -> None:
    """What is below the middle, pushed down by a tenth of the height."""
    down = "split[a][b];[b]crop=iw:ih/2-18:0:ih/2[low];[a][low]overlay=0:H/2+18"
    tampered(film, "wide", "-filter_complex", down, *X264, "-c:a", "copy")
    assert ourwords(film, "verify", "--clips", "wide") == 1
    assert {"other-picture", "burnt-text", "safe-area"} <= found(film, "wide")


@pytest.mark.needs("centerface weights")
def test_a_crop_that_cuts_the_face_is_told(film: Path, ourwords: Command) -> None:
    """A window of the same shape, that has half the face."""
    half = "crop=iw*0.6:ih*0.6:0:ih*0.4,scale=180:320"
    tampered(film, "tall", "-vf", half, *X264, "-c:a", "copy")
    assert ourwords(film, "verify", "--clips", "tall") == 1
    assert {"other-picture", "face-lost"} <= found(film, "tall")


def test_of_a_consent_that_has_run_out_nothing_is_left_and_no_page_is_written(
    film: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film / "consent.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2045-12-31", "2025-12-31"), encoding="utf-8")
    assert ourwords(film, "verify", "--clips") == 1
    told = capsys.readouterr().err
    assert "consent ran out on 2025-12-31" in told and "there are no clips to verify" in told
    assert not [path for path in (film / "build" / "clips").rglob("*") if path.is_file()]
    assert not list((film / "build" / ".store" / "clips").iterdir()), "nor how they were asked for"


def test_a_clip_that_may_not_be_shown_any_more_is_told_by_its_quote_and_not_by_its_words(
    film: Path, ourwords: Command
) -> None:
    """Whoever asks for the pack by another title keeps the page of the others when one withdraws."""
    preset = load_clip_preset("workshop")
    with pipeline.open(film) as opened:
        opened.clips(quotes=[QUOTE, "q15"], how=How(preset, title="Two", name="two"))
    path = film / "consent.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2045-12-31", "2025-12-31"), encoding="utf-8")
    assert ourwords(film, "verify", "--clips", "two") == 1
    record = json.loads((film / "build" / "clips" / "verify-two.json").read_bytes())
    assert [one["name"] for one in record["clips"]] == [QUOTE, "02-put-the-kettle-on"]
    assert found(film, "two") == {"refused"}
    written = list((film / "build" / "clips").rglob("verify-two.*"))
    assert written and not any(b"saw the label" in path.read_bytes() for path in written)


def test_whose_words_a_pack_is_called_by_takes_it_along(film: Path, ourwords: Command) -> None:
    """Though the pack plays another's words, without a card, and the film plays theirs."""
    with pipeline.open(film) as opened:
        title = "They saw the label before they saw me"
        opened.clips(quotes=["q15"], how=How(load_clip_preset("workshop"), title=title))
        opened.clips(quotes=["q15"], how=How(load_clip_preset("workshop"), title="Ours"))
        opened.clips(quotes=["q05", "q15"], how=How(load_clip_preset("workshop")))
        opened.clips(quotes=["q05", "q15"], how=How(load_clip_preset("workshop"), title="Both"))
    path = film / "consent.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2045-12-31", "2025-12-31"), encoding="utf-8")
    assert ourwords(film, "verify", "--clips", "ours") == 0
    left = {one.relative_to(film / "build" / "clips").as_posix() for one in film.rglob("build/clips/*/*.mp4")}
    assert left == {"ours/01-ours.mp4", "both/02-put-the-kettle-on.mp4"}


def test_how_a_quote_begins_is_theirs_though_it_is_short(film: Path, ourwords: Command) -> None:
    with pipeline.open(film) as opened:
        made = opened.clips(quotes=["q12", "q15"], how=How(load_clip_preset("workshop")))
    assert Path(made.folder).name == "he-was-on-nights-and-1-more"
    path = film / "consent.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("name,2025-03-11,,,", "name,2025-03-11,,2026-01-05,"),
        encoding="utf-8",
    )
    assert ourwords(film, "verify", "--clips", "wide") == 0
    assert not list(film.rglob("he-was-on-nights*/*"))


def test_where_the_approved_words_are_others_nothing_is_left_to_verify(
    film: Path, ourwords: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = film / "quotes.csv"
    text = lists.read_text(encoding="utf-8")
    lists.write_text(text.replace("before they saw me.,label", "before they saw [the rest of] me.,label", 1))
    assert ourwords(film, "verify", "--clips", "wide") == 1
    told = capsys.readouterr().err
    assert "q05: its approved words are others now" in told and "there are no clips to verify" in told


def test_a_pack_that_would_be_another_today_is_told(film: Path, ourwords: Command) -> None:
    spec = film / "production.toml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace('profile = "bbc"', 'profile = "plain"'), encoding="utf-8")
    assert ourwords(film, "verify", "--clips", "wide") == 1
    assert "out-of-date" in found(film, "wide")


def test_a_file_that_nobody_made_here_is_told(film: Path, ourwords: Command) -> None:
    (film / "build" / "clips" / "wide" / "notes.docx").write_bytes(b"who said what")
    assert ourwords(film, "verify", "--clips", "wide", "--strict") == 1
    assert found(film, "wide") == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--clips", "none-such"], "there are: tall, wide"),
        (["wide"], "ourwords verify --clips wide"),
        (["--clips", "--film", "x.mp4"], "leave one of --clips and --film out"),
    ],
)
def test_what_cannot_be_meant_is_told(
    built: Path, ourwords: Command, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], told: str
) -> None:
    assert ourwords(built, "verify", *arguments) not in (0, 1)
    assert told in capsys.readouterr().err
