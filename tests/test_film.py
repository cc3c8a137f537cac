"""The sample production, from footage to film, judged by its truth files and by other programs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pysrt
import pytest
import webvtt

from pipeline.adapters.pyav.audio import read
from pipeline.adapters.pyav.probe import probe
from pipeline.core.time import SAMPLE_RATE
from tests.meter import by_pyloudnorm

pytestmark = pytest.mark.slow

Ourwords = Callable[..., int]
SAMPLE = Path(__file__).parent.parent / "assets" / "sample"


@pytest.fixture(scope="session")
def manifest(sample_film: Path) -> dict[str, Any]:
    return json.loads((sample_film / "build/manifest.json").read_text())


@pytest.fixture(scope="session")
def truth(sample_film: Path) -> dict[str, Any]:
    return {entry["id"]: entry for entry in json.loads((sample_film / "truth/quotes.json").read_text())}


@pytest.fixture(scope="session")
def film_sound(sample_film: Path, manifest: dict[str, Any]) -> np.ndarray:
    return sound_of(sample_film / "build/cut.mp4", manifest["film"]["frames"] * SAMPLE_RATE // 25)


def sound_of(file: Path, samples: int) -> np.ndarray:
    found = probe(file, "")
    return read(file, found, found.tracks[0], 0, samples)


def takes(manifest: dict[str, Any], quote: str | None = None) -> list[dict[str, Any]]:
    return [shot for shot in manifest["shots"] if shot["kind"] == "quote" and quote in (None, shot["quote"])]


QUOTES = ["q01", "q02", "q03", "q04", "q05", "q06", "q08", "q09", "q11", "q12", "q13", "q14", "q15"]
FILES = {"amara": "amara.mp4", "ben": "ben.mp4", "erin": "erin.mkv"}


@pytest.mark.parametrize("quote", QUOTES)
def test_every_quote_is_cut_where_it_was_said(
    quote: str, sample_film: Path, manifest: dict[str, Any], truth: dict[str, Any]
) -> None:
    """Both ends within 0.3 s of the truth, no approved word clipped and no neighbour's word in the shot."""
    entry = truth[quote]
    where = entry["candidates"][1] if quote == "q06" else entry  # q06 is pinned to Ben
    words = json.loads((sample_film / f"truth/{where['contributor']}.words.json").read_text())
    shots = takes(manifest, quote)
    for part in where["parts"]:
        mine = [
            shot
            for shot in shots
            if float(shot["source_in"]) < part["end"] - 0.1
            and float(shot["source_out"]) > part["start"] + 0.1
        ]  # where an "er" is heard as a word, or a false start is cut out, one part is several shots
        start, end = float(mine[0]["source_in"]), float(mine[-1]["source_out"])
        assert abs(start - part["start"]) < 0.3
        assert abs(end - part["end"]) < 0.7  # these voices trail off: the truth counts the whole tail
        inside = [
            word
            for word in words
            if word["start"] >= part["start"] - 0.001 and word["end"] <= part["end"] + 0.001
        ]
        assert start <= inside[0]["start"] + 0.09  # a recogniser's own error, which another processor moves
        assert end >= inside[-1]["start"] + 0.1
        before = max((word["end"] for word in words if word["end"] <= part["start"] + 0.001), default=0.0)
        after = min((word["start"] for word in words if word["start"] >= part["end"] - 0.001), default=1e9)
        assert start > before - 0.09  # a frame of picture, and the truth's own 50 ms
        assert end < after + 0.09


def test_the_quote_nobody_said_is_reported_and_stops_nothing(
    sample_film: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(sample_film, "match", "--json") == 0
    found = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)["quotes"]}
    assert found["q16"]["state"] == "not-found"
    assert found["q06"]["state"] == "matched" and found["q06"]["pinned"] and found["q06"]["source"] == "ben"
    report = (sample_film / "build/report.html").read_text()
    assert re.search("q16 is in no scene: it (is not said in|was not made out: )", report)


def test_both_films_hold_the_planned_frames_and_samples(sample_film: Path, manifest: dict[str, Any]) -> None:
    for name in ("cut.mp4", "cut.clean.mp4"):
        with av.open(str(sample_film / "build" / name)) as film:
            picture, sound = film.streams.video[0], film.streams.audio[0]
            times = sorted(
                packet.pts * packet.time_base for packet in film.demux(picture) if packet.pts is not None
            )
            assert times == [Fraction(frame, 25) for frame in range(manifest["film"]["frames"])]
            assert (picture.width, picture.height) == tuple(manifest["film"]["size"])
            assert (
                picture.codec_context.pix_fmt,
                picture.codec_context.colorspace,
                picture.codec_context.color_range,
            ) == ("yuv420p", 1, 1)
            assert abs(
                sound.duration * sound.time_base - Fraction(manifest["film"]["frames"], 25)
            ) < Fraction(1024, SAMPLE_RATE)
            assert (sample_film / "build" / name).read_bytes().find(
                b"moov"
            ) < 64  # starts before it is all there
            assert [chapter["metadata"]["title"] for chapter in film.chapters()][1] == "Before I walk in"


