"""Two cameras and a recorder of one conversation, through the command: every shot shows the right frame and
plays the right sound.

Each camera's frames carry their number and its own as a barcode. The conversation is made up; at known
moments there
is a clap that only the recorder hears. Each clock starts and runs differently.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pytest

pytestmark = pytest.mark.slow

Ourwords = Callable[..., int]

ROOT = Path(__file__).parent.parent
SECONDS = 80
RATE = Fraction(25)


@cache
def bench(name: str) -> ModuleType:
    """The benchmarks' instruments: what they read, and how, knows nothing of the pipeline."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / f"benchmarks/{name}.py")
    assert spec
    assert spec.loader
    if (folder := str(ROOT / "benchmarks")) not in sys.path:
        sys.path.append(folder)  # where a benchmark finds its neighbours when it is run
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Recording:
    """A file whose clock stands at (moment - start) * (1 + ppm / 1e6) at a moment of the conversation."""

    file: str
    start: float
    ppm: float
    hz: int
    rate: Fraction = Fraction(0)
    number: int = 0
    claps: bool = False
    talk: int = 7
    seconds: int = SECONDS

    def clock(self, moment: float) -> float:
        return (moment - self.start) * (1 + self.ppm * 1e-6)

    def sound(self) -> np.ndarray:
        angles = bench("angles")
        step = 1 / self.hz / (1 + self.ppm * 1e-6)
        out = angles.conversation(self.talk, self.start, step, self.seconds * self.hz)
        out += np.random.default_rng(self.number).standard_normal(len(out)) * 0.003
        at = self.start + np.arange(len(out)) * step
        for clap in CLAPS.values() if self.claps else ():
            low, high = np.searchsorted(at, [clap, clap + 0.03])
            out[low:high] += 0.5 * bench("sync").chirp(at[low:high] - clap)
        return np.clip(out, -1, 1)

    def record(self, folder: Path) -> None:
        sync = bench("sync")
        with av.open(str(folder / self.file), "w") as out:
            video = None
            if self.rate:
                video = out.add_stream(
                    "libx264", rate=self.rate, options={"preset": "ultrafast", "g": "60", "threads": "2"}
                )
                video.width, video.height, video.pix_fmt = sync.WIDTH, sync.HEIGHT, "yuv420p"
            codec = {"mp4": "aac", "flac": "flac"}.get(self.file[-4:].lstrip("."), "pcm_s16le")
            audio = out.add_stream(codec, rate=self.hz, layout="mono")
            if video:
                for index in range(int(self.seconds * self.rate)):
                    frame = av.VideoFrame.from_ndarray(
                        bench("cameras").barcode(self.number, index), format="yuv420p"
                    )
                    frame.pts, frame.time_base = index, 1 / self.rate
                    out.mux(video.encode(frame))
                out.mux(video.encode(None))
            pcm = (self.sound()[None] * 32767).astype(np.int16)
            for first in range(0, pcm.shape[1], 1024):
                block = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(pcm[:, first : first + 1024]), format="s16", layout="mono"
                )
                block.sample_rate, block.pts, block.time_base = self.hz, first, Fraction(1, self.hz)
                out.mux(audio.encode(block))
            out.mux(audio.encode(None))


CLAPS = {"q01": 12.345, "q02": 33.21, "q03": 70.1234}
SOURCE = Recording("one.mp4", 0.0, 0.0, 48_000, RATE, number=1)
ANGLE = Recording("two.mov", -3.217, -80.0, 48_000, Fraction(30_000, 1001), number=2)
LAPEL = Recording("lapel.wav", 5.4321, 400.0, 44_100, number=3, claps=True)
STRANGER = Recording("stranger.flac", 0.0, 0.0, 48_000, number=4, talk=8)

QUOTES = {
    name: (
        Fraction(round(clap * 1000), 1000) - Fraction("1.113"),
        Fraction(round(clap * 1000), 1000) + Fraction("1.371"),
    )
    for name, clap in CLAPS.items()
}

