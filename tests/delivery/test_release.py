"""The door: what is published as a whole, what goes, what is held against today's lists, and what a killed
command leaves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.consent.gate import Facts, Lists
from pipeline.delivery import readable
from pipeline.delivery.manifest import BEFORE, NAME
from pipeline.delivery.release import CUT, NAMED, OURS, RECORD, UNKNOWN, Door, Release, before
from pipeline.delivery.training.package import zipped
from pipeline.engine.fingerprints import Fingerprints
from pipeline.engine.up_to_date import RELEASING, Stamp
from pipeline.errors import BrokenIO, InputError, Refused
from pipeline.production.quotes import Consent, Quote
from pipeline.render.parts import Rendering
from tests.test_verify import small

TODAY = date(2025, 6, 1)
DAY = timedelta(days=1)
SCOPE = frozenset({"training"})


def quote(name: str, who: str, text: str) -> Quote:
    return Quote(name, who, "", text, "", SCOPE, "the group", TODAY - DAY, "", 2)


def consent(who: str) -> Consent:
    return Consent(who, who.title(), SCOPE, frozenset(), TODAY - DAY, None, None, "", 2)


AMARA, BEN = consent("amara"), consent("ben")
QUOTES = (quote("q1", "amara", "They saw me."), quote("q2", "ben", "Four years clean."))
ONE = Facts("training", frozenset({"amara"}), {"q1": QUOTES[0].digest})
BOTH = Facts("training", frozenset({"amara", "ben"}), {one.id: one.digest for one in QUOTES})


class Papers:
    """The lists of a production, to be changed between one look at them and the next."""

    def __init__(self) -> None:
        self.quotes, self.consents = QUOTES, (AMARA, BEN)

    def __call__(self) -> Lists:
        return Lists(
            {one.id: one for one in self.quotes}, {one.contributor: one for one in self.consents}, TODAY
        )


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def door(tmp_path: Path, papers: Papers) -> Door:
    return Door(tmp_path / "build", papers)


def film(*names: str, facts: Facts = BOTH) -> Release:
    return Release("film", {name: name.encode() for name in names}, facts)


def there(door: Door) -> set[str]:
    """All files but our own record of them."""
    paths = [path.relative_to(door.build).as_posix() for path in door.build.rglob("*") if path.is_file()]
    return {path for path in paths if path != RECORD}


# Published as a set --------------------------------------------------------------------------


def test_what_the_last_release_wrote_and_this_one_does_not_goes(door: Door) -> None:
    assert door.publish([film("cut.mp4", "cut.clean.mp4", "captions/cut.en.srt")]) == [
        "cut.mp4",
        "cut.clean.mp4",
        "captions/cut.en.srt",
    ]
    assert door.publish([film("cut.mp4", "captions/cut.cy.srt")]) == ["captions/cut.cy.srt"]
    assert there(door) == {"cut.mp4", "captions/cut.cy.srt"} == set(door.record())


def test_what_another_release_wrote_stays(door: Door) -> None:
    door.publish([Release("clip q1", {"clips/q1.mp4": b"a"}, ONE)])
    door.publish([film("cut.mp4"), Release("clip q2", {"clips/q2.mp4": b"b"}, BOTH)])
    assert there(door) == {"clips/q1.mp4", "clips/q2.mp4", "cut.mp4"}


def test_what_was_made_of_a_film_goes_with_it_and_stays_with_it(door: Door) -> None:
    door.publish(
        [
            Release("draft", {"draft.mp4": b"d"}, BOTH, of="this cut"),
            Release("clip q1", {"clips/q1.mp4": b"c"}, ONE, of="that cut"),
        ]
    )
    door.publish([film("cut.mp4")], {"this cut"})
    assert there(door) == {"cut.mp4", "draft.mp4"}
    door.publish([film("cut.mp4")], {"another"})
    assert there(door) == {"cut.mp4"}


def test_the_same_again_changes_nothing(door: Door) -> None:
    door.publish([film("cut.mp4")])
    record = (door.build / RECORD).stat()
    assert door.publish([film("cut.mp4")]) == []
    assert (door.build / RECORD).stat().st_mtime_ns == record.st_mtime_ns


def test_what_somebody_changed_in_build_is_put_right(door: Door) -> None:
    door.publish([film("cut.mp4", "report.html")])
    (door.build / "cut.mp4").write_bytes(b"another")
    (door.build / "report.html").unlink()
    assert door.publish([film("cut.mp4", "report.html")]) == ["cut.mp4", "report.html"]
    assert (door.build / "cut.mp4").read_bytes() == b"cut.mp4"


def test_a_folder_in_build_is_held_and_one_elsewhere_is_whose_asked_for_it(
    door: Door, tmp_path: Path, papers: Papers
) -> None:
    export = Release("captions export", {"cut.en.srt": b"words"}, BOTH)
    assert door.hand_out(export, door.build / "export") == [door.build / "export/cut.en.srt"]
    door.hand_out(replace(export, files={"cut.en.vtt": b"words"}), door.build / "export")
    assert set(door.record()) == {"export/cut.en.srt", "export/cut.en.vtt"}, (
        "one form of the captions does not take another away"
    )
    door.hand_out(export, tmp_path / "mine")
    assert (tmp_path / "mine/cut.en.srt").read_bytes() == b"words"
    papers.consents = (AMARA,)
    with pytest.raises(Refused, match="ben: is not in the consent register"):
        door.hand_out(export, tmp_path / "late")
    assert not (tmp_path / "late").exists()


def test_what_is_handed_out_is_a_copy_and_everybody_may_open_it(door: Door, tmp_path: Path) -> None:
    kept = tmp_path / "kept.mp4"
    kept.write_bytes(b"film" * 1000)
    kept.chmod(0o444)
    there = tmp_path / "stick" / "out"
    (made, _) = door.hand_out(
        Release("training player", {"player/film.mp4": kept, "player/a.html": b"<p>"}, BOTH), there
    )
    assert made.read_bytes() == kept.read_bytes() and made.stat().st_ino != kept.stat().st_ino
    made.write_bytes(b"theirs")
    assert kept.read_bytes() == b"film" * 1000
    if os.name != "nt":
        assert [one.stat().st_mode & 0o777 for one in (there.parent, there, made.parent)] == [0o755] * 3
        assert made.stat().st_mode & 0o777 == (there / "player/a.html").stat().st_mode & 0o777 == 0o644


def test_a_disk_that_is_full_leaves_no_half_a_file(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.mp4"
    kept.write_bytes(b"film")

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"fi")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("pipeline.engine.cache.shutil.copyfile", full)
    with pytest.raises(BrokenIO, match="No space left"):
        door.hand_out(Release("training", {"film.mp4": kept}, BOTH), tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_name_put_on_a_list_since_is_read_in_packages(door: Door, papers: Papers, tmp_path: Path) -> None:

    def package(line: bytes) -> bytes:
        return zipped({"film.js": b'window.ourwordsFilm = ["%b"];' % line}, tmp_path / "z").read_bytes()

    whole, plain = package(rb"Ask Sister P\u00e0rgeter."), package(b"Ask the nurse.")
    door.publish(
        [
            Release("training scorm12", {"training/scorm12.zip": whole}, BOTH),
            Release("training web", {"training/web.zip": plain}, BOTH),
        ]
    )
    assert door.hold() == []
    known = replace(AMARA, contributor="p9", anonymise=frozenset({"name"}), known_as=("Sister Pargeter",))
    papers.consents = (AMARA, BEN, known)
    assert [(one.path, one.why) for one in door.hold()] == [("training/scorm12.zip", NAMED)]
    with pytest.raises(Refused, match=r"scorm12\.zip: film\.js"):
        door.publish([Release("training scorm12", {"training/scorm12.zip": whole}, BOTH)])
    with pytest.raises(Refused, match="the guide"):
        door.look([Release("guide", {"a.pdf": b"%PDF"}, BOTH, said=[("the guide", "Sister Pargeter")])])
    (door.build / "training/web.zip").write_bytes(b"PK broken")
    assert door.hold() == [], "what somebody broke is not read, and stops no command"


def test_a_pdf_is_read_again_once_there_is_another_name(
    door: Door, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    texts = readable.texts

    def told(path: str, content: Path | bytes) -> Iterator[tuple[str, str]]:
        read.append(path)
        return texts(path, content)

    papers.consents = (
        AMARA,
        BEN,
        replace(AMARA, contributor="p8", anonymise=frozenset({"name"}), known_as=("Ann Other",)),
    )
    files = {"training/guide/guide.pdf": b"%PDF Sister Pargeter", "training/guide/guide.html": b"<p>Hello"}
    door.publish([Release("guide", files, BOTH)])
    monkeypatch.setattr(readable, "texts", told)
    assert door.hold() == [] and read == ["training/guide/guide.html"]
    known = replace(AMARA, contributor="p9", anonymise=frozenset({"name"}), known_as=("Sister Pargeter",))
    papers.consents = (*papers.consents, known)
    assert {one.path for one in door.hold()} == {*files}


# Consent, read again -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"consents": (AMARA, replace(BEN, withdrawn_on=TODAY))}, "ben: withdrew on 2025-06-01"),
        ({"consents": (AMARA, replace(BEN, scope=frozenset()))}, "ben: consents to nothing, not to training"),
        ({"quotes": QUOTES[:1]}, "q2: its words are not in the quote list any more"),
        (
            {"quotes": (QUOTES[0], replace(QUOTES[1], text="Four years."))},
            "q2: its approved words are others now",
        ),
    ],
)
def test_a_consent_that_changed_while_the_film_was_made_stops_all_of_it(
    door: Door, papers: Papers, changed: dict[str, object], says: str
) -> None:
    door.publish([film("cut.mp4", facts=ONE)])
    for name, value in changed.items():
        setattr(papers, name, value)
    with pytest.raises(Refused, match=says) as problem:
        door.publish(
            [
                film("cut.mp4", "draft.mp4", "report.html", facts=ONE),
                Release("clip q2", {"clips/q2.mp4": b"b"}, BOTH),
            ]
        )
    assert "nothing was published" in str(problem.value)
    assert there(door) == {"cut.mp4"}


# Everything that lies there ------------------------------------------------------------------


def published(door: Door) -> None:
    door.publish(
        [
            film("cut.mp4", "manifest.json", CUT),
            Release("draft", {"draft.mp4": b"d"}, replace(BOTH, draft=True)),
        ]
    )
    door.publish(
        [
            Release("clip q1", {"clips/q1.mp4": b"1"}, ONE),
            Release("clip q2", {"clips/q2.mp4": b"2"}, replace(BOTH, quotes={})),
        ]
    )
    door.publish(
        [
            Release(
                "diff for-ben.html",
                {"for-ben.html": b"p"},
                replace(BOTH, people=frozenset({"ben"}), quotes={}),
            )
        ]
    )
    (door.build / "mine.txt").write_text("my own")


WITH_BEN = {"cut.mp4", "manifest.json", "draft.mp4", "clips/q2.mp4", "for-ben.html"}


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (replace(BEN, withdrawn_on=TODAY), "ben: withdrew on 2025-06-01"),
        (replace(BEN, expires_on=TODAY - DAY), "ben: consent ran out on 2025-05-31"),
        (replace(BEN, scope=frozenset({"workshop"})), "ben: consents to workshop, not to training"),
        (None, "ben: is not in the consent register"),
    ],
)
def test_every_file_with_somebody_who_may_not_be_seen_any_more_goes_and_is_named(
    door: Door, papers: Papers, now: Consent | None, says: str
) -> None:
    published(door)
    assert door.hold() == []
    papers.consents = (AMARA, *([now] if now else []))
    assert {one.path for one in door.hold(dry=True)} == WITH_BEN
    assert there(door) > WITH_BEN, "a dry run removes nothing"
    found = door.hold()
    assert {one.path: one.why for one in found} == dict.fromkeys(WITH_BEN, says)
    assert there(door) == {"clips/q1.mp4", "mine.txt", CUT}
    assert set(door.record()) == {"clips/q1.mp4"}
    assert door.hold() == []


def test_a_quote_with_other_words_takes_what_holds_it_and_leaves_the_rest(door: Door, papers: Papers) -> None:
    published(door)
    papers.quotes = (replace(QUOTES[0], text="They saw the label."), QUOTES[1])
    assert {one.path for one in door.hold()} == {"cut.mp4", "manifest.json", "draft.mp4", "clips/q1.mp4"}


def test_a_disguise_asked_for_since_takes_the_film_and_not_the_draft(door: Door, papers: Papers) -> None:
    published(door)
    papers.consents = (AMARA, replace(BEN, anonymise=frozenset({"face"})))
    assert {one.path for one in door.hold()} == WITH_BEN - {"draft.mp4"}


def test_whoever_withdraws_takes_their_clip_and_the_shared_pages_and_no_more(
    door: Door, papers: Papers
) -> None:
    hers = Release("clip helped/01-hers", {"clips/helped/01-hers.mp4": b"1"}, ONE)
    his = Release("clip helped/02-his", {"clips/helped/02-his.mp4": b"2"}, BOTH)
    door.publish([hers, his, Release("clips helped", {"clips/helped/index.html": b"both"}, BOTH)])
    assert door.hold() == []
    papers.consents = (AMARA, replace(BEN, withdrawn_on=TODAY))
    assert {one.path for one in door.hold()} == {"clips/helped/02-his.mp4", "clips/helped/index.html"}
    assert there(door) == {"clips/helped/01-hers.mp4"}


@pytest.mark.parametrize(
    "name",
    [
        "cut.mp4",
        "draft.mp4",
        "manifest.before.json",
        "for-amara.html",
        "clips/q01.mp4",
        "clips/helped/01-put-the-kettle-on.mp4",
        "clips/helped/01-put-the-kettle-on.txt",
        "clips/helped/index.html",
        "clips/helped/guide.pdf",
        "clips/helped/helped.zip",
        "captions/cut.en-GB.imsc.ttml",
        "verify/cue-1.jpg",
        "export/cut.cy.ass",
        "captions/.cut.en.vtt.0a1b2c3d.part",
        "training/player/index.html",
        "training/player/film.mp4",
        "training/guide/guide.cy.pdf",
        "training/web/player/film.js",
        "training/scorm12.zip",
        "training/before-you-read.h5p",
    ],
)
def test_a_file_of_ours_that_no_record_knows_goes(door: Door, name: str) -> None:
    (door.build / name).parent.mkdir(parents=True, exist_ok=True)
    (door.build / name).touch()
    (found,) = door.hold()
    assert (found.path, found.why) == (name, UNKNOWN)
    assert there(door) == set()


@pytest.mark.parametrize(
    "name",
    [
        "mine.txt",
        "clips/notes.txt",
        "clips/helped/notes.txt",
        "clips/helped/other.zip",
        "captions/old.srt",
        "markers/my.edl",
        "verify/notes.html",
        "cut.mov",
        "sub/cut.mp4",
        "training/notes.docx",
        "training/player/notes.docx",
        "training/mine/index.html",
    ],
)
def test_a_file_that_is_not_ours_stays_and_is_named(door: Door, name: str) -> None:
    (door.build / name).parent.mkdir(parents=True, exist_ok=True)
    (door.build / name).touch()
    assert door.hold() == []
    assert door.not_ours() == [name]
    assert not OURS.fullmatch(name)


@pytest.mark.parametrize(
    "broken", [b"{", b"[]", b'{"version": 1, "files": {}}', b'{"version": 2, "files": {"cut.mp4": {}}}']
)
def test_of_a_broken_record_nothing_is_known(door: Door, broken: bytes) -> None:
    published(door)
    (door.build / RECORD).write_bytes(broken)
    assert {one.path for one in door.hold()} == WITH_BEN | {"clips/q1.mp4"}


def test_the_record_says_who_is_in_a_file_and_what_it_was_made_for(door: Door) -> None:
    published(door)
    plain = json.loads((door.build / RECORD).read_bytes())["files"]["clips/q1.mp4"]
    assert plain == {
        "sha256": plain["sha256"],
        "release": "clip q1",
        "of": "",
        "names": "",
        "use": "training",
        "draft": False,
        "people": ["amara"],
        "named": [],
        "quotes": {"q1": QUOTES[0].digest},
        "pictures": {},
        "sources": [],
    }
    assert len(plain["sha256"]) == 64


# The cut before ------------------------------------------------------------------------------

SHOTS = [
    {"quote": "q1", "text": "One.", "source": "a.mp4"},
    {"quote": "q2", "text": "Two.", "source": "ben.mp4"},
    {"quote": None, "text": "Card", "source": None},
]


def a_manifest(path: Path, shots: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"shots": shots, "files": []}))


def told(found: tuple[bytes, set[str]]) -> list[object]:
    return [(shot["text"], shot["source"]) for shot in json.loads(found[0])["shots"]]


@pytest.mark.parametrize("name", [NAME, CUT], ids=["the film lies there", "the film had to go"])
def test_the_cut_before_has_nobody_in_it_who_may_not_be_seen(tmp_path: Path, name: str) -> None:
    a_manifest(tmp_path / name, SHOTS)
    assert before(tmp_path, SHOTS, {"q1", "q2"}) == (b"", set()), "the same cut has none before it"
    assert told(before(tmp_path, SHOTS[:1], {"q1", "q2"})) == [
        ("One.", "a.mp4"),
        ("Two.", "ben.mp4"),
        ("Card", None),
    ]
    found = before(tmp_path, SHOTS[:1], {"q1"})
    assert told(found) == [("One.", "a.mp4"), ("", ""), ("Card", None)]
    assert found[1] == {"q1"}
    (tmp_path / BEFORE).write_bytes(
        before(tmp_path, SHOTS[:1], {"q1", "q2"})[0]
    )  # two cuts ago, and they withdraw only now
    a_manifest(tmp_path / name, SHOTS[:1])
    assert told(before(tmp_path, SHOTS[:1], {"q1"})) == [("One.", "a.mp4"), ("", ""), ("Card", None)]


def test_a_manifest_that_is_broken_is_no_cut_before(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    assert before(tmp_path, SHOTS, set()) == (b"", set())


# Killed on the way ---------------------------------------------------------------------------


def test_a_build_is_not_up_to_date_while_a_release_waits(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path, "film", TODAY)
    (tmp_path / "build" / RELEASING / "x").mkdir(parents=True)
    assert stamp.settled() is None


def test_a_plan_that_cannot_be_read_is_thrown_away(door: Door) -> None:
    door.publish([film("cut.mp4")])
    room = door.build / RELEASING / "x"
    room.mkdir()
    (room / "plan.json").write_text('{"put": {"1": "report.html"}')
    (room / "1").write_text("half")
    door.recover()
    assert there(door) == {"cut.mp4"}


@pytest.mark.slow
@pytest.mark.needs("Linux")
def test_two_hundred_kills_inside_publishing_leave_the_old_set_or_the_new_one() -> None:
    """Apart, for it forks: a process that dies at every step that touches the disk, and at moments that
    nobody chose.
    """
    script, root = Path(__file__).with_name("killed.py"), Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script), "100"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["kills"] >= 200
    assert said["old"] and said["new"], "some were thrown away and some were finished"
    assert said["in recovery"] > 20


# A whole production --------------------------------------------------------------------------


def without_ben(film: Path) -> None:
    """Ben withdraws, his quotes leave the film, and its language is called otherwise."""
    register = film / "consent.csv"
    register.write_text(
        register.read_text(encoding="utf-8").replace(
            "ben,Ben,training,none,2025-03-04,,,", "ben,Ben,training,none,2025-03-04,,2025-09-01,"
        )
    )
    assert "2025-09-01" in register.read_text(encoding="utf-8")


@pytest.fixture
def spoken_for(film_copy: Path, ourwords: Callable[..., int]) -> Path:
    """The built sample with a draft, clips, captions in another form and a page for a contributor."""
    assert ourwords(film_copy, "clips", "--quote", "q05") == 0
    assert ourwords(film_copy, "captions", "export", "--format", "scc,srt") == 0
    (film_copy / "build/mine.txt").write_text("my own notes")
    return film_copy


@pytest.mark.slow
def test_after_a_withdrawal_nothing_of_them_lies_in_build(
    spoken_for: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    without_ben(spoken_for)
    build = spoken_for / "build"
    assert ourwords(spoken_for, "build-cut") == 77, "his quotes are still in the scenes"
    left = {
        path.relative_to(build).as_posix()
        for path in build.rglob("*")
        if path.is_file() and ".store" not in path.parts
    }
    hers = {name for name in left if name.startswith("clips/they-saw-the-label")}
    assert left - hers == {".lock", "mine.txt"} and any(name.endswith(".mp4") for name in hers)
    told = capsys.readouterr().err
    assert "cut.mp4" in told
    assert "export/cut.en-GB.scc" in told
    assert "ben: withdrew on 2025-09-01" in told


@pytest.mark.slow
def test_a_dry_run_says_what_would_go_and_removes_nothing(
    spoken_for: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    without_ben(spoken_for)
    capsys.readouterr()
    ourwords(spoken_for, "status", "--json")
    said = json.loads(capsys.readouterr().out)
    assert {"cut.mp4", "manifest.json", "export/cut.en-GB.srt"} <= {
        one["path"] for one in said["would_remove"]
    }
    assert said["not_ours"] == ["mine.txt"]
    assert (spoken_for / "build/cut.mp4").is_file()


def outside_the_store(build: Path) -> dict[str, bytes]:
    files = [
        path
        for path in build.rglob("*")
        if path.is_file() and ".store" not in path.parts and path.name != ".lock"
    ]
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_his_quote_goes_and_the_language_is_called_otherwise_and_nothing_of_him_is_left(
    film_copy: Path, ourwords: Callable[..., int]
) -> None:
    """Ben withdrew, the cut has no quote of his any more, and captions have another name: all exits say 0,
    and he is nowhere.
    """
    build, settings = small(film_copy, ["q05", "q04"]) / "build", film_copy / "production.toml"
    assert ourwords(film_copy, "build-cut") == 0
    assert ourwords(film_copy, "build-cut", "--draft") == 0
    assert ourwords(film_copy, "captions", "export", "--format", "scc") == 0
    small(film_copy, ["q04", "q05"])
    assert ourwords(film_copy, "build-cut") == 0
    assert ourwords(film_copy, "build-cut", "--draft") == 0
    assert ourwords(film_copy, "clips", "--quote", "q05") == 0
    assert ourwords(film_copy, "diff", "--page", str(build / "for-everybody.html")) == 0
    made = set(outside_the_store(build))
    assert {"manifest.before.json", "for-everybody.html", "draft.mp4"} <= made
    assert [name for name in made if name.startswith("clips/") and name.endswith(".mp4")]
    assert b"ben.mp4" in outside_the_store(build)["manifest.before.json"]
    without_ben(film_copy)
    text = small(film_copy, ["q05"]) and settings.read_text(encoding="utf-8")
    assert 'language = "en-GB"' in text
    settings.write_text(text.replace('language = "en-GB"', 'language = "en-IE"'), encoding="utf-8")
    assert ourwords(film_copy, "build-cut") == 0
    left = outside_the_store(build)
    assert "cut.mp4" in left and not {"draft.mp4", "for-everybody.html"} & set(left)
    assert not [name for name in left if name.startswith("clips/")], "its captions are others now"
    assert not [name for name in left if "en-GB" in name]
    assert not [name for name, data in left.items() if b"you're welcome" in data or b"ben.mp4" in data], (
        "not in the cut before either"
    )


@pytest.mark.slow
def test_who_withdraws_while_their_film_is_made_is_not_published(
    film_copy: Path,
    ourwords: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    join = Rendering.join
    small(film_copy, ["q05", "q04"])

    def joined(self: Rendering, *arguments: Any, **more: Any) -> Any:
        found = join(self, *arguments, **more)
        without_ben(film_copy)
        return found

    monkeypatch.setattr(Rendering, "join", joined)
    before = outside_the_store(film_copy / "build")
    assert ourwords(film_copy, "build-cut") == 77
    assert "just before publishing: ben: withdrew on 2025-09-01" in capsys.readouterr().err
    assert outside_the_store(film_copy / "build") == before, "nothing was published"
    assert ourwords(film_copy, "build-cut") == 77
    assert outside_the_store(film_copy / "build") == {}, "and the next command takes the film before it away"


# Names ---------------------------------------------------------------------------------------


def test_nothing_is_published_that_names_somebody(door: Door, papers: Papers) -> None:
    named = replace(BEN, anonymise=frozenset({"name"}), known_as=("Okafor",))
    papers.consents = (AMARA, named)
    words = Release("film", {"cut.mp4": b"", "captions/cut.en.srt": b"O-ka-for came"}, ONE)
    with pytest.raises(Refused, match=r"captions/cut\.en\.srt \(ben\)") as problem:
        door.publish([words])
    assert "kafor" not in str(problem.value)
    assert not there(door)
    with pytest.raises(Refused, match="the name of"):
        door.hand_out(Release("x", {"okafor.srt": b""}, ONE), door.build.parent / "out")


def test_when_a_name_is_put_on_a_list_later_its_release_goes(door: Door, papers: Papers) -> None:
    door.publish(
        [
            Release("film", {"cut.mp4": b"", "transcript.txt": b"Okafor came"}, ONE),
            Release("clip q1", {"clips/q1.mp4": b""}, ONE),
        ]
    )
    assert door.hold() == []
    papers.consents = (AMARA, replace(BEN, anonymise=frozenset({"name"}), known_as=("Okafor",)))
    assert {one.path for one in door.hold()} == {"cut.mp4", "transcript.txt"}
    assert there(door) == {"clips/q1.mp4"}


# What it is made of ---------------------------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("change", ["none", "touched", "other", "gone"])
def test_a_file_that_is_another_by_now_lets_nothing_out(
    change: str, elsewhere: bool, tmp_path: Path, papers: Papers
) -> None:
    laid = tmp_path / "b-roll" / "w.mp4"
    laid.parent.mkdir()
    laid.write_bytes(b"nobody")
    prints = Fingerprints(tmp_path / "prints.json")
    door = Door(tmp_path / "build", papers, lambda: prints.hold([laid, tmp_path / "never-asked.mp4"]))
    prints.of(laid)
    match change:
        case "touched":
            laid.chmod(0o640)
        case "other":
            laid.write_bytes(b"ben...")
        case "gone":
            laid.unlink()

    def let_out() -> object:
        return (
            door.hand_out(film("cut.mp4"), tmp_path / "out") if elsewhere else door.publish([film("cut.mp4")])
        )

    if change in ("none", "touched"):
        assert let_out()
        return
    with pytest.raises(InputError, match="changed while it was read"):
        let_out()
    assert not there(door) and not (tmp_path / "out").exists()