def test_captions_are_burnt_into_one_film_and_not_the_other(
    sample_film: Path, manifest: dict[str, Any]
) -> None:
    shot = takes(manifest, "q04")[0]
    at = (shot["at"] + 30) / 25
    burnt, clean = (frame_at(sample_film / "build" / name, at) for name in ("cut.mp4", "cut.clean.mp4"))
    band = slice(int(720 * 0.78), int(720 * 0.95)), slice(320, 960)
    black = (burnt[band] < 24).mean()
    assert black > 0.2 > (clean[band] < 24).mean()
    assert np.abs(burnt[:480].astype(int) - clean[:480]).mean() < 2  # the rest is the same picture


def frame_at(file: Path, seconds: float) -> np.ndarray:
    with av.open(str(file)) as film:
        film.seek(int(seconds * 1_000_000))
        for frame in film.decode(video=0):
            if frame.time >= seconds:
                return frame.to_ndarray(format="gray")
    raise AssertionError(seconds)


def test_erins_captions_keep_off_her_mouth(sample_film: Path, manifest: dict[str, Any]) -> None:
    track = webvtt.read(str(sample_film / "build/captions/cut.en-GB.vtt"))
    lines = (sample_film / "build/captions/cut.en-GB.vtt").read_text()
    assert len(track) == lines.count("-->")
    for cue in re.findall(r"--> \S+(.*)\n<v (.*?)>", lines):
        assert ("line:0" in cue[0]) == (cue[1] == "Erin")


def test_the_film_is_as_loud_as_asked(film_sound: np.ndarray, manifest: dict[str, Any]) -> None:
    assert abs(by_pyloudnorm(film_sound) - -18.0) <= 0.5
    spectrum = np.fft.rfft(film_sound[: SAMPLE_RATE * 60, 0])
    over = np.fft.irfft(np.concatenate([spectrum, np.zeros(3 * (len(spectrum) - 1))])) * 4
    assert 20 * np.log10(np.abs(over).max()) <= -1.0
    levels = [
        by_pyloudnorm(film_sound[s["at"] * 1920 : (s["at"] + s["frames"]) * 1920])
        for s in takes(manifest)
        if s["frames"] > 75  # some words may be soft
    ]
    assert max(levels) - min(levels) < 3  # Ben was recorded 10 LU below Amara


def test_what_is_said_in_the_film_is_what_was_approved(
    sample_film: Path, manifest: dict[str, Any], film_sound: np.ndarray
) -> None:
    """Transcribed again, shot by shot, the film holds the approved words and hardly any other."""
    from rapidfuzz.distance import LCSseq

    from pipeline.adapters.asr.faster_whisper import FasterWhisper
    from pipeline.adapters.asr.weights import fetch
    from pipeline.language.normalise import HESITATIONS, tokens

    recogniser = FasterWhisper(fetch("base"), "", 1)
    missed = extra = total = 0
    for shot in takes(manifest):
        window = film_sound[shot["at"] * 1920 : (shot["at"] + shot["frames"]) * 1920].mean(axis=1)
        quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
        speech = np.concatenate([quiet, window, quiet])[::3].astype(np.float32)
        _, segments = recogniser.hear(speech, "en", (), lambda _: None)
        heard = [t.form for t in tokens([w.text for s in segments for w in s]) if t.form not in HESITATIONS]
        approved = [t.form for t in tokens(re.sub(r"\[.*?\]", "", shot["text"]).split())]
        shared = LCSseq.similarity(heard, approved)
        missed, extra, total = (
            missed + len(approved) - shared,
            extra + len(heard) - shared,
            total + len(approved),
        )
    assert missed < 0.12 * total
    assert extra < 0.15 * total  # repeats and false starts that stay, and what the recogniser mishears