TOML = f"""\
[film]
title = "Angles"
size = "320x180"
rate = "{RATE}"

[[source]]
id = "amara"
file = "footage/one.mp4"
contributor = "amara"

[[source.angle]]
id = "b"
file = "footage/two.mov"
captions = "top"

[source.recorder]
file = "footage/lapel.wav"

[[scene]]
title = "All"
seconds = 0.0
quotes = ["q01", "q02", "q03"]

[[scene.angle]]
quote = "q02"
angle = "b"

[[scene.angle]]
quote = "q03"
angle = "b"
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, ourwords: Ourwords) -> Path:
    """The production with its recordings, the transcript imported, nothing built."""
    root = tmp_path_factory.mktemp("angles") / "film"
    (root / "footage").mkdir(parents=True)
    for one in (SOURCE, ANGLE, LAPEL, STRANGER):
        one.record(root / "footage")
    (root / "production.toml").write_text(TOML)
    rows = [
        f"{name},amara,amara,{float(a):.3f},{float(b):.3f},Something was said here,x,training,the "
        f"group,2025-01-01"
        for name, (a, b) in QUOTES.items()
    ]
    (root / "quotes.csv").write_text(
        "id,contributor,source,in,out,text,theme,use,approved_by,approved_on\n" + "\n".join(rows) + "\n"
    )
    header = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes\n"
    (root / "consent.csv").write_text(
        f"{header}amara,Amara,training,none,2025-01-01,,,\nben,Ben,training,none,2025-01-01,,,\n"
    )
    words = "Something was said here".split()
    heard = [
        {"word": word, "start": float(a) + 0.2 + 0.5 * n, "end": float(a) + 0.6 + 0.5 * n}
        for a, _ in QUOTES.values()
        for n, word in enumerate(words)
    ]
    (root / "amara.json").write_text(json.dumps({"segments": [{"words": heard}]}))
    assert ourwords(root, "transcribe", "amara", "--import", str(root / "amara.json")) == 0
    listen(root, ourwords)
    return root


def listen(root: Path, ourwords: Ourwords) -> None:
    """Somebody says that it is as approved: in noise no recogniser hears a word."""
    asked = [part for name in QUOTES for part in ("--heard", name)]
    assert ourwords(root, "match", *asked, "--by", "the test") == 0


@pytest.fixture(scope="module")
def film(recorded: Path, ourwords: Ourwords) -> Path:
    assert ourwords(recorded, "build-cut") == 0
    return recorded


@pytest.fixture
def copy(recorded: Path, tmp_path: Path) -> Path:
    """Another folder with the same recordings, and what is kept of them, to be changed."""
    shutil.copytree(recorded, tmp_path / "film", copy_function=_link)
    return tmp_path / "film"


def _link(source: str, target: str) -> None:
    """Share what a build made, never footage: a link touches it, while another test works from it."""
    if "/build/" in source and not source.endswith(".json"):
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "production.toml").read_text()
    assert old in text
    (folder / "production.toml").write_text(text.replace(old, new, 1))


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "build/manifest.json").read_text())
    return found


# What is shown and heard -----------------------------------------------------------------------


def test_every_shot_shows_the_right_frame_of_the_right_camera(film: Path) -> None:
    """By the time that the film frame's middle has on the angle's clock, and only what begins in the quote;
    on the border of two frames either is right.
    """
    frames = [seen for seen, _ in bench("sync").read_picture(film / "build/cut.clean.mp4")]
    shots = manifest(film)["shots"]
    assert [camera for camera, _ in groupby(seen.camera for seen in frames)] == [
        1,
        2,
    ]  # q02 and q03 are both from camera two
    assert [shot.get("angle") for shot in shots] == [None, "b", "b"]
    for shot in shots:
        camera = ANGLE if shot.get("angle") else SOURCE
        for number in range(shot["frames"]):
            middle = float(Fraction(shot["source_in"]) + (number + Fraction(1, 2)) / RATE)
            place = camera.clock(middle) * float(camera.rate)
            begins, ends = (camera.clock(float(edge)) * float(camera.rate) for edge in QUOTES[shot["quote"]])
            right = {
                int(np.clip(np.floor(place + off), np.ceil(begins + off), np.ceil(ends + off) - 1))
                for off in ((-0.02, 0.02) if camera is ANGLE else (-1e-6,))
            }
            assert frames[shot["at"] + number].frame in right, (shot["quote"], number)


def test_the_recorder_is_heard_in_time(film: Path) -> None:
    """Its clock runs 400 ppm fast, 28 ms at the last clap: within a millisecond, so offset and drift are both
    undone.
    """
    sync = bench("sync")
    sound, hz = sync.read_sound(film / "build/cut.clean.mp4")
    for shot in manifest(film)["shots"]:
        at = shot["at"] / RATE
        expected = float(at - Fraction(shot["source_in"])) + CLAPS[shot["quote"]]
        assert abs(sync.find_clap(sound, hz, at, at + shot["frames"] / RATE) - expected) < 0.001, shot[
            "quote"
        ]


def test_how_they_run_is_kept_and_told(film: Path) -> None:
    kept = {
        record["name"]: made.parent
        for made in (film / "build/.store/objects").rglob("made.json")
        if (record := json.loads(made.read_text()))
    }
    for name, one in (("sync amara/b", ANGLE), ("sync amara recorder", LAPEL)):
        laid = json.loads((kept[name] / "value.json").read_text())
        for moment in (5.0, 75.0):
            found = float(Fraction(laid["offset"])) + moment * (1 + float(Fraction(laid["drift"])))
            assert abs(found - one.clock(moment)) < 0.0005
        assert json.loads((kept[name] / "made.json").read_text())["people"] == ["amara"]
    report = (film / "build/report.html").read_text()
    number = r"[+-]?\d+(\.\d+)?"
    told = (
        rf"runs {number} ppm \({number} ms an hour\); \d+ of \d+ places agree, half of them within 0\.\d\d ms"
    )
    assert re.search(rf"one.mp4, angle &#34;b&#34;: starts 3\.21[67]\d? s earlier, {told}", report)
    assert re.search(rf"one.mp4, recorder: starts 5\.43\d? s later, {told}", report)


def test_captions_stand_where_the_angle_says(film: Path) -> None:
    text = (film / "build/captions/cut.en-GB.ass").read_text()
    assert [line.split(",")[3] for line in text.splitlines() if line.startswith("Dialogue")] == [
        "bottom",
        "top",
        "top",
    ]


def test_nothing_is_laid_or_made_twice(
    film: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ourwords(film, "build-cut", "--dry-run") == 0
    assert "Nothing to make" in capsys.readouterr().out


def test_verify_knows_the_recorder_and_the_angle(
    film: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    ourwords(film, "verify", "--json")  # nobody speaks, so words are missed
    found = json.loads((film / "build/verify.json").read_text())["findings"]
    words = ("missing-words", "not-heard", "other-words", "extra-words", "listen", "second-hearing", "onset")
    assert not [one for one in found if one["severity"] != "info" and one["rule"] not in words], found


def test_another_camera_is_another_part_and_is_told_and_seen(
    film: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(film, tmp_path / "film", copy_function=_link)
    assert ourwords(tmp_path / "film", "approve", "cut", "--all", "--by", "Tuesday group") == 0
    change(tmp_path / "film", '[[scene.angle]]\nquote = "q03"\nangle = "b"\n', "")
    capsys.readouterr()
    assert ourwords(tmp_path / "film", "build-cut", "--dry-run") == 0
    assert capsys.readouterr().out.startswith("shot 3, q03: changed: captions, camera\n")
    ourwords(tmp_path / "film", "build-cut", "--json")
    assert [
        name
        for name in json.loads(capsys.readouterr().out.splitlines()[-1])["made"]
        if name.startswith("shot")
    ] == ["shot 3, q03"]
    assert ourwords(tmp_path / "film", "diff") == 0
    assert "are seen from the first camera now; it was camera b" in capsys.readouterr().out
    ourwords(tmp_path / "film", "status")
    told = capsys.readouterr().out
    assert "it was seen from camera b, and is now seen from the recording's own camera" in told


# What is refused -------------------------------------------------------------------------------


def refused(
    folder: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str], *command: str
) -> tuple[int, str]:
    capsys.readouterr()
    code = ourwords(folder, *(command or ("build-cut",)))
    return code, capsys.readouterr().err


def test_another_conversation_is_refused(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    change(copy, "footage/lapel.wav", "footage/stranger.flac")
    code, said = refused(copy, ourwords, capsys)
    assert code == 65
    assert "stranger.flac: is not heard to be a recording of the same conversation as one.mp4" in said
    assert 'offset = "' in said


def test_a_person_may_say_where_it_lies(copy: Path, ourwords: Ourwords) -> None:
    """By hand, to the letter: nothing is measured then."""
    change(copy, 'file = "footage/two.mov"', 'file = "footage/two.mov"\noffset = "3.217"\ndrift = -80.0')
    change(copy, 'file = "footage/lapel.wav"', 'file = "footage/lapel.wav"\noffset = "-5.434"\ndrift = 400')
    listen(copy, ourwords)  # another sound is another thing to listen to
    assert ourwords(copy, "build-cut") == 0
    report = (copy / "build/report.html").read_text()
    assert "starts 3.217 s earlier, runs -80.0 ppm (-288 ms an hour); given by hand" in report
    sync = bench("sync")
    sound, hz = sync.read_sound(copy / "build/cut.clean.mp4")
    shot = manifest(copy)["shots"][2]
    expected = float(shot["at"] / RATE - Fraction(shot["source_in"])) + CLAPS["q03"]
    assert (
        abs(sync.find_clap(sound, hz, shot["at"] / RATE, (shot["at"] + shot["frames"]) / RATE) - expected)
        < 0.001
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('angle = "b"\n\n', 'angle = "c"\n\n', 2, 'amara has no angle "c"'),
        ('quote = "q02"\nangle', 'quote = "q09"\nangle', 2, '"q09" is not in the quotes of scene 1'),
        ('quote = "q03"\nangle', 'quote = "q02"\nangle', 2, 'scene.angle for "q02" is there twice'),
        ('angle = "b"\n\n', 'angle = "b"\npart = 2\n\n', 2, "q02 has 1 part(s), not 2"),
        ("footage/two.mov", "footage/three.mov", 2, "source.amara.angle.b.file"),
        (
            'file = "footage/lapel.wav"',
            'file = "footage/lapel.wav"\ndrift = 3.0',
            2,
            "source.amara.recorder.drift",
        ),
        (
            'file = "footage/lapel.wav"',
            'file = "footage/lapel.wav"\noffset = "soon"',
            2,
            '"soon" is not a time',
        ),
        (
            'file = "footage/two.mov"',
            'file = "footage/two.mov"\noffset = "-33"',
            65,
            'q02 is said from 0:32.1 to 0:34.6 of amara, and angle "b" has a picture',
        ),
        (
            'file = "footage/two.mov"',
            'file = "footage/two.mov"\noffset = "47"',
            65,
            'q02 is said from 0:32.1 to 0:34.6 of amara, and angle "b" has a picture',
        ),
        (
            'file = "footage/lapel.wav"',
            'file = "footage/lapel.wav"\noffset = "-20"',
            65,
            "q01 is said at 0:11.2 to 0:13.7 of its source, and the recorder",
        ),
        ("footage/two.mov", "footage/lapel.wav", 65, "lapel.wav"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    copy: Path,
    ourwords: Ourwords,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    code: int,
    says: str,
) -> None:
    change(copy, old, new)
    found, said = refused(copy, ourwords, capsys)
    assert found == code, said
    assert says in said


def test_an_angle_and_a_recorder_are_no_cutaways(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in ("two.mov", "lapel.wav"):
        shutil.copyfile(copy / "footage" / file, copy / "window.mov")
        change(
            copy,
            '[[scene.angle]]\nquote = "q02"',
            '[[scene.cutaway]]\nquote = "q01"\nfile = "window.mov"\nover = "all"\n\n[[scene.angle]]\n'
            'quote = "q02"',
        )
        code, said = refused(copy, ourwords, capsys)
        assert code == 77
        assert "window.mov: is an interview" in said
        (copy / "production.toml").write_text(TOML)


def test_somebody_elses_interview_is_no_angle(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    """Known by its content: Ben's face may not come in under what Amara approved."""
    (copy / "footage/ben.mov").hardlink_to(copy / "footage/two.mov")
    change(
        copy,
        "[[scene]]",
        '[[source]]\nid = "ben"\nfile = "footage/ben.mov"\ncontributor = "ben"\n\n[[scene]]',
    )
    code, said = refused(copy, ourwords, capsys)
    assert code == 77
    assert "footage/two.mov: is also somebody else's interview" in said