def test_names_are_hidden_in_the_sound_and_the_room_is_kept(
    sample_film: Path, manifest: dict[str, Any], film_sound: np.ndarray
) -> None:
    sources = {"amara": "footage/amara.mp4", "dev": "footage/dev.mov"}
    found = 0
    for name in json.loads((sample_film / "truth/bleeps.json").read_text()):
        file = sample_film / sources[name["contributor"]]
        media = probe(file, "")
        for shot in [s for s in takes(manifest) if s["quote"] in ("q11", "q12")]:
            start, end = float(shot["source_in"]), float(shot["source_out"])
            is_his = (shot["quote"] == "q12") == (name["contributor"] == "dev")
            if not (is_his and start < name["start"] < end):
                continue
            found += 1
            first, count = int(name["start"] * SAMPLE_RATE), int((name["end"] - name["start"]) * SAMPLE_RATE)
            said = read(file, media, media.tracks[0], first, count).mean(axis=1)
            at = shot["at"] * 1920 + first - int(start * SAMPLE_RATE)
            shown = film_sound[at : at + count].mean(axis=1)
            assert abs(np.corrcoef(said, shown)[0, 1]) < 0.1
            assert 20 * np.log10(np.sqrt((shown**2).mean())) > -50  # not a hole
    assert found == 3


PICTURE = re.compile(r"data:image/jpeg;base64,[\w+/=]+")
"""A picture in a page: any three letters stand in it somewhere."""


def texts_that_leave(build: Path) -> Iterator[tuple[str, str]]:
    for path in build.rglob("*"):
        if path.is_file() and ".store" not in path.parts and path.name != ".lock":
            text = path.read_bytes().decode("latin-1")
            yield str(path.relative_to(build)), PICTURE.sub("", text)


@pytest.mark.parametrize(
    "name", ["dev", "callum", "pargeter", "quince", "footage/", "wants a name", 'Tuesday group",']
)
def test_nothing_that_leaves_says_a_name_that_must_not_be_said(name: str, sample_film: Path) -> None:
    canary = re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])", re.IGNORECASE)
    for file, text in texts_that_leave(sample_film / "build"):
        searched = text if not file.endswith(".mp4") else re.sub(r"[^\x20-\x7e]+", "\n", text)
        hits = [line for line in canary.findall(searched) if not file.endswith(".mp4") or len(name) > 3]
        assert name.lower() not in Path(file).name.lower()
        assert not hits, f"{file} says {name}"


def test_sidecars_agree_with_each_other(sample_film: Path) -> None:
    srt = pysrt.open(str(sample_film / "build/captions/cut.en-GB.srt"))
    vtt = webvtt.read(str(sample_film / "build/captions/cut.en-GB.vtt"))
    assert [item.text for item in srt] == [
        re.sub(r"<.*?>", "", cue.raw_text).replace("&amp;", "&") for cue in vtt
    ]
    assert srt[0].text.split()[:3] == ["AMARA:", "I", "practise"]
    assert any("[ward name]" in item.text for item in srt) and any(
        "[to A and E]" in item.text for item in srt
    )
    assert any("A CONTRIBUTOR:" in item.text for item in srt)
    assert not any("ur" in item.text.split() for item in srt)


def test_breaks_stand_where_the_storyboard_has_them(sample_film: Path, manifest: dict[str, Any]) -> None:
    assert [(b["after"], b["seconds"], b["kind"]) for b in manifest["breaks"]] == [
        ("q04", 20, "think"),
        ("q09", 90, "pair"),
        ("q15", 60, "write"),
    ]
    markers = json.loads((sample_film / "build/markers/reflection.json").read_text())
    assert markers["breaks"] == manifest["breaks"]
    assert [
        cue.start_in_seconds for cue in webvtt.read(str(sample_film / "build/markers/reflection.vtt"))
    ] == [int(float(b["at"])) for b in manifest["breaks"]]
    for entry in manifest["breaks"]:
        shot = next(s for s in manifest["shots"] if s["at"] == entry["at_frame"])
        assert shot["kind"] == "break" and shot["frames"] == entry["seconds"] * 25


def test_every_file_of_the_manifest_is_as_it_says(sample_film: Path, manifest: dict[str, Any]) -> None:
    from pipeline.core.digest import file_digest

    for entry in manifest["files"]:
        assert file_digest(sample_film / "build" / entry["path"]) == entry["sha256"], entry["path"]


# What a change makes again -----------------------------------------------------------------------


def made(folder: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert ourwords(folder, "build-cut", "--json") == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])["made"]