def test_who_has_withdrawn_is_not_opened_from_any_side(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(copy / "build")
    register = copy / "consent.csv"
    register.write_text(register.read_text().replace("2025-01-01,,,", "2025-01-01,,2026-01-02,", 1))
    code, said = refused(copy, ourwords, capsys)
    assert code == 77
    assert "q01 (amara): withdrew on 2026-01-02" in said
    assert not list((copy / "build/.store/objects").rglob("made.json"))
    assert refused(copy, ourwords, capsys, "transcribe", "amara")[0] == 77
    assert not list((copy / "build/.store/objects").rglob("made.json"))


def test_a_name_that_must_not_be_shown_is_no_name_of_an_angle(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    register = copy / "consent.csv"
    register.write_text(
        register.read_text().replace("amara,Amara,training,none", "amara,A patient,training,name")
    )
    change(copy, 'id = "b"', 'id = "amara-left"')
    for _ in range(2):
        change(copy, 'angle = "b"', 'angle = "amara-left"')
    code, said = refused(copy, ourwords, capsys)
    assert code == 77
    assert "the angle of q02 (amara): would be named" in said


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\0\0\0\0AVI LIST",
        b"fLaC" + b"\0" * 200,
        b"#EXTM3U\nother.wav\n",
        b"ID3\4\0\0\0\0\0\0" + b"\0" * 300,
        b"\xff\xfb\x90\0" * 3,
    ],
)
def test_what_only_begins_like_a_recording_is_refused(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (copy / "footage/lapel.wav").unlink()
    (copy / "footage/lapel.wav").write_bytes(data)
    code, said = refused(copy, ourwords, capsys)
    assert code == 65
    assert "lapel.wav" in said


def test_a_recorders_file_is_no_source_without_a_still(
    copy: Path, ourwords: Ourwords, capsys: pytest.CaptureFixture[str]
) -> None:
    change(copy, "footage/one.mp4", "footage/lapel.wav")
    code, said = refused(copy, ourwords, capsys)
    assert code == 65
    assert "lapel.wav: is sound alone" in said
    assert "write picture =" in said