def test_a_second_build_makes_nothing(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made(film_copy, ourwords, capsys) == []
    assert ourwords(film_copy, "build-cut", "--dry-run") == 0
    assert "Nothing to make" in capsys.readouterr().out


def test_one_changed_prompt_makes_one_part_and_the_film(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = film_copy / "production.toml"
    settings.write_text(
        settings.read_text().replace("What do you do with your shoulders", "What do you do with your hands")
    )
    assert ourwords(film_copy, "build-cut", "--dry-run") == 0
    assert "break-1: changed: prompt" in capsys.readouterr().out
    again = made(film_copy, ourwords, capsys)
    assert [name for name in again if name.startswith("shot")] == ["shot 10, break-1"]


def test_another_order_makes_no_take_again(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = film_copy / "production.toml"
    settings.write_text(settings.read_text().replace('"q11", "q12", "q13"', '"q12", "q11", "q13"'))
    again = made(film_copy, ourwords, capsys)
    assert [
        name for name in again if name.startswith("shot")
    ] == []  # each speaker is labelled in either order


def test_a_lost_film_comes_back(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    (film_copy / "build/cut.mp4").unlink()
    assert made(film_copy, ourwords, capsys) == []
    assert (film_copy / "build/cut.mp4").is_file()


# The gate ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2045-12-31,,Happy", "2025-12-31,,Happy", "consent ran out on 2025-12-31"),
        ("2045-12-31,,Happy", "2045-12-31,2026-01-02,Happy", "withdrew on 2026-01-02"),
        (
            "training;workshop;public,none,2025-03-04,2045",
            "public,none,2025-03-04,2045",
            "consents to public, not to training",
        ),
        (
            "amara,Amara,training;workshop;public,none",
            "amara,Amara,training;workshop;public,voice",
            "asked for the voice to be disguised",
        ),
        ("dev,A contributor,", "dev,Dev from the group,", "would be named, and asked not to be"),
    ],
)
def test_the_gate_stops_the_build(
    old: str, new: str, says: str, film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    register = film_copy / "consent.csv"
    assert old in register.read_text()
    register.write_text(register.read_text().replace(old, new))
    assert ourwords(film_copy, "build-cut") == 77
    message = capsys.readouterr().err
    assert says in message and ("amara" in message or "dev" in message) and "nothing was built" in message
    held = (
        "would be named" not in says
    )  # who may not be seen any more is in nothing that an earlier build left
    assert (film_copy / "build/cut.mp4").is_file() != held
    assert ("Removed from" in message) == held


def test_a_missing_contributor_and_a_missing_approval_stop_it(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    register = film_copy / "consent.csv"
    register.write_text(
        "".join(line for line in register.read_text().splitlines(True) if not line.startswith("erin"))
    )
    quotes = film_copy / "quotes.csv"
    quotes.write_text(
        quotes.read_text().replace(
            "before,training;workshop;public,Tuesday group,2025-05-13,\n",
            "before,training;workshop;public,,,\n",
        )
    )
    assert ourwords(film_copy, "build-cut") == 77
    message = capsys.readouterr().err
    assert (
        "q09 (erin): is not in the consent register" in message
        and "q03 (dev): nobody has approved these words" in message
    )


def test_the_gate_asks_before_anything_is_opened(
    tmp_path: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is named in the quote list is asked for first: nobody waits for hours of transcription to be
    refused.
    """
    folder = tmp_path / "film"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("build", "transcripts"))
    register = folder / "consent.csv"
    register.write_text(register.read_text().replace("2045-12-31,,Happy", "2045-12-31,2026-01-02,Happy"))
    assert ourwords(folder, "build-cut") == 77
    assert "q01 (amara): withdrew on 2026-01-02" in capsys.readouterr().err
    assert not (folder / "transcripts").exists()
    assert (
        ourwords(folder, "transcribe", "amara") == 77
    )  # and footage of somebody who withdrew is not opened at all
    assert "its contributor has withdrawn" in capsys.readouterr().err


def test_an_interview_is_no_cutaway(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """Carys is in no scene; her face may not come in through the side door, under another name either."""
    shutil.copyfile(film_copy / "footage/carys.mp4", film_copy / "b-roll/window.mp4")
    settings = film_copy / "production.toml"
    settings.write_text(settings.read_text().replace("b-roll/waiting-room.mp4", "b-roll/window.mp4"))
    assert ourwords(film_copy, "build-cut") == 77
    assert "b-roll/window.mp4: is an interview" in capsys.readouterr().err


def test_a_name_in_a_card_stops_it(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = film_copy / "production.toml"
    settings.write_text(
        settings.read_text().replace(
            "Thank you to Amara, Ben, Erin and one", "Thank you to Amara, Ben, Dev, Erin and one"
        )
    )
    assert ourwords(film_copy, "build-cut") == 77
    assert "card 3, text (dev): would be named" in capsys.readouterr().err


def test_an_unpinned_ambiguous_quote_stops_it_with_both_places(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(film_copy, "match", "--choose", "q06=0") == 1
    assert ourwords(film_copy, "build-cut") == 1
    message = capsys.readouterr().err
    assert "amara 1:06" in message and "ben 1:14" in message and "ourwords match --choose q06=1" in message
    assert ourwords(film_copy, "match", "--choose", "q06=2") == 0
    assert ourwords(film_copy, "build-cut") == 0


def test_a_draft_shows_what_cannot_be_shown_yet_and_writes_nothing_else(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = film_copy / "production.toml"
    text = settings.read_text()
    scenes = text[text.index("# Scene 1") : text.index("# How it ends")]
    settings.write_text(text.replace(scenes, '[[scene]]\ntitle = "The label"\nquotes = ["q07", "q10"]\n'))
    shutil.rmtree(film_copy / "build")
    assert ourwords(film_copy, "build-cut") == 77
    assert "q07 (carys): asked for the face to be disguised" in capsys.readouterr().err
    assert ourwords(film_copy, "build-cut", "--draft") == 0
    left = [path.name for path in (film_copy / "build").iterdir() if not path.name.startswith(".")]
    assert left == ["draft.mp4"]
    with av.open(str(film_copy / "build/draft.mp4")) as film:
        assert film.streams.video[0].frames > 200
    # The watermark is yellow, over the middle of every picture.
    with av.open(str(film_copy / "build/draft.mp4")) as film:
        frame = next(f for f in film.decode(video=0) if f.time >= 16.0).to_ndarray(format="rgb24").astype(int)
    middle = frame[330:390, 300:980]
    assert ((middle[..., 0] > 130) & (middle[..., 1] > 130) & (middle[..., 2] < 120)).mean() > 0.02


# Clips -------------------------------------------------------------------------------------------


def test_clips_come_from_the_parts_with_their_captions(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str], manifest: dict[str, Any]
) -> None:
    assert ourwords(film_copy, "clips", "--quote", "q11", "--json") == 0
    names = [Path(name) for name in json.loads(capsys.readouterr().out.splitlines()[-1])["clips"]]
    (film,) = (name for name in names if name.suffix == ".mp4")
    assert film.parent.parent == film_copy / "build" / "clips" and film.name.startswith("01-")
    assert film.with_suffix(".srt") in names and film.with_suffix(".vtt") in names
    planned = sum(shot["frames"] for shot in takes(manifest, "q11"))
    with av.open(str(film)) as clip:
        assert clip.streams.video[0].frames == planned
    cues = pysrt.open(str(film.with_suffix(".srt")))
    assert cues[0].start.ordinal < 200 and cues[-1].end.ordinal <= planned * 40
    assert "[ward name]" in cues[0].text
    sound = sound_of(film, planned * 1920)
    assert abs(by_pyloudnorm(sound) - -18.0) <= 0.5


def test_a_clip_nobody_consented_to_is_refused(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(film_copy, "clips", "--contributor", "ben") == 77
    message = capsys.readouterr().err
    assert "q14 (ben): consents to training, not to workshop" in message and "no clip was written" in message
    assert not (film_copy / "build/clips").exists()
    assert ourwords(film_copy, "clips", "--theme", "helped", "--skip-refused") == 0
    made = sorted(path.name[:2] for path in (film_copy / "build/clips/helped").glob("*.mp4"))
    assert made == ["01", "02", "03", "04"]
    assert "Left out: q14" in capsys.readouterr().err


def test_what_no_film_needs_can_be_taken_off_the_disk(
    film_copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once the title is another, its old card and the old join are spare; what the film needs stays, and is
    not made again.
    """
    settings = film_copy / "production.toml"
    settings.write_text(
        settings.read_text().replace('kind = "title"\nseconds = 4.0', 'kind = "title"\nseconds = 5.0')
    )
    assert ourwords(film_copy, "build-cut") == 0
    capsys.readouterr()
    assert ourwords(film_copy, "cache", "prune", "--dry-run") == 0
    spare = capsys.readouterr().out
    assert "title card" in spare
    assert "the film: " in spare
    assert ourwords(film_copy, "cache", "prune", "--json") == 0
    assert json.loads(capsys.readouterr().out)["pruned"] is True
    assert ourwords(film_copy, "cache", "--json") == 0
    assert all(kept["needed_by"] for kept in json.loads(capsys.readouterr().out)["objects"])
    assert ourwords(film_copy, "build-cut", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["made"] == []
